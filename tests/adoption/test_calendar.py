"""The days on which somebody is expected at work."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.adoption.calendar import Calendar, WeekOfWork
from monitor.adoption.week import IsoWeek
from tests.adoption.making import member

EASTER = IsoWeek(2026, 14)  # Maundy Thursday and Good Friday of 2026 are in it
CHRISTMAS = IsoWeek(2026, 52)


def test_a_week_has_five_working_days_less_the_public_holidays_of_the_persons_country() -> None:
    calendar = Calendar()
    assert calendar.week(member(country="DK"), EASTER).expected == 3
    assert calendar.week(member("2", country="SE"), EASTER).expected == 4  # Maundy Thursday is a working day in Sweden
    assert calendar.week(member("3"), EASTER).expected == 5


def test_the_companys_days_off_and_quiet_weeks_are_nobodys_working_days() -> None:
    calendar = Calendar([date(2026, 12, 24)], [29])
    assert calendar.week(member(country="DK"), CHRISTMAS).expected == 3
    assert calendar.week(member(country="DK"), IsoWeek(2026, 29)) == WeekOfWork(0)


def test_days_of_absence_are_not_expected_and_are_told_apart_from_holidays() -> None:
    away = member(country="DK", absences=[(date(2026, 3, 30), date(2026, 4, 3)), (date(2026, 4, 1), date(2026, 4, 2))])
    assert Calendar().week(away, EASTER) == WeekOfWork(0, 3)


def test_nothing_is_expected_before_the_start() -> None:
    assert Calendar().week(member(start=date(2026, 11, 19)), IsoWeek(2026, 47)) == WeekOfWork(2)
    assert Calendar().week(member(start=date(2026, 11, 19)), IsoWeek(2026, 46)) == WeekOfWork(0)


def test_part_time_scales_what_is_expected() -> None:
    assert Calendar().week(member(part_time=0.6), IsoWeek(2026, 47)).expected == pytest.approx(3)


def test_a_year_of_53_weeks_is_counted_whole() -> None:
    expected = Calendar().expected(member(), date(2026, 1, 1), date(2027, 1, 3))
    assert expected == sum(1 for n in range(368) if (date(2026, 1, 1) + timedelta(n)).weekday() < 5)
    assert IsoWeek.of(date(2027, 1, 3)) == IsoWeek(2026, 53)


def test_a_country_whose_holidays_nobody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="XQ"):
        Calendar().week(member(country="XQ"), EASTER)


@settings(deadline=None)
@given(
    first=st.dates(date(2025, 1, 1), date(2027, 1, 1)),
    days=st.integers(0, 90),
    away=st.lists(st.tuples(st.dates(date(2025, 1, 1), date(2027, 1, 1)), st.integers(0, 30)), max_size=3),
)
def test_a_span_is_the_sum_of_its_days(first: date, days: int, away: list[tuple[date, int]]) -> None:
    one = member(start=date(2025, 6, 3), absences=[(day, day + timedelta(more)) for day, more in away])
    calendar, last = Calendar(quiet_weeks=[29]), first + timedelta(days)
    by_day = sum(calendar.expected(one, first + timedelta(n), first + timedelta(n)) for n in range(days + 1))
    assert calendar.expected(one, first, last) == by_day
