"""When an incident opens, worsens and is mended, and why somebody is told or not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from monitor.incidents.decide import decide_gone
from monitor.incidents.model import EventKind, IncidentKind, IncidentState, Observation, Policy, Reason, RunContext
from monitor.quality.outcome import Status
from tests.incidents.cases import BAD, CLOCK, GOOD, Life, debt, seen


def test_a_check_that_crosses_its_limit_opens_and_is_told_once() -> None:
    life = Life()
    first = life.run(BAD)
    assert (first.reason, first.shows, first.event) == (Reason.FIRST, True, EventKind.OPENED)
    assert first.incident is not None
    assert (first.incident.state, first.incident.opened_at) == (IncidentState.OPEN, CLOCK + timedelta(days=1))
    again = life.run(BAD)
    assert (again.reason, again.shows, again.events) == (Reason.UNCHANGED, False, ())


def test_figures_that_move_a_little_are_shown_and_told_to_nobody() -> None:
    life = Life()
    life.run(BAD)
    decision = life.run(seen(unexpected=210))
    assert (decision.reason, decision.shows, decision.reason.notifies) == (Reason.UNCHANGED, True, False)


def test_it_opens_after_n_failing_runs_in_a_row_and_resolves_after_m_passing_ones() -> None:
    life = Life(Policy(failing_runs=3, passing_runs=2))
    assert life.runs([BAD, BAD, GOOD]) == ["pending", "pending", "within_limits"]
    assert life.incident is None
    assert life.runs([BAD, BAD, BAD]) == ["pending", "pending", "first"]
    assert life.runs([GOOD, BAD, GOOD, GOOD]) == ["recovering", "unchanged", "recovering", "resolved"]


def test_an_outcome_without_a_verdict_neither_counts_nor_interrupts() -> None:
    life = Life(Policy(failing_runs=2, passing_runs=2))
    life.run(BAD)
    before = life.incident
    assert life.run(seen(Status.NO_BASELINE, None, None)).reason is Reason.NO_VERDICT
    assert life.incident == before
    assert life.run(BAD).reason is Reason.FIRST
    assert life.run(seen(Status.NO_BASELINE, None, None)).reason is Reason.NO_VERDICT


EMPTY = seen(Status.NO_DATA, 0, 0)
SKIPPED = seen(Status.SKIPPED, None, None)


def test_an_incident_is_resolved_when_no_row_is_left_for_as_many_runs_as_it_would_have_to_pass() -> None:
    life = Life(Policy(passing_runs=3))
    assert life.runs([BAD, EMPTY, GOOD, EMPTY]) == ["first", "recovering", "recovering", "resolved"]
    assert life.runs([EMPTY, BAD]) == ["no_verdict", "reopened"]


def test_no_rows_say_nothing_of_the_debt() -> None:
    life = Life(baseline=None)
    assert life.runs([EMPTY]) == ["no_verdict"]
    assert life.baseline is None
    life = Life(baseline=debt(50))
    life.run(EMPTY)
    assert life.baseline == debt(50)


def test_an_incident_whose_check_is_skipped_from_now_on_ends_as_it_stands() -> None:
    life = Life(Policy(passing_runs=2))
    assert life.runs([BAD, SKIPPED, BAD, SKIPPED]) == ["first", "no_verdict", "unchanged", "no_verdict"]
    ended = life.run(SKIPPED)
    assert (ended.reason, ended.event, ended.shows) == (
        Reason.NO_LONGER_CHECKED,
        EventKind.RESOLVED,
        True,
    )
    assert ended.incident is not None
    assert (ended.incident.status, ended.incident.unexpected) == (Status.FAIL, 200)
    assert life.runs([SKIPPED, BAD]) == ["no_verdict", "reopened"]


@pytest.mark.parametrize("observation", [EMPTY, SKIPPED])
def test_a_pending_incident_goes_when_its_check_has_nothing_to_look_at(observation: Observation) -> None:
    life = Life(Policy(failing_runs=2))
    life.run(BAD)
    assert life.run(observation).drop
    assert life.run(BAD).reason is Reason.PENDING


@pytest.mark.parametrize("observation", [EMPTY, SKIPPED])
def test_a_run_by_hand_ends_no_incident_of_a_check_that_has_nothing_to_look_at(observation: Observation) -> None:
    life = Life()
    life.run(BAD)
    assert not life.run(observation, counts=False).changed


def test_an_error_never_opens_or_resolves_a_data_incident() -> None:
    life = Life()
    error = seen(Status.ERROR, None, None)
    assert life.run(error).reason is Reason.ERROR_IS_SYSTEM
    assert life.incident is None
    life.run(BAD)
    assert not life.run(error).changed
    assert life.incident is not None
    assert life.incident.live


def test_an_error_opens_a_system_incident_that_any_verdict_mends() -> None:
    life = Life(system=True)
    opened = life.run(seen(Status.ERROR, None, None, observed="column gone"))
    assert (opened.reason, opened.kind) == (Reason.FIRST, IncidentKind.SYSTEM)
    assert opened.incident is not None
    assert opened.incident.observed == "column gone"
    assert life.run(BAD).reason is Reason.RESOLVED


def test_a_system_incident_ends_when_its_check_is_skipped_from_now_on() -> None:
    life = Life(system=True)
    life.run(seen(Status.ERROR, None, None))
    assert life.run(SKIPPED).reason is Reason.NO_LONGER_CHECKED


def test_a_system_incident_opens_while_the_data_is_still_being_learned() -> None:
    assert Life(system=True).run(seen(Status.ERROR, None, None), learning=True).reason is Reason.FIRST


@pytest.mark.parametrize(
    ("run", "reason"),
    [({"replay": True}, Reason.REPLAY), ({"filtered": True}, Reason.FILTERED), ({"counts": False}, Reason.NOT_COUNTED)],
)
@pytest.mark.parametrize("system", [False, True])
def test_replays_filtered_and_uncounted_runs_change_no_incident(
    run: dict[str, Any], reason: Reason, system: bool
) -> None:
    bad = seen(Status.ERROR, None, None) if system else BAD
    life = Life(system=system)
    decision = life.run(bad, **run)
    assert (decision.reason, decision.changed, decision.events, decision.shows) == (reason, False, (), False)
    life.run(bad)
    decision = life.run(GOOD, **run)
    assert (decision.reason, decision.changed) == (reason, False)


@pytest.mark.parametrize("run", [{"replay": True}, {"filtered": True}])
def test_replays_and_filtered_runs_change_no_baseline(run: dict[str, Any]) -> None:
    life = Life(baseline=debt())
    assert life.run(seen(unexpected=1), **run).baseline is None
    life.baseline = None
    assert life.run(BAD, learning=True, **run).baseline is None


def test_a_quarter_more_is_worse_and_told_in_the_thread() -> None:
    life = Life()
    life.run(seen(unexpected=200))
    assert life.run(seen(unexpected=249)).reason is Reason.UNCHANGED
    worse = life.run(seen(unexpected=250))
    assert (worse.reason, worse.shows, worse.event) == (Reason.WORSENED, True, EventKind.WORSENED)
    assert life.run(seen(unexpected=251)).reason is Reason.UNCHANGED
    assert life.run(seen(unexpected=313)).reason is Reason.WORSENED


def test_a_step_from_warn_to_fail_is_worse() -> None:
    life = Life()
    life.run(seen(Status.WARN, 149))
    assert life.run(seen(Status.FAIL, 151)).reason is Reason.WORSENED
    assert life.run(seen(Status.WARN, 149)).reason is Reason.UNCHANGED


def test_an_acknowledged_incident_is_silent_until_it_is_worse_or_mended() -> None:
    life = Life()
    life.run(BAD)
    assert life.incident is not None
    life.incident = replace(life.incident, state=IncidentState.ACKNOWLEDGED, acknowledged_at=life.now)
    assert life.run(BAD).reason is Reason.ACKNOWLEDGED
    worse = life.run(seen(unexpected=300))
    assert worse.reason is Reason.WORSENED
    assert worse.incident is not None
    assert (worse.incident.state, worse.incident.acknowledged_at) == (IncidentState.OPEN, None)
    assert life.run(GOOD).reason is Reason.RESOLVED


def test_an_incident_that_returns_soon_is_the_same_one_and_flaps() -> None:
    life = Life()
    life.runs([BAD, GOOD])
    back = life.run(BAD)
    assert (back.reason, back.shows) == (Reason.REOPENED, True)
    assert back.incident is not None
    assert (back.incident.id, back.incident.flapping, back.incident.resolved_at) == (1, True, None)


def test_an_incident_that_returns_late_is_a_new_one() -> None:
    life = Life()
    life.runs([BAD, GOOD])
    back = life.run(BAD, after=timedelta(days=4))
    assert (back.reason, back.shows, back.before) == (Reason.FIRST, True, None)
    assert back.incident is not None
    assert not back.incident.flapping


def test_reopening_too_takes_n_failing_runs_in_a_row() -> None:
    life = Life(Policy(failing_runs=2))
    life.runs([BAD, BAD, GOOD])
    assert life.run(BAD).reason is Reason.PENDING
    assert life.run(GOOD).reason is Reason.WITHIN_LIMITS
    assert life.run(BAD, after=timedelta(hours=1)).reason is Reason.PENDING
    assert life.run(BAD, after=timedelta(hours=1)).reason is Reason.REOPENED


def test_a_check_on_a_table_as_a_whole_goes_by_its_verdict_alone() -> None:
    life = Life(baseline=None)
    stale = seen(Status.FAIL, None, None, observed="newest row 5 days old")
    assert life.run(stale).reason is Reason.FIRST
    assert life.run(replace(stale, observed="newest row 6 days old")).shows
    assert life.run(seen(Status.PASS, None, None)).reason is Reason.RESOLVED


def test_a_check_on_a_table_that_is_new_in_a_known_entity_has_no_debt() -> None:
    life = Life(baseline=None)
    assert life.run(seen(unexpected=None)).reason is Reason.FIRST
    assert life.baseline is not None
    assert life.baseline.status is Status.PASS
    assert life.run(seen(unexpected=None)).reason is Reason.UNCHANGED


def test_the_incident_of_a_check_that_is_gone_ends_and_is_told_so() -> None:
    life = Life()
    life.run(BAD)
    assert life.incident is not None
    gone = decide_gone(life.incident, RunContext(2), life.now)
    assert (gone.reason, gone.shows, gone.event) == (Reason.CHECK_GONE, True, EventKind.RESOLVED)
    assert gone.incident is not None
    assert (gone.incident.state, gone.incident.resolved_at) == (IncidentState.RESOLVED, life.now)
    assert not decide_gone(gone.incident, RunContext(3), life.now).changed
    for run in (RunContext(2, replay=True), RunContext(2, filtered=True), RunContext(2, counts=False)):
        assert not decide_gone(life.incident, run, life.now).changed


def test_a_pending_incident_of_a_check_that_is_gone_is_dropped() -> None:
    life = Life(policy=Policy(failing_runs=2))
    life.run(BAD)
    assert life.incident is not None
    gone = decide_gone(life.incident, RunContext(2), life.now)
    assert (gone.drop, gone.shows, gone.incident) == (True, False, None)
