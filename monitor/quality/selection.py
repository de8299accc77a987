"""What a run is told: which part to look at, how many keys to keep, what was accepted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa

from monitor.crm.source import Directory, EntitySource
from monitor.quality.keys import hashed_key
from monitor.quality.outcome import Selection
from monitor.quality.past import Past
from monitor.quality.rows import Condition

Progress = Callable[[str, int, int], None]
"""Told the entity, the checks done and the checks in all."""


@dataclass(frozen=True, slots=True)
class Options:
    """How a run goes. ``cap`` is the most keys kept per check; ``accepted`` maps check ids to record keys as stored.

    ``past`` is what earlier runs saw; without it no check has a history.
    """

    selection: Selection = field(default_factory=Selection)
    cap: int = 1000
    hash_key: bytes = b""
    accepted: Mapping[str, frozenset[str]] = field(default_factory=dict)
    on_progress: Progress | None = None
    past: Past | None = None


def owner_keys(selection: Selection, directory: Directory) -> frozenset[str] | None:
    """The owners that a run is limited to; None for everybody.

    An owner may be named by key, name or e-mail address, a team by key or name.
    """
    if not selection.owners and not selection.teams:
        return None
    owners = {name.casefold() for name in selection.owners}
    teams = {name.casefold() for name in selection.teams}
    wanted_teams = {
        key for key, team in directory.teams.items() if key.casefold() in teams or team.name.casefold() in teams
    }
    return selection.owners | {
        person.key
        for person in directory.people.values()
        if person.team_key in wanted_teams
        or owners & {person.key.casefold(), person.name.casefold(), person.email.casefold() or person.key.casefold()}
    }


def owner_condition(source: EntitySource, selection: Selection, directory: Directory) -> Condition | None:
    """The rows that a run looks at; None for all."""
    keys = owner_keys(selection, directory)
    if keys is None:
        return None
    return sa.column("owner_key").in_(sorted(keys)) if source.has("owner_key") else sa.false()


def stored_key(source: EntitySource, key: str, options: Options) -> str:
    """A record's key as it is kept: where keys are personal, only their keyed hash."""
    if not source.hash_keys:
        return key
    return hashed_key(options.hash_key, source.entity, key)


def accepted_condition(source: EntitySource, check: str, options: Options) -> Condition | None:
    """The records that someone accepted for a check, as SQL; None where there are none or keys are hashed."""
    keys = options.accepted.get(check)
    if not keys or source.hash_keys or not source.has("key"):
        return None
    return sa.column("key", sa.String()).in_(sorted(keys))
