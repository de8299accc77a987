"""The people of a CRM and their teams, as plain data: no database, so that any room may know of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class PersonKind(StrEnum):
    """Only a ``PERSON`` is a rep; the others own records without being one."""

    PERSON = "person"
    ADMIN = "admin"
    INTEGRATION = "integration"
    PORTAL = "portal"


@dataclass(frozen=True, slots=True)
class Person:
    """A user of the CRM. ``team_key`` and ``manager_key`` are empty where the CRM names none."""

    key: str
    name: str
    email: str = ""
    active: bool = True
    kind: PersonKind = PersonKind.PERSON
    team_key: str = ""
    manager_key: str = ""
    created_on: date | None = None
    title: str = ""  # job title or role, as the CRM says it
    login: str = ""


@dataclass(frozen=True, slots=True)
class Team:
    """A team; ``size`` counts its active persons."""

    key: str
    name: str
    size: int = 0


@dataclass(frozen=True, slots=True)
class Directory:
    """Everyone who can own a record, by key, and the teams."""

    people: Mapping[str, Person] = field(default_factory=dict)
    teams: Mapping[str, Team] = field(default_factory=dict)
    suspects: tuple[str, ...] = ()  # keys of active persons whose name or login looks like a program's

    def team_of(self, owner_key: str | None) -> Team | None:
        """The team of an owner, or None for nobody, a stranger, or someone without a team."""
        person = self.people.get(owner_key or "")
        return self.teams.get(person.team_key) if person else None
