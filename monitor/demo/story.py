"""The story that the demo's CRM tells, as dates and rates, and the facts planted in it.

One manager stops using the CRM in week 14. Two weeks later what his team enters grows incomplete; two
weeks after that the team logs less and less. The other teams go on as they are, each in its own way.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from monitor.demo.rhythm import ZONE, working_day_before

WEEKS = 26
STOPS_IN_WEEK = 14


@dataclass(frozen=True, slots=True)
class Timeline:
    """The dates of the story, worked out from the moment it is told at (aware UTC)."""

    now: datetime

    @property
    def today(self) -> date:
        return self.now.astimezone(ZONE).date()

    @property
    def first_day(self) -> date:
        """Monday of week 1; the running week comes after week 26."""
        return self.today - timedelta(days=self.today.weekday(), weeks=WEEKS)

    @property
    def silent_from(self) -> date:
        """Monday of the week in which the manager stops."""
        return self.first_day + timedelta(weeks=STOPS_IN_WEEK - 1)

    def neglect(self, day: date) -> float:
        """How far completeness has slipped in the manager's team: 0 until two weeks on, 1 four weeks later."""
        return _ramp((day - self.silent_from).days, 14, 42)

    def fading(self, day: date) -> float:
        """How far logging has faded there: 0 until four weeks on, 1 at the end of week 26."""
        return _ramp((day - self.silent_from).days, 28, 91)

    @property
    def imported_on(self) -> date:
        """The newest full working day: that of the bad import."""
        return working_day_before(self.today)

    @property
    def learned_at(self) -> datetime:
        """The evening before the import: what a first run would have seen."""
        day = working_day_before(self.imported_on)
        return datetime(day.year, day.month, day.day, 20, tzinfo=ZONE).astimezone(UTC)


def _ramp(value: float, low: float, high: float) -> float:
    return min(max((value - low) / (high - low), 0.0), 1.0)


@dataclass(frozen=True, slots=True)
class Habits:
    """How one team differs.

    ``care`` multiplies what is left out, ``late`` is the share of deals entered when won, and ``slow`` that of calls
    and meetings entered on a later day: ``days_late`` or more after.
    """

    title: str
    country: str
    people: int
    care: float = 1.0
    activity: float = 3.4
    late: float = 0.03
    slow: float = 0.2
    days_late: int = 1


TEAMS = (
    Habits("Denmark East", "DK", 9, care=0.8, activity=3.9),
    Habits("Denmark West", "DK", 9, care=0.9, activity=3.7),
    Habits("Norway", "NO", 8, care=1.1, activity=3.3, slow=0.66),
    Habits("Sweden", "SE", 8, care=1.0, activity=2.9, late=0.26, slow=0.85, days_late=2),
    Habits("Finland", "FI", 6, care=0.7, activity=3.6, slow=0.35),
    Habits("Key Accounts", "DK", 4, care=0.6, activity=4.2, late=0.0, slow=0.1),
)
STORY_TEAM, LATE_TEAM, LEAVE_TEAM, LEAVER_TEAM = "Denmark West", "Sweden", "Finland", "Denmark East"
NEWCOMER_TEAM, NEWCOMER_WEEKS = "Norway", 3


@dataclass(frozen=True, slots=True)
class DemoStory:
    """What was planted, so that tests can see that checks find it. Keys are those of the CRM; times are UTC.

    ``planted`` counts rows by name, e.g. ``contacts sharing an e-mail``; ``rows`` counts rows per table.
    """

    path: Path
    company: str
    now: datetime
    first_day: date
    learned_at: datetime  # a learning run as of here sees the world without the import
    imported_at: datetime
    import_file: str
    team_key: str  # the team whose manager stops
    team: str
    manager_key: str
    silent_from: date
    late_team_key: str  # enters deals when they are won
    leaver_key: str
    on_leave_key: str
    on_leave_from: date
    newcomer_key: str
    reader_keys: tuple[str, ...]  # seats that nobody uses
    absences: tuple[tuple[str, date, date], ...]  # login, first and last day
    director_key: str
    director: str  # login
    admin_key: str
    integration_key: str
    planted: Mapping[str, int]
    rows: Mapping[str, int]


class Ledger(Counter[str]):
    """Counts what is planted, by name."""

    def plant(self, name: str, count: int = 1) -> None:
        self[name] += count
