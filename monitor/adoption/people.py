"""Makes an organisation of the CRM's users and of what ``config/people.yaml`` adds: plain data in, plain data out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from monitor.adoption.note import Note, NoteCode
from monitor.adoption.organisation import Absence, Member, Organisation, Role
from monitor.crm.directory import Directory, Person


@dataclass(frozen=True, slots=True)
class SeatsBought:
    """What was bought: how many seats ``of`` what, and what one costs per month."""

    bought: int | None = None
    cost_per_month: Decimal | None = None
    currency: str = ""
    of: str = ""


@dataclass(frozen=True, slots=True)
class RoleSaid:
    """A role, and the job titles of the CRM that mean it."""

    role: Role
    titles: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PersonSaid:
    """What the file says of one user, named by key, login or e-mail address. Empty: as the CRM says it."""

    user: str
    manager: str = ""
    team: str = ""
    role: str = ""
    start: date | None = None
    part_time: float = 1.0
    language: str = ""
    email: str = ""
    slack: str = ""


@dataclass(frozen=True, slots=True)
class TeamSaid:
    """What the file says of a team, named by key or name."""

    team: str
    manager: str = ""
    country: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class PeopleSaid:
    """``config/people.yaml`` and the absences; ``absences`` are pairs of a user, named likewise, and the days away."""

    sponsor: str = ""
    admins: tuple[str, ...] = ()
    seats: SeatsBought = field(default_factory=SeatsBought)
    absences: tuple[tuple[str, Absence], ...] = ()
    roles: Mapping[str, RoleSaid] = field(default_factory=dict)
    people: tuple[PersonSaid, ...] = ()
    teams: tuple[TeamSaid, ...] = ()
    files: tuple[str, ...] = ()


class Users:
    """Finds a user by key, login or e-mail address, in this order; capitals and spaces around do not matter."""

    def __init__(self, people: Iterable[Person]) -> None:
        self._by: tuple[dict[str, list[Person]], ...] = ({}, {}, {})
        for person in people:
            for index, name in zip(self._by, (person.key, person.login, person.email), strict=True):
                if name.strip():
                    index.setdefault(_folded(name), []).append(person)

    def find(self, name: str) -> str:
        """The user's key; empty where nobody has the name, or several have it and not exactly one of them is active."""
        for index in self._by:
            found = index.get(_folded(name), [])
            if len(found) > 1:
                found = [person for person in found if person.active]
            if len(found) == 1:
                return found[0].key
            if found:
                return ""
        return ""


def organise(
    directory: Directory,
    said: PeopleSaid,
    first_activity: Mapping[str, date] | None = None,
    *,
    country: str = "",
    forgotten: Collection[str] = (),
) -> Organisation:
    """Everyone in the CRM, with what ``said`` adds or says better; users that it names and the CRM lacks are left out.

    A manager comes from the file's line on the person, else from its line on the team, else from the CRM. The start is
    the file's, else the earlier of the user's creation and the first activity. ``country`` (ISO 3166) is that of
    members whose team has none of its own. ``forgotten`` are those of whose use nothing is stored.
    """
    users = Users(directory.people.values())
    lines = {users.find(line.user): line for line in said.people}
    teams = {_team_key(directory, line.team): line for line in said.teams}
    away: dict[str, list[Absence]] = {}
    for name, absence in said.absences:
        away.setdefault(users.find(name), []).append(absence)
    members: dict[str, Member] = {}
    for key, person in directory.people.items():
        line = lines.get(key, PersonSaid(key))
        team_key = _team_key(directory, line.team) or person.team_key
        team = teams.get(team_key, TeamSaid(team_key)) if team_key else TeamSaid("")
        start, start_from = _start(person, line, (first_activity or {}).get(key))
        members[key] = Member(
            key=key,
            name=person.name,
            kind=person.kind,
            active=person.active,
            team_key=team_key,
            manager_key=_manager(person, line, team, users),
            role=_role(person, line, said),
            start=start,
            start_from=start_from,
            part_time=line.part_time,
            absences=tuple(sorted(away.get(key, ()), key=lambda absence: (absence.first, absence.last))),
            country=team.country or country,
            email=line.email or person.email,
            slack=line.slack,
            language=line.language or team.language,
            forgotten=key in forgotten,
        )
    sizes: dict[str, int] = {}
    for member in members.values():
        if member.is_measured and member.team_key:
            sizes[member.team_key] = sizes.get(member.team_key, 0) + 1
    resized = {key: replace(team, size=sizes.get(key, 0)) for key, team in directory.teams.items()}
    sponsor = users.find(said.sponsor) if said.sponsor else ""
    admins = frozenset(filter(None, map(users.find, said.admins)))
    return Organisation(members, resized, sponsor, admins, problems(members))


def problems(members: Mapping[str, Member]) -> tuple[Note, ...]:
    """What is wrong with who manages whom, who is in which team, and since when: how many people each concerns."""
    found = (
        (NoteCode.NO_MANAGER, without_manager(members)),
        (NoteCode.NO_TEAM, without_team(members)),
        (NoteCode.UNKNOWN_MANAGER, with_unknown_manager(members)),
        (NoteCode.INACTIVE_MANAGER, with_inactive_manager(members)),
        (NoteCode.MANAGER_CYCLE, in_cycles(members)),
        (NoteCode.NO_START_DATE, without_start(members)),
    )
    return tuple(Note(code, {"people": len(keys)}) for code, keys in found if keys)


def without_manager(members: Mapping[str, Member]) -> tuple[str, ...]:
    """Persons with no manager. One of them, at the top of those who have reports, is as it should be."""
    managers = {member.manager_key for member in members.values() if member.is_person}
    alone = [m.key for m in _persons(members) if not m.manager_key]
    tops = [key for key in alone if key in managers]
    return tuple(key for key in alone if len(tops) != 1 or key != tops[0])


def without_team(members: Mapping[str, Member]) -> tuple[str, ...]:
    """Persons in no team, those left out who manage somebody."""
    managers = {member.manager_key for member in members.values() if member.is_person}
    return tuple(m.key for m in _persons(members) if not m.team_key and m.key not in managers)


def with_unknown_manager(members: Mapping[str, Member]) -> tuple[str, ...]:
    """Persons whose manager is no user of the CRM."""
    return tuple(m.key for m in _persons(members) if m.manager_key and m.manager_key not in members)


def with_inactive_manager(members: Mapping[str, Member]) -> tuple[str, ...]:
    """Persons whose manager has left, or is a program."""
    gone = {key for key, member in members.items() if not member.active or member.is_automation}
    return tuple(m.key for m in _persons(members) if m.manager_key in gone)


def without_start(members: Mapping[str, Member]) -> tuple[str, ...]:
    """Persons of whom nothing tells when they began."""
    return tuple(m.key for m in _persons(members) if m.start is None)


def in_cycles(members: Mapping[str, Member]) -> tuple[str, ...]:
    """Everyone who is, by way of managers, the own manager."""
    done: set[str] = set()
    found: list[str] = []
    for key in members:
        path: dict[str, int] = {}
        at = key
        while at in members and at not in done and at not in path:
            path[at] = len(path)
            at = members[at].manager_key
        if at in path:
            found += list(path)[path[at] :]
        done.update(path)
    return tuple(sorted(found))


def unknown(directory: Directory, said: PeopleSaid) -> tuple[str, ...]:
    """Names in ``said`` that no user of the CRM has, or that several have: people leave, so this is no error."""
    users = Users(directory.people.values())
    named = [said.sponsor, *said.admins, *(line.user for line in said.people), *(line.manager for line in said.people)]
    named += [*(line.manager for line in said.teams), *(name for name, _ in said.absences)]
    return tuple(dict.fromkeys(name for name in named if name and not users.find(name)))


def unknown_teams(directory: Directory, said: PeopleSaid) -> tuple[str, ...]:
    """Names of teams in ``said`` that the CRM does not have."""
    named = [*(line.team for line in said.teams), *(line.team for line in said.people if line.team)]
    return tuple(dict.fromkeys(name for name in named if not _team_key(directory, name)))


def _persons(members: Mapping[str, Member]) -> Sequence[Member]:
    return sorted((member for member in members.values() if member.is_person), key=lambda member: member.key)


def _manager(person: Person, line: PersonSaid, team: TeamSaid, users: Users) -> str:
    """Whom the file or the CRM names. Nobody is the own manager; a manager unknown to the CRM counts as none said."""
    said = (users.find(name) for name in (line.manager, team.manager) if name)
    return next((key for key in (*said, person.manager_key) if key and key != person.key), "")


def _role(person: Person, line: PersonSaid, said: PeopleSaid) -> Role | None:
    if line.role:
        return said.roles[line.role].role if line.role in said.roles else None
    title = _folded(person.title)
    return next((one.role for one in said.roles.values() if title and title in map(_folded, one.titles)), None)


def _start(person: Person, line: PersonSaid, first_activity: date | None) -> tuple[date | None, str]:
    if line.start is not None:
        return line.start, "people.yaml"
    if person.created_on is not None and (first_activity is None or person.created_on <= first_activity):
        return person.created_on, "created"
    return (first_activity, "first activity") if first_activity is not None else (None, "")


def _team_key(directory: Directory, name: str) -> str:
    if not name or name in directory.teams:
        return name
    found = [team.key for team in directory.teams.values() if _folded(team.name) == _folded(name)]
    return found[0] if len(found) == 1 else ""


def _folded(name: str) -> str:
    return name.strip().casefold()
