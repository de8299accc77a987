"""What the user asked to look at, held against what there is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from monitor.crm.directory import Directory
from monitor.crm.entity_words import nearest_entity
from monitor.errors import MonitorError, UsageError
from monitor.quality.check import Check
from monitor.quality.outcome import Selection
from monitor.quality.selection import owner_keys
from monitor.yamlfile import nearest


class NothingSelected(MonitorError):
    """The selection names nothing that exists."""

    exit_code = 5


def select_checks(checks: Sequence[Check], selection: Selection) -> list[Check]:
    """The checks to run. Raises NothingSelected, naming the nearest, when a name fits nothing."""
    _known_checks(checks, selection.checks)
    _known_entities(checks, selection.entities)
    chosen = [
        check
        for check in checks
        if (not selection.entities or check.entity in selection.entities)
        and (not selection.checks or check.id in selection.checks)
        and (not selection.tags or selection.tags & check.tags)
    ]
    if not chosen:
        raise NothingSelected("the selection matches no check", hint="crm-monitor config check --list shows them all")
    return chosen


def known_checks(checks: Sequence[Check], wanted: Sequence[str], *, everything: bool) -> list[str]:
    """The ids that were named, or all. Raises UsageError when neither was said, NothingSelected for an unknown id."""
    if everything:
        return [check.id for check in checks]
    if not wanted:
        raise UsageError("name the checks, or say --all")
    _known_checks(checks, wanted)
    return list(wanted)


def one_check(checks: Sequence[Check], check_id: str) -> Check:
    """The check with this id. Raises NothingSelected, naming the nearest."""
    _known_checks(checks, [check_id])
    return next(check for check in checks if check.id == check_id)


def one_entity(checks: Sequence[Check], entity: str) -> None:
    """Raises NothingSelected, naming the nearest, when no check is about this entity."""
    _known_entities(checks, [entity])


def check_people(directory: Directory, selection: Selection) -> None:
    """Raises NothingSelected when an owner or a team is not known to the CRM."""
    for name in sorted(selection.owners):
        one = Selection(owners=frozenset([name]))
        if not (owner_keys(one, directory) or frozenset()) & directory.people.keys():
            raise NothingSelected(f"the CRM has no user {name!r}", hint="name one by key, full name or e-mail address")
    teams = [word for team in directory.teams.values() for word in (team.key, team.name)]
    known = {word.casefold() for word in teams}
    for name in sorted(selection.teams):
        if name.casefold() not in known:
            names = ", ".join(team.name for team in directory.teams.values()) or "none"
            raise NothingSelected(f"the CRM has no team {name!r}", hint=f"there are: {names}")


def _known_checks(checks: Sequence[Check], wanted: Iterable[str]) -> None:
    names = [check.id for check in checks]
    for name in sorted(wanted):
        if name not in names:
            near = nearest(name, names)
            raise NothingSelected(
                f"there is no check {name!r}", hint=f"did you mean {near!r}?" if near else _all(checks)
            )


def _all(checks: Sequence[Check]) -> str:
    counts = Counter(check.entity for check in checks)
    there = ", ".join(f"{entity} {number}" for entity, number in counts.items())
    return f"checks there are: {there or 'none'}; crm-monitor config check --list shows them all"


def _known_entities(checks: Sequence[Check], wanted: Iterable[str]) -> None:
    names = list(dict.fromkeys(check.entity for check in checks))
    for name in sorted(wanted):
        if name not in names:
            near = nearest_entity(name, names)
            meant = f"did you mean {near!r}? there are" if near else "there are"
            raise NothingSelected(f"there is no entity {name!r}", hint=f"{meant}: {', '.join(names) or 'none'}")
