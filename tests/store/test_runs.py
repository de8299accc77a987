"""The life of a run, and the one transaction that closes it."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from monitor.errors import StateUnavailable
from monitor.incidents.decide import Decision
from monitor.incidents.model import EventKind, IncidentState, Reason
from monitor.incidents.notice import Memory
from monitor.messages.outgoing import Action, thread_of_incident
from monitor.quality.outcome import Status
from monitor.store.comparable import RunStatus
from monitor.store.faults import StateConflict
from monitor.store.notices import remember, untold
from monitor.store.outbox import Draft, queue
from monitor.store.state import State
from tests.store.world import CHECK, DIRECTORY, OVER_CAP, day, decisions, outcome, records, result, run

GOOD = outcome(records(), status=Status.PASS)
BAD = outcome(records("a", "b"))


def _tell(connection: sa.Connection) -> None:
    """Queues one message for each open incident that nobody knows of."""
    for one in untold(connection):
        if not one.targets:
            incident = one.incident
            draft = Draft("slack:C1", Action.POST, {"incident": incident.id})
            queue(connection, thread_of_incident(incident.id), draft, day(1))
            remember(connection, incident.id, "slack:C1", Memory(news=1, live=True, posted_at=day(1)))


def _failing_run(state: State, number: int) -> tuple[int, list[Decision]]:
    run_id = state.runs.start("test", day(number))
    state.results.save_entity(run_id, "opportunities", result(BAD), DIRECTORY, day(number))
    return run_id, decisions(state, run_id, [BAD], day(number))


def test_closing_writes_incident_event_and_message_together(state: State) -> None:
    run(state, GOOD, 0)
    run_id, made = _failing_run(state, 1)
    applied = state.runs.close(run_id, made, day(1), then=_tell)
    assert applied is not None
    [incident] = state.incidents.list()
    assert (incident.subject, incident.state, incident.unexpected, incident.opened_at) == (
        CHECK.id,
        IncidentState.OPEN,
        2,
        day(1),
    )
    assert [(event.kind, event.reason) for event in state.incidents.events(incident.id)] == [
        (EventKind.OPENED, Reason.FIRST)
    ]
    [message] = state.outbox.undelivered()
    assert (message.incident_id, message.payload) == (incident.id, {"incident": incident.id})
    assert applied[0].incident == incident


def test_closing_twice_does_nothing_the_second_time(state: State) -> None:
    run(state, GOOD, 0)
    run_id, made = _failing_run(state, 1)
    state.runs.close(run_id, made, day(1), then=_tell)
    assert state.runs.close(run_id, made, day(1), then=_tell) is None
    assert state.runs.fail(run_id, "late", day(1)) is None
    assert len(state.outbox.undelivered()) == len(state.incidents.list()) == 1
    ledger = state.runs.get(run_id)
    assert ledger is not None
    assert ledger.status is RunStatus.CLOSED


def test_of_several_threads_that_close_a_run_one_does(state: State) -> None:
    run(state, GOOD, 0)
    run_id, made = _failing_run(state, 1)
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: state.runs.close(run_id, made, day(1), then=_tell), range(4)))
    assert sum(applied is not None for applied in done) == 1
    assert len(state.outbox.undelivered()) == 1


def test_a_message_that_cannot_be_queued_leaves_nothing_behind(state: State) -> None:
    run(state, GOOD, 0)
    run_id, made = _failing_run(state, 1)

    def broken(connection: sa.Connection) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        state.runs.close(run_id, made, day(1), then=broken)
    assert not state.incidents.list()
    assert not state.outbox.undelivered()
    ledger = state.runs.get(run_id)
    assert ledger is not None
    assert ledger.status is RunStatus.RUNNING
    assert state.runs.close(run_id, made, day(1), then=_tell) is not None


def test_two_runs_that_decide_on_the_same_incident_are_told_apart(state: State) -> None:
    run(state, GOOD, 0)
    run_id, made = _failing_run(state, 1)
    state.runs.close(run_id, made, day(1))
    one, first = _failing_run(state, 2)
    other, second = _failing_run(state, 2)
    state.runs.close(one, first, day(2))
    with pytest.raises(StateConflict, match="somebody else"):
        state.runs.close(other, second, day(2))
    assert state.runs.close(other, decisions(state, other, [BAD], day(2)), day(2)) is not None


def test_two_runs_cannot_open_the_same_incident_twice(state: State) -> None:
    run(state, GOOD, 0)
    one, first = _failing_run(state, 1)
    other, second = _failing_run(state, 1)
    state.runs.close(one, first, day(1))
    with pytest.raises(StateConflict):
        state.runs.close(other, second, day(1))
    assert len(state.incidents.list()) == 1


def test_an_incident_resolves_and_reopens_as_the_same_one(state: State) -> None:
    run(state, GOOD, 0)
    run(state, BAD, 1)
    run(state, GOOD, 2)
    [resolved] = state.incidents.list(IncidentState.RESOLVED)
    assert resolved.resolved_at == day(2)
    run(state, BAD, 3)
    [again] = state.incidents.list()
    assert (again.id, again.state, again.flapping) == (resolved.id, IncidentState.OPEN, True)
    run(state, GOOD, 4)
    run(state, BAD, 40)
    assert [incident.flapping for incident in state.incidents.list()] == [False, True]
    assert [event.kind for event in state.incidents.events(again.id)] == [
        EventKind.OPENED,
        EventKind.RESOLVED,
        EventKind.REOPENED,
        EventKind.RESOLVED,
    ]


def test_the_first_run_learns_and_its_debt_is_worked_off(state: State) -> None:
    run(state, outcome(records("a", "b", "c"), unexpected=30, rows=100), 0)
    baseline = state.baselines.all()[CHECK.id]
    assert (baseline.unexpected, baseline.status) == (30, Status.FAIL)
    second = run(state, outcome(OVER_CAP, unexpected=20), 1)
    assert state.baselines.all()[CHECK.id].unexpected == 20
    assert [one.notify for one in state.results.of_run(second)] == ["within_baseline"]
    run(state, outcome(OVER_CAP, unexpected=25), 2)
    assert len(state.incidents.list(IncidentState.OPEN)) == 1
    assert state.baselines.all()[CHECK.id].unexpected == 20


def test_a_baseline_can_be_accepted_and_reset(state: State) -> None:
    run(state, outcome(OVER_CAP, unexpected=20), 0)
    run(state, outcome(OVER_CAP, unexpected=40), 1)
    assert len(state.incidents.list(IncidentState.OPEN)) == 1
    accepted = state.baselines.accept(CHECK.id, day(1))
    assert accepted is not None
    assert accepted.unexpected == 40
    run(state, outcome(OVER_CAP, unexpected=40), 2)
    assert not state.incidents.list(IncidentState.OPEN)
    assert state.baselines.accept("unheard-of", day(2)) is None
    assert state.baselines.reset(CHECK.id) == 1
    assert not state.baselines.all()


def test_the_reset_of_one_unknown_check_forgets_nothing(state: State) -> None:
    run(state, GOOD, 0)
    assert state.baselines.reset("unheard-of") == 0
    assert len(state.baselines.all()) == 1


def test_a_pending_incident_that_passes_leaves_no_trace(state: State) -> None:
    from monitor.incidents.model import Policy

    policy = Policy(failing_runs=2)
    run(state, GOOD, 0, policy=policy)
    run(state, BAD, 1, policy=policy)
    assert [incident.state for incident in state.incidents.list()] == [IncidentState.PENDING]
    run(state, GOOD, 2, policy=policy)
    assert not state.incidents.list()


def test_a_failed_run_says_why_and_can_open_an_incident(state: State) -> None:
    from monitor.incidents.decide import decide_system
    from monitor.incidents.model import Observation, Policy, RunContext

    run_id = state.runs.start("test", day(0))
    seen = Observation("crm", Status.ERROR, observed="the CRM cannot be reached")
    decision = decide_system(None, seen, Policy(), RunContext(run_id), day(0))
    state.runs.fail(run_id, "the CRM cannot be reached", day(0), [decision], then=_tell)
    ledger = state.runs.get(run_id)
    assert ledger is not None
    assert (ledger.status, ledger.reason) == (RunStatus.FAILED, "the CRM cannot be reached")
    [incident] = state.incidents.list()
    assert (incident.kind, incident.subject) == ("system", "crm")
    assert len(state.outbox.undelivered()) == 1
    assert state.runs.last() is None


def test_a_run_whose_process_was_killed_is_marked_as_died(state_url: sa.URL, state: State) -> None:
    url = state_url.render_as_string(hide_password=False)
    script = (
        "import os, sys; from datetime import *; from monitor.store.state import State\n"
        "s = State.open(sys.argv[1]); print(s.runs.start('test', datetime(2026, 3, 2, tzinfo=UTC)), flush=True)\n"
        "os.kill(os.getpid(), 9)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, url],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    dead = state.runs.get(int(done.stdout))
    assert dead is not None
    assert dead.status is RunStatus.RUNNING
    mine = state.runs.start("test", day(0))
    statuses = {found.id: found.status for found in state.runs.list()}
    assert statuses == {dead.id: RunStatus.DIED, mine: RunStatus.RUNNING}


def test_a_run_of_a_living_process_is_left_alone_until_it_is_silent_for_hours(state_url: sa.URL, state: State) -> None:
    with State.open(state_url) as other:
        running = other.runs.start("test", day(0))
        state.runs.start("test", day(0) + timedelta(hours=1))
        first = state.runs.get(running)
        state.runs.start("test", day(1))
        later = state.runs.get(running)
    assert first is not None
    assert later is not None
    assert (first.status, later.status) == (RunStatus.RUNNING, RunStatus.DIED)
    assert state.runs.close(running, (), day(1)) == ()


def test_an_as_of_before_the_last_comparable_run_is_a_replay(state: State) -> None:
    assert not state.runs.is_replay(day(-5))
    run(state, GOOD, 0, as_of=day(-3))
    assert state.runs.is_replay(day(-4))
    assert not state.runs.is_replay(day(-3))
    run(state, GOOD, 1, as_of=day(-9), replay=True)
    assert not state.runs.is_replay(day(-3))
    last, comparable = state.runs.last(), state.runs.last(comparable=True)
    assert last is not None
    assert comparable is not None
    assert (last.replay, comparable.replay) == (True, False)


def test_a_run_by_hand_is_comparable_but_does_not_count(state: State) -> None:
    counted = run(state, GOOD, 0)
    by_hand = run(state, BAD, 1, counts=False)
    assert not state.incidents.list()
    assert [one.notify for one in state.results.of_run(by_hand)] == ["not_counted"]
    last = state.runs.last(counted=True)
    assert last is not None
    assert last.id == counted


def test_a_run_that_does_not_exist_is_named(state: State) -> None:
    with pytest.raises(StateUnavailable, match="no run 77"):
        state.runs.close(77, (), day(0))
    with pytest.raises(StateUnavailable, match="no run 77"):
        state.results.save_entity(77, "opportunities", result(GOOD), DIRECTORY, day(0))
