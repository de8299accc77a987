"""The ledger of jobs: one row per job and due time, claimed by one, ended once."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from monitor.store import ledger
from monitor.store.ledger import ClaimLost, How, JobRun, RunState
from monitor.store.processes import new_holder
from monitor.store.state import State
from monitor.store.tables_service import job_runs
from tests.store.world import CLOCK

HOUR = timedelta(hours=1)


def claimed(state: State, hours: int = 0, *, beside: bool = False) -> JobRun:
    found = state.ledger.claim("records", CLOCK + hours * HOUR, How.SCHEDULE, beside=beside)
    assert found is not None
    return found


def end(state: State, run: JobRun, exit_code: int = 0) -> bool:
    with state.database.write() as connection:
        return ledger.finish(connection, run, CLOCK + HOUR, exit_code, "")


def let_die(state: State, run: JobRun) -> None:
    """As if its process had given no sign of life for too long."""
    seen_at(state, run, CLOCK - timedelta(days=1))


def seen_at(state: State, run: JobRun, until: datetime) -> None:
    with state.database.write() as connection:
        connection.execute(sa.update(job_runs).where(job_runs.c.id == run.id).values(alive_until=until))


def test_a_due_time_is_claimed_once(state: State) -> None:
    run = claimed(state)
    assert run.state is RunState.RUNNING
    assert end(state, run)
    assert state.ledger.claim("records", CLOCK, How.SCHEDULE) is None
    found = state.ledger.get("records", CLOCK)
    assert found is not None
    assert (found.state, found.exit_code, found.attempt) == (RunState.DONE, 0, 1)


def test_of_many_who_claim_at_the_same_moment_one_gets_it(state_url: sa.URL, state: State) -> None:
    others = [State.open(state_url, clock=lambda: CLOCK) for _ in range(4)]
    got: list[JobRun | None] = []
    threads = [
        threading.Thread(target=lambda one=one: got.append(one.ledger.claim("records", CLOCK, How.SCHEDULE)))
        for one in others
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for other in others:
        other.close()
    assert len(got) == 4
    assert sum(one is not None for one in got) == 1


def test_another_run_of_the_same_job_waits_unless_it_may_run_beside(state: State) -> None:
    claimed(state)
    assert state.ledger.claim("records", CLOCK + HOUR, How.SCHEDULE) is None
    assert state.ledger.get("records", CLOCK + HOUR) is None
    assert claimed(state, 2, beside=True)


def test_what_a_dead_process_left_behind_is_taken_over_once(state: State) -> None:
    run = claimed(state)
    assert state.ledger.left_behind() == []
    let_die(state, run)
    assert [one.id for one in state.ledger.left_behind()] == [run.id]
    taken = state.ledger.take_over(run)
    assert taken is not None
    assert taken.attempt == 2
    assert state.ledger.take_over(run) is None
    assert state.ledger.left_behind() == []


def test_the_run_of_a_closed_state_counts_as_left_behind(state: State, state_url: sa.URL) -> None:
    with State.open(state_url, clock=lambda: CLOCK) as other:
        run = other.ledger.claim("records", CLOCK, How.SCHEDULE)
        assert run is not None
        assert state.ledger.left_behind() == []
    assert [one.id for one in state.ledger.left_behind()] == [run.id]


def test_who_was_taken_over_says_no_sign_of_life_ends_nothing_and_writes_nothing(
    state: State, state_url: sa.URL
) -> None:
    run = claimed(state)
    let_die(state, run)
    taken = state.ledger.take_over(run)
    assert taken is not None
    with pytest.raises(ClaimLost):
        state.ledger.alive(run)
    assert not end(state, run, 3)
    with State.open(state_url, clock=lambda: CLOCK, guards=[ledger.guard(run)]) as late, pytest.raises(ClaimLost):
        late.runs.start("schedule", CLOCK)
    assert state.runs.list() == []
    assert end(state, taken)
    found = state.ledger.get("records", CLOCK)
    assert found is not None
    assert found.exit_code == 0


def test_a_sign_of_life_keeps_a_run(state: State) -> None:
    run = claimed(state)
    let_die(state, run)
    state.ledger.alive(run)
    assert state.ledger.left_behind() == []


def hold(state: State, run: JobRun, holder: str) -> JobRun:
    """The run, as if that process had it, and gave no sign of life for too long."""
    let_die(state, run)
    with state.database.write() as connection:
        connection.execute(sa.update(job_runs).where(job_runs.c.id == run.id).values(holder=holder))
    [left] = state.ledger.left_behind()
    return left


def test_a_process_that_lives_on_did_not_die_at_the_run_that_it_lost(state: State) -> None:
    run = claimed(state)
    for attempt in range(2, 9):
        taken = state.ledger.take_over(hold(state, run, new_holder()))
        assert taken is not None
        assert (taken.attempt, taken.deaths) == (attempt, 0)
        run = taken
    with subprocess.Popen([sys.executable, "-c", ""]) as over:
        over.wait()
    died = new_holder().replace(f"/{os.getpid()}/", f"/{over.pid}/")
    for holder, count in ((died, 1), ("elsewhere/1/x", 2)):  # of another host nothing else can be seen
        taken = state.ledger.take_over(hold(state, run, holder))
        assert taken is not None
        assert taken.deaths == count
        run = taken


def test_a_run_went_on_for_as_long_as_its_process_gave_signs_of_life(state: State) -> None:
    assert state.ledger.busy("records", CLOCK) is None
    run = claimed(state)
    seen_at(state, run, CLOCK + ledger.SIGN_OF_LIFE)
    later = CLOCK + 26 * HOUR
    began, seen = state.ledger.busy("records", later) or (later, later)
    assert (began, seen) == (CLOCK, CLOCK + ledger.SIGN_OF_LIFE), "and not until now"
    assert state.ledger.busy("records", CLOCK + timedelta(seconds=5)) == (CLOCK, CLOCK + timedelta(seconds=5))
    assert end(state, run)
    assert state.ledger.busy("records", later) == (CLOCK, CLOCK + HOUR)
    let_die(state, lost := claimed(state, 2))
    assert state.ledger.give_up(lost, "too late")
    assert state.ledger.busy("records", later) == (CLOCK, CLOCK + HOUR), "what is missed did not go on"
    assert state.ledger.busy("records", CLOCK - HOUR) is None, "nor did what a clock that was ahead recorded"


def test_what_is_put_back_is_anybody_s_at_once(state: State) -> None:
    run = claimed(state)
    state.ledger.put_back(run)
    assert [one.id for one in state.ledger.left_behind()] == [run.id]
    assert state.ledger.take_over(run) is not None


def test_a_missed_run_is_recorded_once_and_never_over_one_that_was_done(state: State) -> None:
    assert state.ledger.miss("records", {CLOCK: "nothing ran"})
    assert not state.ledger.miss("records", {CLOCK: "nothing ran"})
    assert end(state, claimed(state, 1))
    assert not state.ledger.miss("records", {CLOCK + HOUR: "nothing ran"})
    assert state.ledger.claim("records", CLOCK, How.SCHEDULE) is None


def test_what_is_settled_is_known_from_then_on_and_never_less(state: State) -> None:
    times = {"a": "every 1h", "b": "0 6 * * *"}
    state.ledger.know(times, CLOCK)
    state.ledger.settle({"a": CLOCK + 3 * HOUR})
    state.ledger.settle({"a": CLOCK + HOUR, "gone": CLOCK})
    assert state.ledger.know(times, CLOCK + 9 * HOUR) == {"a": CLOCK + 3 * HOUR, "b": CLOCK}


def test_a_job_is_known_since_it_was_first_seen_or_its_times_changed(state: State) -> None:
    later = CLOCK + HOUR
    assert state.ledger.know({"a": "every 1h", "b": "0 6 * * *"}, CLOCK) == {"a": CLOCK, "b": CLOCK}
    assert state.ledger.know({"a": "every 1h", "b": "0 7 * * *"}, later) == {"a": CLOCK, "b": later}
    assert state.ledger.know({"b": "0 7 * * *"}, later + HOUR) == {"b": later}
    assert state.ledger.know({"a": "every 1h"}, later + HOUR) == {"a": later + HOUR}
