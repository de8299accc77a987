"""What differs between SQLite, PostgreSQL and MariaDB/MySQL when a map is turned into SQL."""

from __future__ import annotations

import re
from typing import Any

import sqlalchemy as sa

from monitor.crm.maps import ColumnMap
from monitor.crm.vocabulary import Kind

# A column by its name alone, perhaps quoted, perhaps with its table: safe in any expression without parentheses.
_PART = r"""(?:[A-Za-z_][\w$]*|"(?:[^"]|"")+"|`[^`]+`|\[[^\]]+\])"""
_SIMPLE = re.compile(rf"{_PART}(?:\.{_PART}){{0,2}}")


def family(dialect: sa.Dialect | str) -> str:
    """``sqlite``, ``postgresql`` or ``mysql``, as maps name them (MariaDB is ``mysql`` there)."""
    name = dialect if isinstance(dialect, str) else dialect.name
    return "mysql" if name == "mariadb" else name


def column_type(kind: Kind, dialect: str, *, aware: bool) -> sa.types.TypeEngine[Any]:
    """The SQLAlchemy type of a canonical column."""
    if kind is Kind.DECIMAL:
        # SQLite keeps no decimals, and SQLAlchemy warns when it has to pretend.
        return sa.Numeric(asdecimal=False) if dialect == "sqlite" else sa.Numeric()
    types: dict[Kind, sa.types.TypeEngine[Any]] = {
        Kind.KEY: sa.Text(),
        Kind.TEXT: sa.Text(),
        Kind.INTEGER: sa.Integer(),
        Kind.BOOLEAN: sa.Boolean(),
        Kind.DATE: sa.Date(),
        Kind.DATETIME: sa.DateTime(timezone=aware),
    }
    return types[kind]


def grouped(sql: str) -> str:
    """An expression that can stand inside another; a plain column stays as it is, so that indexes apply."""
    text = sql.strip()
    return text if _SIMPLE.fullmatch(text) else f"({text})"


def expression(spec: ColumnMap, dialect: str) -> str:
    """The SQL of one column, with date and time put together, scaled, and zero dates taken out."""
    if spec.date:
        return _date_and_time(spec, dialect)
    sql = grouped(spec.sql)
    if spec.zero_dates and dialect == "mysql":
        # Covers 2024-00-00 as well: MariaDB keeps both, and no driver can read them.
        sql = f"CASE WHEN YEAR({sql}) > 0 AND MONTH({sql}) > 0 AND DAYOFMONTH({sql}) > 0 THEN {sql} END"
    elif spec.zero_dates and dialect == "sqlite":
        sql = f"CASE WHEN {sql} >= '0001-01-01' THEN {sql} END"
    if spec.scale:
        exact = {"sqlite": f"CAST({sql} AS REAL)", "mysql": f"CAST({sql} AS DECIMAL(38, 10))"}
        sql = f"({exact.get(dialect, f'CAST({sql} AS NUMERIC)')} / {spec.scale})"
    return sql


def compared(sql: str, kind: Kind, dialect: str) -> str:
    """A date or moment in the form in which the dialect compares it.

    SQLite keeps moments as text in whichever form the CRM wrote them (a T between, no seconds, an offset), and
    compares letter by letter. What cannot be read as a moment is NULL.
    """
    if dialect == "sqlite" and kind is Kind.DATETIME:
        return f"strftime('%Y-%m-%d %H:%M:%f000', {sql})"
    return f"date({sql})" if dialect == "sqlite" and kind is Kind.DATE else sql


def _date_and_time(spec: ColumnMap, dialect: str) -> str:
    date, time = grouped(spec.date), grouped(spec.time) if spec.time else "NULL"
    if dialect == "postgresql":
        return f"(CAST({date} AS DATE) + COALESCE(CAST({time} AS TIME), TIME '00:00'))"
    if dialect == "mysql":
        if spec.zero_dates:
            date = expression(ColumnMap(sql=spec.date, zero_dates=True), dialect)
        return f"TIMESTAMP({date}, COALESCE({time}, '00:00:00'))"
    return f"({date} || ' ' || COALESCE({time}, '00:00:00'))"
