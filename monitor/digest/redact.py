"""A person taken out of a stored digest: no name, no key, no row; what is left still renders."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from monitor.digest.snapshot import Action, Kind, LastAction, Look, Snapshot, Subject, SubjectKind
from monitor.digest.snapshot_json import from_json, to_json

REMOVED = "removed"
"""Stands where a person's key was; no user of a CRM is shown for it."""


def redacted(snapshot: Snapshot, keys: Collection[str]) -> Snapshot:
    """The digest without the persons of these keys (CRM keys of users). Doing it again changes nothing.

    A person's own page keeps nothing but its frame. Sums that the person was part of stay: they name nobody.
    """
    if snapshot.kind is Kind.OWN and snapshot.recipient in keys:
        return Snapshot(
            snapshot.kind, REMOVED, snapshot.period, snapshot.zone, snapshot.created_at, snapshot.naming,
            company=snapshot.company, currency=snapshot.currency, data_as_of=snapshot.data_as_of,
        )  # fmt: skip
    return replace(
        snapshot,
        recipient=REMOVED if snapshot.recipient in keys else snapshot.recipient,
        actions=tuple(_action(action, keys) for action in snapshot.actions),
        last_actions=tuple(_last(last, keys) for last in snapshot.last_actions),
        person_rows=tuple(row for row in snapshot.person_rows if row.key not in keys),
        looks=tuple(_look(look, keys) for look in snapshot.looks),
    )


def persons(snapshot: Snapshot) -> frozenset[str]:
    """The keys of all persons who stand in a digest; its recipient only where it is a page of their own."""
    actions = (*snapshot.actions, *(last.action for last in snapshot.last_actions))
    found = {
        *(row.key for row in snapshot.person_rows),
        *(action.subject.key for action in actions if action.subject.is_person),
        *(look.key for look in snapshot.looks),
        *((snapshot.recipient,) if snapshot.kind is Kind.OWN else ()),
    }
    return frozenset(found - {REMOVED})


def mentions(data: Mapping[str, Any], key: str) -> bool:
    """Whether a stored digest has a person in it, be it as its recipient. Raises ValueError for what is no digest."""
    snapshot = from_json(data)
    return key == snapshot.recipient or key in persons(snapshot)


def redacted_json(data: Mapping[str, Any], keys: Collection[str] | None = None) -> Mapping[str, Any]:
    """A stored digest without these persons; without anybody where no keys are given (its time for names is over).

    What names none of them comes back as it was. Raises ValueError for what is no digest.
    """
    snapshot = from_json(data)
    gone = persons(snapshot) if keys is None else set(keys) & (persons(snapshot) | {snapshot.recipient})
    return to_json(redacted(snapshot, gone)) if gone else data


def _action(action: Action, keys: Collection[str]) -> Action:
    if action.subject.kind is not SubjectKind.PERSON or action.subject.key not in keys:
        return action
    # the number stays, so that "digest done 2" still means what it meant
    return replace(action, subject=Subject(SubjectKind.PERSON, REMOVED), link="", command="")


def _last(last: LastAction, keys: Collection[str]) -> LastAction:
    return replace(last, action=_action(last.action, keys))


def _look(look: Look, keys: Collection[str]) -> Look:
    return replace(look, key=REMOVED, who="") if look.key in keys else look
