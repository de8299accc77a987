"""Looks what is due, hands it out, and looks again: whatever was forgotten meanwhile is found by the next look."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from monitor.app.jobs.due_now import Due, due_now
from monitor.app.jobs.running import Running
from monitor.app.jobs.trouble import Trouble
from monitor.app.project import OpenProject
from monitor.app.scheduled import Scheduled
from monitor.errors import StateUnavailable, unexpected
from monitor.garbage import collected_after
from monitor.schedule.job import Job, Overlap, Schedule, Work
from monitor.service.clocks import Clocks
from monitor.service.not_done import NotDone
from monitor.service.opening import Opening
from monitor.store.ahead import settle_ahead
from monitor.store.ledger import How, JobRun, RunState
from monitor.store.observed_jobs import ending
from monitor.store.state import State

log = logging.getLogger(__name__)
HandOut = Callable[[Job, datetime, Callable[[], None]], None]
"""Runs something in a thread: a job's run that is due then."""


_PATIENCE = timedelta(minutes=10)
_FORGOTTEN = "a clock was ahead, and they are done again when their time comes"
_IN_DOUBT = "this clock is behind, or one was ahead when they were done, and then they are not done again"


@dataclass
class _InHand:
    job: Job
    due: datetime
    until: float  # by the clock that never jumps: then it is stuck
    begun: bool = False


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
        self._begun: dict[str, float] = {}  # when each began last: where there is no room for all, it goes round
        self._tidied: Schedule | None = None  # the schedule whose forgotten jobs were looked for
        self._clocks, self._server = Clocks(), Clocks()  # this machine's, and the state's server's
        self._unsettled = False  # a run goes on that is recorded for a time still to come
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

    def close(self) -> None:
        """Nothing new is begun. What was handed out and did not begin is taken back: nothing is claimed of it yet, so
        whoever looks next finds it due."""
        self.closing.set()
        with self._lock:
            self._busy = {job: one for job, one in self._busy.items() if one.begun}

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
        put_right = self._clocks.put_right(now) or self._unsettled
        if schedule is not self._tidied or put_right or self._clocks.fell_back:
            self._tidied = schedule  # first: a run that ends meanwhile may want it done once more
            try:
                self._tidy(opened, state, schedule, put_right=put_right)
            except BaseException:
                self._tidied, self._unsettled = None, put_right  # it is known but once that the clock was put right
                raise
        found = due_now(state, schedule, now)
        if found.settled:
            state.ledger.settle(found.settled)
        not_done = NotDone(opened, self._opening.tally)
        for left in found.gone:
            with _by_itself(left.job):
                not_done.forgotten(left)
        missed = [due for due in found.dues if due.missed and due.left is None]
        for job, dues in groupby(missed, key=lambda due: due.job):
            with _by_itself(job.id):
                not_done.missed(job, {due.due: due.missed for due in dues})
        to_do = [due for due in found.dues if not due.missed or due.left is not None]
        for due in sorted(to_do, key=lambda due: self._begun.get(due.job.id, 0.0)):
            with _by_itself(due.job.id):
                self._decide(not_done, due)

    def _tidy(self, opened: OpenProject, state: State, schedule: Schedule, *, put_right: bool) -> None:
        """Once per schedule that is read: a look every few seconds need not ask for it."""
        jobs, trouble = {job.id for job in schedule.jobs}, Trouble(opened, state, opened.clock())
        if trouble.stands(jobs):
            with state.database.write() as connection:
                trouble.forget_all_but(connection, jobs)
        ahead = settle_ahead(state.database, opened.clock, put_right=put_right, witness=self._server.went_on)
        self._unsettled = bool(ahead.running)
        if ahead.number > ahead.running or ahead.forgotten:
            level, what = (logging.WARNING, _FORGOTTEN) if ahead.forgotten else (logging.ERROR, _IN_DOUBT)
            log.log(level, "%d runs are recorded for times still to come: %s", ahead.number, what)

    def _decide(self, not_done: NotDone, due: Due) -> None:
        if (in_hand := self.busy.get(due.job.id)) is not None:
            if due.due != in_hand and _skips(due):
                not_done.missed(due.job, {due.due: "the run before it was still going on"})
        elif due.left is not None and (due.missed or due.failed):
            not_done.given_up(due, due.left)
        elif is_aside(due.job) or self._workers_taken() < self._room:
            self._start(due)

    def _workers_taken(self) -> int:
        with self._lock:
            return sum(not is_aside(one.job) for one in self._busy.values())

    def _start(self, due: Due) -> None:
        in_hand = _InHand(due.job, due.due, time.monotonic() + (due.job.timeout + _PATIENCE).total_seconds())
        with self._lock:
            if self.closing.is_set():
                return
            self._busy[due.job.id] = in_hand
            self._begun[due.job.id] = time.monotonic()
        self._hand_out(due.job, due.due, lambda: self._do(due, in_hand))

    @collected_after()
    def _do(self, due: Due, in_hand: _InHand) -> None:
        job = due.job
        with self._lock:
            if self._busy.get(job.id) is not in_hand:
                return  # taken back
            in_hand.begun = True
        try:
            with self._opening.project() as opened:
                claim = self._claim(opened, due)
                if claim is not None:
                    self._run(opened, job, claim)
        except StateUnavailable as error:
            self._opening.tally.state_failed()
            log.error("%s", error.message, extra={"job": job.id})
        finally:
            if self._scheduled().schedule.job(job.id) is None:
                self._tidied = None  # it was taken out meanwhile: what its run said of it is forgotten, too
            with self._lock:
                self._busy.pop(job.id, None)

    def _claim(self, opened: OpenProject, due: Due) -> JobRun | None:
        ledger = opened.state.ledger
        if due.left is not None:
            return ledger.take_over(due.left)
        claim = ledger.claim(due.job.id, due.due, due.how)
        if claim is None and _skips(due):
            # Somebody runs it by hand, or another host did it: the latter is in the ledger, and nothing is missed.
            not_done = NotDone(opened, self._opening.tally)
            not_done.missed(due.job, {due.due: "another run of it was going on"})
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


def is_aside(job: Job) -> bool:
    """Whether it needs none of the workers: who waits for them would seem dead to whoever hears of the heartbeat."""
    return job.work is Work.HEARTBEAT


@contextmanager
def _by_itself(job: str) -> Iterator[None]:
    """A mistake about one job keeps no other from its work."""
    try:
        yield
    except StateUnavailable:
        raise
    except Exception as error:  # noqa: BLE001 - said, and tried again at the next look; the error may hold values
        log.error("%s", unexpected(error), extra={"job": job})


def _skips(due: Due) -> bool:
    """Whether a run is given up as another of its job goes on; what is caught up on has waited already."""
    return due.job.overlap is Overlap.SKIP and due.left is None and due.how is How.SCHEDULE
