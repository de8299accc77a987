"""Everything a project says of people's use of the CRM: measures, statuses, figures, people. Read when it is needed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from monitor.activity.load import load_measures
from monitor.activity.measure import Measure
from monitor.adoption.calendar import Calendar
from monitor.adoption.figures_load import FiguresSaid, load_figures
from monitor.adoption.mandate import Mandate
from monitor.adoption.people import PeopleSaid
from monitor.adoption.statuses import Statuses
from monitor.adoption.statuses_load import load_statuses
from monitor.crm.maps import CrmMap
from monitor.settings.mandate import MANDATE, load_mandate
from monitor.settings.model import Settings
from monitor.settings.people import load_people
from monitor.yamlfile import Problems

CHECKS = Path("checks")


@dataclass(frozen=True, slots=True)
class Use:
    """What is watched about use, and of whom. ``off`` are the measures that are switched off; ``files`` all that were
    read."""

    measures: tuple[Measure, ...]
    statuses: Statuses
    figures: FiguresSaid
    people: PeopleSaid
    mandate: Mandate | None = None
    files: tuple[str, ...] = ()
    off: tuple[str, ...] = ()


def load_use(folder: Path, crm_map: CrmMap | None = None) -> Use:
    """What the project in ``folder`` says; the built-in definitions where it has no file of its own.

    Raises ConfigurationError with every problem of every file.
    """
    problems = Problems()
    measures = statuses = figures = people = mandate = None
    extra = None
    if crm_map is not None:
        extra = {
            name: {column: one.kind for column, one in entity.extra.items()}
            for name, entity in crm_map.entities.items()
        }
    with problems.catching():
        measures = load_measures(folder / CHECKS, extra_columns=extra)
    with problems.catching():
        statuses = load_statuses(folder / CHECKS)
    with problems.catching():
        figures = load_figures(folder / CHECKS)
    with problems.catching():
        people = load_people(folder, measures.measures if measures else None)
    with problems.catching():
        mandate = load_mandate(folder)
    problems.raise_if_any()
    assert measures is not None  # nothing but a problem makes any of them so
    assert statuses is not None
    assert figures is not None
    assert people is not None
    files = (*measures.files, *statuses.files, *figures.files, *people.files)
    if mandate is not None:
        files = (*files, str(folder / MANDATE))
    return Use(measures.measures, statuses, figures, people, mandate, tuple(dict.fromkeys(files)), measures.off)


def calendar(settings: Settings) -> Calendar:
    """The working days of everybody, as the settings say."""
    time = settings.working_time
    return Calendar(time.days_off, time.quiet_weeks)
