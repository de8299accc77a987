"""The physical columns behind an entity, so that the next run can tell what changed in the CRM's own schema."""

from __future__ import annotations

import sqlalchemy as sa

from monitor.crm.dialects import family
from monitor.crm.guard import quoted
from monitor.crm.source import EntitySource

_POSTGRESQL = sa.text(
    "SELECT a.attname, format_type(a.atttypid, a.atttypmod) FROM pg_attribute a"
    " WHERE a.attrelid = to_regclass(:name) AND a.attnum > 0 AND NOT a.attisdropped"
)
_MYSQL = sa.text(
    "SELECT column_name, column_type FROM information_schema.columns"
    " WHERE table_name = :table AND table_schema = COALESCE(:schema, DATABASE())"
)


def physical_columns(bind: sa.Engine | sa.Connection, source: EntitySource) -> dict[str, str]:
    """``table.column`` -> the database's name of its type, over the tables the entity is read from.

    A table that is gone has no columns. Reads the catalogue only. May raise SQLAlchemy's errors.
    """
    if isinstance(bind, sa.Engine):
        with bind.connect() as connection:
            return physical_columns(connection, source)
    found: dict[str, str] = {}
    for table in source.tables:
        found.update({f"{table}.{name}": str(kind).lower() for name, kind in _columns(bind, table)})
    return dict(sorted(found.items()))


def _columns(connection: sa.Connection, table: str) -> list[tuple[str, str]]:
    dialect = family(connection.dialect)
    if dialect == "sqlite":
        rows = connection.exec_driver_sql(f"PRAGMA table_info({quoted(table.rsplit('.', maxsplit=1)[-1])})")
        return [(row[1], row[2]) for row in rows]
    if dialect == "postgresql":
        return [(row[0], row[1]) for row in connection.execute(_POSTGRESQL, {"name": quoted(table)})]
    schema, _, name = table.rpartition(".")
    return [(row[0], row[1]) for row in connection.execute(_MYSQL, {"table": name, "schema": schema or None})]
