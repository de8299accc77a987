"""A clock that was ahead and is right again is told by one that nobody sets."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from monitor.service.clocks import Clocks

BEGUN = datetime(2026, 11, 29, 6, tzinfo=UTC)
HOUR = timedelta(hours=1)


def told(*wrong: timedelta) -> list[bool]:
    """What is said each hour, with the clock so much ahead (or behind)."""
    hours = 0.0
    clocks, found = Clocks(lambda: hours * 3600), []
    for number, by in enumerate(wrong):
        hours = number
        found.append(clocks.put_right(BEGUN + number * HOUR + by))
    return found


def test_a_clock_that_was_ahead_was_put_right_once() -> None:
    assert told(0 * HOUR, 20 * HOUR, 20 * HOUR, 0 * HOUR, 0 * HOUR) == [False, False, False, True, False]


def test_that_it_is_behind_is_told_once_each_time() -> None:
    """It is wrong now, or it was ahead when the process began: that is for a person to know."""
    hours = 0.0
    clocks, found = Clocks(lambda: hours * 3600), []
    for number, by in enumerate((0 * HOUR, -HOUR, -HOUR, 0 * HOUR, -HOUR)):
        hours = number
        assert not clocks.put_right(BEGUN + number * HOUR + by)
        found.append(clocks.fell_back)
    assert found == [False, True, False, False, True]


def test_a_clock_that_was_behind_did_no_harm() -> None:
    assert told(0 * HOUR, -20 * HOUR, 0 * HOUR) == [False, False, False]


def test_a_clock_that_falls_back_by_years_is_not_right() -> None:
    assert told(0 * HOUR, HOUR, timedelta(days=-7300)) == [False, False, False]


def test_what_drifts_by_seconds_is_right() -> None:
    assert told(*(timedelta(seconds=number) for number in range(50))) == [False] * 50


def test_a_clock_that_is_behind_since_it_was_asked_first_is_no_witness() -> None:
    hours = 0.0
    clocks, found = Clocks(lambda: hours * 3600), []
    for number, by in enumerate((HOUR, HOUR, 0 * HOUR, 3 * HOUR)):
        hours = number
        found.append(clocks.went_on(BEGUN + number * HOUR + by))
    assert found == [True, True, False, True]
