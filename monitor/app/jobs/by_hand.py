"""A job by hand, or by somebody else's scheduler: the same claim, work and record as the service's."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

from monitor.app.jobs.running import Running
from monitor.app.jobs.work import Done, Step
from monitor.app.project import OpenProject
from monitor.app.scheduled import Scheduled
from monitor.errors import UsageError
from monitor.schedule.due import due_times, last_due
from monitor.schedule.job import Job
from monitor.store.ledger import NOT_DONE, How, JobRun, Ledger, RunState

_INSTANT = timedelta(microseconds=1)


def latest_due(job: Job, now: datetime) -> datetime:
    """The last time (UTC) at which the job was due. Raises UsageError where it never was."""
    if (found := last_due(job, now)) is None:
        raise UsageError(f"the job {job.id} was never due", hint="leave --due out")
    return found


def check_due(job: Job, due: datetime, now: datetime, kept: timedelta) -> None:
    """Raises UsageError for a moment at which the job is not due, which is still to come, or of which nobody can tell.

    The ledger has all runs of ``kept``, and the newest of each job.
    """
    if due > now:
        raise UsageError(f"{due.isoformat()} is still to come", hint="leave --due out to run the job now")
    found = next(due_times(job, due - _INSTANT), None)
    if found != due:
        when = f"it is at {found.isoformat()}; " if found else ""
        raise UsageError(
            f"the job {job.id} is not due at {due.isoformat()}",
            hint=f"{when}--due latest means the last time it was",
        )
    if due < now - kept and due != last_due(job, now):
        raise UsageError(
            f"{due.isoformat()} is too long ago: nobody could tell whether that run was done",
            hint=f"name a time of the last {kept.days} days",
        )


def run_by_hand(
    opened: OpenProject, scheduled: Scheduled, job: Job, due: datetime | None, step: Step, ended: threading.Event
) -> tuple[JobRun, Done | None]:
    """Do it now; with ``due`` once for that time, whoever asks how often. What became of it, and its row in the ledger.

    Nothing is done (None) where it was done already, or recorded as missed; one that could not be done is tried again.
    Raises UsageError and StateUnavailable.
    """
    ledger = opened.state.ledger
    at = due or opened.clock()
    claim = ledger.claim(job.id, at, How.BY_HAND if due is None else How.SCHEDULE, beside=due is None)
    if claim is None:
        found = ledger.get(job.id, at)
        if found is None:
            raise UsageError(f"another run of {job.id} is going on", hint="wait for it: crm-monitor status")
        claim = _again(ledger, found)
        if claim is None:
            return found, None
    result = Running(opened, job, scheduled.said.pings, step).run(claim, ended)
    return ledger.get(job.id, at) or claim, result.done


def _again(ledger: Ledger, found: JobRun) -> JobRun | None:
    """A run that was begun: where its process is gone, or it could not be done, it is this process's now."""
    if found.state is RunState.RUNNING:
        return ledger.take_over(found)
    return ledger.take_again(found) if found.exit_code in NOT_DONE else None
