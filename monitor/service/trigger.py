"""A job's due times as APScheduler asks for them: when to look, not what is due, which the ledger knows."""

from __future__ import annotations

from datetime import UTC, datetime

from apscheduler.triggers.base import BaseTrigger

from monitor.schedule.due import next_fires
from monitor.schedule.job import Job


class DueTrigger(BaseTrigger):  # type: ignore[misc]  # APScheduler has no types
    """Fires when the job's next run begins."""

    def __init__(self, job: Job) -> None:
        self._job = job

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime | None:
        """The next beginning of a run, later than what was fired last."""
        after = now if previous_fire_time is None else max(previous_fire_time, now)
        return next(iter(next_fires(self._job, after.astimezone(UTC), 1)), None)
