"""Which teams a channel, that anyone may read, is told of by name."""

from __future__ import annotations

from monitor.adoption.naming import LEAST_GROUP
from monitor.adoption.suppression import suppressed
from monitor.crm.directory import Directory, PersonKind

NO_TEAM = ""


def small_teams(directory: Directory) -> frozenset[str]:
    """The names of teams of fewer than five active people: that records of theirs fail is told by no route."""
    return frozenset(team.name for team in directory.teams.values() if team.size < LEAST_GROUP)


def shown_teams(directory: Directory) -> frozenset[str]:
    """The keys of teams of five or more active people, of whom nobody else can be worked out from the total.

    The total is told as well, so that what is left of it without these teams is of five people or more, too.
    """
    sizes = {key: team.size for key, team in directory.teams.items()}
    people = directory.people.values()
    alone = (one for one in people if one.active and one.kind is PersonKind.PERSON and one.team_key not in sizes)
    sizes[NO_TEAM] = sum(1 for _ in alone)
    return frozenset(suppressed(sizes).single) - {NO_TEAM}
