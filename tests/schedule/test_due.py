"""Every due time comes exactly once, whatever the clocks do."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.schedule.cron import parse_cron
from monitor.schedule.due import due_between, newest_due, next_fires, risks, simulate
from monitor.schedule.job import Every, Job, Work
from tests.schedule.oracle import Matches, due_by_the_minute

ZONES = ("Europe/Copenhagen", "America/Sao_Paulo", "Asia/Kolkata", "Australia/Lord_Howe")
BEGIN = datetime(2025, 12, 30, 12, tzinfo=UTC)
TWO_YEARS = timedelta(days=731)
LINES: dict[str, Matches] = {
    "30 2 * * *": lambda at: (at.hour, at.minute) == (2, 30),
    "0 0 * * *": lambda at: (at.hour, at.minute) == (0, 0),
    "59 23 31 12 *": lambda at: (at.month, at.day, at.hour, at.minute) == (12, 31, 23, 59),
    "*/15 1-3 * * sun": lambda at: at.weekday() == 6 and at.hour in (1, 2, 3) and at.minute % 15 == 0,
    "0 6 * * mon-fri": lambda at: at.weekday() < 5 and (at.hour, at.minute) == (6, 0),
    "45 * 1 * *": lambda at: at.day == 1 and at.minute == 45,
}


def job(timing: str, zone: str = "UTC", **more: object) -> Job:
    found = Every(timedelta(minutes=int(timing)), "") if timing.isdigit() else parse_cron(timing)
    return Job(timing, Work.CHECK, found, ZoneInfo(zone), **more)  # type: ignore[arg-type]


def wanted(zone: str, begin: datetime, span: timedelta) -> dict[str, list[datetime]]:
    return {
        line: list(due_by_the_minute(matches, ZoneInfo(zone), begin, begin + span)) for line, matches in LINES.items()
    }


@pytest.mark.parametrize("zone", ZONES)
def test_around_every_change_of_the_clocks_each_time_comes_once(zone: str) -> None:
    for month, day in ((3, 27), (10, 2), (10, 23)):
        begin, span = datetime(2026, month, day, tzinfo=UTC), timedelta(days=10)
        for line, times in wanted(zone, begin, span).items():
            assert list(due_between(job(line, zone), begin, begin + span)) == times, line


@pytest.mark.journeys
@pytest.mark.parametrize("zone", ZONES)
def test_in_two_years_each_time_comes_once_and_none_is_lost(zone: str) -> None:
    for line, times in wanted(zone, BEGIN, TWO_YEARS).items():
        assert list(due_between(job(line, zone), BEGIN, BEGIN + TWO_YEARS)) == times, line


@given(zone=st.sampled_from(ZONES), line=st.sampled_from(list(LINES)), seed=st.integers(0, 10**9))
def test_who_looks_again_and_again_sees_each_time_once(zone: str, line: str, seed: int) -> None:
    chance, one = random.Random(seed), job(line, zone)
    end = BEGIN + timedelta(days=400)
    seen: list[datetime] = []
    at = BEGIN
    while at < end:
        until = min(at + timedelta(minutes=chance.choice([1, 7, 59, 61, 600, 5000, 40000])), end)
        seen += due_between(one, at, until)
        at = until
    assert seen == list(due_between(one, BEGIN, end))


def test_a_local_time_that_comes_twice_means_its_first() -> None:
    found = list(due_between(job("30 2 * * *", "Europe/Copenhagen"), *_day(2026, 10, 25)))
    assert found == [datetime(2026, 10, 25, 0, 30, tzinfo=UTC)]


def test_a_local_time_that_is_leapt_over_means_the_first_moment_after_the_leap() -> None:
    found = list(due_between(job("30 2 * * *", "Europe/Copenhagen"), *_day(2026, 3, 29)))
    assert found == [datetime(2026, 3, 29, 1, 0, tzinfo=UTC)]


def test_half_an_hour_is_leapt_over_on_lord_howe() -> None:
    found = list(due_between(job("15 2 * * *", "Australia/Lord_Howe"), *_day(2026, 10, 3)))
    assert found == [datetime(2026, 10, 3, 15, 30, tzinfo=UTC)]  # 02:30 there, as 02:00 to 02:30 were left out


def _day(year: int, month: int, day: int) -> tuple[datetime, datetime]:
    begin = datetime(year, month, day, tzinfo=UTC) - timedelta(hours=2)
    return begin, begin + timedelta(hours=24)


def test_an_interval_means_the_same_moments_on_every_host() -> None:
    begin = datetime(2026, 11, 28, 10, 7, 13, tzinfo=UTC)
    found = list(due_between(job("15"), begin, begin + timedelta(hours=1)))
    assert [f"{at:%H:%M:%S}" for at in found] == ["10:15:00", "10:30:00", "10:45:00", "11:00:00"]


@given(seconds=st.integers(0, 3600), minute=st.integers(0, 100_000))
def test_a_run_is_put_off_within_its_spread_and_always_by_as_much(seconds: int, minute: int) -> None:
    one, due = job("60", spread=timedelta(seconds=seconds)), BEGIN + timedelta(minutes=minute)
    assert timedelta() <= one.delay(due) <= timedelta(seconds=seconds)
    assert one.delay(due) == job("60", spread=timedelta(seconds=seconds)).delay(due)


def test_runs_are_spread_over_the_whole_of_it() -> None:
    one = job("60", spread=timedelta(minutes=10))
    minutes = {one.delay(BEGIN + timedelta(hours=number)) // timedelta(minutes=1) for number in range(500)}
    assert minutes >= set(range(10))


def test_what_is_simulated_is_what_is_due_in_the_order_in_which_it_begins() -> None:
    jobs = [job("30 2 * * *", zone, spread=timedelta(minutes=30)) for zone in ZONES[:1]]
    jobs += [job("0 6 * * mon-fri", "Asia/Kolkata"), job("7", spread=timedelta(minutes=5))]
    end = BEGIN + timedelta(days=60)
    found = list(simulate(jobs, BEGIN, end))
    assert [one.fires for one in found] == sorted(one.fires for one in found)
    for one in jobs:
        inside = [due for due in due_between(one, BEGIN - one.spread, end) if BEGIN < one.fires(due) <= end]
        assert sorted(each.due for each in found if each.job_id == one.id) == inside


@given(now=st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)), spread=st.sampled_from([0, 40, 900]))  # noqa: DTZ001
def test_the_next_runs_are_the_first_that_begin(now: datetime, spread: int) -> None:
    moment = now.replace(tzinfo=UTC)
    one = job("20", spread=timedelta(seconds=spread))
    every = sorted(one.fires(due) for due in due_between(one, moment - timedelta(hours=1), moment + timedelta(hours=3)))
    assert next_fires(one, moment, 3) == [at for at in every if at > moment][:3]


def test_risky_hours_are_named_for_each_change_of_the_clocks() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    found = risks(job("30 2 * * *", "Europe/Copenhagen"), now, timedelta(days=365))
    assert [(f"{one.local:%Y-%m-%d %H:%M}", one.change.leaps) for one in found] == [
        ("2026-03-29 02:30", True),
        ("2026-10-25 02:30", False),
    ]
    assert [f"{one.due:%H:%M}" for one in found] == ["01:00", "00:30"]


@pytest.mark.parametrize(
    ("line", "zone"), [("30 4 * * *", ZONES[0]), ("30 2 * * *", ZONES[1]), ("30 2 * * *", ZONES[2])]
)
def test_an_hour_at_which_no_clock_changes_is_not_risky(line: str, zone: str) -> None:
    assert not risks(job(line, zone), datetime(2026, 1, 1, tzinfo=UTC), timedelta(days=730))


@pytest.mark.parametrize("cron", ["* * * * *", "17 */3 * * *", "0 6 * * mon", "0 0 1 1 *"])
@pytest.mark.parametrize("before", [0, 3, 100])
def test_the_newest_due_times_are_all_since_a_moment_and_enough_before(cron: str, before: int) -> None:
    one = job(cron, "Europe/Copenhagen")
    until = datetime(2026, 11, 29, 6, 17, tzinfo=UTC)
    after, since = until - timedelta(days=40), until - timedelta(hours=30)
    every = list(due_between(one, after, until))
    found = newest_due(one, after, until, since=since, before=before)
    assert found == every[len(every) - len(found) :]
    assert [due for due in found if due > since] == [due for due in every if due > since]
    assert sum(due <= since for due in found) >= min(before, sum(due <= since for due in every))


def test_of_a_year_of_minutes_few_are_worked_out() -> None:
    one = job("* * * * *")
    until = datetime(2026, 11, 29, tzinfo=UTC)
    found = newest_due(one, until - timedelta(days=365), until, since=until - timedelta(days=1), before=1000)
    assert 2440 <= len(found) < 10_000
