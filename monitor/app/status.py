"""How the monitor itself is, by what its state says: nothing need run for it, and nothing is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from pathlib import Path

from monitor.delivery.sender import not_yet
from monitor.messages.outgoing import DeliveryState, Outgoing
from monitor.schedule.due import due_between, last_due, next_fires
from monitor.schedule.job import Job, Schedule
from monitor.settings.configured import Configured, environment, load_settings
from monitor.settings.schedule import load_schedule
from monitor.store.ledger import How
from monitor.store.observed import Observed, observe
from monitor.store.observed_jobs import JobSeen, ending
from monitor.store.state import State
from monitor.yamlfile import Problems

GRACE = timedelta(minutes=5)
"""A run that begins, and a message that goes out, no later than this after its time is not late."""
PATIENCE = 3.0
"""Seconds to wait for another process's lock."""


class StatusCode(IntEnum):
    """How ``crm-monitor status`` exits; a wrong configuration is 2, as with every command."""

    FINE = 0
    TROUBLE = 1
    NOT_KNOWN = 3


class Standing(StrEnum):
    """How a job stands. ``new``: it has not run yet, and was not due."""

    GOOD = "good"
    NEW = "new"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    MISSED = "missed"
    LATE = "late"
    LEFT = "left behind"

    @property
    def bad(self) -> bool:
        """Whether somebody should look. Whether what a run could not send has arrived since, the outbox tells."""
        return self in (Standing.FAILED, Standing.MISSED, Standing.LATE, Standing.LEFT)


@dataclass(frozen=True, slots=True)
class JobStatus:
    """One job. ``late``: when the oldest run that nobody has begun should have; ``due``: when it last was due since it
    is known; ``next``: when its next run begins."""

    job: Job
    seen: JobSeen
    standing: Standing
    late: datetime | None = None
    due: datetime | None = None
    next: datetime | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """What is undelivered, by number. ``scheduled`` wait for their own time; ``since``: the oldest of the others."""

    queued: int = 0
    sending: int = 0
    scheduled: int = 0
    failed: int = 0
    unknown: int = 0
    since: datetime | None = None

    def overdue(self, now: datetime) -> bool:
        """Whether somebody should look: a person must act, or nobody sends what could go out."""
        return bool(self.failed or self.unknown) or (self.since is not None and now - self.since > GRACE)


@dataclass(frozen=True, slots=True)
class Status:
    """All of it, at ``seen.at``."""

    seen: Observed
    jobs: tuple[JobStatus, ...]
    waiting: Waiting

    @property
    def data_as_of(self) -> datetime | None:
        """When the newest record was entered that the CRM had when it was last read."""
        return max((one.newest for one in self.seen.entities.values() if one.newest), default=None)

    @property
    def read_at(self) -> datetime | None:
        """When the CRM was last read."""
        return max((one.at for one in self.seen.entities.values()), default=None)

    @property
    def undelivered(self) -> bool:
        """Whether a message should have arrived by now."""
        return self.waiting.overdue(self.seen.at)

    @property
    def idle(self) -> bool:
        """Whether nothing ever ran: then nothing is late, and nothing is well either."""
        return not any(one.seen.floor or one.seen.last or one.seen.running for one in self.jobs)

    @property
    def died_at(self) -> datetime | None:
        """When the service gave its last sign of life, unless it ended as it was told to, or a job began after it that
        nobody began by hand."""
        lapsed = self.seen.lease.lapsed_at if self.seen.lease else None
        begun = [
            run.started_at
            for one in self.jobs
            for run in (one.seen.last, one.seen.running)
            if run and run.how is not How.BY_HAND
        ]
        return None if lapsed is None or any(at and at > lapsed for at in begun) else lapsed

    @property
    def code(self) -> StatusCode:
        """Whether all is well."""
        bad = self.idle or self.died_at or self.undelivered or any(one.standing.bad for one in self.jobs)
        return StatusCode.TROUBLE if bad else StatusCode.FINE


@dataclass(frozen=True, slots=True)
class Asked:
    """A project as far as its status needs it: neither the map nor a suite is read."""

    configured: Configured
    schedule: Schedule


def ask(folder: Path, environ: Mapping[str, str]) -> Asked:
    """Raises ConfigurationError with every problem of the settings, or of the schedule."""
    configured = load_settings(folder, environ)
    return Asked(configured, load_schedule(configured, environment(folder, environ, Problems()), None).schedule)


def read_status(asked: Asked, clock: Callable[[], datetime]) -> Status:
    """How it is now. Raises StateUnavailable, also where there is no state yet."""
    url = asked.configured.state_url
    with State.open(url, migrate=False, clock=clock, patience=PATIENCE) as state:
        return status_of(observe(state, asked.schedule.jobs, clock()), asked.schedule.jobs)


def status_of(seen: Observed, jobs: Iterable[Job]) -> Status:
    """What was observed, against what should be."""
    return Status(seen, tuple(job_status(job, seen.jobs[job.id], seen.at) for job in jobs), waiting(seen))


def job_status(job: Job, seen: JobSeen, now: datetime) -> JobStatus:
    """One job, as it stands."""
    late = _late(job, seen, now)
    due = last_due(job, now - job.spread)
    known = due is not None and seen.floor is not None and due >= seen.floor
    upcoming = next(iter(next_fires(job, now, 1)), None)
    return JobStatus(job, seen, _standing(seen, late), late, due if known else None, upcoming)


def _standing(seen: JobSeen, late: datetime | None) -> Standing:
    if _is_left(seen):
        return Standing.LEFT
    if late is not None:
        return Standing.LATE
    return Standing.NEW if seen.last is None else Standing(ending(seen.last.state, seen.last.exit_code).value)


def _is_left(seen: JobSeen) -> bool:
    """Whether a run was begun and not ended, and none after it was: where another scheduler runs the jobs, nobody goes
    back to it."""
    left, last = seen.left, seen.last
    return left is not None and seen.running is None and (last is None or last.due_at < left.due_at)


def _late(job: Job, seen: JobSeen, now: datetime) -> datetime | None:
    """When the oldest run should have begun that nobody began; none is late that waits for the run before it."""
    if seen.floor is None or seen.running is not None:
        return None
    missing = (due for due in due_between(job, seen.floor, now - GRACE) if due not in seen.recorded)
    return next((fires for due in missing if (fires := job.fires(due)) < now - GRACE), None)


def waiting(seen: Observed) -> Waiting:
    """What is undelivered, told apart from what is not meant to have arrived yet."""
    later = {message.id for message in not_yet(seen.undelivered, seen.at)}
    due = [message for message in seen.undelivered if message.id not in later]
    number = {state: sum(message.state is state for message in due) for state in DeliveryState}
    return Waiting(
        number[DeliveryState.QUEUED],
        number[DeliveryState.SENDING],
        len(later),
        number[DeliveryState.FAILED],
        number[DeliveryState.UNKNOWN],
        min(map(_since, due), default=None),
    )


def _since(message: Outgoing) -> datetime:
    """Since when it could have arrived; once it was tried, ``not_before`` is but the time of the next attempt."""
    if message.attempts or message.not_before is None:
        return message.created_at
    return max(message.created_at, message.not_before)
