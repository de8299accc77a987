"""Fix lists as a command shows them: of one owner, of a team, of people who left; cut down to what may be shown."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from monitor.adoption.naming import LEAST_GROUP
from monitor.app.adoption import find_user, team_key, team_names
from monitor.app.fixlist_seen import observe, owners_failing
from monitor.app.project import OpenProject
from monitor.app.record_names import named
from monitor.app.selecting import NothingSelected
from monitor.app.viewing import viewer
from monitor.errors import UsageError
from monitor.fixlist import sight
from monitor.fixlist.model import FixList, Named, RecordId
from monitor.fixlist.sight import Sight
from monitor.fixlist.takeover import all_who_left, has_left, left_to
from monitor.quality.check import Check

HOW = "crm-monitor fixlist"
"""How a look is noted."""
_MENDED_NAMED = 5


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose list it is. ``owner`` is a user's key, if it is one person's; ``left``: of one or several who left.

    ``owners`` are names by key; None where owners are not told.
    """

    title: str
    owner: str = ""
    owners: Mapping[str, str] | None = None
    left: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """One list; its lines have no owner where owners are not told.

    ``names`` are read live: of its first lines, where a limit was given, and of the first that were mended.
    """

    whose: Whose
    found: FixList
    checks: Mapping[str, Check]
    as_of: datetime
    names: Mapping[RecordId, Named] = field(default_factory=dict)


def of_owner(opened: OpenProject, name: str, who: str, limit: int | None = None) -> Shown:
    """The list of one owner, named by key, login, e-mail address or full name; ``who`` looks is noted.

    Raises UsageError for a user that nobody is called, where the list is not for the viewer's eyes, and before the
    first run.
    """
    members = opened.organisation.members
    owner = name if name in owners_failing(opened) - members.keys() else find_user(opened, name)
    if not sight.of_person(opened.organisation, viewer(opened, who), owner):
        raise UsageError(
            "this list is not for you",
            hint="its owner may see it, whoever looks after the CRM, and with a mandate the managers above",
        )
    check_kept(opened, owner)
    title = _called(opened, owner)
    whose = Whose(title, owner, {owner: title}, left=has_left(opened.organisation, owner))
    shown = _shown(opened, [owner], whose, limit)
    opened.state.looks.add(who, [owner], HOW, opened.clock())
    return shown


def of_team(opened: OpenProject, name: str, who: str, limit: int | None = None) -> Shown:
    """The list of a team's people, the team named by key or name; without theirs where they may not be told.

    Raises NothingSelected for a team that is not there, and UsageError as ``of_owner`` does.
    """
    organisation = opened.organisation
    key = team_key(opened, name)
    if not key:
        known = ", ".join(team_names(opened)) or "none"
        raise NothingSelected(f"there is no team {name!r}", hint=f"there are: {known}")
    people = [member for member in organisation.members.values() if member.team_key == key]
    owners, persons = [one.key for one in people], sum(one.is_person for one in people)
    what = sight.of_group(organisation, viewer(opened, who), owners, persons, mandate=opened.naming.allowed)
    if what is Sight.NOTHING:
        raise UsageError(
            "this list is not for you",
            hint=f"whoever looks after the CRM may see it, and who manages the whole team: with a mandate, or where it"
            f" has {LEAST_GROUP} people or more",
        )
    names = {one.key: one.name for one in people} if what is Sight.OWNERS else None
    shown = _shown(opened, owners, Whose(opened.directory.teams[key].name, owners=names), limit)
    _note_looks(opened, shown, who)
    return shown


def of_leavers(opened: OpenProject, who: str, limit: int | None = None) -> Shown:
    """The records of people who left, that the viewer takes over: all of them for whoever looks after the CRM.

    Raises UsageError before the first run.
    """
    looking, failing = viewer(opened, who), owners_failing(opened)
    after = sight.looks_after(opened.organisation, looking)
    owners = all_who_left(opened.organisation, failing) if after else left_to(opened.organisation, who, failing)
    names = {key: _called(opened, key) for key in owners} if after or looking.naming.allowed else None
    shown = _shown(opened, owners, Whose("People who left", owners=names, left=True), limit)
    _note_looks(opened, shown, who)
    return shown


def check_kept(opened: OpenProject, owner: str) -> None:
    """Raises UsageError for somebody who was forgotten: whose records fail is not kept, which is not that none does."""
    if opened.state.keeping.forgotten([owner]):
        raise UsageError(
            "which of this person's records fail is not kept, as the person asked to be forgotten",
            hint="crm-monitor privacy remember takes that back",
        )


def _called(opened: OpenProject, owner: str) -> str:
    member = opened.organisation.members.get(owner)
    return member.name if member is not None else f"(unknown user {owner})"


def _note_looks(opened: OpenProject, shown: Shown, who: str) -> None:
    """Everybody who is named beside a record was looked at."""
    opened.state.looks.add(who, {line.owner for line in shown.found.lines if line.owner}, HOW, opened.clock())


def _shown(opened: OpenProject, owners: Collection[str], whose: Whose, limit: int | None) -> Shown:
    seen = observe(opened, owners)
    if seen.as_of is None:
        raise UsageError("nothing was checked yet", hint="crm-monitor check first")
    found = seen.of(owners)
    records = [line.id for line in found.lines[:limit]] + list(found.mended[:_MENDED_NAMED])
    names = named(opened, records, owners)
    if whose.owners is None:
        found = replace(found, lines=tuple(replace(line, owner="") for line in found.lines))
    return Shown(whose, found, {one.id: one for one in seen.checks}, seen.as_of, names)
