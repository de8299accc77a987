"""Which days people work: weekends and public holidays of one country, and the project's own days off."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date
from functools import cache


def working_days(country: str, extra_days_off: Collection[date] = ()) -> Callable[[date], bool]:
    """A function that tells whether people of ``country`` (ISO 3166 alpha-2) work on a day.

    Without a country only weekends and ``extra_days_off`` are off. Raises ValueError for a country
    whose holidays nobody has written down.
    """
    off = frozenset(extra_days_off)
    is_holiday = _public_holidays(country.upper()) if country else None

    def is_working_day(day: date) -> bool:
        return day.weekday() < 5 and day not in off and not (is_holiday is not None and is_holiday(day))

    return is_working_day


@cache
def _public_holidays(country: str) -> Callable[[date], bool]:
    import holidays  # imported late: a quarter of a second that most commands need not spend

    try:
        calendar = holidays.country_holidays(country)
    except NotImplementedError:
        raise ValueError(f"no public holidays are known for country {country!r}; use a code such as DK or NO") from None
    return calendar.__contains__
