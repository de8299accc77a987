"""Which days people work."""

from __future__ import annotations

from datetime import date

import pytest

from monitor.quality.calendar import working_days


def test_weekends_and_public_holidays_are_off() -> None:
    works = working_days("dk")
    days = {
        date(2026, 11, 20): True,  # a Friday
        date(2026, 11, 21): False,
        date(2026, 12, 25): False,
        date(2027, 3, 25): False,  # Maundy Thursday
        date(2026, 12, 24): True,  # no public holiday, whatever most offices do
    }
    assert {day: works(day) for day in days} == days


def test_the_project_has_days_off_of_its_own() -> None:
    assert not working_days("DK", [date(2026, 12, 24)])(date(2026, 12, 24))
    assert working_days("DK")(date(2026, 12, 24))


def test_without_a_country_only_weekends_are_off() -> None:
    works = working_days("")
    assert works(date(2026, 12, 25))
    assert not works(date(2026, 12, 26))


def test_a_country_without_a_calendar_is_refused() -> None:
    with pytest.raises(ValueError, match="no public holidays are known for country 'XQ'"):
        working_days("xq")
