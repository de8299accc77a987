"""A CSV file of who is away when."""

from __future__ import annotations

from pathlib import Path

from monitor.settings.absences import read_absences
from tests.fuzz import mutate
from tests.fuzz.judge import CUSTOMER
from tests.fuzz.projects import ABSENCES, file_surface

_SEEDS = (
    *(ABSENCES, ABSENCES.replace(",", ";"), ABSENCES.replace("\n", "\r\n"), "\ufeff" + ABSENCES),
    f'user,first,last\n"{CUSTOMER}, Ida",2026-11-02,2026-11-06\n{CUSTOMER}@b.dk,2026-12-24,2026-12-31\n',
    f"user,first,last,why\n{CUSTOMER},2026-11-02,2026-11-06,ill\n",
)


def load(folder: Path) -> None:
    """No line of it may be told: whoever is away has a name."""
    for _, absence in read_absences(folder / "config" / "absence.csv"):
        assert absence.first <= absence.last


SURFACE = file_surface("absences", "config/absence.csv", mutate.files(_SEEDS), load, examples=300)
