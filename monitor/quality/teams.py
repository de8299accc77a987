"""Sums of owners' counts by team."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from monitor.crm.directory import Directory, Team
from monitor.quality.outcome import OwnerCount


@dataclass(frozen=True, slots=True)
class TeamPart:
    """One team's part of a check; ``team`` None holds what belongs to no team."""

    team: Team | None
    rows: int
    unexpected: int
    amount: Decimal | None = None


def by_team(owners: Iterable[OwnerCount], directory: Directory) -> tuple[TeamPart, ...]:
    """Sums per team, most failing first, then by name; what belongs to no team comes last."""
    sums: dict[str, TeamPart] = {}
    for owner in owners:
        team = directory.team_of(owner.owner_key)
        key = team.key if team else ""
        part = sums.get(key, TeamPart(team, 0, 0))
        amount = part.amount if owner.amount is None else (part.amount or Decimal(0)) + owner.amount
        sums[key] = TeamPart(team, part.rows + owner.rows, part.unexpected + owner.unexpected, amount)
    return tuple(
        sorted(
            sums.values(), key=lambda part: (part.team is None, -part.unexpected, part.team.name if part.team else "")
        )
    )
