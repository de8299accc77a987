"""The figures of a person, a team or everybody in one week, with what led to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from monitor.adoption.explain import Explanation, explain_figures, explain_scorecard, explain_seats
from monitor.adoption.figure import Figure
from monitor.adoption.naming import LEAST_GROUP
from monitor.adoption.scope import TEAM, WHOLE
from monitor.adoption.week import IsoWeek
from monitor.app.adoption import Wanted, bring_up_to_date, check_nameable, find_user, team_key, team_names, week_of
from monitor.app.digest_facts import Maker
from monitor.app.project import OpenProject
from monitor.errors import UsageError
from monitor.yamlfile import nearest

_MOST_TEAMS = 10


@dataclass(frozen=True, slots=True)
class Explained:
    """Whose figures they are, of which week; ``measures`` are titles by name."""

    title: str
    week: IsoWeek
    explanation: Explanation
    measures: Mapping[str, str]


def explained(opened: OpenProject, whose: str, wanted: Wanted, who: str) -> Explained:
    """Explain a team's figures, or by name a person's, where a mandate allows it; ``who`` looks is noted then.

    Raises UsageError for somebody who does not exist, for a person where nobody may be named, and for a small team.
    """
    week, _ = week_of(opened, wanted)
    made, _ = bring_up_to_date(opened, week, as_of=wanted.as_of, read=wanted.read)
    measures = dict(made.frame.measures)
    team = "" if whose == "all" else team_key(opened, whose)
    if whose == "all" or team:
        scope = f"{TEAM}{team}" if team else WHOLE
        shown = made.shown(team)
        if len(made.situation.people(scope)) < LEAST_GROUP and not made.situation.naming.allowed:
            raise UsageError(f"there are fewer than {LEAST_GROUP} people: they are not shown without a mandate")
        title = opened.directory.teams[team].name if team else opened.project.settings.name
        return Explained(title, week, _whole(made, shown, team), measures)
    key = _person(opened, whose)
    member = made.situation.organisation.members[key]
    check_nameable(made, key, who)
    card = made.situation.card(key)
    if card is None:
        raise UsageError(
            f"there is no scorecard of {whose} in {week}", hint="no person with a seat, or not started yet"
        )
    opened.state.looks.add(who, [key], "crm-monitor explain", opened.clock())
    return Explained(
        member.name, week, explain_scorecard(card, member, opened.use.measures, opened.use.statuses), measures
    )


def _person(opened: OpenProject, whose: str) -> str:
    try:
        return find_user(opened, whose)
    except UsageError as error:
        teams = team_names(opened)
        near = nearest(whose, teams)
        those = f"did you mean {near!r}?" if near else f"teams are: {', '.join(teams[:_MOST_TEAMS])}" if teams else ""
        raise UsageError(f"{error.message}, and no team", hint="; ".join(filter(None, (those, error.hint)))) from None


def _whole(made: Maker, shown: Sequence[Figure], team: str) -> Explanation:
    """The figures of a team; those of everybody with the seats."""
    found = explain_figures(shown, made.opened.use.figures)
    seats = None if team else made.seats()
    return found if seats is None else replace(found, lines=(*found.lines, explain_seats(seats)))
