"""Loads a whole project: settings, CRM map and suites, with every problem of every file at once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from monitor import content
from monitor.crm.connection import driver_url
from monitor.crm.dialects import family
from monitor.crm.mapcheck import SAFE_VALUE
from monitor.crm.maps import CrmMap, load_map
from monitor.errors import ConfigurationError, Problem, UsageError
from monitor.place import Place
from monitor.quality.check import Check, Suite
from monitor.quality.suites import LoadedSuites, load_suites, suite_paths
from monitor.settings.configured import ROUTES, SETTINGS, Configured, environment, read_settings
from monitor.settings.model import Settings
from monitor.yamlfile import Document, Problems, nearest, present

if TYPE_CHECKING:
    from monitor.settings.routes import RoutesSaid


@dataclass(frozen=True, slots=True)
class Project(Configured):
    """A project that is right throughout. ``files`` are all that were read, as messages name them."""

    crm_map: CrmMap
    suites: tuple[Suite, ...]
    files: tuple[str, ...]
    off: tuple[str, ...] = ()  # ids of the checks that are switched off
    routes: RoutesSaid | None = None  # None: as the settings' slack section says

    @property
    def checks(self) -> tuple[Check, ...]:
        """Every check, in the order of entities and files."""
        return tuple(check for suite in self.suites for check in suite.checks)


def load_project(folder: Path, environ: Mapping[str, str]) -> Project:
    """The project in ``folder``; variables come from ``environ``, and from ``.env`` where that lacks them.

    Raises ConfigurationError with every problem of every file.
    """
    problems = Problems()
    settings, document = read_settings(folder, environ, problems)
    if settings is None and not present(folder / SETTINGS):
        problems.raise_if_any()  # no project at all: what its other files lack is of no interest
    told = {problem.place for problem in problems}
    crm_map = None
    if settings is not None and document is not None:
        later = Problems()
        crm_map = _map(settings, document, folder / "config", later)
        problems.extend(problem for problem in later if problem.place not in told)
    suites = _suites(folder, crm_map, problems)
    routes = None
    if settings is not None and present(folder / ROUTES):
        routes = _routes(Configured(folder, settings), environment(folder, environ, problems), suites, problems)
    problems.raise_if_any()
    if settings is None or crm_map is None or suites is None:  # cannot be: each would have left a problem
        raise ConfigurationError([Problem(Place(str(folder / SETTINGS)), "the project could not be read")])
    of_routes = (routes.file,) if routes else ()
    files = tuple(dict.fromkeys((str(folder / SETTINGS), *of_routes, *_map_files(crm_map), *suites.files)))
    return Project(folder, settings, crm_map, suites.suites, files, suites.off, routes)


def _map(settings: Settings, document: Document, config: Path, problems: Problems) -> CrmMap | None:
    reference = settings.connection.crm
    built_in = content.names("maps")
    if reference not in built_in and (reference.startswith("builtin/") or not os.path.isfile(config / reference)):
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
    _dialect(settings, document, crm_map, problems)
    return crm_map


def _dialect(settings: Settings, document: Document, crm_map: CrmMap, problems: Problems) -> None:
    try:
        kind = driver_url(settings.connection.url.get_secret_value()).get_backend_name()
    except UsageError:  # told with the settings
        return
    if family(kind) not in crm_map.dialects:
        message = f"{crm_map.reference} reads {', '.join(crm_map.dialects)}, not {kind}"
        problems.add(document.problem(message, "connection", "crm"))


def _suites(folder: Path, crm_map: CrmMap | None, problems: Problems) -> LoadedSuites | None:
    paths = suite_paths(folder / "expectations")
    if not paths:
        hint = "add one that says `extends: builtin/opportunities@1`"
        problems.add(Document(str(folder / "expectations"), {}).problem("there is no suite", hint=hint))
        return None
    extra = {name: entity.extra for name, entity in crm_map.entities.items()} if crm_map else {}
    with problems.catching():
        return load_suites(paths, extra_columns=extra, standing=True)
    return None


def _routes(
    configured: Configured, variables: Mapping[str, str], suites: LoadedSuites | None, problems: Problems
) -> RoutesSaid | None:
    from monitor.settings.routes import Known, load_routes  # most projects have none

    known = None
    if suites is not None:
        known = Known([check for suite in suites.suites for check in suite.checks], suites.off)
    with problems.catching():
        return load_routes(configured, variables, known)
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
