"""The ledger of jobs: what was due, who does it, and what became of it. One row per job and due time, ever."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from monitor.errors import StateUnavailable
from monitor.store.database import Database
from monitor.store.lease import moment
from monitor.store.processes import has_died, still_runs
from monitor.store.tables_service import job_runs, jobs
from monitor.store.upsert import insert_ignoring, upsert

log = logging.getLogger(__name__)
SIGN_OF_LIFE = timedelta(seconds=45)
"""Who does a run says so more often than this, or is taken for dead."""

NEARLY = timedelta(minutes=1)
"""Clocks that are right may differ by so much."""
REMEMBERED = timedelta(days=400)
"""What was due before is neither looked for nor kept, even if nothing was recorded of it."""

COULD_NOT_RUN = 3
"""The exit code of what was not done at all, or in part."""
NOT_DONE = (2, COULD_NOT_RUN)
"""And of what the configuration, wrong as it was, did not let be done: whoever asks for it once more, mended it."""


class RunState(StrEnum):
    """``missed`` was not done, by the job's own policy; ``why`` says so."""

    RUNNING = "running"
    DONE = "done"
    MISSED = "missed"


class How(StrEnum):
    """What began a run."""

    SCHEDULE = "schedule"
    CAUGHT_UP = "caught up"
    BY_HAND = "by hand"


@dataclass(frozen=True, slots=True)
class JobRun:
    """One run of a job. ``exit_code`` is as the command's; ``attempt`` counts those who began it, ``deaths`` those who
    died at it, and not those who put it back."""

    id: int
    job: str
    due_at: datetime
    state: RunState
    how: How
    attempt: int = 1
    holder: str = ""
    started_at: datetime | None = None
    finished_at: datetime | None = None
    exit_code: int | None = None
    why: str = ""
    deaths: int = 0

    @property
    def seconds(self) -> float | None:
        """How long it took."""
        if self.started_at is None or self.finished_at is None:
            return None
        return (self.finished_at - self.started_at).total_seconds()


class ClaimLost(StateUnavailable):
    """Somebody else does the run by now: what this process was about to write is not written."""

    def __init__(self) -> None:
        super().__init__("this run was taken over by another process, as this one gave no sign of life")


def job_run(row: sa.Row[Any]) -> JobRun:
    """A row of the ledger as the rest of the program sees it."""
    return JobRun(
        row.id,
        row.job,
        row.due_at,
        RunState(row.state),
        How(row.how),
        row.attempt,
        row.holder,
        row.started_at,
        row.finished_at,
        row.exit_code,
        row.why,
        row.deaths,
    )


def same(run: JobRun) -> tuple[sa.ColumnElement[bool], ...]:
    """That the row is still this attempt's."""
    return job_runs.c.id == run.id, job_runs.c.attempt == run.attempt, job_runs.c.state == RunState.RUNNING


def guard(run: JobRun) -> Callable[[sa.Connection], None]:
    """Asked within a transaction that writes: raises ClaimLost where the run was taken over, or is over."""

    def check(connection: sa.Connection) -> None:
        mine = job_runs.c.id == run.id, job_runs.c.attempt == run.attempt
        if connection.execute(sa.select(sa.literal(1)).where(*mine)).scalar() is None:
            raise ClaimLost

    return check


def deaths(run: JobRun) -> int:
    """How many processes died at a run that was left behind, its last one included. Who put it back did not, nor did
    one that runs still, and only lost it."""
    return run.deaths + bool(run.holder and not still_runs(run.holder))


def finish(connection: sa.Connection, run: JobRun, now: datetime, exit_code: int, why: str = "") -> bool:
    """Ends the run within somebody's transaction, or says better what became of one that this attempt ended before;
    False where another took over."""
    mine = job_runs.c.id == run.id, job_runs.c.attempt == run.attempt, job_runs.c.state != RunState.MISSED
    values = {"state": RunState.DONE, "finished_at": now, "exit_code": exit_code, "why": why, "alive_until": None}
    return connection.execute(sa.update(job_runs).where(*mine).values(values)).rowcount == 1


class Ledger:
    """What became of every run of every job. Every call raises StateUnavailable."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database, self._clock = database, clock

    def know(self, times: Mapping[str, str], now: datetime) -> Mapping[str, datetime]:
        """Takes note of the jobs there are, by name what their due times follow from; for each the time up to which
        nothing is missing: when it became known so, or what was settled since."""
        with self._database.read() as connection:
            known = {row.name: row for row in connection.execute(sa.select(jobs))}
        changed = {
            name: said
            for name, said in times.items()
            # A clock that was ahead once would keep a job from its work until that day has come.
            if name not in known or known[name].times != said or known[name].since > now + NEARLY
        }
        for name, said in changed.items():
            if name in known and known[name].times != said:
                log.warning("its times were changed, and count from now", extra={"job": name})
        if changed or known.keys() - times.keys():
            with self._database.write() as connection:
                for name, said in changed.items():
                    upsert(connection, jobs, ["name"], {"name": name, "times": said, "since": now})
                connection.execute(sa.delete(jobs).where(jobs.c.name.not_in(list(times))))
        return {name: now if name in changed else known[name].since for name in times}

    def recorded(self, job: str, after: datetime) -> frozenset[datetime]:
        """The due times later than ``after`` of which something became already."""
        rows = sa.select(job_runs.c.due_at).where(job_runs.c.job == job, job_runs.c.due_at > after)
        with self._database.read() as connection:
            return frozenset(connection.execute(rows).scalars())

    def busy(self, job: str, now: datetime) -> tuple[datetime, datetime] | None:
        """When the job's last run went on: from its beginning to its end, or as long as there was a sign of life; None:
        it never ran."""
        began = job_runs.c.started_at
        rows = sa.select(began, sa.func.coalesce(job_runs.c.finished_at, job_runs.c.alive_until, began)).where(
            job_runs.c.job == job, job_runs.c.state != RunState.MISSED, began <= now
        )
        with self._database.read() as connection:
            row = connection.execute(rows.order_by(began.desc()).limit(1)).one_or_none()
        return None if row is None else (row[0], min(row[1], now))

    def settle(self, through: Mapping[str, datetime]) -> None:
        """Notes, by job, the due time up to which something became of every one: nobody need look further back."""
        with self._database.write() as connection:
            for name, at in through.items():
                connection.execute(sa.update(jobs).where(jobs.c.name == name, jobs.c.since < at).values(since=at))

    def claim(self, job: str, due: datetime, how: How, *, beside: bool = False) -> JobRun | None:
        """The run as this process's, where nobody had it; None where somebody had, or (but for ``beside``) as long as
        another run of the job goes on."""
        with self._database.write() as connection:
            now = moment(connection, self._clock)
            if not beside and _going_on(connection, job) - _dead(connection, now):
                return None
            values = {
                "job": job,
                "due_at": due,
                "state": RunState.RUNNING,
                "how": how,
                "holder": self._database.holder,
                "alive_until": now + SIGN_OF_LIFE,
                "started_at": self._clock(),
            }
            return self._at(connection, job, due) if _added(connection, values) else None

    def miss(
        self,
        job: str,
        whys: Mapping[datetime, str],
        also: Callable[[sa.Connection, Sequence[datetime]], None] = lambda *_: None,
    ) -> Sequence[datetime]:
        """Records that the runs due then are not done, each with why, and ``also`` what follows from that; all at once.
        Those of which nothing became before, in order."""
        fixed = {"job": job, "state": RunState.MISSED, "how": How.SCHEDULE, "finished_at": self._clock()}
        with self._database.write() as connection:
            added = insert_ignoring(connection, job_runs).returning(job_runs.c.due_at)
            rows = [{**fixed, "due_at": due, "why": why} for due, why in whys.items()]
            missed = sorted(connection.execute(added, rows).scalars()) if rows else []
            if missed:
                also(connection, missed)
            return missed

    def left_behind(self) -> Sequence[JobRun]:
        """Runs whose process is gone, in the order of their due times."""
        with self._database.read() as connection:
            dead = _dead(connection, moment(connection, self._clock))
            rows = sa.select(job_runs).where(job_runs.c.id.in_(dead)).order_by(job_runs.c.due_at, job_runs.c.id)
            return [job_run(row) for row in connection.execute(rows)] if dead else []

    def take_over(self, run: JobRun) -> JobRun | None:
        """A run that was left behind, as this process's; None where another was quicker, or its own one lives on."""
        with self._database.write() as connection:
            now = moment(connection, self._clock)
            if run.id not in _dead(connection, now):
                return None
            taken = connection.execute(
                sa.update(job_runs)
                .where(*same(run))
                .values(
                    attempt=run.attempt + 1,
                    deaths=deaths(run),
                    holder=self._database.holder,
                    alive_until=now + SIGN_OF_LIFE,
                    started_at=self._clock(),
                )
            )
            return self._at(connection, run.job, run.due_at) if taken.rowcount == 1 else None

    def take_again(self, run: JobRun) -> JobRun | None:
        """A run that could not be done (it ended with 2 or 3), as this process's; None where another was quicker."""
        failed = job_runs.c.id == run.id, job_runs.c.attempt == run.attempt, job_runs.c.exit_code.in_(NOT_DONE)
        with self._database.write() as connection:
            now = moment(connection, self._clock)
            values = {"state": RunState.RUNNING, "attempt": run.attempt + 1, "holder": self._database.holder}
            values |= {"alive_until": now + SIGN_OF_LIFE, "started_at": self._clock(), "finished_at": None}
            taken = connection.execute(sa.update(job_runs).where(*failed).values(**values, exit_code=None, why=""))
            return self._at(connection, run.job, run.due_at) if taken.rowcount == 1 else None

    def give_up(
        self, run: JobRun, why: str, also: Callable[[sa.Connection], None] = lambda _: None, *, failed: bool = False
    ) -> bool:
        """Ends a run that was left behind, as missed or (``failed``) as one that could not be done, and ``also`` what
        follows from that; False where another process does it by now."""
        ended = {"state": RunState.DONE, "exit_code": COULD_NOT_RUN} if failed else {"state": RunState.MISSED}
        with self._database.write() as connection:
            if run.id not in _dead(connection, moment(connection, self._clock)):
                return False
            # One more: whoever was taken for dead and wakes up writes nothing.
            values = {
                **ended,
                "attempt": run.attempt + 1,
                "deaths": deaths(run),
                "finished_at": self._clock(),
                "alive_until": None,
                "why": why,
            }
            if connection.execute(sa.update(job_runs).where(*same(run)).values(values)).rowcount != 1:
                return False
            also(connection)
            return True

    def alive(self, run: JobRun) -> None:
        """A sign of life. Raises ClaimLost."""
        with self._database.write() as connection:
            until = moment(connection, self._clock) + SIGN_OF_LIFE
            if connection.execute(sa.update(job_runs).where(*same(run)).values(alive_until=until)).rowcount != 1:
                raise ClaimLost

    def put_back(self, run: JobRun) -> None:
        """This process will not end the run: another may take it over at once."""
        with self._database.write() as connection:
            connection.execute(sa.update(job_runs).where(*same(run)).values(holder="", alive_until=None))

    def is_running(self, run: JobRun) -> bool:
        """Whether nobody has ended it yet."""
        going_on = job_runs.c.id == run.id, job_runs.c.state == RunState.RUNNING
        with self._database.read() as connection:
            return connection.execute(sa.select(job_runs.c.id).where(*going_on)).scalar() is not None

    def get(self, job: str, due: datetime) -> JobRun | None:
        """What became of one run; None: nothing yet."""
        with self._database.read() as connection:
            return self._at(connection, job, due)

    def _at(self, connection: sa.Connection, job: str, due: datetime) -> JobRun | None:
        row = connection.execute(
            sa.select(job_runs).where(job_runs.c.job == job, job_runs.c.due_at == due)
        ).one_or_none()
        return None if row is None else job_run(row)


def _added(connection: sa.Connection, values: Mapping[str, Any]) -> bool:
    """Whether there was no row of this job and due time."""
    made = connection.execute(insert_ignoring(connection, job_runs).values(values).returning(job_runs.c.id))
    return made.scalar() is not None


def _going_on(connection: sa.Connection, job: str) -> set[int]:
    rows = sa.select(job_runs.c.id).where(job_runs.c.job == job, job_runs.c.state == RunState.RUNNING)
    return set(connection.execute(rows).scalars())


def _dead(connection: sa.Connection, now: datetime) -> set[int]:
    """The runs whose process surely ended (on this host), or gave no sign of life in time."""
    rows = sa.select(job_runs.c.id, job_runs.c.holder, job_runs.c.alive_until)
    running = connection.execute(rows.where(job_runs.c.state == RunState.RUNNING))
    one = connection.dialect.name == "sqlite"
    return {
        row.id
        for row in running
        if row.alive_until is None or row.alive_until < now or has_died(row.holder, now, now, one_machine=one)
    }
