"""What is looked for: every due time that is not in the ledger, whatever was recorded after it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from monitor.app.jobs.due_now import LONG, OFTEN, due_now
from monitor.schedule.cron import parse_cron
from monitor.schedule.due import due_between
from monitor.schedule.job import CatchUp, Every, Job, Overlap, Schedule, Work
from monitor.store.ledger import REMEMBERED, How
from monitor.store.state import State
from monitor.store.tables_service import job_runs

BEGUN = datetime(2026, 11, 28, 6, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def job(**more: object) -> Job:
    given: dict[str, object] = {"spread": timedelta(), "catch_up": CatchUp.ALL, "catch_up_within": timedelta(days=30)}
    timing = Every(MINUTE, "every minute")
    return Job("records", Work.CHECK, zone=ZoneInfo("UTC"), **{"timing": timing, **given, **more})  # type: ignore[arg-type]


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    with State.open(f"sqlite:///{tmp_path}/monitor.db") as opened:
        yield opened


def found(state: State, one: Job, now: datetime) -> list[datetime]:
    return [due.due for due in due_now(state, Schedule((one,), "schedule.yaml"), now).dues]


def test_a_due_time_is_found_although_a_later_one_was_recorded_before_its_process_died(state: State) -> None:
    one = job()
    assert found(state, one, BEGUN) == []
    now = BEGUN + 4 * MINUTE
    first, second, third, _ = found(state, one, now)
    assert state.ledger.miss("records", {second: "the run before it was still going on"})
    assert state.ledger.claim("records", third, How.SCHEDULE)
    assert found(state, one, now)[:1] == [first]


def test_a_run_that_waits_for_the_one_before_it_is_found_when_that_has_ended(state: State) -> None:
    one = job(timing=Every(5 * MINUTE, "5m"), catch_up=CatchUp.NONE, overlap=Overlap.WAIT)
    due = BEGUN + 15 * MINUTE
    now = due + 3 * MINUTE
    due_now(state, Schedule((one,)), BEGUN - MINUTE)
    run = state.ledger.claim("records", BEGUN, How.SCHEDULE)
    assert run is not None

    def found_when(began: datetime, ended: datetime | None) -> list[datetime]:
        with state.database.write() as connection:
            connection.execute(sa.update(job_runs).values(started_at=began, finished_at=ended))
        return [due.due for due in due_now(state, Schedule((one,)), now).dues if not due.missed]

    assert found_when(BEGUN, None) == [due], "of those that wait, the newest"
    assert found_when(BEGUN, now - timedelta(seconds=10)) == [due]
    assert found_when(BEGUN, now - 2 * MINUTE) == [], "it ended long ago, and the job catches up on nothing"
    assert found_when(due + MINUTE, now) == [], "it began after that"


@pytest.mark.parametrize(
    ("before", "after", "known"),
    [
        ("0 6 * * mon-fri", "0  6 * * 1-5", True),
        ("@daily", "0 0 * * *", True),
        ("0 6 * * mon-fri", "0 6 * * mon-sat", False),
    ],
)
def test_only_another_time_is_another_job_and_not_another_way_to_write_it(
    state: State, caplog: pytest.LogCaptureFixture, before: str, after: str, known: bool
) -> None:
    monday = datetime(2026, 11, 30, tzinfo=UTC)
    found(state, job(timing=parse_cron(before)), monday - timedelta(hours=1))
    dues = found(state, job(timing=parse_cron(after)), monday + timedelta(hours=9))
    assert bool(dues) is known
    assert ("its times were changed, and count from now" in caplog.text) is not known


@pytest.mark.parametrize("spread", [timedelta(), 7 * MINUTE])
@pytest.mark.parametrize("seed", range(5))
def test_whatever_was_recorded_when_it_was_killed_every_due_time_is_recorded_once(
    state: State, seed: int, spread: timedelta
) -> None:
    chance, one, now = random.Random(seed), job(spread=spread), BEGUN
    schedule = Schedule((one,), "schedule.yaml")
    due_now(state, schedule, now)
    for _ in range(60):
        now += chance.choice((MINUTE, 5 * MINUTE, 40 * MINUTE))
        look = due_now(state, schedule, now)
        if look.settled and chance.random() < 0.5:
            state.ledger.settle(look.settled)
        dues = list(look.dues)
        chance.shuffle(dues)
        for due in dues[: chance.randrange(len(dues) + 1)]:
            assert state.ledger.miss("records", {due.due: "killed"})
    now += spread
    for due in due_now(state, schedule, now).dues:
        assert state.ledger.miss("records", {due.due: "the last look"})
    recorded = state.ledger.recorded("records", BEGUN)
    fallen = {due for due in due_between(one, BEGUN, now) if one.fires(due) <= now}
    assert recorded == fallen


def test_it_is_noted_up_to_when_all_is_recorded_once_that_is_worth_it(state: State) -> None:
    one = job()
    schedule = Schedule((one,), "schedule.yaml")
    due_now(state, schedule, BEGUN)
    for number in range(1, OFTEN + 3):
        if number != OFTEN + 1:
            assert state.ledger.miss("records", {BEGUN + number * MINUTE: "test"})
    assert due_now(state, schedule, BEGUN + (OFTEN - 1) * MINUTE).settled == {}
    assert due_now(state, schedule, BEGUN + (OFTEN + 3) * MINUTE).settled == {"records": BEGUN + OFTEN * MINUTE}


def test_a_rare_job_is_settled_by_time(state: State) -> None:
    one = Job("records", Work.CHECK, Every(LONG, "every 6 hours"), ZoneInfo("UTC"))
    schedule = Schedule((one,), "schedule.yaml")
    due_now(state, schedule, BEGUN)
    for due in due_between(one, BEGUN, BEGUN + 2 * LONG):
        assert state.ledger.miss("records", {due: "test"})
    last = max(due_between(one, BEGUN, BEGUN + 2 * LONG))
    assert due_now(state, schedule, BEGUN + 2 * LONG).settled == {"records": last}


def test_after_more_than_a_year_without_a_service_nobody_looks_further_back(state: State) -> None:
    one = Job("records", Work.CHECK, Every(timedelta(days=1), "every day"), ZoneInfo("UTC"), catch_up=CatchUp.NONE)
    due_now(state, Schedule((one,), "schedule.yaml"), BEGUN)
    now = BEGUN + 2 * REMEMBERED
    assert min(found(state, one, now)) > now - REMEMBERED


def test_of_more_runs_to_catch_up_on_than_are_handed_out_at_once_none_is_lost(state: State) -> None:
    one = job(catch_up_within=timedelta(days=1))
    schedule = Schedule((one,), "schedule.yaml")
    due_now(state, schedule, BEGUN)
    now = BEGUN + 1200 * MINUTE
    done: list[datetime] = []
    while dues := [due.due for due in due_now(state, schedule, now).dues if not due.missed]:
        state.ledger.settle(due_now(state, schedule, now).settled)
        for at in dues[:500]:
            assert state.ledger.claim("records", at, How.CAUGHT_UP, beside=True)
        done += dues[:500]
    assert done == list(due_between(one, BEGUN, now))


def test_a_clock_that_was_ahead_once_keeps_no_job_from_its_work_when_it_is_put_right(state: State) -> None:
    one = job()
    assert found(state, one, BEGUN + timedelta(days=365)) == []
    assert found(state, one, BEGUN) == []
    assert found(state, one, BEGUN + 2 * MINUTE) == [BEGUN + MINUTE, BEGUN + 2 * MINUTE]
