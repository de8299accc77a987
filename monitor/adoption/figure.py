"""The figures of use that matter, for a team, a manager's subtree or the whole, in one ISO week."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from monitor.adoption.note import Note
from monitor.adoption.week import IsoWeek


class FigureId(StrEnum):
    """In the order in which they matter."""

    TOUCHED_VALUE = "touched_value"  # open deal value touched in the last 14 days
    SEATS_ACTIVE = "seats_active"  # seats with write rights active in at least 3 of 4 weeks
    WON_QUICKLY = "won_quickly"  # won deals that were created 7 days or less before
    NEW_COMPLETE = "new_complete"  # completeness of the records created in the last 28 days
    LAG = "lag"  # median working days between happening and entering
    SEATS_UNUSED = "seats_unused"  # seats without use for 60 days
    ONBOARDED = "onboarded"  # new users with five records within 14 days
    BREADTH = "breadth"  # used share of the areas that the role is meant to use
    UNIFORMITY = "uniformity"  # spread between teams, a trend only
    MANAGERS_USE = "managers_use"  # managers active in at least 3 of 4 weeks


class Unit(StrEnum):
    SHARE = "share"  # 0 to 1
    DAYS = "days"
    POINTS = "points"  # percentage points between the best and the worst team, 0 to 1


@dataclass(frozen=True, slots=True)
class Goal:
    """A limit to keep; ``at_least`` says on which side."""

    limit: float
    at_least: bool

    def reached(self, value: float) -> bool:
        """Whether a value keeps the goal."""
        return value >= self.limit if self.at_least else value <= self.limit


@dataclass(frozen=True, slots=True)
class Figure:
    """``value`` is None where it cannot be told, and ``notes`` say why; it is ``top`` of ``bottom`` for a share.

    ``usual`` is the mean of the four weeks before; ``line`` the last twelve weeks, oldest first, this one last.
    ``inputs`` are the numbers that led to it, for ``explain``. ``persons`` says, of a figure of persons, how many each
    value of ``line`` counts: some of a group's people are away, or may not write.
    """

    id: FigureId
    week: IsoWeek
    unit: Unit
    value: float | None
    top: float | None = None
    bottom: float | None = None
    goal: Goal | None = None
    last_week: float | None = None
    usual: float | None = None
    line: tuple[float | None, ...] = ()
    inputs: Mapping[str, float] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    persons: tuple[int | None, ...] = ()
