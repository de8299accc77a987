"""Reads a project's measures: ``checks/adoption.yaml`` laid over the built-in ones that it extends."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from monitor import content
from monitor.activity.measure import Measure
from monitor.activity.model import NAME, MeasureEntry, MeasureFile
from monitor.crm.vocabulary import ENTITIES, Kind
from monitor.errors import Problem
from monitor.quality.conditions import ConditionError, parse
from monitor.yamlfile import Document, Problems, nearest, overlaid, present, read, salvage

FILE = "adoption.yaml"
BUILT_IN = "builtin/adoption@1"
_SINGLE = {"time": Kind.DATETIME, "entered": Kind.DATETIME, "entered_by": Kind.KEY}
_KINDS = {Kind.KEY: "a user's key", Kind.DATETIME: "a point in time"}


@dataclass(frozen=True, slots=True)
class LoadedMeasures:
    """The measures in the order of their files; the files read; the names of those switched off."""

    measures: tuple[Measure, ...]
    files: tuple[str, ...]
    off: tuple[str, ...] = ()


def load_measures(
    folder: Path | None, *, extra_columns: Mapping[str, Mapping[str, Kind]] | None = None
) -> LoadedMeasures:
    """The measures of a project whose ``checks`` folder this is; the built-in ones where it has no file of them.

    ``extra_columns`` are the CRM map's own columns and their kinds, per entity. Raises ConfigurationError with every
    problem at once.
    """
    problems = Problems()
    loader = _Loader(problems, extra_columns or {})
    loaded = None
    with problems.catching():
        loaded = loader.load(folder / FILE if folder else None)
    problems.raise_if_any()
    assert loaded is not None  # nothing but a problem makes it so
    return loaded


class _Loader:
    def __init__(self, problems: Problems, extra: Mapping[str, Mapping[str, Kind]]) -> None:
        self.problems = problems
        self.extra = extra

    def load(self, path: Path | None) -> LoadedMeasures:
        """Raises ConfigurationError where a file cannot be read at all."""
        if path is None or not present(path):
            library = content.find("checks", BUILT_IN)
            return self.measures(read(library), [library])
        own = read(path)
        library_path = self.base(own)
        if library_path is None:
            return self.measures(own, [path])
        base = read(library_path)
        self.unknown(own, base)
        return self.measures(overlaid(base, own), [path, library_path])

    def base(self, own: Document) -> Path | None:
        reference = own.get("extends")
        if not isinstance(reference, str) or not reference:
            return None
        if reference.partition("@")[0] == BUILT_IN.partition("@")[0]:
            try:
                return content.find("checks", reference)
            except content.ContentError:
                pass
        self.problems.add(
            own.problem(f"there are no built-in measures {reference!r}", "extends", hint=f"write {BUILT_IN}")
        )
        return content.find("checks", BUILT_IN)  # so that what the file changes can be judged

    def unknown(self, own: Document, base: Document) -> None:
        """A name that changes nothing: most likely a slip, of which the missing keys would tell little."""
        known = base.get("measures") or {}
        given = own.get("measures")
        for name, entry in list(given.items()) if isinstance(given, dict) else ():
            if name in known or (isinstance(entry, dict) and entry.keys() & {"entity", "user", "time"}):
                continue
            near = nearest(str(name), known)
            hint = (
                f"did you mean {near!r}?" if near else "a measure of your own needs entity, user, time, kind and title"
            )
            self.problems.add(
                own.problem(f"there is no measure {name!r} to change", "measures", name, key=True, hint=hint)
            )
            del given[name]

    def measures(self, document: Document, paths: list[Path]) -> LoadedMeasures:
        file = salvage(MeasureFile, document, self.problems)
        entries = file.measures if file else {}
        for name, entry in entries.items():
            self.problems.extend(self.check(document, name, entry))
            self.problems.extend(_unless(document, name, entry, entries))
        made = tuple(_measure(document, name, entry) for name, entry in entries.items() if entry.enabled)
        off = tuple(name for name, entry in entries.items() if not entry.enabled)
        return LoadedMeasures(made, tuple(str(path) for path in paths), off)

    def check(self, document: Document, name: str, entry: MeasureEntry) -> Iterator[Problem]:
        """Everything wrong with one measure although its file has the right shape."""
        at = ("measures", name)
        if not re.fullmatch(NAME, name):
            hint = "for example: customer_visits"
            message = "a measure's name is one word of at most 40 small letters, digits and _"
            yield document.problem(message, *at, key=True, hint=hint)
        if not entry.plain_title:
            yield document.problem("the title must not be empty", *at, "title")
        if entry.entity not in ENTITIES:
            yield document.problem(
                f"there is no entity {entry.entity!r}", *at, "entity", hint=_hint(entry.entity, ENTITIES)
            )
            return
        known = self.known(entry.entity)
        if not entry.users:
            yield document.problem("user must name a column", *at, "user", hint="for example: owner_key")
        for index, column in enumerate(entry.users):
            path = ("user",) if isinstance(entry.user, str) else ("user", index)
            yield from _column(document, (*at, *path), entry.entity, column, known, Kind.KEY)
        for key, kind in _SINGLE.items():
            if column := getattr(entry, key):
                yield from _column(document, (*at, key), entry.entity, column, known, kind)
        if entry.entered_by and not entry.entered:
            yield document.problem("entered_by says nothing without entered", *at, "entered_by", key=True)
        yield from _condition(document, (*at, "where"), entry.where, known)

    def known(self, entity: str) -> dict[str, Kind]:
        columns = {name: column.kind for name, column in ENTITIES[entity].columns.items()}
        return {**self.extra.get(entity, {}), **columns}


def _measure(document: Document, name: str, entry: MeasureEntry) -> Measure:
    first, *others = entry.users or ("",)
    return Measure(
        name=name,
        title=entry.plain_title,
        entity=entry.entity,
        user=first,
        time=entry.time,
        kind=entry.kind,
        basis=entry.basis,
        where=" ".join(entry.where.split()),
        area=entry.area,
        entered=entry.entered,
        entered_by=entry.entered_by,
        pruned=entry.pruned,
        incomplete=entry.incomplete,
        tags=frozenset(entry.tags),
        titles=entry.titles,
        place=document.place("measures", name, key=True),
        other_users=tuple(others),
        unless=entry.unless,
    )


def _column(
    document: Document, path: tuple[Any, ...], entity: str, column: str, known: Mapping[str, Kind], kind: Kind
) -> Iterator[Problem]:
    if column not in known:
        fitting = [name for name, each in known.items() if each is kind]
        yield document.problem(f"{entity} have no column {column!r}", *path, hint=_hint(column, fitting))
    elif known[column] is not kind:
        fitting = [name for name, each in known.items() if each is kind]
        yield document.problem(f"{column} is not {_KINDS[kind]}", *path, hint=f"there are: {', '.join(fitting)}")


def _condition(document: Document, path: tuple[Any, ...], text: str, known: Collection[str]) -> Iterator[Problem]:
    if not text:
        return
    try:
        parse(text, known)
    except ConditionError as error:
        rest = " ".join(text[error.offset :].split())
        hint = f"at: {rest[:40]}" if rest and error.offset else ""
        yield document.problem(f"where: {error.message}", *path, hint=hint)


def _unless(
    document: Document, name: str, entry: MeasureEntry, entries: Mapping[str, MeasureEntry]
) -> Iterator[Problem]:
    if not entry.unless:
        return
    path = ("measures", name, "unless")
    other = entries.get(entry.unless)
    if other is None or entry.unless == name:
        known = [each for each in entries if each != name]
        yield document.problem(f"there is no other measure {entry.unless!r}", *path, hint=_hint(entry.unless, known))
    elif other.unless:
        yield document.problem(f"{entry.unless} itself stands back for {other.unless}", *path, hint="name that one")


def _hint(word: str, known: Collection[str]) -> str:
    near = nearest(word, known)
    return f"did you mean {near!r}?" if near else f"there are: {', '.join(known)}"
