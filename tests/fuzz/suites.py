"""A suite under ``expectations/``: checks, their arguments, conditions and limits."""

from __future__ import annotations

from pathlib import Path

from monitor.quality.suites import load_suites, suite_paths
from tests.fuzz import mutate, seeds
from tests.fuzz.projects import file_surface


def load(folder: Path) -> None:
    """With the other suite that is there, and what the built-in library has."""
    for check in load_suites(suite_paths(folder / "expectations"), standing=True).checks:
        assert check.id
        assert check.entity


SURFACE = file_surface(
    "suites",
    "expectations/opportunities.yaml",
    mutate.files((*seeds.texts("suites"), *seeds.bad("suites"), *seeds.bad("yaml")), lambda: seeds.trees("suites")),
    load,
    examples=100,
)
