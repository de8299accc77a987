"""Which status a person's week has: the first of an ordered list whose limits all fit. The list is YAML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from monitor.adoption.scorecard import Verdict
from monitor.adoption.week import IsoWeek
from monitor.place import Place

VARIABLES: Mapping[str, str] = {
    "working_days": "working days expected of the person in the week",
    "working_days_4w": "working days expected in the four weeks that end with it",
    "working_weeks_4w": "how many of these four weeks were working weeks: three or more days to be worked",
    "absent_days": "working days of the week lost to absence",
    "days_since_start": "days from the start to the end of the week",
    "weeks_since_start": "weeks from the week of the start to this one",
    "active_days": "days of the week with use beyond a login",
    "active_days_4w": "days of the four weeks with use beyond a login",
    "active_weeks_4w": "weeks of the four with such a day",
    "missed_weeks_4w": "working weeks of the four without such a day",
    "usual_days_4w": "what the person's own habit in the 12 weeks before would make in these working days",
    "kept_up": "active_days_4w as a share of usual_days_4w",
    "weeks_since_activity": "working weeks since the last use, this one included; 0 if it is in this week",
    "events_ever": "everything the person is known to have done in the CRM",
    "reports": "how many people report to the person",
    "reads_only": "1 where the role only reads, else 0",
}
"""Every variable that a limit can be set on. One that cannot be told fits no limit."""


@dataclass(frozen=True, slots=True)
class Limit:
    """Both ends are included; None is open."""

    least: float | None = None
    most: float | None = None

    def fits(self, value: float | None) -> bool:
        """Whether a value is within; one that cannot be told is not."""
        if value is None:
            return False
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)


Limits = Mapping[str, Limit]


@dataclass(frozen=True, slots=True)
class Status:
    """One status. It fits if all limits of one of ``any_of`` fit; without any it always fits.

    ``attention``: somebody should ask the person how it goes. ``titles`` are those that the file gives per language.
    """

    name: str
    title: str
    about: str = ""
    any_of: tuple[Limits, ...] = ()
    attention: bool = False
    titles: Mapping[str, str] = field(default_factory=dict)
    place: Place = field(default_factory=lambda: Place(""))

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables that its limits are about."""
        return tuple(dict.fromkeys(name for limits in self.any_of for name in limits))

    def fitting(self, values: Mapping[str, float | None]) -> Limits | None:
        """The limits that a week with these values keeps, empty for a status without any; None where none fit."""
        if not self.any_of:
            return {}
        fits = (one for one in self.any_of if all(limit.fits(values.get(name)) for name, limit in one.items()))
        return next(fits, None)


@dataclass(frozen=True, slots=True)
class Statuses:
    """In the order in which they are tried; the last one always fits. ``files`` are those that were read."""

    statuses: tuple[Status, ...]
    files: tuple[str, ...] = ()

    def named(self, name: str) -> Status | None:
        """The status of a name."""
        return next((status for status in self.statuses if status.name == name), None)

    @property
    def attention(self) -> frozenset[str]:
        """Names of the statuses that somebody should ask about."""
        return frozenset(status.name for status in self.statuses if status.attention)


def judge(statuses: Sequence[Status], values: Mapping[str, float | None]) -> Verdict:
    """The first status that fits, with the variables that led to it: those of its limits, or without any all before.

    Raises ValueError where none fits, which cannot be when the last has no limits.
    """
    looked_at: dict[str, None] = {}
    for status in statuses:
        looked_at.update(dict.fromkeys(status.variables))
        limits = status.fitting(values)
        if limits is not None:
            because = {name: value for name in limits or looked_at if (value := values.get(name)) is not None}
            return Verdict(status.name, None, because)
    raise ValueError("the last status must have no limits, so that everybody has one")


def in_a_row(verdicts: Sequence[tuple[IsoWeek, Verdict]]) -> tuple[tuple[IsoWeek, Verdict], ...]:
    """The same verdicts, oldest week first, each with the first week of its unbroken row."""
    found: list[tuple[IsoWeek, Verdict]] = []
    for week, verdict in verdicts:
        before = found[-1] if found else None
        unbroken = before is not None and before[1].status == verdict.status and before[0] + 1 == week
        since = before[1].since if before is not None and unbroken else week
        found.append((week, Verdict(verdict.status, since, verdict.because)))
    return tuple(found)
