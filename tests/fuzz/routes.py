"""``config/routes.yaml``: who is told of what."""

from __future__ import annotations

from pathlib import Path

from monitor.settings.project import load_project
from tests.fuzz import mutate, seeds
from tests.fuzz.projects import ENVIRON, file_surface


def load(folder: Path) -> None:
    """The project, whose settings know Slack and a mail server."""
    assert load_project(folder, ENVIRON).routes is not None


SURFACE = file_surface(
    "routes",
    "config/routes.yaml",
    mutate.files(
        (*seeds.texts("routes"), *seeds.bad("routes")),
        lambda: seeds.trees("routes"),
        list(map("${%s}".__mod__, ENVIRON)),
    ),
    load,
)
