"""Who in the CRM has no manager, no team, no known start, or cannot be reached: what digests stumble over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from monitor.adoption import people
from monitor.adoption.organisation import Member, Organisation
from monitor.adoption.scope import managers
from monitor.app.project import OpenProject
from monitor.app.reaching import Reaching
from monitor.crm.directory import PersonKind


@dataclass(frozen=True, slots=True)
class Finding:
    """One kind of trouble: what it is, who has it (users by name, or names that nobody has), and what helps.

    ``count``: of how many users ``who`` tells, where it is by team.
    """

    title: str
    who: tuple[str, ...]
    advice: str
    count: int = 0


@dataclass(frozen=True, slots=True)
class PeopleCheck:
    """How many there are of whom, and what was found."""

    persons: int
    teams: int
    managers: int
    automation: tuple[str, ...]
    admins: tuple[str, ...]
    suspects: tuple[str, ...]
    sponsor: str
    sponsor_said: str  # as the project names one, be it nobody whom the CRM knows
    heirs: tuple[str, ...]  # whom the project names as looking after the CRM
    slack_trouble: str  # why Slack could not be asked who is who
    findings: tuple[Finding, ...]


def unknown_sponsor(opened: OpenProject) -> str:
    """In words, whom the project names as sponsor and the CRM does not know; empty where it does, or none is named."""
    said = opened.use.people.sponsor
    unknown = said and not opened.organisation.sponsor
    return f"the CRM has no user {said!r}, whom config/people.yaml names as sponsor" if unknown else ""


def check_people(opened: OpenProject) -> PeopleCheck:
    """What is known of the people, and what is missing. Raises CrmUnavailable and ConfigurationError."""
    organisation, said = opened.organisation, opened.use.people
    members = organisation.members
    reaching = Reaching(opened)
    cut_off = reaching.unreachable(_readers(organisation))
    others = reaching.unreachable(_others(organisation))
    found = (
        ("Users in config/people.yaml that the CRM does not have", people.unknown(opened.directory, said), _CORRECT),
        (
            "Teams in config/people.yaml that the CRM does not have",
            people.unknown_teams(opened.directory, said),
            _CORRECT,
        ),
        ("No manager", _names(organisation, people.without_manager(members)), _MANAGER),
        ("A manager whom the CRM does not know", _names(organisation, people.with_unknown_manager(members)), _MANAGER),
        ("A manager who has left", _names(organisation, people.with_inactive_manager(members)), _MANAGER),
        ("Their own manager, by way of others", _names(organisation, people.in_cycles(members)), _MANAGER),
        (
            "No team",
            _names(organisation, people.without_team(members)),
            "set team in config/people.yaml, or in the CRM",
        ),
        ("No start date", _names(organisation, people.without_start(members)), _START),
        ("Created on one day, as by a migration: their real start is not known", _migrated(organisation), _START),
        ("Managers who cannot be sent a digest", tuple(sorted(one.name for one in cut_off)), _REACH),
    )
    return PeopleCheck(
        persons=sum(1 for one in members.values() if one.is_person),
        teams=len(organisation.teams),
        managers=len(managers(organisation)),
        automation=_kind(members.values(), PersonKind.INTEGRATION),
        admins=_kind(members.values(), PersonKind.ADMIN),
        suspects=_names(organisation, opened.directory.suspects),
        sponsor=members[organisation.sponsor].name if organisation.sponsor in members else "",
        sponsor_said=said.sponsor,
        heirs=_names(organisation, sorted(organisation.admins)),
        slack_trouble=reaching.trouble,
        findings=(
            *(Finding(title, tuple(who), advice, len(who)) for title, who, advice in found if who),
            *([_unmatched(organisation, others)] if others else []),
        ),
    )


_START = "set start in config/people.yaml; who has not started is not counted"
_CORRECT = "correct the name, or take the line out"
_MANY = 5
_MOST_NAMED = 15
_UNMATCHED = "People on neither Slack nor e-mail, who cannot be sent their own page"
_MANAGER = "set manager in config/people.yaml, or in the CRM"
_REACH = "set email or slack in config/people.yaml; e-mail needs smtp, Slack a bot token in config/monitor.yaml"


def _migrated(organisation: Organisation) -> tuple[str, ...]:
    """Persons whose start is the day on which most of all users were created."""
    told = [one for one in organisation.members.values() if one.is_person and one.start_from == "created"]
    persons = sum(1 for one in organisation.members.values() if one.is_person)
    day, count = Counter(one.start for one in told).most_common(1)[0] if told else (None, 0)
    if count < _MANY or count * 5 < persons:
        return ()
    return _names(organisation, [one.key for one in told if one.start == day])


def _readers(organisation: Organisation) -> list[Member]:
    """Who gets digests."""
    keys = dict.fromkeys((*managers(organisation), *([organisation.sponsor] if organisation.sponsor else [])))
    return [organisation.members[key] for key in keys if key in organisation.members]


def _others(organisation: Organisation) -> list[Member]:
    """Who gets an own page, and no digest."""
    readers = {one.key for one in _readers(organisation)}
    return [one for key, one in organisation.members.items() if one.is_person and key not in readers]


def _unmatched(organisation: Organisation, cut_off: Sequence[Member]) -> Finding:
    """People on neither Slack nor e-mail: by name, or of many how many there are in each team, most first."""
    who = [one.name for one in cut_off]
    if len(cut_off) > _MOST_NAMED:
        teams = Counter(team.name if (team := organisation.teams.get(one.team_key)) else "no team" for one in cut_off)
        who = [f"{team} {count}" for team, count in sorted(teams.items(), key=lambda each: (-each[1], each[0]))]
        return Finding(_UNMATCHED, tuple(who), _REACH, len(cut_off))
    return Finding(_UNMATCHED, tuple(sorted(who)), _REACH, len(cut_off))


def _names(organisation: Organisation, keys: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted(organisation.members[key].name for key in dict.fromkeys(keys) if key in organisation.members))


def _kind(members: Iterable[Member], kind: PersonKind) -> tuple[str, ...]:
    return tuple(sorted(one.name for one in members if one.kind is kind and one.active))
