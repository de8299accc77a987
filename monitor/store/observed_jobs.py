"""What the ledger says of one job: its last runs, and which of its due times something became of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa

from monitor.schedule.job import Job
from monitor.store.ledger import How, JobRun, RunState, job_run
from monitor.store.tables_service import job_runs, jobs

RECENT = timedelta(days=1)
"""Runs are counted over this long."""
_WORKED = (0, 1, 4)


class Ending(StrEnum):
    """What became of a run. ``undelivered``: its work was done, and a message did not arrive."""

    GOOD = "good"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    MISSED = "missed"

    @property
    def worked(self) -> bool:
        """Whether the job's own work was done."""
        return self in (Ending.GOOD, Ending.UNDELIVERED)


def ending(state: RunState, exit_code: int | None) -> Ending:
    """What became of a run that is over."""
    if state is RunState.MISSED:
        return Ending.MISSED
    if exit_code in (0, 1):
        return Ending.GOOD
    return Ending.UNDELIVERED if exit_code == 4 else Ending.FAILED


@dataclass(frozen=True, slots=True)
class JobSeen:
    """One job. ``last`` is the newest run that is over, ``done`` the newest that was done however it ended, ``worked``
    the newest whose work was done, ``running`` one that goes on, ``left`` one whose process gave no sign of life for
    too long. ``recent`` counts those of the last day.

    Nothing that was due up to ``floor`` is missing; None: it is not known since when the job runs. ``recorded`` are the
    later due times of which something became.
    """

    last: JobRun | None = None
    done: JobRun | None = None
    worked: JobRun | None = None
    running: JobRun | None = None
    left: JobRun | None = None
    floor: datetime | None = None
    recorded: frozenset[datetime] = frozenset()
    recent: Mapping[Ending, int] = field(default_factory=dict)


def jobs_seen(connection: sa.Connection, seen: Iterable[Job], now: datetime, server: datetime) -> dict[str, JobSeen]:
    """Reads them; ``server`` is now by the clock of the database's server, which signs of life are told by."""
    alive, left = _running(connection, server)
    recent = _recent(connection, now)
    return {
        job.id: _job_seen(connection, job, alive.get(job.id), left.get(job.id), recent.get(job.id, {})) for job in seen
    }


def _job_seen(
    connection: sa.Connection, job: Job, alive: JobRun | None, left: JobRun | None, recent: Mapping[Ending, int]
) -> JobSeen:
    last = done = worked = _newest(connection, job, job_runs.c.state.in_((RunState.DONE, RunState.MISSED)))
    if last is not None and last.state is RunState.MISSED:
        done = worked = _newest(connection, job, job_runs.c.state == RunState.DONE)
    if done is not None and not ending(done.state, done.exit_code).worked:
        worked = _newest(connection, job, job_runs.c.state == RunState.DONE, job_runs.c.exit_code.in_(_WORKED))
    floor = _floor(connection, job)
    recorded = frozenset[datetime]() if floor is None else _recorded(connection, job, floor)
    return JobSeen(last, done, worked, alive, left, floor, recorded, recent)


def _running(connection: sa.Connection, server: datetime) -> tuple[dict[str, JobRun], dict[str, JobRun]]:
    """By job a run that goes on, and one that was left behind; looked up by state, as nearly all runs are over."""
    rows = sa.select(job_runs).where(job_runs.c.state == RunState.RUNNING).order_by(job_runs.c.due_at)
    alive: dict[str, JobRun] = {}
    left: dict[str, JobRun] = {}
    for row in connection.execute(rows):
        lives = row.alive_until is not None and row.alive_until >= server
        (alive if lives else left)[row.job] = job_run(row)
    return alive, left


def _newest(connection: sa.Connection, job: Job, *conditions: sa.ColumnElement[bool]) -> JobRun | None:
    rows = sa.select(job_runs).where(job_runs.c.job == job.id, *conditions).order_by(job_runs.c.due_at.desc()).limit(1)
    row = connection.execute(rows).one_or_none()
    return None if row is None else job_run(row)


def _floor(connection: sa.Connection, job: Job) -> datetime | None:
    """Since the job is known with these times, or since its newest run on schedule: what is older the service looks for
    (see due_now), and where another scheduler runs the jobs, nobody does."""
    known = connection.execute(sa.select(jobs).where(jobs.c.name == job.id)).one_or_none()
    if known is not None and known.times != job.times:
        return None  # its times were changed, and no service has taken note of that yet
    newest = _newest(connection, job, job_runs.c.how != How.BY_HAND)
    since = None if known is None else known.since
    ran = None if newest is None else newest.due_at - job.spread
    return max((one for one in (since, ran) if one is not None), default=None)


def _recorded(connection: sa.Connection, job: Job, floor: datetime) -> frozenset[datetime]:
    rows = sa.select(job_runs.c.due_at).where(job_runs.c.job == job.id, job_runs.c.due_at > floor)
    return frozenset(connection.execute(rows).scalars())


def _recent(connection: sa.Connection, now: datetime) -> Mapping[str, Mapping[Ending, int]]:
    """Counted here: asked to count by job, SQLite goes through all there ever were, in the order of jobs."""
    about = (job_runs.c.job, job_runs.c.state, job_runs.c.exit_code)
    rows = sa.select(*about).where(job_runs.c.finished_at > now - RECENT)
    found: dict[str, Counter[Ending]] = {}
    for row in connection.execute(rows):
        found.setdefault(row.job, Counter())[ending(RunState(row.state), row.exit_code)] += 1
    return found
