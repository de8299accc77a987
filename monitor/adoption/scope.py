"""Whose page and figures somebody may see: the own, those of the people below, or as the sponsor the whole."""

from __future__ import annotations

from collections.abc import Mapping

from monitor.adoption.organisation import Organisation


def subtree(organisation: Organisation, manager: str) -> frozenset[str]:
    """Everybody below a manager, the manager not among them. Safe in a circle: nobody is below oneself."""
    below: dict[str, list[str]] = {}
    for key, member in organisation.members.items():
        if member.manager_key and member.manager_key != key:
            below.setdefault(member.manager_key, []).append(key)
    return _below(below, manager) - _above(organisation, manager)


def managers(organisation: Organisation) -> tuple[str, ...]:
    """The persons with a seat who manage somebody with a seat, by key."""
    members = organisation.members
    named = {one.manager_key for one in members.values() if one.is_person and one.manager_key != one.key}
    return tuple(sorted(key for key in named if key in members and members[key].is_person))


def may_see(organisation: Organisation, viewer: str, subject: str) -> bool:
    """Whether ``viewer`` may see what is told of ``subject`` by name: the own page, and the people below."""
    return viewer == subject or subject in subtree(organisation, viewer)


def _below(below: Mapping[str, list[str]], manager: str) -> frozenset[str]:
    found: set[str] = set()
    waiting = list(below.get(manager, ()))
    while waiting:
        key = waiting.pop()
        if key not in found and key != manager:
            found.add(key)
            waiting.extend(below.get(key, ()))
    return frozenset(found)


def _above(organisation: Organisation, person: str) -> frozenset[str]:
    """Everybody above a person; in a circle that is the others of it, of whom nobody is the manager then."""
    found: set[str] = set()
    key = person
    while (member := organisation.members.get(key)) is not None:
        key = member.manager_key
        if not key or key in found or key == person:
            break
        found.add(key)
    return frozenset(found)
