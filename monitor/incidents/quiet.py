"""When a route holds back what can wait: hours of the night, days of the week, holidays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LONGEST = timedelta(days=366)
"""What is quiet for longer than this (a country that never works) ends then all the same."""

_SECOND = timedelta(seconds=1)


def _always(_: date) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Quiet:
    """Quiet from ``hours[0]`` until ``hours[1]`` (over midnight, where that is earlier), on ``days`` (0 is Monday), and
    with ``holidays`` on those weekdays on which ``is_working_day`` says that nobody works.

    All by the clock on the wall in ``zone``. Raises ValueError for what would be quiet always, or never.
    """

    zone: ZoneInfo
    hours: tuple[time, time] | None = None
    days: frozenset[int] = frozenset()
    holidays: bool = False
    is_working_day: Callable[[date], bool] = field(default=_always, compare=False, repr=False)

    def __post_init__(self) -> None:
        if self.hours is not None and self.hours[0] == self.hours[1]:
            raise ValueError("from and to are the same time")
        if self.days >= set(range(7)):
            raise ValueError("every day of the week is quiet")
        if self.hours is None and not self.days and not self.holidays:
            raise ValueError("nothing is quiet")

    def until(self, now: datetime) -> datetime | None:
        """The first moment (UTC) after ``now`` that is not quiet; None where ``now`` is not quiet itself."""
        if not self._is_quiet(now):
            return None
        for moment in self._turns(now):
            if not self._is_quiet(moment):
                return moment
        return now + LONGEST

    def words(self) -> str:
        """``18:00-08:00, sat, sun and holidays, Europe/Copenhagen``."""
        parts = [f"{self.hours[0]:%H:%M}-{self.hours[1]:%H:%M}"] if self.hours else []
        parts += [DAYS[day] for day in sorted(self.days)]
        parts += ["holidays"] if self.holidays else []
        said = f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else parts[0]
        return f"{said}, {self.zone.key}"

    def _is_quiet(self, moment: datetime) -> bool:
        local = moment.astimezone(self.zone)
        if local.weekday() in self.days or (self.holidays and self._is_holiday(local.date())):
            return True
        if self.hours is None:
            return False
        first, last = self.hours
        at = local.time()
        return first <= at < last if first < last else at >= first or at < last

    def _is_holiday(self, day: date) -> bool:
        return day.weekday() < 5 and not self.is_working_day(day)

    def _turns(self, now: datetime) -> Iterator[datetime]:
        """Every moment after ``now``, in order, at which quiet may end: a day begins, the hours end, clocks are set."""
        ends = (time(0), self.hours[1]) if self.hours else (time(0),)
        before, day = now.astimezone(UTC), now.astimezone(self.zone).date()
        while before - now < LONGEST:
            walls = (datetime.combine(day, at, self.zone).replace(fold=fold) for at in ends for fold in (0, 1))
            for moment in sorted({wall.astimezone(UTC) for wall in walls}):
                if moment <= before:
                    continue
                if self._offset(moment) != self._offset(before):
                    yield self._clocks_set(before, moment)
                yield moment
                before = moment
            day += timedelta(days=1)

    def _clocks_set(self, before: datetime, after: datetime) -> datetime:
        """The second in between from which the offset is as ``after``."""
        old = self._offset(before)
        while after - before > _SECOND:
            middle = (before + (after - before) / 2).replace(microsecond=0)
            if middle <= before:
                middle += _SECOND
            before, after = (middle, after) if self._offset(middle) == old else (before, middle)
        return after

    def _offset(self, moment: datetime) -> timedelta | None:
        return moment.astimezone(self.zone).utcoffset()
