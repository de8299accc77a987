"""ISO weeks: they add and subtract over year ends, and read what they write."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.adoption.week import IsoWeek

_days = st.dates(date(1990, 1, 1), date(2060, 12, 31))


@settings(deadline=None)
@given(_days, st.integers(-600, 600))
def test_weeks_add_and_subtract(day: date, weeks: int) -> None:
    week = IsoWeek.of(day)
    assert (week + weeks) - week == weeks
    assert week + weeks == IsoWeek.of(day + timedelta(weeks=weeks))
    assert week.monday <= day <= week.sunday
    assert IsoWeek.parse(str(week)) == week


@settings(deadline=None)
@given(_days, st.integers(0, 60))
def test_the_weeks_back_follow_one_another_and_end_with_the_week_itself(day: date, weeks: int) -> None:
    back = IsoWeek.of(day).back(weeks)
    assert len(back) == weeks
    assert [week.monday for week in back] == [IsoWeek.of(day).monday - timedelta(weeks=n) for n in range(weeks)][::-1]


def test_some_years_have_a_week_53() -> None:
    assert IsoWeek(2026, 53) + 1 == IsoWeek(2027, 1)
    assert IsoWeek(2027, 1).back(2) == (IsoWeek(2026, 53), IsoWeek(2027, 1))


@pytest.mark.parametrize("text", ["2027-W53", "2026-W00", "2026-47", "week 47", ""])
def test_what_is_no_week_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        IsoWeek.parse(text)
