"""Made-up days of a company: a weekly pattern, with chance as it falls in counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from monitor.demo.rhythm import poisson
from monitor.quality.anomaly import Point

MONDAY = date(2026, 9, 7)
OFFICE = (1.0, 1.1, 1.0, 1.0, 0.8, 0.02, 0.01)
"""What is entered in an office, as a share of a usual Monday."""
SHOP = (1.0, 0.9, 0.9, 1.0, 1.3, 1.6, 0.1)
"""What comes in from a shop."""


def count(rng: Random, mean: float) -> float:
    """A Poisson count of any mean, made of small ones."""
    parts = int(mean // 20)
    return float(sum(poisson(rng, 20) for _ in range(parts)) + poisson(rng, mean - 20 * parts))


def days(number: int, first: date = MONDAY) -> list[date]:
    """So many days in a row."""
    return [first + timedelta(days=place) for place in range(number)]


def healthy(rng: Random, number: int, mean: float, pattern: Sequence[float], first: date = MONDAY) -> list[Point]:
    """So many days of which each has its weekday's share of ``mean``, give or take chance."""
    return [Point(day, count(rng, mean * pattern[day.weekday()])) for day in days(number, first)]


def waits(rng: Random, number: int, rate: float) -> list[Point]:
    """Hours of working days since the newest record, every morning at six, where ``rate`` are entered on a weekday."""
    worked = newest = 0.0
    found = []
    for day in days(number):
        office = day.weekday() < 5
        found.append(Point(day, worked + 6 * office - newest))
        if office:
            entered = [8 + 9 * rng.random() for _ in range(int(count(rng, rate)))]
            newest = worked + max(entered) if entered else newest
            worked += 24
    return found
