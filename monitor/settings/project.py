"""Loads a whole project: settings, CRM map and suites, with every problem of every file at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from monitor import content
from monitor.crm.connection import driver_url
from monitor.crm.dialects import family
from monitor.crm.mapcheck import SAFE_VALUE
from monitor.crm.maps import CrmMap, load_map
from monitor.errors import ConfigurationError, Problem, UsageError
from monitor.place import Place
from monitor.quality.calendar import working_days
from monitor.quality.check import Check, Suite
from monitor.quality.suites import LoadedSuites, load_suites, suite_paths
from monitor.settings.dotenv import read_dotenv
from monitor.settings.model import Settings
from monitor.yamlfile import Document, Problems, interpolate, nearest, read, salvage

SETTINGS = Path("config", "monitor.yaml")


@dataclass(frozen=True, slots=True)
class Project:
    """A project that is right throughout. ``files`` are all that were read, as messages name them."""

    folder: Path
    settings: Settings
    crm_map: CrmMap
    suites: tuple[Suite, ...]
    files: tuple[str, ...]
    off: tuple[str, ...] = ()  # ids of the checks that are switched off

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which a day begins."""
        return ZoneInfo(self.settings.time_zone)

    @property
    def checks(self) -> tuple[Check, ...]:
        """Every check, in the order of entities and files."""
        return tuple(check for suite in self.suites for check in suite.checks)

    @property
    def is_working_day(self) -> Callable[[date], bool]:
        """Whether people work on a day. Raises ConfigurationError where the country's holidays are not known."""
        country = self.settings.working_time.holidays or self.settings.country or ""
        try:
            return working_days(country, self.settings.working_time.days_off)
        except ValueError as error:
            place = Place(str(self.folder / SETTINGS))
            hint = "name another country under working_time, holidays"
            raise ConfigurationError([Problem(place, str(error), hint)]) from None

    @property
    def crm_url(self) -> sa.URL:
        """The CRM's database, with its driver; a relative SQLite file is beneath the project's folder."""
        return _beneath(self.folder, driver_url(self.settings.connection.url.get_secret_value()))

    @property
    def state_url(self) -> sa.URL:
        """The state database, likewise."""
        return _beneath(self.folder, sa.make_url(self.settings.state.url.get_secret_value()))


def load_project(folder: Path, environ: Mapping[str, str]) -> Project:
    """The project in ``folder``; variables come from ``environ``, and from ``.env`` where that lacks them.

    Raises ConfigurationError with every problem of every file.
    """
    path = folder / SETTINGS
    if not path.exists():
        hint = "make a project with `crm-monitor init`, or name its folder with --project"
        raise ConfigurationError([Problem(Place(str(path)), "there is no such file", hint)])
    problems = Problems()
    environment = dict(environ)
    with problems.catching():
        environment = {**read_dotenv(folder / ".env"), **environ}
    settings, document = _settings(path, folder, environment, problems)
    told = {problem.place for problem in problems}  # a variable that is not set leaves its own name behind: told once
    crm_map = None
    if settings is not None and document is not None:
        later = Problems()
        crm_map = _map(settings, document, folder / "config", later)
        _addresses(settings, document, crm_map, later)
        problems.extend(problem for problem in later if problem.place not in told)
    suites = _suites(folder, crm_map, problems)
    problems.raise_if_any()
    if settings is None or crm_map is None or suites is None:  # cannot be: each would have left a problem
        raise ConfigurationError([Problem(Place(str(path)), "the project could not be read")])
    files = tuple(dict.fromkeys((str(path), *_map_files(crm_map), *suites.files)))
    return Project(folder, settings, crm_map, suites.suites, files, suites.off)


def _settings(
    path: Path, folder: Path, environ: Mapping[str, str], problems: Problems
) -> tuple[Settings | None, Document | None]:
    document = None
    with problems.catching():
        document = read(path)
    if document is None:
        return None, None
    document = interpolate(document, environ, folder, problems)
    told = {problem.place for problem in problems}
    later = Problems()
    settings = salvage(Settings, document, later)
    problems.extend(problem for problem in later if problem.place not in told)
    return settings, document


def _map(settings: Settings, document: Document, config: Path, problems: Problems) -> CrmMap | None:
    reference = settings.connection.crm
    built_in = content.names("maps")
    if reference not in built_in and (reference.startswith("builtin/") or not (config / reference).is_file()):
        near = nearest(reference, built_in)
        hint = f"did you mean {near!r}?" if near else "name a file beneath config/, or a built-in map: builtin/NAME@1"
        message = f"there is no map {reference!r}" + ("" if reference.startswith("builtin/") else f" in {config}")
        problems.add(document.problem(message, "connection", "crm", hint=hint))
        return None
    crm_map = None
    with problems.catching():
        crm_map = load_map(reference, folder=config)
    if crm_map is None:
        return None
    for name, value in settings.connection.variables.items():
        where = ("connection", "variables", name)
        if name not in crm_map.variables:
            near = nearest(name, crm_map.variables)
            hint = f"did you mean {near!r}?" if near else f"it has: {', '.join(crm_map.variables) or 'none'}"
            problems.add(document.problem(f"the map has no variable {name!r}", *where, key=True, hint=hint))
        elif not SAFE_VALUE.fullmatch(value):
            problems.add(document.problem(f"{name} may hold letters, digits and . , @ / + : - only", *where))
    return crm_map


def _addresses(settings: Settings, document: Document, crm_map: CrmMap | None, problems: Problems) -> None:
    """Both databases are such that can be opened; nothing of a URL is repeated, as it holds a password."""
    try:
        url = driver_url(settings.connection.url.get_secret_value())
        if crm_map is not None and family(url.get_backend_name()) not in crm_map.dialects:
            message = f"{crm_map.reference} reads {', '.join(crm_map.dialects)}, not {url.get_backend_name()}"
            problems.add(document.problem(message, "connection", "crm"))
    except UsageError as error:
        problems.add(document.problem(error.message.rstrip("."), "connection", "url", hint=error.hint))
    try:
        kind = sa.make_url(settings.state.url.get_secret_value()).get_backend_name()
    except (sa.exc.ArgumentError, ValueError):
        kind = ""
    if kind not in ("sqlite", "postgresql", "postgres"):
        hint = "write sqlite:///state/monitor.db or postgresql+psycopg://user:password@host/database"
        problems.add(document.problem("the state can be kept in SQLite or PostgreSQL", "state", "url", hint=hint))


def _suites(folder: Path, crm_map: CrmMap | None, problems: Problems) -> LoadedSuites | None:
    paths = suite_paths(folder / "expectations")
    if not paths:
        hint = "add one that says `extends: builtin/opportunities@1`"
        problems.add(Document(str(folder / "expectations"), {}).problem("there is no suite", hint=hint))
        return None
    extra = {name: entity.extra for name, entity in crm_map.entities.items()} if crm_map else {}
    with problems.catching():
        return load_suites(paths, extra_columns=extra)
    return None


def _map_files(crm_map: CrmMap) -> list[str]:
    """The map's file and those it extends, as far as anything in it comes from there."""
    places = [crm_map.place()]
    for name, entity in crm_map.entities.items():
        places += [
            crm_map.place("entities", name),
            *(crm_map.place("entities", name, part) for part in entity.model_fields_set),
        ]
        places += [crm_map.place("entities", name, "columns", column) for column in entity.mapped()]
    return list(dict.fromkeys(place.file for place in places))


def _beneath(folder: Path, url: sa.URL) -> sa.URL:
    database = url.database or ""
    if url.get_backend_name() != "sqlite" or database in ("", ":memory:") or database.startswith("file:"):
        return url
    return url.set(database=str((folder / database).resolve()))
