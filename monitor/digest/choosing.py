"""What a form shows of what a digest holds, where all of it would not be read: the worst records, a team's figures."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.adoption.figure import Figure, FigureId
from monitor.digest.snapshot import QualityCount, TeamRow
from monitor.quality.check import Severity

MOST_RECORDS = 8
MOST_OF_SPONSOR = 5  # who mends none of them
_SEVERITY = (Severity.CRITICAL, Severity.WARNING, Severity.INFO)
_PER_TEAM = (FigureId.SEATS_ACTIVE, FigureId.NEW_COMPLETE)
_THIRD = (FigureId.WON_QUICKLY, FigureId.LAG)  # the first of them that any team has


def worst_first(quality: Sequence[QualityCount]) -> list[QualityCount]:
    """The checks with failing records: over the fail limit, over the warn limit, then by severity, then by count."""
    return sorted((one for one in quality if one.count), key=_badness)


def _badness(one: QualityCount) -> tuple[int, int, int, str]:
    share = one.count / one.rows if one.rows else 0.0
    over = [limit is not None and share > limit for limit in (one.fail, one.warn)]
    return (over.index(True) if any(over) else len(over), _SEVERITY.index(one.severity), -one.count, one.check)


def team_columns(rows: Sequence[TeamRow]) -> tuple[FigureId, ...]:
    """The figures of a table of teams: three at most, those that some team has."""
    known = {figure.id for row in rows for figure in row.figures if figure.value is not None}
    third = next((wanted for wanted in _THIRD if wanted in known), None)
    return tuple(wanted for wanted in (*_PER_TEAM, third) if wanted in known)


def team_figure(row: TeamRow, wanted: FigureId) -> Figure | None:
    """One of a team's figures, or None where it has not got it."""
    return next((figure for figure in row.figures if figure.id is wanted), None)
