"""Inserting what may be there already, and numbering names: the same words for SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite

_CHUNK = 500  # SQLite's oldest limit on variables is 999


def _insert(connection: sa.Connection, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    if connection.dialect.name == "sqlite":  # each is imported by itself, and only to write: they are large
        from sqlalchemy.dialects.sqlite import insert as sqlite_insert

        return sqlite_insert(table)
    from sqlalchemy.dialects.postgresql import insert as postgresql_insert

    return postgresql_insert(table)


def insert_ignoring(connection: sa.Connection, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that leaves a row with the same unique key as it is."""
    return _insert(connection, table).on_conflict_do_nothing()


def upsert(connection: sa.Connection, table: sa.Table, key: Collection[str], values: Mapping[str, Any]) -> None:
    """Writes one row, over the one with the same ``key`` columns if there is one."""
    rest = {name: value for name, value in values.items() if name not in key}
    statement = _insert(connection, table).values(dict(values))
    connection.execute(statement.on_conflict_do_update(index_elements=list(key), set_=rest))


def upsert_all(
    connection: sa.Connection, table: sa.Table, key: Collection[str], rows: Sequence[Mapping[str, Any]]
) -> None:
    """The same for many rows of the same columns."""
    if not rows:
        return
    statement = _insert(connection, table)
    rest = {name: statement.excluded[name] for name in rows[0] if name not in key}
    written = statement.on_conflict_do_update(index_elements=list(key), set_=rest)
    connection.execute(written, [dict(row) for row in rows])


def numbers(
    connection: sa.Connection, table: sa.Table, column: str, names: Mapping[str, Mapping[str, Any]]
) -> dict[str, int]:
    """The id of every name in a table of names, adding those that are new (with their other columns)."""
    found = _known(connection, table, column, list(names))
    missing = [name for name in names if name not in found]
    if missing:
        connection.execute(insert_ignoring(connection, table), [{column: name, **names[name]} for name in missing])
        found |= _known(connection, table, column, missing)
    return found


def _known(connection: sa.Connection, table: sa.Table, column: str, names: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for start in range(0, len(names), _CHUNK):
        part = names[start : start + _CHUNK]
        rows = connection.execute(sa.select(table.c[column], table.c.id).where(table.c[column].in_(part)))
        found |= {row[0]: row[1] for row in rows}
    return found


def insert_many(
    connection: sa.Connection, table: sa.Table, columns: Sequence[str], rows: Sequence[Sequence[Any]]
) -> None:
    """Inserts plain rows (integers, text, decimals, dates) as fast as the driver can: a run has tens of thousands."""
    if not rows:
        return
    names = ", ".join(f'"{name}"' for name in columns)
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(columns))
        values = [tuple([value if type(value) in _PLAIN else _for_sqlite(value) for value in row]) for row in rows]
        connection.exec_driver_sql(f"INSERT INTO {table.name} ({names}) VALUES ({marks})", values)
        return
    cursor = connection.connection.cursor()
    with cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    cursor.close()


_PLAIN = frozenset({int, str, float, type(None)})


def _for_sqlite(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value, "f")  # as ExactDecimal does
    return value.isoformat() if isinstance(value, date) else value  # as SQLAlchemy's Date does
