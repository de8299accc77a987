"""``config/schedule.yaml`` as it is read."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from monitor.app.scheduled import load_scheduled
from monitor.errors import ConfigurationError
from monitor.schedule.job import CatchUp, Overlap, Work
from tests.settings.projects import CONNECTION, ENVIRON, make_project

SCHEDULE = """\
time_zone: Europe/Oslo
jobs:
  records: {do: check, cron: "0 6 * * mon-fri", spread: 10m, catch_up: all, catch_up_within: 12h, timeout: 2h}
  here: {do: check, cron: "0 6 * * *", time_zone: Asia/Kolkata, entities: [opportunities], tags: [owners]}
  beat: {do: heartbeat, every: 90s, overlap: wait, ping: "${PING}"}
"""
OWNERS = "name: users\nextends: builtin/users@1\n"


def project(folder: Path, schedule: str | None) -> Path:
    files = {"config/monitor.yaml": CONNECTION + "time_zone: Europe/Copenhagen\n", "expectations/users.yaml": OWNERS}
    return make_project(folder, files | ({"config/schedule.yaml": schedule} if schedule is not None else {}))


def test_a_schedule_says_what_runs_when(tmp_path: Path) -> None:
    found = load_scheduled(project(tmp_path, SCHEDULE), {**ENVIRON, "PING": "https://hc.example/abc"})
    records, here, beat = found.schedule.jobs
    assert (records.work, records.zone.key, records.times) == (
        *(Work.CHECK, "Europe/Oslo", "0 6 * * mon,tue,wed,thu,fri Europe/Oslo"),
    )
    assert (records.spread, records.catch_up) == (timedelta(minutes=10), CatchUp.ALL)
    assert (records.catch_up_within, records.timeout) == (timedelta(hours=12), timedelta(hours=2))
    assert (here.zone.key, here.entities, here.tags) == ("Asia/Kolkata", ("opportunities",), ("owners",))
    assert (beat.times, beat.overlap) == ("90 s UTC", Overlap.WAIT)
    assert {name: url.get_secret_value() for name, url in found.said.pings.items()} == {
        "beat": "https://hc.example/abc"
    }
    assert "hc.example" not in repr(found)


def test_without_one_the_built_in_schedule_holds_in_the_project_s_zone(tmp_path: Path) -> None:
    found = load_scheduled(project(tmp_path, None), ENVIRON)
    assert not found.said.own
    assert {job.work for job in found.schedule.jobs} == set(Work)
    assert {job.zone.key for job in found.schedule.jobs} == {"Europe/Copenhagen", "UTC"}


def test_what_is_wrong_with_the_project_and_with_its_schedule_is_told_at_once(tmp_path: Path) -> None:
    folder = project(tmp_path, SCHEDULE.replace("mon-fri", "someday"))
    (folder / "config" / "monitor.yaml").write_text(CONNECTION + "time_zone: Nowhere\n", encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        load_scheduled(folder, {**ENVIRON, "PING": "https://hc.example/abc"})
    files = {Path(problem.place.file).name for problem in caught.value.problems}
    assert files == {"monitor.yaml", "schedule.yaml"}
