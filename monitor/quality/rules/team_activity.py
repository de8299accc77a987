"""Teams that suddenly enter far less than they used to: management's interest fades, or the work is done elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from monitor.quality.anomaly import Band, TooShort, expected
from monitor.quality.outcome import Status
from monitor.quality.past import TeamUse, UseByTeam
from monitor.quality.rules.arguments import object_schema
from monitor.quality.rules.base import Verdict
from monitor.quality.usual import Anomaly, Unit, direction, sensitivity
from monitor.quality.usual_words import figure, missing, usually

LEVELS = (Status.PASS, Status.WARN, Status.FAIL)
_NAMED = 6


class TeamActivityUsual:
    """Compares each team's entries per person and working day, in the last week that is known, with its own before.

    Working days leave out holidays, quiet weeks and absence, so that a team on holiday is not said to fade. Only teams
    that may be shown by themselves are looked at.
    """

    type = "expect_team_activity_to_be_usual"
    unit = Unit.ENTRIES
    schema = object_schema("Every team enters about as much as it usually does")

    def columns(self, kwargs: Mapping[str, Any]) -> frozenset[str]:
        return frozenset()

    def judge_use(self, kwargs: Mapping[str, Any], said: Anomaly, use: UseByTeam) -> Verdict:
        if use.reason:
            return Verdict(Status.NO_BASELINE, reason=use.reason)
        if not use.teams:
            return Verdict(Status.NO_DATA, reason="no team has enough people to be shown by itself")
        how, way = sensitivity(said, Unit.ENTRIES), direction(said, Unit.ENTRIES)
        week = f"week {use.monday.isocalendar().week}"
        found = [(team, expected(team.weeks, use.monday, how)) for team in use.teams]
        known = [(team, band) for team, band in found if isinstance(band, Band)]
        if not known:
            longest = max((band for _, band in found if isinstance(band, TooShort)), key=lambda short: short.has)
            return Verdict(Status.NO_BASELINE, reason=missing(longest, Unit.ENTRIES, use.monday))
        levels = [(band.beyond(team.now, way), team, band) for team, band in known]
        worst = max(level for level, _, _ in levels)
        if not worst:
            teams = "1 team enters" if len(known) == 1 else f"{len(known)} teams enter"
            return Verdict(Status.PASS, f"{week}: {teams} as much as usual")
        beyond = sorted((one for one in levels if one[0]), key=lambda one: (-one[0], one[1].team))
        said_of = [_said(team, usually(band, Unit.ENTRIES, way, use.monday), use) for _, team, band in beyond]
        return Verdict(LEVELS[worst], f"{week}: {_listed(said_of)}")


def _said(team: TeamUse, usual: str, use: UseByTeam) -> str:
    return f"{team.team} {figure(team.now, Unit.ENTRIES, use.monday)}, {usual}"


def _listed(teams: Sequence[str]) -> str:
    shown = "; ".join(teams[:_NAMED])
    return shown if len(teams) <= _NAMED else f"{shown}; and {len(teams) - _NAMED} more teams"
