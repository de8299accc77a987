"""Whose page and figures a person may see: the own, and as a manager those of the people below.

The whole, as the sponsor sees it, names nobody, so it is not a matter of scope.
"""

from __future__ import annotations

from collections.abc import Mapping

from monitor.adoption.organisation import Member, Organisation

WHOLE = "whole"
"""The scope of everybody."""

TEAM = "team:"
"""How the scope of a team begins, before its key; where no person may be told apart, rows are of it, not of users."""

MANAGER = "manager:"
"""How the scope of a manager's people begins, before the manager's key."""


def chain(organisation: Organisation, person: str) -> tuple[str, ...]:
    """The managers above a person, nearest first. Nobody is above whoever is, by way of managers, the own manager."""
    members = organisation.members
    found: dict[str, None] = {}
    key = _manager(members, person)
    while key and key != person and key not in found:  # met again: a circle further up
        found[key] = None
        key = _manager(members, key)
    return () if key == person else tuple(found)


def subtree(organisation: Organisation, manager: str) -> frozenset[str]:
    """Everybody below a manager: those in whose chain the manager is. In a circle nobody is above the others."""
    below: dict[str, list[str]] = {}
    for key in organisation.members:
        below.setdefault(_manager(organisation.members, key), []).append(key)
    found: set[str] = set()
    waiting = list(below.get(manager, ())) if manager in organisation.members else []
    while waiting:
        key = waiting.pop()
        if key not in found and key != manager:
            found.add(key)
            waiting.extend(below.get(key, ()))
    return frozenset(found - _circle(organisation.members, manager))


def managers(organisation: Organisation) -> tuple[str, ...]:
    """The persons with a seat above somebody with a seat, by key; also where who stands between them has left."""
    members = organisation.members
    found = {above for one in members.values() if one.is_person for above in chain(organisation, one.key)}
    return tuple(sorted(key for key in found if members[key].is_person))


def may_see(organisation: Organisation, viewer: str, subject: str) -> bool:
    """Whether ``viewer`` may see what is told of ``subject`` by name: the own page, and the people below."""
    return viewer == subject or viewer in chain(organisation, subject)


def _manager(members: Mapping[str, Member], person: str) -> str:
    """The manager of a person, if that is somebody else whom the CRM knows."""
    member = members.get(person)
    key = member.manager_key if member is not None else ""
    return key if key in members and key != person else ""


def _circle(members: Mapping[str, Member], person: str) -> frozenset[str]:
    """Everybody in the circle that a person is in; nobody where there is none."""
    found: set[str] = set()
    key = person
    while (key := _manager(members, key)) and key not in found:
        found.add(key)
    return frozenset(found) if person in found else frozenset()
