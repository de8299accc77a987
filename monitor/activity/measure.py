"""A measure as ``checks/adoption.yaml`` declares it: which rows of the CRM are a person's use of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from monitor.place import Place


class Basis(StrEnum):
    """``events``: each row is one thing that happened. ``last-touch``: a stamp that the next touch overwrites."""

    EVENTS = "events"
    LAST_TOUCH = "last-touch"


class MeasureKind(StrEnum):
    """What a measure tells; scorecards sum by it."""

    LOGIN = "login"  # alone it is no use of the CRM
    ACTIVITY = "activity"  # a logged call, meeting, task, e-mail, note
    CREATED = "created"
    CHANGED = "changed"
    STAGE = "stage"
    OUTCOME = "outcome"  # what became of somebody's records, whoever did it: no use by itself


class Availability(StrEnum):
    """How much of a measure a CRM has; anything but ``available`` is told beside every figure it feeds."""

    AVAILABLE = "available"
    LAST_ONLY = "last only"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure. ``user`` and ``time`` are canonical columns of ``entity``; ``where`` is a condition on its rows.

    ``area`` is the part of the CRM whose use it shows (deals, contacts, activities ...), for breadth.
    ``entered`` names the column that says when a row was entered, where logging lag can be told from it.
    Where the map lacks ``user``, the first of ``other_users`` that it has takes its place.
    """

    name: str
    title: str
    entity: str
    user: str
    time: str
    kind: MeasureKind
    basis: Basis = Basis.EVENTS
    where: str = ""
    area: str = ""
    entered: str = ""
    entered_by: str = ""  # column of who entered it; only what people entered themselves tells a lag
    pruned: bool = False  # the CRM deletes old rows of it: a re-read never lowers what was read before
    incomplete: str = ""  # why the source is known to be incomplete, in a person's words: "calls are not synced"
    tags: frozenset[str] = frozenset()
    titles: Mapping[str, str] = field(default_factory=dict)  # language -> title, where the user gives them
    place: Place = field(default_factory=lambda: Place(""))
    other_users: tuple[str, ...] = ()
    unless: str = ""  # another measure: this one is read only where the CRM does not have that one

    @property
    def is_use(self) -> bool:
        """Whether a row of it shows that its user used the CRM: a login alone, or what became of a record, does not."""
        return self.kind not in (MeasureKind.LOGIN, MeasureKind.OUTCOME)

    def title_in(self, language: str) -> str:
        """The title in a language, if the file gives one; else the plain title."""
        return self.titles.get(language, self.title)
