"""What the rest of the program knows of a CRM: readable entities and the people in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from monitor.crm.vocabulary import Column
from monitor.place import Place


@dataclass(frozen=True, slots=True)
class EntitySource:
    """One canonical entity as one CRM's map reads it.

    ``selectable`` has exactly the mapped columns, typed, under their canonical names (a map may add
    its own); it can be put in a FROM. Naive timestamps in it are in ``zone``.

    Keys come out as text, and casting one costs as much as reading the row. Where many rows are grouped or
    joined by a key, use ``grouping`` and the column ``native[name]`` of it, and cast what comes out.
    """

    entity: str
    selectable: sa.Subquery
    columns: Mapping[str, Column]
    zone: ZoneInfo
    aware: bool = False  # the database's timestamps carry a zone of their own
    disclose: frozenset[str] = frozenset()  # columns whose values may be stored and shown
    link: str = ""  # template of the record's page in the CRM, with {key}
    list_link: str = ""
    tables: tuple[str, ...] = ()  # the physical tables behind it, as schema.table or table
    hash_keys: bool = False  # keys are themselves personal (e-mail, name): store only their hash
    links: Mapping[str, str] = field(default_factory=dict)  # of a union: key prefix -> link template of its branch
    grouping: sa.Subquery | None = None  # as ``selectable``, plus the columns that ``native`` names
    native: Mapping[str, str] = field(default_factory=dict)  # key column -> the same, not cast to text
    place: Place = field(default_factory=lambda: Place(""))

    def has(self, *columns: str) -> bool:
        """Whether every named column is mapped."""
        return all(name in self.columns for name in columns)

    def instant(self, moment: datetime) -> datetime:
        """An aware moment as the value to compare this entity's timestamps with."""
        return moment.astimezone(UTC) if self.aware else moment.astimezone(self.zone).replace(tzinfo=None)

    def link_to(self, key: str) -> str:
        """The record's page in the CRM, or nothing where the map knows none."""
        prefix, separator, rest = key.partition(":")
        if separator and prefix in self.links:
            return self.links[prefix].replace("{key}", rest)
        return self.link.replace("{key}", key) if self.link else ""


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
