"""What is due now, of all jobs: what fell due and is not in the ledger, and what a dead process left behind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.schedule.due import due_between
from monitor.schedule.job import Job, Schedule
from monitor.schedule.missed import PUNCTUAL, Verdict, judge
from monitor.store.ledger import How, JobRun
from monitor.store.state import State


@dataclass(frozen=True, slots=True)
class Due:
    """A run to be done, or to be recorded as missed; ``left`` is what a dead process had begun of it."""

    job: Job
    due: datetime
    missed: str = ""
    left: JobRun | None = None
    how: How = How.SCHEDULE


def due_now(state: State, schedule: Schedule, now: datetime) -> Sequence[Due]:
    """In the order of due times, by job. Raises StateUnavailable."""
    ledger = state.ledger
    since = ledger.know({job.id: job.times for job in schedule.jobs}, now)
    newest = ledger.newest_due()
    left = {run.job: run for run in reversed(ledger.left_behind())}
    found: list[Due] = []
    for job in schedule.jobs:
        if job.id in left:
            found.append(Due(job, left[job.id].due_at, left=left[job.id], how=left[job.id].how))
        # A run that is put off may fall behind one that was due later: those are looked at again.
        floor = max(since[job.id], newest.get(job.id, since[job.id]) - job.spread)
        dues = list(due_between(job, floor, now))
        if dues:
            recorded = ledger.recorded(job.id, floor)
            found += [_due(job, one, now) for one in judge(job, [due for due in dues if due not in recorded], now)]
    return found


def _due(job: Job, verdict: Verdict, now: datetime) -> Due:
    late = now - job.fires(verdict.due) > PUNCTUAL
    return Due(job, verdict.due, verdict.missed, how=How.CAUGHT_UP if late else How.SCHEDULE)
