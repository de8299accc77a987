"""A job: what is done, when, and what becomes of it when that cannot be."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from monitor.place import Place
from monitor.schedule.cron import Cron


class Work(StrEnum):
    """What a job does."""

    CHECK = "check"
    ADOPTION = "adoption"
    DIGEST = "digest"
    FIXLIST = "fixlist"
    RETENTION = "retention"
    SELF_CHECK = "self-check"
    HEARTBEAT = "heartbeat"


class CatchUp(StrEnum):
    """Which of the runs that were missed, as nothing ran, are done afterwards."""

    LATEST = "latest"
    ALL = "all"
    NONE = "none"


class Overlap(StrEnum):
    """What becomes of a run that falls due while the last one of its job still goes on."""

    SKIP = "skip"
    WAIT = "wait"


@dataclass(frozen=True, slots=True)
class Every:
    """An interval, counted from the beginning of 1970 in UTC, so that every host and every start means the same."""

    interval: timedelta
    text: str


@dataclass(frozen=True, slots=True)
class Job:
    """One entry of the schedule. ``spread`` is the most that a run may be put off, so that not all begin at once."""

    id: str
    work: Work
    timing: Cron | Every
    zone: ZoneInfo
    spread: timedelta = timedelta()
    catch_up: CatchUp = CatchUp.LATEST
    catch_up_within: timedelta = timedelta(days=1)
    timeout: timedelta = timedelta(hours=1)
    overlap: Overlap = Overlap.SKIP
    entities: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    place: Place = field(default_factory=lambda: Place(""), compare=False)

    def delay(self, due: datetime) -> timedelta:
        """How long the run due at ``due`` (UTC) is put off: the same on every host, whole seconds within ``spread``."""
        seconds = int(self.spread.total_seconds())
        if not seconds:
            return timedelta()
        digest = hashlib.sha256(f"{self.id} {due.isoformat()}".encode()).digest()
        return timedelta(seconds=int.from_bytes(digest[:8], "big") % (seconds + 1))

    def fires(self, due: datetime) -> datetime:
        """When the run due at ``due`` begins."""
        return due + self.delay(due)

    @property
    def times(self) -> str:
        """What its due times follow from, however it is written: where this changes, nothing was missed before."""
        timing = self.timing
        said = " ".join(timing.fields) if isinstance(timing, Cron) else f"{timing.interval.total_seconds():g} s"
        return f"{said} {self.zone.key}"


@dataclass(frozen=True, slots=True)
class Schedule:
    """Every job of a project, in the order of its file."""

    jobs: tuple[Job, ...] = ()
    file: str = ""

    def job(self, job_id: str) -> Job | None:
        """The job of this name."""
        return next((job for job in self.jobs if job.id == job_id), None)
