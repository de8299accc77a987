"""What the rest of the program knows of a CRM: readable entities and the people in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from monitor.crm.directory import Directory, Person, PersonKind, Team
from monitor.crm.vocabulary import Column
from monitor.place import Place

__all__ = ["Directory", "EntitySource", "Person", "PersonKind", "Team"]


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
    whole: sa.Subquery | None = None  # as ``selectable``, with the rows entered after the moment a run looks from
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
            return self.links[prefix].replace("{key}", quote(rest, safe=""))
        return self.link.replace("{key}", quote(key, safe="")) if self.link else ""
