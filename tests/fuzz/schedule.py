"""``config/schedule.yaml``: jobs, cron lines, spans and zones, and the times that come of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.app.scheduled import load_scheduled
from monitor.schedule.due import next_fires, risks
from tests.fuzz import mutate, seeds
from tests.fuzz.projects import ENVIRON, file_surface

_NOW = datetime(2026, 11, 27, 5, tzinfo=UTC)


def load(folder: Path) -> None:
    """The schedule, and each job's next times."""
    for job in load_scheduled(folder, ENVIRON).schedule.jobs:
        fires = next_fires(job, _NOW, 3)
        assert all(fire > _NOW for fire in fires)
        risks(job, _NOW, timedelta(days=30))


SURFACE = file_surface(
    "schedule",
    "config/schedule.yaml",
    mutate.files(seeds.texts("schedule"), lambda: seeds.trees("schedule"), ["${PING_URL}", *mutate.TEXTS]),
    load,
)
