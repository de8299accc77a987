"""When people work: weekdays, public holidays of their country, the summer, the days around New Year."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from random import Random
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Copenhagen")
_WEEKDAYS = (1.05, 1.1, 1.05, 1.0, 0.8, 0.02, 0.01)


@cache
def _holidays(country: str, year: int) -> frozenset[date]:
    import holidays

    return frozenset(holidays.country_holidays(country, years=year).keys())


def is_holiday(day: date, country: str) -> bool:
    """Whether the whole country is off; a plain Swedish Sunday is not told apart from any other."""
    return day in _holidays(country, day.year)


def pace(day: date, country: str) -> float:
    """How much is done on a day, as a share of a usual working day."""
    if is_holiday(day, country):
        return 0.0
    week = day.isocalendar().week
    season = 0.35 if 28 <= week <= 31 else 0.3 if week in (1, 52, 53) else 1.0
    return _WEEKDAYS[day.weekday()] * season


def days(first: date, last: date) -> list[date]:
    """Every day from ``first`` to ``last``, both included."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def at_work(rng: Random, day: date) -> datetime:
    """A moment within the working hours of a day, in UTC."""
    minutes = 8 * 60 + min(int(rng.betavariate(2, 2.2) * 560), 559)
    local = datetime.combine(day, time(minutes // 60, minutes % 60, rng.randrange(60)), ZONE)
    return local.astimezone(UTC)


def weekday_from(day: date) -> date:
    """``day``, or the Monday after it when it falls on a weekend."""
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() >= 5 else 0)


def working_day_before(day: date, country: str = "DK") -> date:
    """The last ordinary working day before ``day``."""
    day -= timedelta(days=1)
    while day.weekday() >= 5 or is_holiday(day, country):
        day -= timedelta(days=1)
    return day


def poisson(rng: Random, mean: float) -> int:
    """How many of something happen when ``mean`` are usual (Knuth's method: ``mean`` is small)."""
    limit, count, product = math.exp(-mean), 0, rng.random()
    while product > limit:
        count += 1
        product *= rng.random()
    return count
