"""Which days a reading covers."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.activity.windows import history, is_whole_due, next_window

FRIDAY = date(2026, 11, 20)
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))


def test_the_first_reading_covers_half_a_year_of_whole_weeks_and_this_one() -> None:
    window = history(FRIDAY)
    assert next_window(None, FRIDAY, late_days=7) == window
    assert window.first.isocalendar().weekday == 1
    assert (FRIDAY - window.first).days == 26 * 7 + 4
    assert window.last == FRIDAY


def test_later_ones_look_back_for_what_was_entered_late_and_further_once_a_week() -> None:
    assert next_window(FRIDAY - timedelta(days=1), FRIDAY, late_days=7).first == FRIDAY - timedelta(days=7)
    assert next_window(FRIDAY, FRIDAY, late_days=7).first == FRIDAY - timedelta(days=7)
    monday = FRIDAY + timedelta(days=3)
    assert next_window(FRIDAY, monday, late_days=7).first == monday - timedelta(days=28)


def test_how_far_they_look_back_can_be_said() -> None:
    assert next_window(FRIDAY, FRIDAY, late_days=14).first == FRIDAY - timedelta(days=14)
    monday = FRIDAY + timedelta(days=3)
    assert next_window(FRIDAY, monday, late_days=35).first == monday - timedelta(days=35)


def test_all_is_read_again_after_four_weeks_and_where_it_is_not_known_when_it_was() -> None:
    assert is_whole_due(None, FRIDAY, every_days=28)
    assert not is_whole_due(FRIDAY - timedelta(days=27), FRIDAY, every_days=28)
    assert is_whole_due(FRIDAY - timedelta(days=28), FRIDAY, every_days=28)
    assert is_whole_due(FRIDAY - timedelta(days=7), FRIDAY, every_days=7)


def test_a_pause_leaves_no_gap_and_a_long_one_begins_anew() -> None:
    assert next_window(FRIDAY - timedelta(days=60), FRIDAY, late_days=7).first == FRIDAY - timedelta(days=60)
    assert next_window(FRIDAY - timedelta(days=400), FRIDAY, late_days=7) == history(FRIDAY)


@given(DAYS, st.integers(0, 500))
def test_a_window_always_reaches_back_to_what_was_read_or_to_the_history(today: date, pause: int) -> None:
    window = next_window(today - timedelta(days=pause), today, late_days=7)
    assert window.last == today
    assert history(today).first <= window.first
    assert window.first <= max(today - timedelta(days=pause), history(today).first)
