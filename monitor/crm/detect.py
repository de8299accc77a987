"""Which CRM a database belongs to, told from its tables and columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from monitor import content
from monitor.crm.dialects import family
from monitor.crm.maps import CrmMap, load_map

_SYSTEM_SCHEMAS = ("information_schema", "pg_catalog", "pg_toast", "mysql", "performance_schema", "sys")


@dataclass(frozen=True, slots=True)
class Candidate:
    """One map held against the database. ``missing`` and ``present`` say what speaks against it."""

    reference: str
    title: str
    why: str
    missing: tuple[str, ...] = ()
    schema: str = ""  # where the tables are, when not in the schema that the connection reads
    foreign: bool = False  # of the tables that it looks for, less than half are there

    @property
    def fits(self) -> bool:
        """Everything the map looks for is there, where the connection reads."""
        return not self.missing and not self.schema


@dataclass(frozen=True, slots=True)
class Detection:
    """``reference`` is empty where no map fits, or several do; then ``why`` says so and what to do."""

    reference: str
    title: str
    why: str
    missing: tuple[str, ...] = ()
    candidates: tuple[Candidate, ...] = ()  # best first


def detect(engine: sa.Engine, maps: Sequence[CrmMap] | None = None) -> Detection:
    """Hold every built-in map (or the given ones) against the database behind ``engine``.

    Reads names of tables and columns only. May raise SQLAlchemy's errors when the connection fails.
    """
    with engine.connect() as connection:
        inspector = sa.inspect(connection)
        dialect = family(engine.dialect)
        known = [load_map(reference) for reference in content.names("maps")] if maps is None else maps
        usable = [crm_map for crm_map in known if dialect in crm_map.dialects and crm_map.detect.tables]
        found = sorted((_candidate(inspector, crm_map) for crm_map in usable), key=lambda one: len(one.missing))
    return _verdict(tuple(found), dialect)


def _verdict(candidates: tuple[Candidate, ...], dialect: str) -> Detection:
    fitting = [one for one in candidates if one.fits]
    if len(fitting) == 1:
        best = fitting[0]
        return Detection(best.reference, best.title, best.why, candidates=candidates)
    if fitting:
        names = ", ".join(one.reference for one in fitting)
        return Detection("", "", f"several maps fit this database ({names}): name one of them", (), candidates)
    elsewhere = next((one for one in candidates if not one.missing), None)
    if elsewhere:
        why = (
            f"this is {elsewhere.title}, but its tables are in the schema {elsewhere.schema}: "
            f"add ?options=-csearch_path%3D{elsewhere.schema} to the URL"
        )
        return Detection("", elsewhere.title, why, (), candidates)
    if not candidates:
        return Detection("", "", f"there is no built-in map for a CRM on {dialect}", (), ())
    near = candidates[0]
    if near.foreign:
        return Detection("", "", "no built-in map comes near to this database", (), candidates)
    lacks = ", ".join(near.missing[:6]) + (f" and {len(near.missing) - 6} more" if len(near.missing) > 6 else "")
    why = f"no built-in map fits this database; nearest is {near.reference} ({near.title}), for which it lacks {lacks}"
    return Detection("", "", why, near.missing, candidates)


def _candidate(inspector: sa.Inspector, crm_map: CrmMap) -> Candidate:
    title = crm_map.title or crm_map.map
    missing = _missing(inspector, crm_map, None)
    schema = ""
    if missing and inspector.dialect.name != "sqlite":
        schema = next((name for name in _schemas(inspector) if not _missing(inspector, crm_map, name)), "")
    why = " ".join(crm_map.detect.title_why.split())
    if schema:
        return Candidate(crm_map.reference, title, why, schema=schema)
    tables = crm_map.detect.tables
    foreign = 2 * sum(table in missing for table in tables) > len(tables)
    return Candidate(crm_map.reference, title, why, tuple(missing), foreign=foreign)


def _schemas(inspector: sa.Inspector) -> list[str]:
    default = inspector.default_schema_name
    names = inspector.get_schema_names()
    return [name for name in names if name not in _SYSTEM_SCHEMAS and name != default and not name.startswith("pg_")]


def _missing(inspector: sa.Inspector, crm_map: CrmMap, schema: str | None) -> list[str]:
    """What the map looks for and does not find, as ``table`` or ``table.column``; names in the wrong case count too."""
    tables = {*inspector.get_table_names(schema), *inspector.get_view_names(schema)}
    missing = []
    for table, columns in crm_map.detect.tables.items():
        if table not in tables:
            other = next((name for name in tables if name.lower() == table.lower()), "")
            missing.append(f"{table} (there is {other})" if other else table)
            continue
        there = {column["name"] for column in inspector.get_columns(table, schema)}
        missing += [f"{table}.{column}" for column in columns if column not in there]
    for table, columns in crm_map.detect.absent.items():
        there = {column["name"] for column in inspector.get_columns(table, schema)} if table in tables else set()
        if table in tables and not columns:
            missing.append(f"the absence of {table}")
        missing += [f"the absence of {table}.{column}" for column in columns if column in there]
    return missing
