"""``config/mandate.yaml``: what must be written down before anybody is named."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from monitor.adoption.mandate import naming
from monitor.settings.mandate import load_mandate
from tests.fuzz import mutate, seeds
from tests.fuzz.projects import file_surface


def load(folder: Path) -> None:
    """And whether it lets anybody be named."""
    naming(load_mandate(folder), date(2026, 11, 27))


SURFACE = file_surface(
    "mandate",
    "config/mandate.yaml",
    mutate.files((*seeds.texts("mandate"), *seeds.bad("mandate")), lambda: seeds.trees("mandate")),
    load,
    examples=100,
)
