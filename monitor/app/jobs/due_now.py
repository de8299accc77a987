"""What is due now, of all jobs: what fell due and is not in the ledger, and what a dead process left behind.

A process may be killed after it recorded a due time and before it recorded an earlier one, which still waited for a
thread. So what is not in the ledger is looked for since the time up to which everything is, and not since the newest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.schedule.due import newest_due
from monitor.schedule.job import CatchUp, Job, Overlap, Schedule
from monitor.schedule.missed import MOST, PUNCTUAL, Verdict, in_time, judge, too_late, too_often
from monitor.store.ledger import REMEMBERED, How, JobRun, deaths
from monitor.store.state import State


@dataclass(frozen=True, slots=True)
class Due:
    """A run to be done, or to be recorded as missed or (``failed``) as one that could not be done; ``left`` is what a
    dead process had begun of it."""

    job: Job
    due: datetime
    missed: str = ""
    left: JobRun | None = None
    failed: str = ""
    how: How = How.SCHEDULE


OFTEN, LONG = 20, timedelta(hours=6)
"""After so many due times, or so long, it is noted up to when everything is in the ledger: not with each of them."""


@dataclass(frozen=True, slots=True)
class Look:
    """``dues`` are in the order of due times, by job. ``settled``: up to when all of a job's are in the ledger, where
    that is worth a note (``Ledger.settle``). ``gone``: what was left behind of jobs that are no more."""

    dues: Sequence[Due]
    settled: Mapping[str, datetime]
    gone: Sequence[JobRun] = ()


def due_now(state: State, schedule: Schedule, now: datetime) -> Look:
    """Raises StateUnavailable."""
    ledger = state.ledger
    since = ledger.know({job.id: job.times for job in schedule.jobs}, now)
    left = {run.job: run for run in reversed(ledger.left_behind())}
    found: list[Due] = []
    settled: dict[str, datetime] = {}
    for job in schedule.jobs:
        if (run := left.pop(job.id, None)) is not None:
            found.append(_left(job, run, now))
        floor = max(since[job.id], now - REMEMBERED)
        late = now - in_time(job) - job.spread
        dues = newest_due(job, floor, now, since=late, before=MOST)
        if dues:
            recorded = ledger.recorded(job.id, floor)
            open_ = [due for due in dues if due not in recorded]
            waits = job.overlap is Overlap.WAIT and job.catch_up is CatchUp.NONE
            judged = judge(job, open_, now, ledger.busy(job.id, now) if waits else None)
            found += [_due(job, one, now) for one in judged]
            left_open = {one.due for one in judged} | {due for due in open_ if job.fires(due) > now}
            number = dues.index(min(left_open)) if left_open else len(dues)
            if number and (number >= OFTEN or dues[number - 1] - floor >= LONG):
                settled[job.id] = dues[number - 1]
    return Look(found, settled, list(left.values()))


def _left(job: Job, run: JobRun, now: datetime) -> Due:
    failed = too_often(deaths(run))
    missed = "" if failed else too_late(job, run.due_at, now)
    return Due(job, run.due_at, missed, run, failed, run.how)


def _due(job: Job, verdict: Verdict, now: datetime) -> Due:
    late = now - job.fires(verdict.due) > PUNCTUAL
    return Due(job, verdict.due, verdict.missed, how=How.CAUGHT_UP if late else How.SCHEDULE)
