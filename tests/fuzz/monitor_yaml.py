"""``config/monitor.yaml``: the settings, read with the whole project."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from monitor.settings.project import load_project
from tests.fuzz import mutate, seeds
from tests.fuzz.projects import ENVIRON, file_surface


def load(folder: Path) -> None:
    """What every command does with the settings first."""
    project = load_project(folder, ENVIRON)
    assert project.crm_url.drivername
    assert project.state_url.drivername
    assert project.zone.key
    project.is_working_day(date(2026, 11, 27))
    shown = repr(project)
    for meant in (project.settings.name, project.settings.connection.link_base):  # they are there to be shown
        shown = shown.replace(repr(meant), "")
    assert "Pa55" not in shown


SURFACE = file_surface(
    "monitor-yaml",
    "config/monitor.yaml",
    mutate.files(
        (*seeds.texts("monitor"), *seeds.bad("monitor")),
        lambda: seeds.trees("monitor"),
        list(map("${%s}".__mod__, ENVIRON)),
    ),
    load,
)
