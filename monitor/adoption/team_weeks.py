"""What teams enter per person and working day, week by week: only of teams that may be shown by themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from monitor.adoption.calendar import Calendar
from monitor.adoption.known import Known
from monitor.adoption.naming import LEAST_GROUP
from monitor.adoption.organisation import Member, Organisation
from monitor.adoption.scorecard import PersonWeek
from monitor.adoption.suppression import Table, suppressed_together
from monitor.adoption.week import IsoWeek

Rows = Mapping[str, Mapping[IsoWeek, PersonWeek]]
StoredAs = Callable[[frozenset[str]], frozenset[str]]
"""The keys that the rows of some users have: where no person is stored, those of whole groups."""


@dataclass(frozen=True, slots=True)
class TeamWeeks:
    """``entries`` per person and working day of the weeks in which enough of the team were expected at work."""

    key: str
    name: str
    entries: Mapping[IsoWeek, float]


def team_weeks(
    organisation: Organisation,
    known: Known,
    calendar: Calendar,
    rows: Rows,
    stored_as: StoredAs,
    weeks: Sequence[IsoWeek],
) -> tuple[TeamWeeks, ...]:
    """Each team's weeks, by name: of its people of now, so that who came and went changes nothing.

    What is told of teams may end in a channel, so a mandate to name persons changes nothing here. Nor is a week told in
    which fewer than five of a team were expected at work: it would tell of those few.
    """
    people = {key: member for key, member in organisation.members.items() if member.is_measured}
    groups = {
        key: frozenset(one for one, member in people.items() if member.team_key == key) for key in organisation.teams
    }
    shown = suppressed_together([Table(frozenset(people), groups)])[0].single
    used = [measure.name for measure in known.use]
    found = []
    for key in shown:
        stored = stored_as(groups[key])
        if stored:
            members = [people[one] for one in groups[key]]
            entries = _entries([rows.get(one, {}) for one in stored], members, calendar, used, weeks)
            found.append(TeamWeeks(key, organisation.teams[key].name, entries))
    return tuple(sorted(found, key=lambda team: (team.name, team.key)))


def _entries(
    rows: Sequence[Mapping[IsoWeek, PersonWeek]],
    members: Sequence[Member],
    calendar: Calendar,
    used: Sequence[str],
    weeks: Sequence[IsoWeek],
) -> Mapping[IsoWeek, float]:
    found: dict[IsoWeek, float] = {}
    for week in weeks:
        expected = [calendar.week(member, week).expected for member in members]
        if sum(days > 0 for days in expected) >= LEAST_GROUP:
            own = [one[week] for one in rows if week in one]
            found[week] = sum(row.counts.get(name, 0) for row in own for name in used) / sum(expected)
    return found
