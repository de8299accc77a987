"""One run of a job, from the claim to the ledger: the same code for the service, a person and another scheduler."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.app.jobs.ping import ping
from monitor.app.jobs.stop import JobStoppedError, Stop
from monitor.app.jobs.trouble import Trouble
from monitor.app.jobs.work import Doing, Done, Step, do, send
from monitor.app.project import OpenProject
from monitor.errors import MonitorError, StateUnavailable, unexpected
from monitor.schedule.job import Job, Work
from monitor.store import ledger
from monitor.store.faults import StateConflict
from monitor.store.lease import LeaseLost
from monitor.store.ledger import SIGN_OF_LIFE, ClaimLost, JobRun

if TYPE_CHECKING:
    import sqlalchemy as sa
    from pydantic import SecretStr

log = logging.getLogger(__name__)
_ATTEMPTS = 4
_TIMED_OUT = 3


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a run. ``done`` is None where another process does it, or shall do it, instead."""

    run: JobRun
    done: Done | None


class Running:
    """Does claimed runs of one job with a project that is opened for nothing else."""

    def __init__(
        self,
        opened: OpenProject,
        job: Job,
        pings: Mapping[str, SecretStr],
        step: Step | None = None,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._opened, self._job, self._url = opened, job, pings.get(job.id)
        self._step, self._monotonic = step, monotonic

    def run(self, claim: JobRun, ended: threading.Event) -> Result:
        """Does the run that was claimed. ``ended`` says that the process is to end: the run is put back then.

        Raises StateUnavailable when what became of it cannot be recorded.
        """
        stop = Stop(self._job.timeout, ended, self._monotonic)
        self._opened.sleep = stop.sleep
        with self._signs_of_life(claim, stop), self._guarded(ledger.guard(claim)):
            ping(self._url, "start")
            done: Done | None
            try:
                with self._guarded(stop.check):
                    done = self._done(claim, stop)
            except JobStoppedError as error:
                done = None if error.again else Done(_TIMED_OUT, error.why)
            if done is None:
                self._opened.state.ledger.put_back(claim)
            else:
                done = self._told(claim, done)
                ping(self._url, str(done.exit_code))
        return Result(claim, done)

    @contextmanager
    def _guarded(self, check: Callable[[sa.Connection], None]) -> Iterator[None]:
        """Asks within every write to the state."""
        guards = self._opened.state.database.guards
        guards.append(check)
        try:
            yield
        finally:
            guards.remove(check)

    def _done(self, claim: JobRun, stop: Stop) -> Done:
        try:
            return do(Doing(self._opened, self._job, claim.due_at, self._stepping(stop), self._with_its_work(claim)))
        except JobStoppedError:
            raise
        except MonitorError as error:
            return Done(error.exit_code, error.message, hint=error.hint)
        except Exception as error:  # noqa: BLE001 - one job must not end the service; the error's text may hold values
            log.error("%s", unexpected(error), extra={"job": self._job.id, "job_run": claim.id})
            return Done(3, f"{unexpected(error)}: this is a mistake in crm-monitor")

    def _stepping(self, stop: Stop) -> Step:
        def step(what: str, done: int, total: int) -> None:
            stop.check()
            if self._step is not None:
                self._step(what, done, total)

        return step

    def _with_its_work(self, claim: JobRun) -> Callable[[sa.Connection], None]:
        """What is found and that it was found is one transaction: a crash between them does nothing twice."""

        def also(connection: sa.Connection) -> None:
            ledger.finish(connection, claim, self._opened.clock(), 0)

        return also

    def _told(self, claim: JobRun, done: Done) -> Done:
        """Recorded, and sent what followed from it."""
        self._record(claim, done)
        if self._job.work is Work.CHECK and (done.told or not done.exit_code):
            return done  # has sent what there was
        try:
            sent = send(self._opened, done)
        except JobStoppedError:
            return done  # what waits is sent by the next pass
        if sent.exit_code != done.exit_code:
            self._record(claim, sent)
        return sent

    def _record(self, claim: JobRun, done: Done) -> None:
        """The ledger and the incident about the job, in one transaction."""
        state = self._opened.state
        for attempt in range(_ATTEMPTS):
            now = self._opened.clock()
            trouble = Trouble(self._opened, state, now)
            try:
                with state.database.write() as connection:
                    if not ledger.finish(connection, claim, now, done.exit_code, done.why):
                        return
                    if not (done.exit_code and done.told):
                        trouble.of(connection, self._job, done.why if done.exit_code else "")
                return
            except StateConflict:
                if attempt == _ATTEMPTS - 1:
                    raise

    def _may_go_on(self, claim: JobRun) -> bool:
        """Whether the run is not over, be it that nobody can tell."""
        try:
            return self._opened.state.ledger.is_running(claim)
        except StateUnavailable:
            return True

    @contextmanager
    def _signs_of_life(self, claim: JobRun, stop: Stop) -> Iterator[None]:
        over = threading.Event()

        def say() -> None:
            while not over.wait(SIGN_OF_LIFE.total_seconds() / 4):
                try:
                    self._opened.state.ledger.alive(claim)
                except ClaimLost as error:
                    if self._may_go_on(claim):
                        stop.lose(error.message)
                    return
                except LeaseLost as error:
                    stop.lose(error.message)
                    return
                except JobStoppedError:
                    return
                except StateUnavailable as error:
                    log.warning("%s", error.message, extra={"job": self._job.id, "job_run": claim.id})

        thread = threading.Thread(target=say, name=f"alive-{self._job.id}", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join(SIGN_OF_LIFE.total_seconds())
