"""Which days a reading covers."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.activity.windows import next_window

FRIDAY = date(2026, 11, 20)
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))


def test_the_first_reading_covers_half_a_year_of_whole_weeks_and_this_one() -> None:
    window = next_window(None, FRIDAY)
    assert window.first.isocalendar().weekday == 1
    assert (FRIDAY - window.first).days == 26 * 7 + 4
    assert window.last == FRIDAY


def test_later_ones_look_back_for_what_was_entered_late_and_further_once_a_week() -> None:
    assert next_window(FRIDAY - timedelta(days=1), FRIDAY).first == FRIDAY - timedelta(days=14)
    assert next_window(FRIDAY, FRIDAY).first == FRIDAY - timedelta(days=14)
    monday = FRIDAY + timedelta(days=3)
    assert next_window(FRIDAY, monday).first == monday - timedelta(days=28)


def test_a_pause_leaves_no_gap_and_a_long_one_begins_anew() -> None:
    assert next_window(FRIDAY - timedelta(days=60), FRIDAY).first == FRIDAY - timedelta(days=60)
    assert next_window(FRIDAY - timedelta(days=400), FRIDAY) == next_window(None, FRIDAY)


@given(DAYS, st.integers(0, 500))
def test_a_window_always_reaches_back_to_what_was_read_or_to_the_history(today: date, pause: int) -> None:
    window = next_window(today - timedelta(days=pause), today)
    assert window.last == today
    assert next_window(None, today).first <= window.first
    assert window.first <= max(today - timedelta(days=pause), next_window(None, today).first)
