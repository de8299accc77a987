"""The process ``crm-monitor serve``: APScheduler in the main thread, and what stands around it."""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from types import FrameType

import sqlalchemy.orm  # noqa: F401 - whole, before two threads are at work: see monitor.quality.adapter.preload
from apscheduler.events import (
    EVENT_JOB_ERROR,
    EVENT_JOB_MAX_INSTANCES,
    EVENT_JOB_MISSED,
    EVENT_SCHEDULER_STARTED,
    JobEvent,
    SchedulerEvent,
)
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers import SchedulerNotRunningError
from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.interval import IntervalTrigger

from monitor.app.jobs.stop import JobStoppedError, Stop
from monitor.app.passing import pass_once
from monitor.app.scheduled import Scheduled, load_scheduled
from monitor.errors import ConfigurationError, MonitorError, unexpected
from monitor.garbage import collected_after
from monitor.schedule.job import Job
from monitor.service.health import HealthServer
from monitor.service.leading import Leadership
from monitor.service.opening import Opening
from monitor.service.slack import SlackListener
from monitor.service.steward import Steward, is_aside
from monitor.service.trigger import DueTrigger
from monitor.service.vitals import Vitals
from monitor.service.watchdog import Watchdog

log = logging.getLogger(__name__)

LOOK_EVERY = timedelta(seconds=5)
"""How often everything is looked at, whatever the timers say."""
TELL_EVERY = timedelta(seconds=30)
"""How often it is decided who hears of what by now, and what waits is sent."""
TELL_AT_MOST = timedelta(minutes=3)
GRACE = 10.0
"""Seconds that a job may take to notice that it is to stop, after the time to drain."""
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_LOOK, _TELL, _RUNS, _BEATS = "look", "tell", "runs", "beats"


class Service:
    """One process. ``run`` blocks until a signal ends it."""

    def __init__(self, folder: Path, environ: Mapping[str, str], clock: Callable[[], datetime]) -> None:
        self._folder, self._environ = folder, environ
        self._scheduled: Scheduled = load_scheduled(folder, environ)
        self._watchdog = Watchdog(environ)
        self._ended = threading.Event()
        self._reload_wanted = threading.Event()
        self._settings = settings = self._scheduled.project.settings.service  # until the process ends
        self._underway: set[str] = set()  # beside jobs: what of the loop is at work
        self._handed_out = count(1)
        self.vitals = Vitals(LOOK_EVERY)
        self._opening = Opening(lambda: self._scheduled, lambda: self._leadership.lease, clock, environ)
        self._leadership = Leadership(self._opening.state, settings.lease, lambda: self.vitals.well, self._look_soon)
        self._steward = Steward(lambda: self._scheduled, self._opening, self._hand_out, self._ended, settings.workers)
        self._slack = SlackListener(lambda: self._scheduled, self._opening)
        self._scheduler = BlockingScheduler(
            timezone=UTC,
            executors={name: ThreadPoolExecutor(1) for name in (_LOOK, _TELL, _BEATS)}
            | {_RUNS: ThreadPoolExecutor(settings.workers)},
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        self._health = HealthServer(settings.listen, self._leadership, self._steward, self.vitals, self._opening)

    @property
    def log_form(self) -> str:
        """``json`` or ``text``."""
        return self._settings.log

    def run(self) -> int:
        """Serve until SIGTERM or SIGINT; the exit code."""
        self._catch_signals()
        self._health.start()
        self._leadership.start()
        self._scheduler.add_listener(self._end_at_once, EVENT_SCHEDULER_STARTED)
        self._scheduler.add_listener(self._heard, EVENT_JOB_ERROR | EVENT_JOB_MISSED | EVENT_JOB_MAX_INSTANCES)
        self._scheduler.add_job(
            self._beat_and_look,
            IntervalTrigger(seconds=int(LOOK_EVERY.total_seconds()), timezone=UTC),
            id=_LOOK,
            executor=_LOOK,
            next_run_time=datetime.now(UTC),
        )
        self._scheduler.add_job(
            self._tell, IntervalTrigger(seconds=int(TELL_EVERY.total_seconds()), timezone=UTC), id=_TELL, executor=_TELL
        )
        self._set_timers()
        threading.Thread(target=self._keep_awake, name="awake", daemon=True).start()
        log.info("serving %s: %s", self._scheduled.project.settings.name, _jobs(self._scheduled))
        self._watchdog.ready()
        code = 3
        try:
            self._scheduler.start()
            code = 0
        except Exception as error:  # noqa: BLE001 - its loop died: the supervisor starts the process anew
            log.critical("the scheduler's loop died: %s", unexpected(error))
        finally:
            self._drain(code)
        return code

    def _set_timers(self) -> None:
        """A timer per job: when to look. What is due, the ledger knows."""
        wanted = {f"due:{job.id}": job for job in self._scheduled.schedule.jobs}
        for timer in self._scheduler.get_jobs():
            if timer.id.startswith("due:") and timer.id not in wanted:
                timer.remove()
        for name, job in wanted.items():
            self._scheduler.add_job(self._look, DueTrigger(job), id=name, executor=_LOOK, replace_existing=True)

    @contextmanager
    def _at_work(self, name: str) -> Iterator[None]:
        self._underway.add(name)
        try:
            yield
        finally:
            self._underway.discard(name)

    def _look(self) -> None:
        with self._at_work("the look for what is due"):
            self._steward.look()

    def _beat_and_look(self) -> None:
        self.vitals.beat()
        if not self._steward.stuck and not self._leadership.stuck and self._leadership.thread_alive:
            self._watchdog.alive()
        if self._reload_wanted.is_set():
            self._reload_wanted.clear()
            with self._at_work("reading the configuration"):
                self._reload()
        self._slack.keep(self._opening.lease)
        self._look()

    @collected_after()
    def _tell(self) -> None:
        if not self._opening.leads or self._ended.is_set():
            return
        try:
            with self._at_work("sending"), self._opening.project() as opened:
                opened.sleep = Stop(TELL_AT_MOST, self._ended).sleep
                pass_once(opened)
        except MonitorError as error:
            log.error("%s", error.message)
        except JobStoppedError:
            log.debug("told to stop while sending")

    def _look_soon(self) -> None:
        """Something changed: who leads, or what is wanted."""
        self._soon(_LOOK)

    def _soon(self, name: str) -> None:
        if self._scheduler.running and not self._ended.is_set():
            with suppress(JobLookupError):  # it was shut down meanwhile
                self._scheduler.modify_job(name, next_run_time=datetime.now(UTC))

    def _keep_awake(self) -> None:
        """A clock that is set back leaves the scheduler waiting for a time that lies as far ahead."""
        while not self._ended.wait(LOOK_EVERY.total_seconds()):
            for name, every in ((_LOOK, LOOK_EVERY), (_TELL, TELL_EVERY)):
                timer = self._scheduler.get_job(name) if self._scheduler.running else None
                if timer is not None and timer.next_run_time - datetime.now(UTC) > 2 * every:
                    self._soon(name)

    def _hand_out(self, job: Job, due: datetime, work: Callable[[], None]) -> None:
        """Under an id of its own: the scheduler drops what has the id of something that still goes on. At once, and be
        the clock set back meanwhile."""
        number, name = next(self._handed_out), f"{job.id} {due.isoformat()}"
        executor = _BEATS if is_aside(job) else _RUNS
        self._scheduler.add_job(work, executor=executor, id=f"run:{number}", name=name, next_run_time=_LONG_AGO)

    def _heard(self, event: JobEvent) -> None:
        """What APScheduler only tells in passing. The next look finds what was not done."""
        what = {EVENT_JOB_ERROR: "failed", EVENT_JOB_MISSED: "came too late"}.get(event.code, "is still going on")
        error = unexpected(event.exception) if getattr(event, "exception", None) is not None else ""
        level = logging.ERROR if event.code == EVENT_JOB_ERROR else logging.DEBUG
        log.log(level, "%s %s%s", event.job_id, what, f": {error}" if error else "")

    def _reload(self) -> None:
        try:
            fresh = load_scheduled(self._folder, self._environ)
        except ConfigurationError as error:
            self._keep_the_old(*map(str, error.problems), "the configuration is wrong")
            return
        except Exception as error:  # noqa: BLE001 - whatever reading does: the one that works is kept
            self._keep_the_old(unexpected(error), "the configuration cannot be read")
            return
        if fresh.project.state_url != self._scheduled.project.state_url:
            self._keep_the_old("state.url is another one, which takes a new start")
            return
        if fresh.project.settings.service != self._settings:
            log.warning("what service says in config/monitor.yaml takes effect with the next start")
        self._scheduled = fresh
        self._set_timers()
        self._slack.stop(wait=False)  # it begins anew, with what is said of Slack now
        self._opening.tally.read_again(well=True)
        log.info("the configuration was read again: %s", _jobs(fresh))

    def _keep_the_old(self, *why: str) -> None:
        for each in why:
            log.error("%s", each)
        log.error("the one that was read before stays in force")
        self._opening.tally.read_again(well=False)

    def _catch_signals(self) -> None:
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, self._end)
        if hasattr(signal, "SIGHUP"):
            signal.signal(signal.SIGHUP, self._want_reload)

    def _end(self, _number: int, _frame: FrameType | None) -> None:
        self._steward.closing.set()
        if self._scheduler.running:
            self._shut_down()

    def _end_at_once(self, _event: SchedulerEvent) -> None:
        """A signal may have come before there was anything to end."""
        if self._steward.closing.is_set():
            self._shut_down()

    def _shut_down(self) -> None:
        # Not within a signal's handler: the scheduler's lock may be held by the very thread that was interrupted.
        threading.Thread(target=self._shut_down_once, daemon=True).start()

    def _shut_down_once(self) -> None:
        with suppress(SchedulerNotRunningError):  # told twice
            self._scheduler.shutdown(wait=False)

    def _want_reload(self, _number: int, _frame: FrameType | None) -> None:
        self._reload_wanted.set()
        threading.Thread(target=self._look_soon, daemon=True).start()

    def _drain(self, code: int) -> None:
        """Running jobs may end; then they are told to stop, and what did not end is left to the next start."""
        self._watchdog.stopping()
        self._slack.stop()
        self._steward.close()
        drain = self._settings.drain.total_seconds()
        if self._steward.busy:
            log.info("stopping: %s may go on for %g s", ", ".join(self._steward.busy), drain)
        self._wait_for_jobs(drain)
        self._ended.set()
        self._wait_for_jobs(GRACE)
        self._leadership.stop()
        self._health.stop()
        if left := [*self._steward.busy, *self._underway]:
            log.error("%s did not stop, and is left to the next start", ", ".join(left))
            logging.shutdown()
            os._exit(code)  # a thread that waits for a database would keep the process for as long
        log.info("stopped")

    def _wait_for_jobs(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while (self._steward.busy or self._underway) and time.monotonic() < until:
            self.vitals.beat()  # who is well keeps the lease, and so what its runs still write
            time.sleep(0.05)


def _jobs(scheduled: Scheduled) -> str:
    number = len(scheduled.schedule.jobs)
    return "1 job" if number == 1 else f"{number} jobs"
