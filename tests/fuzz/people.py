"""``config/people.yaml``: roles, seats, persons."""

from __future__ import annotations

from pathlib import Path

from monitor.activity.load import load_measures
from monitor.settings.people import load_people
from tests.fuzz import mutate, seeds
from tests.fuzz.projects import file_surface


def load(folder: Path) -> None:
    """With the built-in measures, which roles may name."""
    load_people(folder, load_measures(folder / "checks").measures)


SURFACE = file_surface(
    "people", "config/people.yaml", mutate.files(seeds.texts("people"), lambda: seeds.trees("people")), load
)
