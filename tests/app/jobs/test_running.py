"""One run of a job: given up when it takes too long, put back when the process ends, taken over once."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from monitor.app.jobs import running as running_module
from monitor.app.jobs.running import Running
from monitor.app.jobs.work import Doing, Done
from monitor.app.project import OpenProject
from monitor.app.scheduled import Scheduled, load_scheduled
from monitor.incidents.model import IncidentKind
from monitor.store.lease import Lease, LeaseLost, guard
from monitor.store.ledger import ClaimLost, How, JobRun, RunState
from monitor.store.state import State
from monitor.store.tables_service import job_runs
from tests.acceptance import small_crm

SCHEDULE = "jobs:\n  records: {do: check, every: 1h, timeout: 10m}\n"
DUE = datetime(2026, 11, 28, 6, tzinfo=UTC)


class Clock:
    """Goes on by ``step`` each time it is read; ``seconds`` are those of a clock that nobody sets."""

    def __init__(self) -> None:
        self.now, self.step = DUE, timedelta(milliseconds=1)

    def __call__(self) -> datetime:
        self.now += self.step
        return self.now

    def seconds(self) -> float:
        return (self() - DUE).total_seconds()


@pytest.fixture
def scheduled(tmp_path: Path) -> Scheduled:
    crm = small_crm.make(sa.URL.create("sqlite", database=str(tmp_path / "crm.db")), tmp_path / "project")
    (crm.folder / "config" / "schedule.yaml").write_text(SCHEDULE, encoding="utf-8")
    return load_scheduled(crm.folder, {})


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def opened(scheduled: Scheduled, clock: Clock) -> Iterator[OpenProject]:
    found = OpenProject(scheduled.project, clock, {})
    yield found
    found.close()


def claimed(opened: OpenProject) -> JobRun:
    run = opened.state.ledger.claim("records", DUE, How.SCHEDULE)
    assert run is not None
    return run


def row(opened: OpenProject) -> JobRun:
    run = opened.state.ledger.get("records", DUE)
    assert run is not None
    return run


def running(opened: OpenProject, scheduled: Scheduled, clock: Clock | None = None) -> Running:
    seconds = time.monotonic if clock is None else clock.seconds
    return Running(opened, scheduled.schedule.jobs[0], {}, monotonic=seconds)


def test_a_run_that_takes_too_long_is_given_up_and_an_incident_says_so(
    opened: OpenProject, scheduled: Scheduled, clock: Clock
) -> None:
    claim = claimed(opened)
    clock.step = timedelta(minutes=2)
    result = running(opened, scheduled, clock).run(claim, threading.Event())
    clock.step = timedelta(milliseconds=1)
    assert result.done is not None
    assert (row(opened).state, row(opened).exit_code) == (RunState.DONE, 3)
    assert row(opened).why == "it took longer than 0:10:00, and was given up"
    incident = opened.state.incidents.current()[IncidentKind.SYSTEM, "job:records"]
    assert incident.live
    assert "longer than 0:10:00" in incident.observed


def test_a_clock_that_is_put_on_ends_no_run(opened: OpenProject, scheduled: Scheduled, clock: Clock) -> None:
    claim = claimed(opened)
    clock.step = timedelta(hours=1)
    result = running(opened, scheduled).run(claim, threading.Event())
    assert result.done is not None
    assert (row(opened).state, row(opened).exit_code) == (RunState.DONE, 0)


def test_the_end_of_the_process_puts_a_run_back_and_the_next_does_it(opened: OpenProject, scheduled: Scheduled) -> None:
    ended = threading.Event()
    ended.set()
    assert running(opened, scheduled).run(claimed(opened), ended).done is None
    assert row(opened).state is RunState.RUNNING
    [left] = opened.state.ledger.left_behind()
    again = opened.state.ledger.take_over(left)
    assert again is not None
    result = running(opened, scheduled).run(again, threading.Event())
    assert result.done is not None
    assert (row(opened).state, row(opened).attempt, row(opened).exit_code) == (RunState.DONE, 2, 0)
    assert [run.status.value for run in opened.state.runs.list()] == ["closed"]


def test_who_was_taken_over_meanwhile_records_nothing(opened: OpenProject, scheduled: Scheduled) -> None:
    claim = claimed(opened)
    with opened.state.database.write() as connection:
        connection.execute(sa.update(job_runs).values(attempt=2))
    with pytest.raises(ClaimLost):
        running(opened, scheduled).run(claim, threading.Event())
    assert row(opened).state is RunState.RUNNING
    assert opened.state.runs.list() == []


def test_what_was_found_and_that_it_was_done_are_one_transaction(
    opened: OpenProject, scheduled: Scheduled, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process dies right after the run was closed: nobody does it again."""

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("monitor.app.check.deliver", die)
    with pytest.raises(KeyboardInterrupt):
        running(opened, scheduled).run(claimed(opened), threading.Event())
    assert (row(opened).state, row(opened).exit_code) == (RunState.DONE, 0)
    assert opened.state.ledger.left_behind() == []


def test_a_run_that_was_given_up_meanwhile_writes_nothing_more(opened: OpenProject, scheduled: Scheduled) -> None:
    claim = claimed(opened)
    with opened.state.database.write() as connection:
        connection.execute(sa.update(job_runs).values(alive_until=DUE - timedelta(days=1)))
    assert opened.state.ledger.give_up(claim, "it was too late")
    with pytest.raises(ClaimLost):
        running(opened, scheduled).run(claim, threading.Event())
    assert (row(opened).state, row(opened).why) == (RunState.MISSED, "it was too late")
    assert opened.state.runs.list() == []


def test_who_put_a_run_back_did_not_die_at_it(opened: OpenProject) -> None:
    run = claimed(opened)
    for _ in range(7):
        opened.state.ledger.put_back(run)
        [left] = opened.state.ledger.left_behind()
        taken = opened.state.ledger.take_over(left)
        assert taken is not None
        run = taken
    assert (run.attempt, run.deaths) == (8, 0)


def taken(state: State) -> Lease:
    found = state.leases.take("this/1/x")
    assert found is not None
    return found


def test_who_lost_the_lead_stops_and_writes_nothing_more(
    opened: OpenProject, scheduled: Scheduled, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two hosts would read the CRM at once, for as long as the run takes."""
    monkeypatch.setattr(running_module, "SIGN_OF_LIFE", timedelta(seconds=0.4))
    steps = 0

    def work(doing: Doing) -> Done:
        nonlocal steps
        state.leases.give_back(lease)
        assert state.leases.take("another/1/x") is not None
        for steps in range(100):
            doing.step("reading", steps, 100)
            time.sleep(0.1)
        return Done()

    state, claim = opened.state, claimed(opened)
    lease = taken(state)
    state.database.guards.append(guard(lease))
    monkeypatch.setattr(running_module, "do", work)
    with pytest.raises(LeaseLost):
        running(opened, scheduled).run(claim, threading.Event())
    assert steps < 99
    state.database.guards.clear()
    assert row(opened).state is RunState.RUNNING, "it is the other's to end"


def test_a_run_gives_signs_of_life_while_an_outside_monitor_is_slow_to_hear_of_its_start(
    opened: OpenProject, scheduled: Scheduled, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without them another process would take the run over meanwhile. Of the end it is told once that is recorded."""
    ledger, sign = opened.state.ledger, threading.Event()
    alive = ledger.alive
    told: list[str] = []

    def signs(claim: JobRun) -> None:
        alive(claim)
        sign.set()

    def slow(_url: object, what: str) -> bool:
        if what == "start":
            assert sign.wait(30), "it is told before the signs of life begin"
        told.append(what)
        return True

    claim = claimed(opened)
    monkeypatch.setattr("monitor.app.jobs.running.SIGN_OF_LIFE", timedelta(seconds=0.2))
    monkeypatch.setattr("monitor.app.jobs.running.ping", slow)
    monkeypatch.setattr(ledger, "alive", signs)
    running(opened, scheduled).run(claim, threading.Event())
    assert told == ["start", "0"]
