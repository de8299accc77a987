"""Reads the suites under ``expectations/``: Great Expectations' own form, with what GX lacks under ``meta``.

A GX suite file (YAML or JSON, of GX 1.x or older) loads as it is. GX itself is not imported: types and arguments
are checked against the schemas that it ships. Suites are not interpolated, since a regex may hold ``$`` and ``{``.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from monitor import content
from monitor.crm.entity_words import nearest_entity
from monitor.crm.vocabulary import RECORDS
from monitor.errors import Problem
from monitor.place import Place
from monitor.quality import rules as own_rules
from monitor.quality.check import Check, Suite
from monitor.quality.rules.base import Rule
from monitor.quality.suites_check import Checker
from monitor.quality.suites_draft import Draft, draft
from monitor.quality.suites_model import GX_EXPECTATION_KEYS, CheckMeta, Expectation, SuiteFile
from monitor.quality.suites_standing import built_in, missing
from monitor.yamlfile import Document, Problems, nearest, read, salvage

SUFFIXES = (".yaml", ".yml", ".json")
BUILT_IN = "builtin"  # the library's own folder, in the repository: loaded by `extends` only
_BELONG_IN_META = frozenset(CheckMeta.model_fields) - frozenset(Expectation.model_fields) - GX_EXPECTATION_KEYS


@dataclass(frozen=True, slots=True)
class LoadedSuites:
    """One suite per entity, in the order of ``RECORDS``; the files read; the ids of checks switched off."""

    suites: tuple[Suite, ...]
    files: tuple[str, ...]
    off: tuple[str, ...] = ()

    @property
    def checks(self) -> tuple[Check, ...]:
        """All checks."""
        return tuple(check for suite in self.suites for check in suite.checks)


def suite_paths(folder: Path) -> list[Path]:
    """The suite files beneath a project's ``expectations`` folder, in the order of their names."""
    if not os.path.isdir(folder):  # also where its name is too long for the question
        return []
    found = (path for path in folder.rglob("*") if path.suffix in SUFFIXES and path.is_file())
    parts = ((path, path.relative_to(folder).parts) for path in found)
    return sorted(path for path, names in parts if names[0] != BUILT_IN and not any(n.startswith(".") for n in names))


def load_suites(
    paths: Iterable[Path],
    *,
    extra_columns: Mapping[str, Collection[str]] | None = None,
    rules: Mapping[str, Rule] | None = None,
    standing: bool = False,
) -> LoadedSuites:
    """All suites of these files, with what they extend; ``extra_columns`` are the CRM map's own, per entity.

    With ``standing``, an entity of which no built-in suite is extended gets that suite's standing checks all the same.
    Raises ConfigurationError with every problem of every file.
    """
    registry: Mapping[str, Rule] = getattr(own_rules, "REGISTRY", {}) if rules is None else rules
    loader = _Loader(Checker(registry, extra_columns or {}))
    for path in paths:
        with loader.problems.catching():
            loader.load(path)
    with loader.problems.catching():
        loader.resolve(standing=standing)
    return loader.finish()


@dataclass(frozen=True, slots=True)
class _Read:
    """A file with its own checks."""

    file: SuiteFile
    document: Document
    entity: str
    own: list[Draft]


class _Loader:
    def __init__(self, checker: Checker) -> None:
        self.checker = checker
        self.problems = Problems()
        self.read: list[_Read] = []
        self.drafts: list[Draft] = []
        self.files: list[str] = []
        self.names: dict[str, tuple[str, Place]] = {}  # entity -> name and place of its first suite
        self.extended: dict[str, Place] = {}

    def load(self, path: Path) -> None:
        """Take in one file. Raises ConfigurationError when it cannot be read at all."""
        document = read(path)
        self.files.append(document.file)
        file = self.head(document)
        entity = self.entity(file, document, path.stem) if file else ""
        if file is None or not entity:
            self.entries(document, "")
            return
        self.names.setdefault(entity, (file.name or file.expectation_suite_name or path.stem, document.place()))
        self.read.append(_Read(file, document, entity, self.entries(document, entity)))

    def resolve(self, *, standing: bool) -> None:
        """The checks of every file that was taken in, with those that it extends or gets unasked."""
        bases = [self.bases(each.file, each.document, each.entity) for each in self.read]
        for each, drafts in zip(self.read, bases, strict=True):
            unasked = self.standing(each) if standing else []
            self.drafts += [*self.overridden(each.file, each.document, [*drafts, *unasked]), *each.own]

    def standing(self, one: _Read) -> list[Draft]:
        """The standing checks of a file's entity, where it is the one of the entity's files that brings them."""
        files = [each for each in self.read if each.entity == one.entity]
        library = built_in(one.entity)
        if extended := [reference for reference in library if reference in self.extended]:
            if not one.file.standing:
                message = f"{extended[0]} brings the standing checks, so standing: false has no effect"
                hint = "switch off single checks with `override: {ID: {enabled: false}}`"
                self.problems.add(one.document.problem(message, "standing", hint=hint))
            return []
        if not library or not all(each.file.standing for each in files):
            return []
        own = [draft for each in files for draft in each.own]
        drafts = missing(self.base(content.find("expectations", library[-1]), one.entity), own)
        ids = {each.id for each in drafts}
        brings = next((each for each in files if each.file.override.keys() & ids), files[0])
        return drafts if one is brings else []

    def head(self, document: Document) -> SuiteFile | None:
        """The file without its expectations, which are read one by one: a wrong one hides no other."""
        data = {key: value for key, value in document.data.items() if key != "expectations"}
        return salvage(SuiteFile, replace(document, data=data), self.problems)

    def entries(self, document: Document, entity: str) -> list[Draft]:
        """The drafts of a file's own expectations."""
        entries = document.get("expectations")
        if not isinstance(entries, list):
            if "expectations" in document.data:
                hint = "each begins with `- type:`"
                self.problems.add(document.problem("expectations must be a list", "expectations", hint=hint))
            return []
        document = self.without_misplaced(document, entries)
        paths = [("expectations", index) for index in range(len(entries))]
        found = [(salvage(Expectation, document, self.problems, path), path) for path in paths]
        return [draft(entity, entry, document, path) for entry, path in found if entry is not None and entity]

    def without_misplaced(self, document: Document, entries: list[Any]) -> Document:
        """Says of keys that stand beside ``meta`` that they belong in it; a common slip, and easily mended."""
        kept = []
        for index, entry in enumerate(entries):
            strays = [key for key in entry if key in _BELONG_IN_META] if isinstance(entry, dict) else []
            for key in strays:
                message = f"{key!r} belongs under meta"
                hint = f"write meta: {{{key}: ...}}"
                self.problems.add(document.problem(message, "expectations", index, key, key=True, hint=hint))
            kept.append({key: entry[key] for key in entry if key not in strays} if strays else entry)
        return replace(document, data={**document.data, "expectations": kept})

    def entity(self, file: SuiteFile, document: Document, stem: str) -> str:
        """The entity that a suite is about, or nothing when there is no such entity."""
        path = ("entity",) if file.entity else ("meta", "entity")
        name = file.entity or file.meta.entity or stem.partition("@")[0]
        if name in RECORDS:
            return name
        near = nearest_entity(name, RECORDS)
        hint = f"did you mean {near!r}?" if near else f"there are: {', '.join(RECORDS)}"
        if file.entity or file.meta.entity:
            self.problems.add(document.problem(f"no checks can run on {name!r}", *path, hint=hint))
        else:
            message = f"the suite does not say which entity it is about, and there is no entity {name!r}"
            self.problems.add(document.problem(message, hint=f"write `entity:`; {hint}"))
        return ""

    def bases(self, file: SuiteFile, document: Document, entity: str) -> list[Draft]:
        """The checks of the built-in suites that a file extends."""
        drafts: list[Draft] = []
        for index, reference in enumerate(file.bases):
            path = ("extends",) if isinstance(file.extends, str) else ("extends", index)
            place = document.place(*path)
            if reference in self.extended:
                message = f"{reference} is extended already"
                self.problems.at(place, message, f"at {self.extended[reference]}; its checks would run twice")
                continue
            self.extended[reference] = place
            try:
                found = content.find("expectations", reference)
            except content.ContentError:
                near = nearest(reference, content.names("expectations"), cutoff=40)
                hint = f"did you mean {near!r}?" if near else "a built-in suite is named as in builtin/accounts@1"
                self.problems.at(place, f"there is no built-in suite {reference!r}", hint)
                continue
            if found.stem.partition("@")[0] != entity:
                self.problems.at(place, f"{reference} is not about {entity}", "extend it in a file of its own")
                continue
            drafts += self.base(found, entity)
        return drafts

    def base(self, path: Path, entity: str) -> list[Draft]:
        """The checks of a built-in suite."""
        return self.entries(read(path), entity)

    def overridden(self, file: SuiteFile, document: Document, drafts: list[Draft]) -> list[Draft]:
        """The built-in checks with what the file changes of them."""
        known = {each.id for each in drafts}
        for name in file.override:
            if name not in known:
                near = nearest(name, known)
                hint = f"did you mean {near!r}?" if near else "only checks of suites under `extends` can be overridden"
                message = f"there is no check {name!r} to override"
                self.problems.add(document.problem(message, "override", name, key=True, hint=hint))
        return [
            each.overridden(file.override[each.id], document, ("override", each.id))
            if each.id in file.override
            else each
            for each in drafts
        ]

    def finish(self) -> LoadedSuites:
        """Raises ConfigurationError with every problem."""
        seen: dict[str, Draft] = {}
        for each in self.drafts:
            for problem in self.checker.problems(each):
                self.problems.add(problem)
            if each.id in seen:
                self.problems.add(_duplicate(each, seen[each.id]))
            seen.setdefault(each.id, each)
        self.problems.raise_if_any()
        active = [each.check() for each in self.drafts if each.meta.enabled]
        suites = [
            Suite(entity, name, tuple(check for check in active if check.entity == entity), place)
            for entity in RECORDS
            for name, place in [self.names.get(entity, ("", None))]
            if place is not None
        ]
        return LoadedSuites(tuple(suites), tuple(self.files), tuple(d.id for d in self.drafts if not d.meta.enabled))


def _duplicate(draft: Draft, first: Draft) -> Problem:
    other = first.document.place(*first.path)
    if draft.entry.meta.id or draft.entry.id:
        return Problem(draft.id_place(), f"the id {draft.id!r} is given twice", f"first at {other}")
    return Problem(draft.document.place(*draft.path), "this check stands here twice", f"first at {other}")
