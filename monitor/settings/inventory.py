"""What a project holds, for ``config check`` to print; nothing secret in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from monitor.crm.connection import shown
from monitor.quality.check import Dimension, Suite
from monitor.settings.model import Slack
from monitor.settings.project import Project


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
    slack_target: str  # "#crm-quality with a bot token", "an incoming webhook", or nothing
    ops_target: str
    time_zone: str
    country: str

    @property
    def checks(self) -> int:
        """How many checks run."""
        return sum(suite.checks for suite in self.suites)


def take_stock(project: Project, more_files: Sequence[str] = ()) -> Inventory:
    """What a loaded project holds; ``more_files`` are those that were read of it besides."""
    settings = project.settings
    slack = settings.slack
    return Inventory(
        name=settings.name,
        files=tuple(dict.fromkeys((*project.files, *more_files))),
        suites=tuple(_stock(suite, mapped=suite.entity in project.crm_map.entities) for suite in project.suites),
        off=project.off,
        map_reference=project.crm_map.reference,
        map_title=project.crm_map.title,
        crm_target=_target(project.crm_url),
        state_target=_target(project.state_url),
        slack_target=_slack_target(slack, slack.channel if slack else ""),
        ops_target=_slack_target(slack, (slack.ops_channel or slack.channel) if slack else ""),
        time_zone=settings.time_zone,
        country=settings.country or "",
    )


def _stock(suite: Suite, *, mapped: bool) -> SuiteStock:
    counts = Counter(check.dimension for check in suite.checks)
    dimensions = tuple((dimension, counts[dimension]) for dimension in Dimension if counts[dimension])
    return SuiteStock(suite.entity, suite.name, len(suite.checks), dimensions, mapped)


def _target(url: sa.URL) -> str:
    return shown(url)


def _slack_target(slack: Slack | None, channel: str) -> str:
    if slack is None:
        return ""
    return "an incoming webhook" if slack.webhook is not None else f"{channel} with a bot token"
