"""Looking for what is due: a mistake about one job keeps no other from its work, and a clock put right is noticed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from monitor.app.jobs.trouble import Trouble
from monitor.app.project import OpenProject
from monitor.errors import StateUnavailable
from monitor.schedule.job import Job, Schedule, Work
from monitor.service import steward as steward_module
from monitor.service.not_done import NotDone
from monitor.service.steward import Steward
from monitor.store.ahead import Ahead
from monitor.store.ledger import How, JobRun, RunState
from tests.service.answering import Answering, half_past
from tests.service.conftest import Make

DAY = timedelta(days=1)


@pytest.fixture
def monitor(make: Make) -> Answering:
    found = make(None)
    found.lead()
    found.past.known_for(timedelta(days=2))
    return found


def left_behind(monitor: Answering, job: str) -> None:
    """Its last run was begun long ago, and not ended."""
    with monitor.past.state() as state:
        assert state.ledger.claim(job, monitor.past.now - 10 * DAY, How.SCHEDULE, beside=True)


def test_a_mistake_about_one_job_keeps_no_other_from_its_work(
    monitor: Answering, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def wrong(*_: object) -> None:
        raise RuntimeError("a value that nobody should read")

    monkeypatch.setattr(NotDone, "given_up", wrong)
    left_behind(monitor, "records")
    monitor.steward.look()
    assert "RuntimeError" in caplog.text
    assert "nobody should read" not in caplog.text
    with monitor.past.state() as state:
        beat = state.ledger.get("beat", monitor.past.due("beat"))
        assert beat is not None, "the other job's run is missing"


def test_what_was_handed_out_and_did_not_begin_holds_up_no_end_and_is_due_still(monitor: Answering) -> None:
    """The scheduler that was to give it a thread is shut down by then."""
    handed: list[Callable[[], None]] = []
    current = monitor.current
    made = Steward(
        lambda: current[0], monitor.opening, lambda _job, _due, work: handed.append(work), threading.Event(), 2
    )
    made.look()
    in_hand = made.busy
    assert len(in_hand) == len(handed) > 0
    made.close()
    assert made.busy == {}
    for work in handed:
        work()  # a thread that was on its way to it
    with monitor.past.state() as state:
        assert not [job for job, due in in_hand.items() if state.ledger.get(job, due)]
    monitor.steward.look()
    with monitor.past.state() as state:
        assert all(state.ledger.get(job, due) for job, due in in_hand.items())


def test_what_has_begun_is_waited_for_when_it_ends(monitor: Answering, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[list[str]] = []
    current = monitor.current
    made = Steward(lambda: current[0], monitor.opening, lambda _job, _due, work: work(), threading.Event(), 2)

    def run(*_: object) -> None:
        made.close()
        seen.append(list(made.busy))

    monkeypatch.setattr(made, "_run", run)
    made.look()
    assert len(seen) == 1, "what comes after the end is not begun"
    assert len(seen[0]) == 1
    assert made.busy == {}


@pytest.mark.parametrize("before", ["records", "use"])
def test_where_there_is_no_room_for_all_who_began_longest_ago_is_first(monitor: Answering, before: str) -> None:
    """However often one job is due, and wherever it stands in the file."""
    current, whole = monitor.current, monitor.current[0]
    records = monitor.past.job("records")
    jobs = (records, replace(records, id="use", work=Work.ADOPTION))
    current[0] = replace(whole, said=replace(whole.said, schedule=Schedule(jobs)))
    with monitor.past.state() as state:
        state.ledger.know({job.id: job.times for job in jobs}, monitor.past.now - 2 * DAY)
    made = Steward(lambda: current[0], monitor.opening, lambda *_: None, threading.Event(), 1)
    made._begun[before] = time.monotonic()
    made.look()
    assert len(made.busy) == 1
    assert before not in made.busy


def test_a_heartbeat_waits_for_no_worker(monitor: Answering, monkeypatch: pytest.MonkeyPatch) -> None:
    """However long all of them are busy: who hears of it would take the service for dead."""
    current = monitor.current
    at = monitor.past.due("beat") + timedelta(hours=1, seconds=10)
    monkeypatch.setattr(monitor.opening, "_clock", lambda: at)
    made = Steward(lambda: current[0], monitor.opening, lambda *_: None, threading.Event(), 0)
    made.look()
    assert list(made.busy) == ["beat"]


def test_what_a_run_says_of_a_job_that_was_taken_out_meanwhile_is_forgotten(
    monitor: Answering, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(self: Steward, opened: OpenProject, job: Job, _claim: JobRun) -> None:
        current[0] = replace(whole, said=replace(whole.said, schedule=replace(whole.schedule, jobs=())))
        self.look()  # it was read again, and looked at, while the run goes on
        with opened.state.database.write() as connection:
            Trouble(opened, opened.state, opened.clock()).of(connection, job, "a reason")

    current, whole = monitor.current, monitor.current[0]
    monkeypatch.setattr(Steward, "_run", fails)
    monitor.steward.look()
    assert stands(monitor)
    monitor.steward.look()
    assert not stands(monitor)


def test_a_run_of_a_job_taken_out_that_ends_while_a_look_tidies_is_tidied_after_by_the_next(
    monitor: Answering, monkeypatch: pytest.MonkeyPatch
) -> None:
    tidied: list[object] = []

    def tidy(self: Steward, *_: object, **__: object) -> None:
        tidied.append(self)
        if len(tidied) == 1:
            self._tidied = None  # as the end of the run does, in its thread

    monkeypatch.setattr(Steward, "_tidy", tidy)
    for _ in range(3):
        monitor.steward.look()
    assert len(tidied) == 2


def stands(monitor: Answering) -> bool:
    with monitor.opening.project() as opened:
        return Trouble(opened, opened.state, opened.clock()).stands(())


def steward(monitor: Answering, clock: Callable[[], datetime], monkeypatch: pytest.MonkeyPatch) -> Steward:
    monkeypatch.setattr(monitor.opening, "_clock", clock)
    current = monitor.current
    return Steward(lambda: current[0], monitor.opening, lambda _job, _due, work: work(), threading.Event(), 2)


def test_what_a_clock_that_was_ahead_recorded_is_done_when_its_time_comes(
    monitor: Answering, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ahead = timedelta(0)
    made = steward(monitor, lambda: half_past() + ahead, monkeypatch)
    made.look()
    coming = monitor.past.due("beat") + timedelta(hours=1)
    ahead = timedelta(hours=3)
    made.look()
    with monitor.past.state() as state:
        assert state.ledger.get("beat", coming) is not None
    ahead = timedelta(0)
    made.look()
    assert "a clock was ahead, and they are done again when their time comes" in caplog.text
    with monitor.past.state() as state:
        assert state.ledger.get("beat", coming) is None
    ahead = coming - half_past() + timedelta(seconds=1)
    made.look()
    with monitor.past.state() as state:
        found = state.ledger.get("beat", coming)
        assert found is not None
        assert found.state is RunState.DONE


def test_runs_of_a_time_to_come_are_told_where_the_clock_was_ahead_from_the_beginning(
    monitor: Answering, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Or is it wrong now? Nobody can tell, so nothing is done twice."""
    ahead = timedelta(hours=3)
    made = steward(monitor, lambda: half_past() + ahead, monkeypatch)
    made.look()
    coming = monitor.past.due("beat") + timedelta(hours=3)
    with monitor.past.state() as state:
        assert state.ledger.get("beat", coming) is not None
    assert "for times still to come" not in caplog.text
    ahead = timedelta(0)
    made.look()
    assert "this clock is behind, or one was ahead when they were done" in caplog.text
    with monitor.past.state() as state:
        assert state.ledger.get("beat", coming) is not None


def test_a_mistake_about_one_job_s_missed_runs_keeps_no_other_from_its_work(
    monitor: Answering, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    right = NotDone.missed

    def wrong(self: NotDone, job: Job, whys: Mapping[datetime, str]) -> None:
        if job.id == "records":
            raise RuntimeError("a value that nobody should read")
        right(self, job, whys)

    monkeypatch.setattr(NotDone, "missed", wrong)
    monitor.steward.look()
    assert "RuntimeError" in caplog.text
    with monitor.past.state() as state:
        assert state.ledger.get("beat", monitor.past.due("beat")) is not None


def test_a_run_at_work_is_not_given_up_however_late_the_clock_says_it_is(
    monitor: Answering, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monitor.past.state() as state:
        run = state.ledger.claim("records", monitor.past.now - 10 * DAY, How.SCHEDULE, beside=True)
        assert run is not None
    given_up: list[object] = []
    monkeypatch.setattr(NotDone, "given_up", lambda *of: given_up.append(of))
    monkeypatch.setattr(Steward, "busy", {"records": run.due_at})
    monitor.steward.look()
    assert given_up == []


def test_that_a_clock_was_put_right_is_not_forgotten_where_the_state_cannot_be_used_just_then(
    monitor: Answering, monkeypatch: pytest.MonkeyPatch
) -> None:
    ahead, right = timedelta(0), Steward._tidy
    made = steward(monitor, lambda: half_past() + ahead, monkeypatch)
    made.look()
    coming = monitor.past.due("beat") + timedelta(hours=1)
    ahead = timedelta(hours=3)
    made.look()
    ahead = timedelta(0)

    def locked(*_: object, **__: object) -> None:
        raise StateUnavailable("it is locked")

    monkeypatch.setattr(Steward, "_tidy", locked)
    made.look()
    with monitor.past.state() as state:
        assert state.ledger.get("beat", coming) is not None
    monkeypatch.setattr(Steward, "_tidy", right)
    made.look()
    with monitor.past.state() as state:
        assert state.ledger.get("beat", coming) is None


def test_the_server_s_clock_is_no_witness_where_it_is_set_back_with_this_one(
    monitor: Answering, monkeypatch: pytest.MonkeyPatch
) -> None:
    believed: list[bool] = []
    behind = timedelta(0)

    def settle(*_: object, witness: Callable[[datetime], bool], **__: object) -> Ahead:
        believed.append(witness(half_past() - behind))
        return Ahead(0)

    monkeypatch.setattr(steward_module, "settle_ahead", settle)
    made = steward(monitor, lambda: half_past() - behind, monkeypatch)
    made.look()
    behind = timedelta(hours=1)
    made.look()
    assert believed == [True, False]
