"""Makes a fix list of what checks saw: several checks on one record become one line; the worst comes first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from monitor.fixlist.model import FixList, Line, RecordId, Seen
from monitor.quality.check import Attribution, Check, Severity

GRAVITY = {Severity.CRITICAL: 0, Severity.WARNING: 1, Severity.INFO: 2}
"""The gravest severity first."""
OWNERS_ACTIVE = "expect_owners_to_be_active"
"""The type of the check that a record of somebody who left fails."""


def tasks(checks: Iterable[Check]) -> tuple[Check, ...]:
    """The checks whose failing records an owner can mend, or whoever takes over from an owner who left."""
    return tuple(one for one in checks if one.attribution is Attribution.REP or one.type == OWNERS_ACTIVE)


def fix_list(
    checks: Sequence[Check],
    since: Mapping[str, datetime | None],
    seen: Iterable[Seen],
    *,
    beyond: Mapping[str, int] | None = None,
    failed_then: Iterable[str] = (),
) -> FixList:
    """The list made of what was ``seen`` of some owner's (or several owners') records, each check of ``checks``.

    ``since`` says of each check with which moment it is compared (None, or left out: it cannot be). ``failed_then``
    are checks that cannot be compared, and that records of the owner failed then.
    """
    known = {check: moment for check, moment in since.items() if moment is not None}
    declared = {one.id: (place, one) for place, one in enumerate(checks)}
    groups: dict[RecordId, list[Seen]] = {}
    for one in seen:
        groups.setdefault((declared[one.check][1].entity, one.key), []).append(one)
    made = [_line(record, found, declared, known) for record, found in groups.items() if any(one.now for one in found)]
    beyond = {check: count for check, count in (beyond or {}).items() if count}
    unsure = {declared[check][1].entity for check in beyond}
    mended = (
        record
        for record, found in groups.items()
        if record[0] not in unsure and not any(one.now for one in found) and any(_then(one, known) for one in found)
    )
    failing = {check for line in made for check in line.checks} | beyond.keys() | set(failed_then)
    return FixList(
        lines=tuple(sorted(made, key=_worst_first)),
        mended=tuple(sorted(mended)),
        since=min(known.values(), default=None),
        unknown=tuple(one.id for one in checks if one.id in failing and one.id not in known),
        beyond=beyond,
    )


def _then(one: Seen, known: Mapping[str, datetime]) -> bool:
    return one.then and one.check in known


def _line(
    record: RecordId,
    found: Sequence[Seen],
    declared: Mapping[str, tuple[int, Check]],
    known: Mapping[str, datetime],
) -> Line:
    failing = {one.check: one for one in found if one.now}
    checks = sorted(failing, key=lambda check: (GRAVITY[declared[check][1].severity], declared[check][0]))
    return Line(
        entity=record[0],
        key=record[1],
        checks=tuple(checks),
        severity=declared[checks[0]][1].severity,
        owner=failing[checks[0]].owner,
        amount=max((one.amount for one in failing.values() if one.amount is not None), default=None),
        created_at=min((one.created_at for one in failing.values() if one.created_at is not None), default=None),
        new=_is_new(failing.values(), known),
    )


def _is_new(failing: Iterable[Seen], known: Mapping[str, datetime]) -> bool | None:
    judged = [None if one.check not in known else not one.then for one in failing]
    if any(judged):
        return True
    return None if None in judged else False


def _worst_first(line: Line) -> tuple[Any, ...]:
    """By gravity, by money (most first, unknown last), by how much is missing, by age (oldest first), then by key."""
    money = (line.amount is None, -(line.amount or 0))
    age = (line.created_at is None, line.created_at.timestamp() if line.created_at else 0.0)
    return GRAVITY[line.severity], *money, -len(line.checks), *age, line.entity, line.key
