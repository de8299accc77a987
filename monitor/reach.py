"""The days that are reckoned with. At the ends of the calendar a day before, or a week after, does not exist."""

from __future__ import annotations

from datetime import date

FIRST = date(1970, 1, 1)
LAST = date(2999, 12, 31)


def within_reach(day: date) -> bool:
    """Whether the day is one that anybody can mean."""
    return FIRST <= day <= LAST
