"""Who takes over the records of people who left: the nearest manager who is still there, and the admins."""

from __future__ import annotations

from collections.abc import Iterable

from monitor.adoption.organisation import Organisation
from monitor.adoption.scope import chain


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
    gone = sorted({owner for owner in owners if has_left(organisation, owner)})
    if person in organisation.admins:
        return tuple(gone)
    return tuple(owner for owner in gone if heir(organisation, owner) == person)
