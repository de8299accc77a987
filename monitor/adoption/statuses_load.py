"""Reads the statuses: ``checks/statuses.yaml`` of a project, or the built-in ones."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import Field, model_validator

from monitor.adoption.loading import Closed, Title, declared, title_of
from monitor.adoption.statuses import VARIABLES, Limit, Status, Statuses
from monitor.yamlfile import Document, Problems, nearest, salvage


class LimitEntry(Closed):
    """The values that a variable may have; both ends are included."""

    min: float | None = Field(None, description="at least this", allow_inf_nan=False)
    max: float | None = Field(None, description="at most this", allow_inf_nan=False)

    @model_validator(mode="after")
    def _some(self) -> LimitEntry:
        if self.min is None and self.max is None:
            raise ValueError("has no limit\nwrite min, max or both")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError("can never fit: min is above max")
        return self


class StatusEntry(Closed):
    """A status, and when a person's week has it."""

    title: Title = Field("", description="what it is called, as text or per language: {en: Fading, da: ...}")
    about: str = Field("", description="what it means, in a person's words")
    when: dict[str, LimitEntry] | list[dict[str, LimitEntry]] = Field(
        default_factory=dict, description="limits that must all fit; or a list of such sets, one of which must"
    )
    attention: bool = Field(False, description="whether somebody should ask the person how it goes")
    before: str = Field("", description="for a status of your own: the status in front of which it is tried")


class StatusFile(Closed):
    """``checks/statuses.yaml``."""

    extends: str = Field("", description="the built-in statuses that this file changes: builtin/statuses@1")
    statuses: dict[str, StatusEntry] = Field(description="by name, in the order in which they are tried")


def load_statuses(folder: Path) -> Statuses:
    """The statuses of the project whose ``checks`` folder is ``folder``.

    Raises ConfigurationError with every problem of the file.
    """
    problems = Problems()
    source = declared(folder, "statuses", problems)
    document = source.document
    file = salvage(StatusFile, document, problems)
    found: list[Status] = []
    if file is not None:
        entries = dict(_ordered(file.statuses, document, problems))
        _variables(document, problems)
        found = [_status(name, entry, document) for name, entry in entries.items()]
        if not problems:  # what is wrong may have been taken out, and only then nothing be left
            _last(found, document, problems)
    problems.raise_if_any()
    return Statuses(tuple(found), source.files)


def _ordered(
    entries: Mapping[str, StatusEntry], document: Document, problems: Problems
) -> list[tuple[str, StatusEntry]]:
    """The entries, those that say ``before`` moved there."""
    order = [name for name, entry in entries.items() if not entry.before]
    for name, entry in entries.items():
        if not entry.before:
            continue
        if entry.before in order:
            order.insert(order.index(entry.before), name)
            continue
        near = nearest(entry.before, order)
        hint = f"did you mean {near!r}?" if near else f"there are: {', '.join(order)}"
        message = f"there is no status {entry.before!r} to be before"
        problems.add(document.problem(message, "statuses", name, "before", hint=hint))
    return [(name, entries[name]) for name in order]


def _variables(document: Document, problems: Problems) -> None:
    """Every variable is one that there is."""
    statuses = document.get("statuses")
    for name, entry in statuses.items() if isinstance(statuses, dict) else ():
        when = entry.get("when") if isinstance(entry, dict) else None
        sets: list[tuple[tuple[Any, ...], Any]] = [(("when",), when)]
        if isinstance(when, list):
            sets = [(("when", index), one) for index, one in enumerate(when)]
        for path, limits in sets:
            for variable in limits if isinstance(limits, dict) else ():
                if variable not in VARIABLES:
                    near = nearest(str(variable), VARIABLES)
                    hint = f"did you mean {near!r}?" if near else f"there are: {', '.join(VARIABLES)}"
                    message = f"there is no variable {str(variable)!r}"
                    problems.add(document.problem(message, "statuses", name, *path, variable, key=True, hint=hint))


def _status(name: str, entry: StatusEntry, document: Document) -> Status:
    sets = entry.when if isinstance(entry.when, list) else [entry.when] if entry.when else []
    any_of = tuple({key: Limit(limit.min, limit.max) for key, limit in one.items()} for one in sets)
    title, titles = title_of(entry.title, name)
    place = document.place("statuses", name, key=True)
    return Status(name, title, " ".join(entry.about.split()), any_of, entry.attention, titles, place)


def _last(found: list[Status], document: Document, problems: Problems) -> None:
    """The last one takes whoever is left; none before it does."""
    if not found:
        problems.add(document.problem("there is no status", "statuses"))
        return
    for status in found[:-1]:
        if not status.any_of or any(not limits for limits in status.any_of):
            hint = "only the last may have none; a status of your own says `before:` which one it is tried"
            problems.at(
                status.place, f"the status {status.name!r} has no limits, so none after it is ever reached", hint
            )
    if found[-1].any_of:
        hint = "take its `when` out, or say `before:` which other status it is tried"
        problems.at(found[-1].place, f"the last status, {found[-1].name!r}, has limits: some would have none", hint)
