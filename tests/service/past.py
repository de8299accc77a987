"""A past for the state of a project: runs of jobs, as they would have been recorded."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from monitor.app.scheduled import Scheduled, load_scheduled
from monitor.schedule.due import due_between, last_due
from monitor.schedule.job import Job
from monitor.store import ledger
from monitor.store.ledger import How, JobRun
from monitor.store.state import State

SCHEDULE = """\
jobs:
  records: {do: check, cron: 0 6 * * *, spread: 10m}
  beat: {do: heartbeat, every: 1h, catch_up: none}
"""


class Past:
    """What became of the jobs of the project in ``folder`` until ``now``."""

    def __init__(self, folder: Path, now: datetime) -> None:
        self.folder, self.now = folder, now
        (folder / "config" / "schedule.yaml").write_text(SCHEDULE, encoding="utf-8")
        self.scheduled: Scheduled = load_scheduled(folder, {})

    def job(self, name: str) -> Job:
        found = self.scheduled.schedule.job(name)
        assert found is not None
        return found

    def due(self, name: str) -> datetime:
        """When the job was last due, its spread and some minutes being over."""
        job = self.job(name)
        found = last_due(job, self.now - job.spread - timedelta(minutes=4))
        assert found is not None
        return found

    @contextmanager
    def state(self, at: datetime | None = None) -> Iterator[State]:
        """The state, as if it were opened then."""
        with State.open(self.scheduled.project.state_url, clock=lambda: at or self.now) as state:
            yield state

    def known_for(self, span: timedelta) -> None:
        """A service took note of the schedule so long ago."""
        with self.state() as state:
            times = {job.id: job.times for job in self.scheduled.schedule.jobs}
            state.ledger.know(times, self.now - span)

    def begin(self, name: str, due: datetime | None = None, how: How = How.SCHEDULE) -> JobRun:
        """A run that was begun at its time."""
        at = due or self.due(name)
        with self.state(at) as state:
            claim = state.ledger.claim(name, at, how, beside=True)
        assert claim is not None
        return claim

    def end(self, run: JobRun, exit_code: int = 0, why: str = "", took: timedelta = timedelta(seconds=12)) -> None:
        """It ended."""
        with self.state() as state, state.database.write() as connection:
            assert run.started_at is not None
            assert ledger.finish(connection, run, run.started_at + took, exit_code, why)

    def miss(self, name: str, due: datetime, why: str) -> None:
        """It was recorded as missed."""
        with self.state(due) as state:
            assert state.ledger.miss(name, {due: why})

    def all_well(self) -> None:
        """Both jobs were done when they were last due."""
        self.known_for(timedelta(days=2))
        for name in ("records", "beat"):
            job, last = self.job(name), self.due(name)
            for due in due_between(job, self.now - timedelta(days=2), last):
                self.end(self.begin(name, due))
