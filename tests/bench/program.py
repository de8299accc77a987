"""This program, as a user runs it: a project folder of its own, its state in SQLite, one ``check`` after the other."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

from tests.bench.handwritten import Figures

HERE = Path(__file__).parent
_SETTINGS = """\
name: Benchmark
time_zone: UTC
country: DK
connection:
  url: ${CRM_URL}
  crm: map.yaml
  statement_timeout: 5m
"""


def write_project(folder: Path, url: str) -> Path:
    """A project with the benchmark's map and suites, reading the CRM at ``url``."""
    config = folder / "config"
    config.mkdir(parents=True)
    (config / "monitor.yaml").write_text(_SETTINGS)
    (folder / ".env").write_text(f"CRM_URL={url}\n")
    shutil.copy(HERE / "map.yaml", config)
    shutil.copytree(HERE / "expectations", folder / "expectations")
    return folder


class Warm:
    """Runs the whole ``check`` in one process: scan, owners, failing keys, incidents, state.

    Warm is a process that lives on: its configuration is read once, its connections are opened anew for each run.
    """

    def __init__(self, folder: Path) -> None:
        from monitor.settings.project import load_project

        self.project = load_project(folder, dict(os.environ))

    def run(self) -> Figures:
        from monitor.app.check import CheckRequest, run_check
        from monitor.app.project import OpenProject

        opened = OpenProject(self.project, lambda: datetime.now(UTC), dict(os.environ))
        try:
            report = run_check(opened, CheckRequest(notify=False), lambda *_: None)
        finally:
            opened.close()
        figures: Figures = {}
        for reported in report.checks():
            outcome = reported.outcome
            if outcome.rows is None or outcome.unexpected is None:
                raise RuntimeError(f"{outcome.check.id}: {outcome.status} {outcome.reason}")
            by_owner = {owner.owner_key or "": [owner.rows, owner.unexpected] for owner in outcome.owners}
            figures[outcome.check.id] = by_owner
            if [sum(part) for part in zip(*by_owner.values(), strict=True)] != [outcome.rows, outcome.unexpected]:
                raise RuntimeError(f"{outcome.check.id}: the owners' figures do not add up to the total")
        return figures
