"""What a project holds, for ``config check`` to print; nothing secret in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from monitor.crm.address import shown
from monitor.errors import Problem
from monitor.incidents.routing import every_route
from monitor.quality.check import Dimension, Suite
from monitor.settings.model import Slack
from monitor.settings.project import Project

if TYPE_CHECKING:
    from monitor.settings.routes import RoutesSaid


@dataclass(frozen=True, slots=True)
class SuiteStock:
    """One entity's checks; ``dimensions`` are counted in the order of ``Dimension``, those without a check left out."""

    entity: str
    name: str
    checks: int
    dimensions: tuple[tuple[Dimension, int], ...]
    mapped: bool  # whether the CRM map gives the entity at all


@dataclass(frozen=True, slots=True)
class Inventory:
    """Everything that was found. ``crm_target`` and ``state_target`` are URLs without password and options."""

    name: str
    files: tuple[str, ...]
    suites: tuple[SuiteStock, ...]
    off: tuple[str, ...]
    map_reference: str
    map_title: str
    crm_target: str
    state_target: str
    slack_target: str  # "#crm-quality with a bot token", "an incoming webhook", what there is of routes, or nothing
    ops_target: str
    time_zone: str
    country: str
    warnings: tuple[Problem, ...] = ()  # what is right as it is written, and surely not meant

    @property
    def checks(self) -> int:
        """How many checks run."""
        return sum(suite.checks for suite in self.suites)


def take_stock(project: Project, more_files: Sequence[str] = ()) -> Inventory:
    """What a loaded project holds; ``more_files`` are those that were read of it besides."""
    settings, routes = project.settings, project.routes
    alerts, own = _routed(routes) if routes else _of_slack(settings.slack)
    return Inventory(
        name=settings.name,
        files=tuple(dict.fromkeys((*project.files, *more_files))),
        suites=tuple(_stock(suite, mapped=suite.entity in project.crm_map.entities) for suite in project.suites),
        off=project.off,
        map_reference=project.crm_map.reference,
        map_title=project.crm_map.title,
        crm_target=_target(project.crm_url),
        state_target=_target(project.state_url),
        slack_target=alerts,
        ops_target=own,
        time_zone=settings.time_zone,
        country=settings.country or "",
        warnings=routes.warnings if routes else (),
    )


def _stock(suite: Suite, *, mapped: bool) -> SuiteStock:
    counts = Counter(check.dimension for check in suite.checks)
    dimensions = tuple((dimension, counts[dimension]) for dimension in Dimension if counts[dimension])
    return SuiteStock(suite.entity, suite.name, len(suite.checks), dimensions, mapped)


def _target(url: sa.URL) -> str:
    return shown(url)


def _of_slack(slack: Slack | None) -> tuple[str, str]:
    """Where alerts go, and the monitor's own troubles."""
    if slack is None:
        return "", ""
    if slack.webhook is not None:
        return "an incoming webhook", "an incoming webhook"
    return f"{slack.channel} with a bot token", f"{slack.ops_channel or slack.channel} with a bot token"


def _routed(routes: RoutesSaid) -> tuple[str, str]:
    number = sum(1 for _ in every_route(routes.tree))
    said = "1 route" if number == 1 else f"{number} routes"
    names = {target.key: target.name for target in routes.targets}
    otherwise = ", ".join(names[key] for key in routes.tree.default) or "nobody"
    text = f"{said} in {Path(routes.file).name} to {', '.join(names.values())}; what none matches goes to {otherwise}"
    return text, text
