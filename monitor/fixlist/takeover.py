"""Who takes over the records of people who left: the nearest manager who is still there, and the admins."""

from __future__ import annotations

from collections.abc import Iterable

from monitor.adoption.organisation import Organisation
from monitor.adoption.scope import chain
from monitor.crm.directory import PersonKind


def has_left(organisation: Organisation, owner: str) -> bool:
    """Whether the owner has no seat any more, or is unknown to the CRM. Programs do not leave."""
    member = organisation.members.get(owner)
    if member is None:
        return bool(owner)
    return not member.active and not member.is_automation


def heir(organisation: Organisation, owner: str) -> str:
    """The nearest manager with a seat above somebody who left; empty where there is none."""
    members = organisation.members
    return next((key for key in chain(organisation, owner) if members[key].is_person), "")


def left_to(organisation: Organisation, person: str, owners: Iterable[str]) -> tuple[str, ...]:
    """Of some owners those who left, and whose records are this person's to take over: an admin's, all of them."""
    gone = all_who_left(organisation, owners)
    if person in _admins(organisation):
        return gone
    return tuple(owner for owner in gone if heir(organisation, owner) == person)


def all_who_left(organisation: Organisation, owners: Iterable[str]) -> tuple[str, ...]:
    """Of some owners those who left, by key."""
    return tuple(sorted({owner for owner in owners if has_left(organisation, owner)}))


def _admins(organisation: Organisation) -> frozenset[str]:
    """Those whom the project names, else those who are administrators in the CRM."""
    if organisation.admins:
        return organisation.admins
    found = organisation.members.values()
    return frozenset(one.key for one in found if one.active and one.kind is PersonKind.ADMIN)
