"""What becomes of runs that nothing was there to do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from monitor.schedule.due import due_between
from monitor.schedule.job import CatchUp, Overlap
from monitor.schedule.missed import judge
from tests.schedule.test_due import job

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)


def done(catch_up: CatchUp, *, hours: int, late: timedelta = timedelta(), within: int = 24) -> list[str]:
    """At which hours a job of every hour is done, that nobody did for so long."""
    one = job("60", catch_up=catch_up, catch_up_within=timedelta(hours=within))
    now = NOON + late
    verdicts = judge(one, list(due_between(one, NOON - timedelta(hours=hours), now)), now)
    return [f"{verdict.due:%H}" for verdict in verdicts if not verdict.missed]


def test_a_run_at_its_time_is_done_whatever_the_policy() -> None:
    for policy in CatchUp:
        assert done(policy, hours=1) == ["12"]


def test_only_the_latest_is_done_afterwards() -> None:
    assert done(CatchUp.LATEST, hours=5, late=timedelta(minutes=20)) == ["12"]


def test_all_are_done_afterwards_in_their_order() -> None:
    assert done(CatchUp.ALL, hours=5, late=timedelta(minutes=20)) == ["08", "09", "10", "11", "12"]


def test_none_is_done_afterwards() -> None:
    assert done(CatchUp.NONE, hours=5, late=timedelta(minutes=20)) == []


def test_one_that_is_too_old_is_missed_whatever_the_policy() -> None:
    assert done(CatchUp.ALL, hours=5, late=timedelta(minutes=20), within=2) == ["11", "12"]
    assert done(CatchUp.LATEST, hours=5, late=timedelta(minutes=59), within=0) == []


def test_one_that_waited_for_the_run_before_it_is_done_when_that_ends_whatever_the_policy() -> None:
    one = job("60", catch_up=CatchUp.NONE, overlap=Overlap.WAIT)
    begun, later = NOON - timedelta(hours=2, minutes=5), NOON + timedelta(minutes=7)
    dues = [NOON - timedelta(hours=1), NOON]
    whys = [verdict.missed for verdict in judge(one, dues, later, (begun, later - timedelta(seconds=5)))]
    assert whys == ["nothing ran at its time, and a later run stands for it", ""]
    assert all(verdict.missed for verdict in judge(one, dues, later, (begun, NOON)))  # it ended long ago
    assert all(verdict.missed for verdict in judge(one, dues, later, (NOON + timedelta(minutes=1), later)))


def test_a_run_that_is_put_off_is_not_late_before_its_time() -> None:
    one = job("60", spread=timedelta(minutes=50), catch_up=CatchUp.NONE)
    fires = one.fires(NOON)
    assert judge(one, [NOON], fires - timedelta(seconds=1)) == []
    assert [verdict.missed for verdict in judge(one, [NOON], fires + timedelta(seconds=30))] == [""]
    assert judge(one, [NOON], fires + timedelta(minutes=2))[0].missed


def test_every_run_that_is_missed_says_why() -> None:
    one = job("60", catch_up=CatchUp.LATEST)
    verdicts = judge(one, list(due_between(one, NOON - timedelta(hours=40), NOON)), NOON)
    assert len(verdicts) == 40
    assert [bool(verdict.missed) for verdict in verdicts] == [True] * 39 + [False]
    assert len({verdict.missed for verdict in verdicts if verdict.missed}) == 2
