"""The language of CRM maps: how each canonical entity is read from one product's tables.

``load_map`` reads a map and what it extends; ``monitor.crm.compile`` turns it into queries.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr

from monitor import content, yamlfile
from monitor.crm.mapcheck import check_map
from monitor.crm.vocabulary import ENTITIES, Column, Kind
from monitor.errors import ConfigurationError, Problem
from monitor.place import Place
from monitor.yamlfile import Document

DialectName = Literal["sqlite", "postgresql", "mysql"]
Capability = Literal["available", "last only", "none"]
Sql = Annotated[str, Field(min_length=1)]
_VERSIONED = re.compile(r"@[0-9]+$")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class ColumnMap(_Part):
    """How one canonical column is read: an expression, or a date and a time in two columns."""

    sql: str = Field("", description="SQL expression over the tables of `from`")
    scale: int | None = Field(None, gt=0, description="the stored number is divided by this (micros: 1000000)")
    zero_dates: bool = Field(False, description="MySQL's 0000-00-00 is read as no date")
    date: str = Field("", description="SQL expression of the date, where date and time stand in two columns")
    time: str = Field("", description="SQL expression of the time of day that belongs to `date`")


class ExtraColumn(ColumnMap):
    """A column of the map's own, beyond the canonical ones; suites may name it."""

    kind: Kind = Field(Kind.TEXT, description="what the column holds")
    meaning: str = Field("", description="what it means, in a few words")


class Branch(_Part):
    """Rows of one kind: a FROM text, what is left out of it, and the columns."""

    from_: str = Field("", alias="from", description="text of the FROM clause, with its joins")
    where: str = Field("", description="SQL condition; rows that do not meet it are left out")
    deleted: str = Field("", description="SQL condition of rows that the CRM holds for deleted")
    system: str = Field("", description="SQL condition of rows that the system wrote itself")
    key: str = Field("", description="SQL expression of the record's key")
    columns: dict[str, Sql | ColumnMap] | list[str] = Field(
        default_factory=dict, description="canonical column -> SQL; with `select`, a list of names"
    )
    link: str = Field("", description="the record's page in the CRM, with {base} and {key}")

    def column(self, name: str) -> ColumnMap | None:
        """How a column is read here, or None."""
        if name == "key" and self.key:
            return ColumnMap(sql=self.key)
        if not isinstance(self.columns, dict) or name not in self.columns:
            return None
        given = self.columns[name]
        return ColumnMap(sql=given) if isinstance(given, str) else given


class UnionBranch(Branch):
    """One table among several that hold the same kind of record."""

    prefix: str = Field(pattern=r"^[a-z][a-z0-9_]*$", description="put before the key, so that keys stay unique")


class EntityMap(Branch):
    """One canonical entity: read with `from`, `select` or `union`."""

    select: str = Field("", description="a whole SELECT that gives the canonical names itself")
    union: list[UnionBranch] = Field(default_factory=list, description="several tables, one below the other")
    extra: dict[str, ExtraColumn] = Field(default_factory=dict, description="columns of the map's own")
    disclose: list[str] = Field(default_factory=list, description="columns whose values may be stored and shown")
    list_link: str = Field("", description="the list of records in the CRM, with {base}")
    hash_keys: bool = Field(False, description="keys are e-mails or names: only their keyed hash is stored")
    tables: list[str] = Field(default_factory=list, description="tables read, where they cannot be told from the SQL")

    @property
    def branches(self) -> tuple[Branch, ...]:
        """What is read, one below the other."""
        return tuple(self.union) or (self,)

    def mapped(self) -> list[str]:
        """The names of all columns it gives, in a steady order."""
        names: dict[str, None] = {}
        for branch in self.branches:
            if branch.key or self.select:
                names["key"] = None
            names.update(dict.fromkeys(branch.columns))
        names.update(dict.fromkeys(name for name, extra in self.extra.items() if extra.sql or extra.date))
        if self.select and "key" not in self.columns:
            names.pop("key")
        return list(names)


class Detect(_Part):
    """What tells this CRM from others."""

    tables: dict[str, list[str]] = Field(default_factory=dict, description="table -> columns that must exist")
    absent: dict[str, list[str]] = Field(default_factory=dict, description="table -> columns that must not exist")
    title_why: str = Field("", description="said to the user when it fits")


class CrmMap(_Part):
    """A whole map. ``reference`` is what a configuration names it by."""

    map: str = Field(description="short name", pattern=r"^[a-z0-9][a-z0-9._-]*$")
    version: int = Field(1, ge=1, description="of this map's content, as in builtin/NAME@VERSION")
    title: str = Field("", description="the CRM's name, for people")
    extends: str = Field("", description="a map to start from: builtin/NAME@VERSION, or a file beside this one")
    dialects: list[DialectName] = Field(["sqlite", "postgresql", "mysql"], description="databases it can be read on")
    time_zone: str = Field("UTC", description="of timestamps that carry none")
    timestamps: Literal["naive", "aware"] = Field("naive", description="aware: timestamps carry a zone of their own")
    variables: dict[str, str] = Field(default_factory=dict, description="${name} in any SQL of this map")
    detect: Detect = Field(default_factory=Detect, description="what tells this CRM from others, for `init`")
    entities: dict[str, EntityMap] = Field(description="canonical entity -> how it is read")
    capabilities: dict[str, Capability] = Field(default_factory=dict, description="entity -> how much of it there is")

    _document: Document = PrivateAttr()
    _reference: str = PrivateAttr("")

    @property
    def reference(self) -> str:
        """What a configuration names it by, e.g. ``builtin/odoo-17@1``."""
        return self._reference

    def place(self, *path: Any, key: bool = False) -> Place:
        """Where a part of the map stands, in whichever file gave it."""
        return self._document.place(*path, key=key)

    def capability(self, entity: str) -> Capability:
        """How much there is of an entity: by default all of it when it is mapped, else nothing."""
        return self.capabilities.get(entity, "available" if entity in self.entities else "none")

    def columns(self, entity: str) -> dict[str, Column]:
        """The columns an entity gives, canonical ones and the map's own."""
        mapped = self.entities[entity]
        known = ENTITIES[entity].columns
        own = {name: Column(name, extra.kind, extra.meaning) for name, extra in mapped.extra.items()}
        key = Column("key", Kind.KEY, "the record's own key")
        return {name: known.get(name) or own.get(name) or key for name in mapped.mapped()}

    @classmethod
    def of(cls, document: Document, reference: str) -> Self:
        """A map from its document, everything in it checked. Raises ConfigurationError with every problem."""
        crm_map = yamlfile.validate(cls, document)
        crm_map._document = document
        crm_map._reference = reference
        problems = check_map(crm_map, document)
        if problems:
            raise ConfigurationError(problems)
        return crm_map


def load_map(reference: str | Path, *, folder: Path | None = None) -> CrmMap:
    """The map at ``builtin/NAME@VERSION`` or in a file (relative to ``folder``), laid over what it extends.

    Raises ConfigurationError with every problem, each in the file that has it.
    """
    document = _document(str(reference), folder, (), Place(str(reference)))
    return CrmMap.of(document, str(reference))


def _document(reference: str, folder: Path | None, above: tuple[Path, ...], place: Place) -> Document:
    path = _find(reference, folder, place)
    if path in above:
        raise ConfigurationError(
            [Problem(place, f"{reference} extends itself", "remove `extends` in one of the files")]
        )
    shown = reference if reference.startswith("builtin/") else ""
    document = yamlfile.read(path, shown and str(path))
    base = document.data.get("extends")
    if not isinstance(base, str) or not base:
        return document
    below = _document(base, path.parent, (*above, path), document.place("extends"))
    return yamlfile.overlaid(below, document)


def _find(reference: str, folder: Path | None, place: Place) -> Path:
    if not reference.startswith("builtin/"):
        return ((folder or Path()) / reference).resolve()
    try:
        return content.find("maps", reference)
    except content.ContentError as error:
        hint = "" if _VERSIONED.search(reference) else "a built-in map is named with its version, as in builtin/NAME@1"
        raise ConfigurationError([Problem(place, str(error), hint)]) from None
