"""Where new failing records come from, in words that a channel may read."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from monitor.crm.directory import Directory, PersonKind
from monitor.incidents.factors import Factor, Finding
from monitor.messages.alert import Origin

# not strftime: it follows the locale
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def origin(found: Iterable[Finding], directory: Directory, zone: ZoneInfo, teams: Collection[str]) -> Origin | None:
    """The first of the findings that can be told, or nothing; ``teams`` (keys) may be named."""
    told = (in_words(finding, directory, zone, teams) for finding in found)
    return next((one for one in told if one is not None), None)


def in_words(finding: Finding, directory: Directory, zone: ZoneInfo, teams: Collection[str]) -> Origin | None:
    """The finding as a channel may read it: no person's name, and of teams (keys) only these; None where nothing is
    left."""
    what = _words(finding, directory, zone, teams)
    return Origin(what, finding.count, finding.of, finding.usual) if what else None


def _words(finding: Finding, directory: Directory, zone: ZoneInfo, teams: Collection[str]) -> str:
    match finding.factor:
        case Factor.BATCH:
            at = (finding.at or datetime.fromisoformat(finding.value)).astimezone(zone)
            return f"import of {_day(at)} {at:%H:%M}"
        case Factor.SOURCE:
            return f"source {finding.value}"
        case Factor.TEAM:
            team = directory.teams.get(finding.value)
            return f"team {team.name}" if team and finding.value in teams else ""
        case Factor.DAY:
            return f"records created on {_day(date.fromisoformat(finding.value))}"
        case Factor.CREATOR:
            return _creator(finding, directory)


def _creator(finding: Finding, directory: Directory) -> str:
    person = directory.people.get(finding.value)
    kind = person.kind if person else PersonKind.PERSON
    if kind is PersonKind.INTEGRATION:
        return "records entered by an integration"
    if kind is PersonKind.ADMIN:
        return "records entered by an administrator"
    return "records entered by one user"


def _day(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]}"
