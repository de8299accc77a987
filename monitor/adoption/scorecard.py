"""What one person did in one ISO week, and what it amounts to. There is no composite score of a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from monitor.adoption.note import Note
from monitor.adoption.week import IsoWeek


@dataclass(frozen=True, slots=True)
class PersonWeek:
    """The facts of one user and week, summed from days: all that scorecards are made of, and what is kept 26 weeks.

    ``counts`` are events per measure (a measure that is not available is missing, not 0); ``lags`` are rows per working
    days between happening and entering. ``active_days`` counts days with use beyond a login.
    """

    user: str
    week: IsoWeek
    active_days: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    lags: Mapping[int, int] = field(default_factory=dict)
    new_records: int = 0
    new_asked: int = 0
    new_filled: int = 0
    won: int = 0
    won_quickly: int = 0
    last_active: date | None = None  # newest day of use known at the end of the week


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole, with both kept. ``of`` 0 means that there was nothing to measure."""

    part: int
    of: int

    @property
    def value(self) -> float | None:
        return self.part / self.of if self.of else None


UNTRACED = "untraced"
"""The status of a person whose work leaves no trace, and of whom there never was one."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A status (its name in ``checks/adoption.yaml``), and the figures that led to it.

    ``since`` is the first week of an unbroken row of weeks with this status; ``at_least``: it may be longer, as nothing
    is known of the weeks before; ``because`` are the variables that the
    status's rule looked at.
    """

    status: str
    since: IsoWeek | None = None
    because: Mapping[str, float] = field(default_factory=dict)
    at_least: bool = False


@dataclass(frozen=True, slots=True)
class Scorecard:
    """One person's week. Figures that the CRM cannot tell are None or missing, never 0; ``notes`` say why.

    ``working_days`` are those expected: part-time, holidays, quiet weeks, absence and start date counted.
    ``usual`` are the same person's means over the four weeks before (keys: ``active_days``, ``created``, ``updated``,
    and measure names), ``complete`` is of the records created in the last 28 days, ``hygiene`` is failing rows of all
    rows per check on deals, without the failing ones taken over in the last 30 days: ``inherited`` says how many those
    are, None where it cannot be told.
    """

    user: str
    week: IsoWeek
    verdict: Verdict
    working_days: float
    active_days: int
    counts: Mapping[str, int] = field(default_factory=dict)
    created: int | None = None
    updated: int | None = None
    areas_used: frozenset[str] = frozenset()
    areas_meant: frozenset[str] = frozenset()
    lags: Mapping[int, int] = field(default_factory=dict)
    complete: Share = field(default_factory=lambda: Share(0, 0))
    hygiene: Mapping[str, Share] = field(default_factory=dict)
    inherited: Mapping[str, int | None] = field(default_factory=dict)
    usual: Mapping[str, float] = field(default_factory=dict)
    last_active: date | None = None
    notes: tuple[Note, ...] = ()

    @property
    def is_untraced(self) -> bool:
        """Whether what was counted says nothing of the person's use: it is not available, and not 0."""
        return self.verdict.status == UNTRACED and not self.active_days
