"""Use by team as a check on it sees it: from what is stored of people's use, read by ``crm-monitor adoption``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta

from monitor.adoption.team_weeks import TeamWeeks, team_weeks
from monitor.adoption.week import IsoWeek
from monitor.adoption.weeks import by_user
from monitor.app.project import OpenProject
from monitor.app.use_evidence import KEPT_WEEKS, stored_as
from monitor.app.use_reading import known
from monitor.quality.anomaly import Point
from monitor.quality.past import TeamUse, Trouble, UseByTeam
from monitor.settings.use import calendar
from monitor.store.state import State

SETTLED = timedelta(days=2)
"""What people did is entered late: a week is looked at from the Wednesday after it on."""
FOR_GOOD = timedelta(weeks=13)
"""What has stood for a quarter teaches again: weeks are not kept for ever, and a check without any would never end."""


def use_by_team(opened: OpenProject, state: State, now: datetime, troubles: Sequence[Trouble]) -> UseByTeam:
    """The teams' use in the newest week that is settled, and in those before it that may teach something.

    Raises CrmUnavailable and StateUnavailable.
    """
    today = now.astimezone(opened.project.zone).date()
    week = IsoWeek.of(today - SETTLED) + -1
    read_to = state.activity.complete_to()
    if read_to is None or IsoWeek.of(read_to - SETTLED) + -1 < week:
        reason = f"people's use was not read up to week {week.number}: crm-monitor adoption reads it"
        return UseByTeam(week.monday, reason=reason)
    rows = state.adoption.weeks(week + (1 - KEPT_WEEKS), week)
    what = known(opened, state, rows)
    if not what.tells_of_users:
        return UseByTeam(week.monday, reason="too few rows name who entered them")
    weeks = [one for one in week.back(KEPT_WEEKS) if one >= what.first]
    settings, organisation, strict = opened.project.settings, opened.organisation, opened.naming.strict
    kept = frozenset(_taught(weeks, troubles, now, opened))

    def rows_of(users: frozenset[str]) -> frozenset[str]:
        return stored_as(organisation, users, strict=strict)

    teams = team_weeks(organisation, what, calendar(settings), by_user(rows), rows_of, weeks)
    found = tuple(_use(team, week, kept) for team in teams if week in team.entries)
    if teams and not found:
        return UseByTeam(week.monday, reason=f"hardly anybody was expected at work in week {week.number}")
    return UseByTeam(week.monday, found)


def _use(team: TeamWeeks, week: IsoWeek, kept: frozenset[IsoWeek]) -> TeamUse:
    before = tuple(Point(one.monday, value) for one, value in team.entries.items() if one < week and one in kept)
    return TeamUse(team.name, team.entries[week], before)


def _taught(
    weeks: Iterable[IsoWeek], troubles: Sequence[Trouble], now: datetime, opened: OpenProject
) -> Iterable[IsoWeek]:
    """The weeks that were judged while no incident stood, since the check was last accepted as it was."""
    anew = max((one.until for one in troubles if one.accepted and one.until), default=None)
    for week in weeks:
        judged = datetime.combine(week.sunday + timedelta(days=1) + SETTLED, time(), opened.project.zone)
        if anew is not None and judged < anew:
            continue
        if judged < now - FOR_GOOD or not any(_covers(trouble, judged) for trouble in troubles):
            yield week


def _covers(trouble: Trouble, judged: datetime) -> bool:
    """Whether an incident stood in the week in which another was looked at; what its first day ended is over."""
    begun = trouble.since < judged + timedelta(weeks=1)
    return begun and (trouble.until is None or trouble.until > judged + timedelta(days=1))
