"""Numbers for the names that recur in every run: checks, owners, teams."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import sqlalchemy as sa

from monitor.store.tables import checks, owners, teams
from monitor.store.upsert import numbers

if TYPE_CHECKING:
    from monitor.crm.directory import Team
    from monitor.quality.check import Check

NOBODY = ""
"""The key that stands for "no owner" and "no team" in the tables."""


def check_numbers(connection: sa.Connection, entities: Mapping[str, str]) -> dict[str, int]:
    """The number of every check, by its id; ``entities`` says which entity each is about ("" if unknown)."""
    return _numbered(connection, {name: {"entity": entity} if entity else {} for name, entity in entities.items()})


def described_checks(connection: sa.Connection, found: Iterable[Check]) -> dict[str, int]:
    """The same for checks as they are declared now; their words are kept, for commands that read no suites."""
    words = ("entity", "title", "why", "fix")
    return _numbered(connection, {check.id: {word: getattr(check, word) for word in words} for check in found})


def _numbered(connection: sa.Connection, described: Mapping[str, Mapping[str, str]]) -> dict[str, int]:
    known = numbers(connection, checks, "name", {name: {"entity": "", **values} for name, values in described.items()})
    stored = {row.name: row for row in connection.execute(sa.select(checks))}
    for name, values in described.items():
        # it was named before it first ran, or its suite says it otherwise now
        if any(getattr(stored[name], word) != value for word, value in values.items()):
            connection.execute(sa.update(checks).where(checks.c.id == known[name]).values(dict(values)))
    return known


def check_number(connection: sa.Connection, check_id: str) -> int | None:
    """The number of a check that has been run before, or None."""
    return connection.execute(sa.select(checks.c.id).where(checks.c.name == check_id)).scalar()


def owner_numbers(connection: sa.Connection, keys: Iterable[str | None]) -> dict[str, int]:
    """The number of every owner's key; None is NOBODY."""
    return numbers(connection, owners, "key", {key or NOBODY: {} for key in keys})


def team_numbers(connection: sa.Connection, found: Mapping[str, Team]) -> dict[str, int]:
    """The number of every team's key; a team that was renamed gets its present name."""
    known = numbers(connection, teams, "key", {key: {"name": team.name} for key, team in found.items()})
    names = {row.key: row.name for row in connection.execute(sa.select(teams.c.key, teams.c.name))}
    for key, team in found.items():
        if names[key] != team.name:
            connection.execute(sa.update(teams).where(teams.c.id == known[key]).values(name=team.name))
    return known
