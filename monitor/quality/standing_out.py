"""Where a team stands out: the check that its records fail most against everybody else's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

from monitor.crm.directory import Directory
from monitor.quality.outcome import Outcome
from monitor.quality.teams import by_team

LEAST = 3
"""Fewer failing records than this are chance, not a pattern."""


@dataclass(frozen=True, slots=True)
class StandsOut:
    """``share`` of the team's records fail, ``others`` (both 0 to 1) of everybody else's."""

    outcome: Outcome
    unexpected: int
    rows: int
    others: float

    @property
    def share(self) -> float:
        return self.unexpected / self.rows


def stands_out(outcomes: Iterable[Outcome], directory: Directory) -> dict[str, StandsOut]:
    """Per team key the check that departs most from the others' share; a team without any is left out.

    The measure is the two-proportion z statistic with pooled variance; it must exceed 3, and the share must
    be twice the others', for with many checks and teams something is always a little above.
    """
    found: dict[str, tuple[float, StandsOut]] = {}
    for outcome in outcomes:
        for part in by_team(outcome.owners, directory):
            if part.team is None or part.unexpected < LEAST or not outcome.rows or outcome.unexpected is None:
                continue
            rows, unexpected = outcome.rows - part.rows, outcome.unexpected - part.unexpected
            if rows <= 0:
                continue
            score = _z(part.unexpected, part.rows, unexpected, rows)
            one = StandsOut(outcome, part.unexpected, part.rows, unexpected / rows)
            if score > 3 and one.share >= 2 * one.others and score > found.get(part.team.key, (0.0, one))[0]:
                found[part.team.key] = (score, one)
    return {key: one for key, (_, one) in found.items()}


def _z(bad: int, rows: int, other_bad: int, other_rows: int) -> float:
    pooled = (bad + other_bad) / (rows + other_rows)
    spread = sqrt(pooled * (1 - pooled) * (1 / rows + 1 / other_rows))
    return (bad / rows - other_bad / other_rows) / spread if spread else 0.0
