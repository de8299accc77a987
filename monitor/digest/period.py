"""The week or the month that a digest is about, and what it is compared with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from monitor.adoption.figure import Figure
from monitor.adoption.week import IsoWeek


@dataclass(frozen=True, slots=True)
class Period:
    """``2026-W47`` or ``2026-11``; ``week`` is its last ISO week, which figures and lines are of."""

    name: str
    first: date
    last: date
    week: IsoWeek

    @property
    def is_month(self) -> bool:
        return "W" not in self.name

    @property
    def before(self) -> Period:
        """The week before, or the month before."""
        if not self.is_month:
            return Period.of_week(self.week + -1)
        last = self.first - timedelta(days=1)
        return Period.of_month(last.year, last.month)

    @property
    def weeks(self) -> tuple[IsoWeek, ...]:
        """Its weeks, oldest first: those that are over when it is, and were not when the one before was."""
        return self.week.back(self.week - self.before.week)

    def earlier(self, figure: Figure) -> float | None:
        """What a figure was when the period before was over: a week ago, or at the end of the month before."""
        if not self.is_month:
            return figure.last_week
        back = 1 + len(self.weeks)
        return figure.line[-back] if len(figure.line) >= back else None

    @classmethod
    def of_week(cls, week: IsoWeek) -> Period:
        return cls(str(week), week.monday, week.sunday, week)

    @classmethod
    def of_month(cls, year: int, month: int) -> Period:
        """A month. Its week is the last one whose Sunday lies in it: a week that is over when the month is."""
        first = date(year, month, 1)
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        return cls(f"{year:04}-{month:02}", first, last, IsoWeek.of(last - timedelta(days=(last.weekday() + 1) % 7)))


def last_month(week: IsoWeek) -> Period:
    """The newest month that is over when a week is."""
    own = Period.of_month(week.sunday.year, week.sunday.month)
    return own if own.last <= week.sunday else own.before
