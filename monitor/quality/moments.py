"""Moments in conditions and arguments: ``{today}``, ``{now - 30 days}``, ``{today - 3 working days}``."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

PATTERN = re.compile(
    r"\{\s*(?P<anchor>now|today)"
    r"(?:\s*(?P<sign>[+-])\s*"
    r"(?P<count>[0-9]{1,5}(?=\s*[a-ln-z])|[0-9]{1,4})\s*"  # so many months lead beyond the calendar
    r"(?P<unit>working days?|days?|weeks?|months?|hours?))?\s*\}"
)


@dataclass(frozen=True, slots=True)
class Moments:
    """Resolves moments against one run's clock. ``is_working_day`` knows weekends and public holidays."""

    now: datetime  # aware
    zone: ZoneInfo
    is_working_day: Callable[[date], bool] = lambda day: day.weekday() < 5

    @property
    def today(self) -> date:
        """The run's date in the project's zone."""
        return self.now.astimezone(self.zone).date()

    def resolve(self, text: str) -> date | datetime:
        """The date (``today``) or aware datetime (``now``, or any count of hours) that ``text`` names.

        Raises ValueError when it is not a moment.
        """
        match = PATTERN.fullmatch(text.strip())
        if match is None:
            raise ValueError(f"{text!r} is not a moment; write e.g. {{today - 3 working days}}")
        anchor: date | datetime = self.today if match["anchor"] == "today" else self.now
        if match["count"] is None:
            return anchor
        count = int(match["count"]) * (-1 if match["sign"] == "-" else 1)
        return self._shift(anchor, count, match["unit"].rstrip("s"))

    def _shift(self, anchor: date | datetime, count: int, unit: str) -> date | datetime:
        if unit == "hour":
            return (self.now if not isinstance(anchor, datetime) else anchor) + timedelta(hours=count)
        if unit == "week":
            return anchor + timedelta(weeks=count)
        if unit == "month":
            return _add_months(anchor, count)
        if unit == "working day":
            return self._working_days(anchor, count)
        return anchor + timedelta(days=count)

    def _working_days(self, anchor: date | datetime, count: int) -> date | datetime:
        if count < 0 and not self.is_working_day(self._day(anchor)):
            anchor = self._end_of_work(anchor)
        step = timedelta(days=1 if count > 0 else -1)
        left = abs(count)
        while left:
            anchor += step
            left -= self.is_working_day(self._day(anchor))
        return anchor

    def _end_of_work(self, anchor: date | datetime) -> date | datetime:
        """Where the last working day before a day off ended: in the time since, no working day has gone by."""
        last = self._day(anchor)
        while not self.is_working_day(last):
            last -= timedelta(days=1)
        if not isinstance(anchor, datetime):
            return last
        return datetime.combine(last + timedelta(days=1), time(), self.zone).astimezone(anchor.tzinfo)

    def _day(self, anchor: date | datetime) -> date:
        return anchor.astimezone(self.zone).date() if isinstance(anchor, datetime) else anchor


def _add_months(anchor: date | datetime, count: int) -> date | datetime:
    month = anchor.month - 1 + count
    year, month = anchor.year + month // 12, month % 12 + 1
    for day in range(anchor.day, 27, -1):
        try:
            return anchor.replace(year=year, month=month, day=day)
        except ValueError:  # a shorter month: its last day
            continue
    return anchor.replace(year=year, month=month)
