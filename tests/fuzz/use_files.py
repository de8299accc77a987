"""The three files under ``checks/``: measures, statuses and figures of people's use."""

from __future__ import annotations

from pathlib import Path

from monitor.activity.load import load_measures
from monitor.adoption.figures_load import load_figures
from monitor.adoption.statuses_load import load_statuses
from tests.fuzz import mutate, seeds
from tests.fuzz.projects import file_surface


def _checks(folder: Path) -> Path:
    return folder / "checks"


MEASURES = file_surface(
    "measures",
    "checks/adoption.yaml",
    mutate.files(seeds.texts("measures"), lambda: seeds.trees("measures")),
    lambda folder: load_measures(_checks(folder)),
)
STATUSES = file_surface(
    "statuses",
    "checks/statuses.yaml",
    mutate.files(seeds.texts("statuses"), lambda: seeds.trees("statuses")),
    lambda folder: load_statuses(_checks(folder)),
)
FIGURES = file_surface(
    "figures",
    "checks/figures.yaml",
    mutate.files(seeds.texts("figures"), lambda: seeds.trees("figures")),
    lambda folder: load_figures(_checks(folder)),
)
