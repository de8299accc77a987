"""Who has how much to mend: by owner where a mandate allows names, else by team; and who asked for the own list."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from monitor.adoption.scope import subtree
from monitor.adoption.suppression import suppressed
from monitor.app.fixlist import HOW
from monitor.app.fixlist_seen import Observed, observe, owners_failing
from monitor.app.project import OpenProject
from monitor.app.viewing import viewer
from monitor.errors import UsageError
from monitor.fixlist.model import FixList
from monitor.fixlist.sight import looks_after
from monitor.fixlist.takeover import all_who_left
from monitor.quality.check import Severity
from monitor.store.fixlists import Delivered

SMALLER, NO_TEAM, LEFT = "smaller teams, and no team", "", "people who left"


@dataclass(frozen=True, slots=True)
class Row:
    """An owner or a team. ``beyond``: so many records more fail checks that too many fail to be listed."""

    title: str
    records: int
    critical: int
    beyond: int
    new: int | None
    mended: int | None


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody who asked for the own list, and the last one that was told."""

    name: str
    asked_at: datetime
    last: Delivered | None = None


@dataclass(frozen=True, slots=True)
class Overview:
    """Most to mend first. ``by_team``: nobody may be named. ``asked`` only for whoever looks after the CRM."""

    rows: tuple[Row, ...]
    by_team: bool
    asked: tuple[Asked, ...]
    as_of: datetime
    since: datetime | None


def overview(opened: OpenProject, who: str) -> Overview:
    """What ``who`` may see of all lists: everybody's for whoever looks after the CRM, a manager's with a mandate.

    Raises UsageError before the first run, and for whom there is only the own list to see.
    """
    looking, organisation = viewer(opened, who), opened.organisation
    after, named = looks_after(organisation, looking), opened.naming.allowed
    if not after and not looking.naming.allowed:
        raise UsageError(
            "the lists of others are not for you", hint=f"your own: crm-monitor fixlist --owner {looking.key}"
        )
    owners = owners_failing(opened)
    if not after:
        owners &= subtree(organisation, who) | {who}
    seen = observe(opened, owners, numbers_only=True)
    if seen.as_of is None:
        raise UsageError("nothing was checked yet", hint="crm-monitor check first")
    rows = _by_owner(opened, seen, owners) if named else _by_team(opened, seen, owners)
    if named:
        opened.state.looks.add(who, owners, HOW, opened.clock())
    since = min((at for at in seen.since.values() if at is not None), default=None)
    return Overview(_sorted(rows), not named, _asked(opened) if after else (), seen.as_of, since)


def _by_owner(opened: OpenProject, seen: Observed, owners: Collection[str]) -> list[Row]:
    members = opened.organisation.members
    gone = frozenset(all_who_left(opened.organisation, owners))

    def title(key: str) -> str:
        name = members[key].name if key in members else f"unknown user {key}"
        return f"{name} (left)" if key in gone else name

    return [_row(title(owner), seen.of([owner])) for owner in owners]


def _by_team(opened: OpenProject, seen: Observed, owners: Collection[str]) -> list[Row]:
    """The teams that may be shown by themselves, the others as one, and those who left as one."""
    members, teams = opened.organisation.members, opened.organisation.teams
    gone = frozenset(all_who_left(opened.organisation, owners))
    groups: dict[str, list[str]] = {}
    for owner in set(owners) - gone:
        groups.setdefault(members[owner].team_key, []).append(owner)
    people = {key: sum(one.is_person and one.team_key == key for one in members.values()) for key in teams}
    people[NO_TEAM] = sum(one.is_person and one.team_key not in teams for one in members.values())
    shown = suppressed(people)
    single = [key for key in shown.single if key]
    rows = [_row(teams[key].name, seen.of(groups.get(key, ()))) for key in single]
    others = [owner for key, some in groups.items() if key not in single for owner in some]
    if others and not shown.nothing:
        rows.append(_row(SMALLER, seen.of(others)))
    return [*rows, *([_row(LEFT, seen.of(gone))] if gone else [])]


def _row(title: str, found: FixList) -> Row:
    return Row(
        title=title,
        records=len(found.lines),
        critical=sum(line.severity is Severity.CRITICAL for line in found.lines),
        beyond=sum(found.beyond.values()),
        new=found.new_count,
        mended=found.mended_count,
    )


def _sorted(rows: Collection[Row]) -> tuple[Row, ...]:
    worth = [row for row in rows if row.records or row.beyond or row.mended]
    return tuple(sorted(worth, key=lambda row: (-row.critical, -(row.records + row.beyond), row.title)))


def _asked(opened: OpenProject) -> tuple[Asked, ...]:
    members, latest = opened.organisation.members, opened.state.fixlists.latest()
    names: Mapping[str, str] = {key: one.name for key, one in members.items()}
    return tuple(
        Asked(names.get(one.person, one.person), one.asked_at, latest.get(one.person))
        for one in opened.state.fixlists.subscriptions()
    )
