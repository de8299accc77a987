"""When a route holds back what can wait, and until when: by the clock on the wall, whatever is done to it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.incidents.quiet import LONGEST, Quiet
from monitor.quality.calendar import working_days

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
NIGHT = (time(18), time(8))
MINUTE = timedelta(minutes=1)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def wall(text: str, zone: ZoneInfo = COPENHAGEN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def test_a_friday_evening_lasts_until_monday_morning() -> None:
    quiet = Quiet(COPENHAGEN, NIGHT, frozenset({5, 6}))
    assert quiet.until(wall("2026-03-06T18:00")) == wall("2026-03-09T08:00")
    assert quiet.until(wall("2026-03-07T12:00")) == wall("2026-03-09T08:00")
    assert quiet.until(wall("2026-03-06T17:59")) is None
    assert quiet.until(wall("2026-03-09T08:00")) is None


def test_hours_of_one_day_end_on_it() -> None:
    lunch = Quiet(COPENHAGEN, (time(12), time(13)))
    assert lunch.until(wall("2026-03-02T12:30")) == wall("2026-03-02T13:00")
    assert lunch.until(wall("2026-03-02T23:30")) is None
    evening = Quiet(COPENHAGEN, (time(18), time(0)))
    assert evening.until(wall("2026-03-02T20:00")) == wall("2026-03-03T00:00")


def test_a_holiday_is_quiet_where_holidays_are() -> None:
    works = working_days("DK", [date(2026, 5, 15)])  # Ascension is the 14th, the company is off the day after
    quiet = Quiet(COPENHAGEN, NIGHT, frozenset({5, 6}), holidays=True, is_working_day=works)
    assert quiet.until(wall("2026-05-13T20:00")) == wall("2026-05-18T08:00")
    assert Quiet(COPENHAGEN, NIGHT, frozenset({5, 6})).until(wall("2026-05-13T20:00")) == wall("2026-05-14T08:00")


def test_a_weekend_is_no_holiday() -> None:
    quiet = Quiet(COPENHAGEN, holidays=True, is_working_day=working_days("DK"))
    assert quiet.until(wall("2026-03-07T12:00")) is None
    assert quiet.until(wall("2026-12-25T12:00")) == wall("2026-12-26T00:00")


def test_the_calendar_is_not_asked_where_holidays_do_not_count() -> None:
    def asked(_: date) -> bool:
        raise AssertionError

    assert Quiet(COPENHAGEN, NIGHT, is_working_day=asked).until(wall("2026-03-02T20:00")) == wall("2026-03-03T08:00")


@pytest.mark.parametrize(
    ("hours", "now", "until"),
    [
        ("18:00-08:00", "2026-03-28T22:00", "2026-03-29T06:00"),  # the night is an hour shorter
        ("18:00-08:00", "2026-10-24T22:00", "2026-10-25T07:00"),  # and an hour longer
        ("18:00-02:30", "2026-03-28T22:00", "2026-03-29T01:00"),  # there is no 02:30: clocks go from 02:00 to 03:00
        ("18:00-02:30", "2026-10-24T23:00", "2026-10-25T00:30"),  # the first of two
        ("18:00-02:30", "2026-10-25T01:10", "2026-10-25T01:30"),  # in the second hour: the second of two
        ("02:30-04:00", "2026-10-25T00:40", "2026-10-25T01:00"),  # clocks are set back before the quiet began
    ],
)
def test_when_clocks_are_set_the_wall_still_says_when_it_ends(hours: str, now: str, until: str) -> None:
    first, last = (time.fromisoformat(part) for part in hours.split("-"))
    assert Quiet(COPENHAGEN, (first, last)).until(utc(now)) == utc(until)


def test_a_day_that_begins_at_one_o_clock_begins_then() -> None:
    santiago = ZoneInfo("America/Santiago")  # clocks go from 00:00 to 01:00 on 6 September 2026
    quiet = Quiet(santiago, days=frozenset({5}))
    assert quiet.until(wall("2026-09-05T12:00", santiago)) == utc("2026-09-06T04:00")


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"hours": (time(8), time(8))}, "same time"),
        ({"days": frozenset(range(7))}, "whole week"),
        ({}, "neither hours nor days"),
    ],
)
def test_always_and_never_are_refused(said: dict[str, frozenset[int]], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        Quiet(COPENHAGEN, **said)  # type: ignore[arg-type]


def test_where_nobody_ever_works_again_it_ends_after_a_year() -> None:
    quiet = Quiet(COPENHAGEN, days=frozenset({5, 6}), holidays=True, is_working_day=lambda _: False)
    assert quiet.until(utc("2026-03-02T12:00")) == utc("2026-03-02T12:00") + LONGEST


def test_it_says_itself_in_words() -> None:
    quiet = Quiet(COPENHAGEN, NIGHT, frozenset({6, 5}), holidays=True)
    assert quiet.words() == "18:00-08:00, sat, sun and holidays, Europe/Copenhagen"
    assert Quiet(COPENHAGEN, days=frozenset({5})).words() == "sat, Europe/Copenhagen"


# Around moments at which clocks are set (by an hour, by half of one, at midnight; a day left out), and far from them.
PLACES = st.sampled_from(
    [
        (COPENHAGEN, "2026-03-29T01:00"),
        (COPENHAGEN, "2026-10-25T01:00"),
        (COPENHAGEN, "2026-06-10T12:00"),
        (ZoneInfo("Australia/Lord_Howe"), "2026-04-04T15:00"),
        (ZoneInfo("Australia/Lord_Howe"), "2026-10-03T15:30"),
        (ZoneInfo("America/Santiago"), "2026-09-06T04:00"),
        (ZoneInfo("Africa/Cairo"), "2026-04-23T22:00"),
        (ZoneInfo("Pacific/Apia"), "2011-12-30T10:00"),
        (ZoneInfo("Asia/Kolkata"), "2026-06-10T12:00"),
    ]
)
TIMES = st.times().map(lambda at: at.replace(second=0, microsecond=0))
HOURS = st.none() | st.tuples(TIMES | st.sampled_from([time(1, 30), time(2, 30)]), TIMES | st.just(time(2, 30))).filter(
    lambda pair: pair[0] != pair[1]
)
DAYS = st.frozensets(st.integers(0, 6), max_size=3)


def plainly(quiet: Quiet, off: frozenset[date], moment: datetime) -> bool:
    """Whether it is quiet, by what a clock on the wall shows."""
    shown = moment.astimezone(quiet.zone)
    if shown.weekday() in quiet.days or (quiet.holidays and shown.weekday() < 5 and shown.date() in off):
        return True
    if quiet.hours is None:
        return False
    first, last, clock = (f"{one:%H:%M}" for one in (*quiet.hours, shown))
    return first <= clock < last if first < last else not last <= clock < first


@given(PLACES, HOURS, DAYS, st.booleans(), st.integers(-3 * 1440, 3 * 1440), st.sets(st.integers(-3, 4), max_size=3))
def test_until_is_the_first_minute_after_now_that_is_not_quiet(
    place: tuple[ZoneInfo, str],
    hours: tuple[time, time] | None,
    days: frozenset[int],
    holidays: bool,
    offset: int,
    off: set[int],
) -> None:
    zone, near = place
    now = utc(near) + offset * MINUTE
    closed = frozenset(utc(near).date() + timedelta(days=number) for number in off)
    if hours is None and not days and not holidays:
        hours = NIGHT
    quiet = Quiet(zone, hours, days, holidays, lambda day: day not in closed)
    until = quiet.until(now)
    if not plainly(quiet, closed, now):
        assert until is None
        return
    expected = now
    while plainly(quiet, closed, expected):
        expected += MINUTE
    assert until == expected
    assert until > now
    assert quiet.until(until) is None


@given(PLACES, st.integers(-(10**9), 10**9))
def test_a_moment_between_two_minutes_ends_at_a_whole_one(place: tuple[ZoneInfo, str], microseconds: int) -> None:
    quiet = Quiet(place[0], NIGHT, frozenset({5, 6}))
    now = utc(place[1]) + timedelta(microseconds=microseconds)
    until = quiet.until(now)
    if until is not None:
        assert until > now
        assert (until.second, until.microsecond) == (0, 0)
        assert quiet.until(until) is None
        assert quiet.until(until - timedelta(microseconds=1)) == until
