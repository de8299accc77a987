"""ISO weeks (ISO 8601): Monday to Sunday, numbered within the year that holds their Thursday."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from monitor.reach import within_reach

_TEXT = re.compile(r"^(?P<year>[0-9]{4})-?W(?P<number>[0-9]{1,2})$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, order=True)
class IsoWeek:
    """A week. It sorts by time, adds weeks with ``+``, and reads and writes ``2026-W47``."""

    year: int
    number: int

    def __post_init__(self) -> None:
        monday = date.fromisocalendar(self.year, self.number, 1)  # raises ValueError for a week that does not exist
        if not within_reach(monday):
            raise ValueError(f"the year {self.year} is not reckoned with")

    @classmethod
    def of(cls, day: date) -> IsoWeek:
        """The week that holds a day."""
        return _week_of(day)

    @classmethod
    def parse(cls, text: str) -> IsoWeek:
        """``2026-W47`` or ``2026W47``. Raises ValueError for anything else, and for a week that does not exist."""
        found = _TEXT.match(text.strip())
        if found is None:
            raise ValueError(f"{text!r} is no ISO week; write it as 2026-W47")
        return cls(int(found["year"]), int(found["number"]))

    @property
    def monday(self) -> date:
        return date.fromisocalendar(self.year, self.number, 1)

    @property
    def sunday(self) -> date:
        return self.monday + timedelta(days=6)

    def days(self) -> Iterator[date]:
        """Its seven days."""
        return (self.monday + timedelta(days=number) for number in range(7))

    def __add__(self, weeks: int) -> IsoWeek:
        return IsoWeek.of(self.monday + timedelta(weeks=weeks))

    def __sub__(self, other: IsoWeek) -> int:
        """How many weeks lie between: ``other + (self - other) == self``."""
        return (self.monday - other.monday).days // 7

    def back(self, weeks: int) -> tuple[IsoWeek, ...]:
        """The ``weeks`` weeks that end with this one, oldest first."""
        return _back(self, weeks)

    def __str__(self) -> str:
        return f"{self.year}-W{self.number:02}"


# Figures ask for the same few hundred weeks a million times.
@lru_cache(maxsize=10_000)
def _week_of(day: date) -> IsoWeek:
    year, number, _ = day.isocalendar()
    return IsoWeek(year, number)


@lru_cache(maxsize=10_000)
def _back(week: IsoWeek, weeks: int) -> tuple[IsoWeek, ...]:
    return tuple(week + number for number in range(1 - weeks, 1))
