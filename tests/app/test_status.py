"""When a run is late: by its time, its spread and a grace, and never while the run before it goes on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from monitor.app.status import GRACE, Standing, job_status, waiting
from monitor.messages.outgoing import Action, DeliveryState, Outgoing
from monitor.schedule.cron import parse_cron
from monitor.schedule.job import Every, Job, Work
from monitor.store.ledger import How, JobRun, RunState
from monitor.store.observed import Observed
from monitor.store.observed_jobs import JobSeen

DUE = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
JOB = Job("records", Work.CHECK, parse_cron("0 6 * * *"), ZoneInfo("UTC"), spread=timedelta(minutes=10))
RAN = JobRun(1, "records", DUE - DAY, RunState.DONE, How.SCHEDULE, finished_at=DUE - DAY, exit_code=0)
SEEN = JobSeen(RAN, RAN, floor=DUE - DAY - JOB.spread, recorded=frozenset({DUE - DAY}))


def test_a_run_is_late_once_its_time_its_delay_and_the_grace_are_over() -> None:
    fires = JOB.fires(DUE)
    assert DUE < fires < DUE + JOB.spread
    in_time = job_status(JOB, SEEN, fires + GRACE)
    assert (in_time.standing, in_time.late) == (Standing.GOOD, None)
    late = job_status(JOB, SEEN, fires + GRACE + SECOND)
    assert (late.standing, late.late) == (Standing.LATE, fires)


def test_the_oldest_of_several_that_nobody_began_is_told() -> None:
    assert job_status(JOB, SEEN, DUE + 5 * DAY).late == JOB.fires(DUE)


def test_nothing_is_late_while_the_run_before_goes_on() -> None:
    running = replace(RAN, state=RunState.RUNNING, due_at=DUE - timedelta(hours=1))
    assert job_status(JOB, replace(SEEN, running=running), DUE + DAY).standing is Standing.GOOD


def test_nothing_is_late_of_times_that_no_service_knows_yet() -> None:
    found = job_status(JOB, replace(SEEN, floor=None), DUE + DAY)
    assert (found.standing, found.late, found.due) == (Standing.GOOD, None, None)


def test_when_it_last_was_due_counts_once_its_delay_is_surely_over() -> None:
    assert job_status(JOB, SEEN, DUE + timedelta(minutes=9)).due == DUE - DAY
    assert job_status(JOB, SEEN, DUE + JOB.spread).due == DUE
    fresh = JobSeen(floor=DUE + timedelta(hours=1))
    assert job_status(JOB, fresh, DUE + timedelta(hours=2)).due is None


@pytest.mark.parametrize(
    ("exit_code", "standing"),
    [(0, Standing.GOOD), (1, Standing.GOOD), (4, Standing.UNDELIVERED), (2, Standing.FAILED), (3, Standing.FAILED)],
)
def test_a_job_stands_as_its_last_run_ended(exit_code: int, standing: Standing) -> None:
    found = job_status(JOB, replace(SEEN, last=replace(RAN, exit_code=exit_code)), DUE)
    assert found.standing is standing
    assert found.standing.bad == (standing is Standing.FAILED)


def test_a_run_that_was_left_behind_is_told_before_what_else_is_late() -> None:
    left = replace(RAN, state=RunState.RUNNING, due_at=DUE)
    assert job_status(JOB, replace(SEEN, left=left), DUE + DAY).standing is Standing.LEFT


def test_years_of_minutes_that_nobody_did_are_told_in_a_moment() -> None:
    often = Job("beat", Work.HEARTBEAT, Every(timedelta(minutes=1), "every 1m"), ZoneInfo("UTC"))
    found = job_status(often, JobSeen(floor=DUE), DUE + 3 * 365 * DAY)
    assert found.late == DUE + timedelta(minutes=1)


def test_a_message_waits_since_it_could_have_arrived() -> None:
    later = DUE + timedelta(hours=9)
    message = Outgoing(1, "", "incident:1", "slack:a", Action.POST, {}, DeliveryState.QUEUED, DUE, not_before=later)
    other = replace(message, id=2, thread="incident:2", not_before=None)
    assert waiting(Observed(DUE, {}, undelivered=(message,))).scheduled == 1
    assert waiting(Observed(later, {}, undelivered=(message,))).since == later
    assert waiting(Observed(later, {}, undelivered=(message, other))).since == DUE
    tried = replace(message, attempts=1, not_before=later + SECOND)
    assert waiting(Observed(later, {}, undelivered=(tried,))).since == DUE


def test_a_message_is_overdue_when_a_person_must_act_or_nobody_sends_it() -> None:
    message = Outgoing(1, "", "incident:1", "slack:a", Action.POST, {}, DeliveryState.QUEUED, DUE)
    seen = Observed(DUE, {}, undelivered=(message,))
    assert not waiting(seen).overdue(DUE + GRACE)
    assert waiting(seen).overdue(DUE + GRACE + SECOND)
    for state in (DeliveryState.FAILED, DeliveryState.UNKNOWN):
        assert waiting(Observed(DUE, {}, undelivered=(replace(message, state=state),))).overdue(DUE)
