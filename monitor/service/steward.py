"""Looks what is due, hands it out, and looks again: whatever was forgotten meanwhile is found by the next look."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from monitor.app.jobs.due_now import Due, due_now
from monitor.app.jobs.running import Running
from monitor.app.jobs.trouble import Trouble
from monitor.app.project import OpenProject
from monitor.app.scheduled import Scheduled
from monitor.errors import StateUnavailable
from monitor.garbage import collected_after
from monitor.schedule.job import CatchUp, Job, Overlap, Schedule
from monitor.service.opening import Opening
from monitor.store.faults import StateConflict
from monitor.store.ledger import How, JobRun, RunState
from monitor.store.observed_jobs import Ending, ending
from monitor.store.state import State

if TYPE_CHECKING:
    import sqlalchemy as sa

log = logging.getLogger(__name__)
HandOut = Callable[[str, Callable[[], None]], None]
"""Runs something in a thread of the pool; the name is for the log."""


_PATIENCE = timedelta(minutes=10)


@dataclass(frozen=True)
class _InHand:
    due: datetime
    until: float  # by the clock that never jumps: then it is stuck


class Steward:
    """``scheduled`` gives the configuration as it is now; ``opening`` opens it for one use, guarded by the lease.

    ``look`` is called from one thread at a time; what it hands out runs beside it.
    """

    def __init__(
        self, scheduled: Callable[[], Scheduled], opening: Opening, hand_out: HandOut, ended: threading.Event, room: int
    ) -> None:
        self._scheduled, self._opening, self._hand_out = scheduled, opening, hand_out
        self._ended, self._room = ended, room
        self._busy: dict[str, _InHand] = {}  # by job
        self._tidied: Schedule | None = None  # the schedule whose forgotten jobs were looked for
        self.closing = threading.Event()
        """Set when nothing new is to be begun."""
        self._lock = threading.Lock()
        self.problem = ""
        """Why the last look could not be finished: the state cannot be reached."""

    @property
    def busy(self) -> dict[str, datetime]:
        """The jobs that run in this process, and for which due time."""
        with self._lock:
            return {job: one.due for job, one in self._busy.items()}

    @property
    def stuck(self) -> list[str]:
        """Jobs that did not end long after they were given up: something holds them that only a new process frees."""
        now = time.monotonic()
        with self._lock:
            return [job for job, one in self._busy.items() if now > one.until]

    def look(self) -> None:
        """Once; trouble with the state is logged, and waited out until the next look."""
        if self.closing.is_set() or not self._opening.leads:
            return
        self._opening.tally.looked()
        try:
            with self._opening.project() as opened:
                self._look(opened, opened.state)
        except StateUnavailable as error:
            self._opening.tally.state_failed()
            if error.message != self.problem:
                log.error("%s", error.message)
            self.problem = error.message
        else:
            if self.problem:
                log.info("the state can be used again")
            self.problem = ""

    def _look(self, opened: OpenProject, state: State) -> None:
        schedule, now = self._scheduled().schedule, opened.clock()
        if schedule is not self._tidied:
            self._forget_jobs_that_are_gone(opened, state, schedule, now)
            self._tidied = schedule
        found = due_now(state, schedule, now)
        if found.settled:
            state.ledger.settle(found.settled)
        for due in found.dues:
            self._decide(opened, state, due)

    def _forget_jobs_that_are_gone(self, opened: OpenProject, state: State, schedule: Schedule, now: datetime) -> None:
        """Once per schedule that is read: a look every few seconds need not ask for it."""
        jobs, trouble = {job.id for job in schedule.jobs}, Trouble(opened, state, now)
        if trouble.stands(jobs):
            with state.database.write() as connection:
                trouble.forget_all_but(connection, jobs)

    def _decide(self, opened: OpenProject, state: State, due: Due) -> None:
        if due.missed:
            self._miss(opened, state, due.job, due.due, due.missed)
        elif (in_hand := self.busy.get(due.job.id)) is not None:
            if due.due != in_hand and _skips(due):
                self._miss(opened, state, due.job, due.due, "the run before it was still going on")
        elif len(self.busy) < self._room and not self.closing.is_set():
            self._start(due)

    def _miss(self, opened: OpenProject, state: State, job: Job, due: datetime, why: str) -> None:
        told = "later run" not in why and job.catch_up is not CatchUp.NONE
        trouble = Trouble(opened, state, opened.clock())
        local = due.astimezone(job.zone).strftime("%Y-%m-%d %H:%M")

        def tell(connection: sa.Connection) -> None:
            if told:
                trouble.of(connection, job, f"the run due on {local} was missed: {why}")

        try:
            missed = state.ledger.miss(job.id, due, why, tell)
        except StateConflict:  # somebody acted on the incident: the next look sees to it
            return
        if not missed:
            return
        self._opening.tally.ran(job.id, Ending.MISSED)
        log.warning("missed: %s", why, extra={"job": job.id, "due": due.isoformat()})

    def _start(self, due: Due) -> None:
        with self._lock:
            self._busy[due.job.id] = _InHand(due.due, time.monotonic() + (due.job.timeout + _PATIENCE).total_seconds())
        self._hand_out(f"{due.job.id} {due.due.isoformat()}", lambda: self._do(due))

    @collected_after()
    def _do(self, due: Due) -> None:
        job = due.job
        try:
            with self._opening.project() as opened:
                claim = self._claim(opened, due)
                if claim is not None:
                    self._run(opened, job, claim)
        except StateUnavailable as error:
            self._opening.tally.state_failed()
            log.error("%s", error.message, extra={"job": job.id})
        finally:
            with self._lock:
                self._busy.pop(job.id, None)

    def _claim(self, opened: OpenProject, due: Due) -> JobRun | None:
        ledger = opened.state.ledger
        if due.left is not None:
            return ledger.take_over(due.left)
        claim = ledger.claim(due.job.id, due.due, due.how)
        if claim is None and _skips(due):
            # Somebody runs it by hand, or another host did it: the latter is in the ledger, and nothing is missed.
            self._miss(opened, opened.state, due.job, due.due, "another run of it was going on")
        return claim

    def _run(self, opened: OpenProject, job: Job, claim: JobRun) -> None:
        about = {"job": job.id, "due": claim.due_at.isoformat(), "job_run": claim.id}
        log.info("begins%s", f" (attempt {claim.attempt})" if claim.attempt > 1 else "", extra=about)
        result = Running(opened, job, self._scheduled().said.pings).run(claim, self._ended)
        done = result.done
        if done is None:
            log.warning("was not finished here", extra=about)
            return
        for change in done.changes:
            of = {
                "job": job.id,
                "run": done.counts.get("run"),
                "check": change.check_id,
                "incident": change.incident_id,
            }
            log.info("incident %s (%s)", change.change, change.reason, extra={**of, "told": change.told})
        self._opening.tally.ran(job.id, ending(RunState.DONE, done.exit_code))
        level = logging.INFO if done.exit_code in (0, 1) else logging.ERROR
        said = f"ended with {done.exit_code}" + (f": {done.why}" if done.why else "")
        log.log(level, "%s", said, extra={**about, **done.counts, "exit_code": done.exit_code})


def _skips(due: Due) -> bool:
    """Whether a run is given up as another of its job goes on; what is caught up on has waited already."""
    return due.job.overlap is Overlap.SKIP and due.left is None and due.how is How.SCHEDULE
