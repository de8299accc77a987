"""Arguments of a check made ready for the database: moments resolved, dates in the type of their column."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from typing import Any

from monitor.crm.source import EntitySource
from monitor.crm.vocabulary import Kind
from monitor.quality.moments import PATTERN, Moments

_COLUMN_KEYS = ("column", "column_A", "column_B")
_GX_COLUMN = re.compile(r"""\bcol\(\s*["']([^"']+)["']\s*\)""")


def named_columns(kind: str, kwargs: Mapping[str, Any]) -> frozenset[str]:
    """The columns that an expectation's arguments say to read, by the names that Great Expectations gives them.

    An expectation on the table as a whole reads none in particular: there, columns are what is expected.
    """
    if kind.startswith("expect_table_"):
        return frozenset()
    names = [kwargs[key] for key in _COLUMN_KEYS if isinstance(kwargs.get(key), str)]
    listed = kwargs.get("column_list")
    if isinstance(listed, list | tuple):
        names += [name for name in listed if isinstance(name, str)]
    return frozenset((*names, *condition_columns(kwargs.get("row_condition"))))


def condition_columns(row_condition: Any) -> Iterator[str]:
    """The columns that Great Expectations' ``row_condition`` names: in its text of old, or in its serialised form."""
    if isinstance(row_condition, str):
        yield from _GX_COLUMN.findall(row_condition)
    elif isinstance(row_condition, Mapping):
        column = row_condition.get("column")
        if isinstance(column, Mapping) and isinstance(column.get("name"), str):
            yield column["name"]
        for part in row_condition.values():
            yield from condition_columns(part if isinstance(part, Mapping | list) else None)
    elif isinstance(row_condition, list):
        for part in row_condition:
            yield from condition_columns(part if isinstance(part, Mapping) else None)


def resolve(kwargs: Mapping[str, Any], moments: Moments, source: EntitySource) -> dict[str, Any]:
    """The arguments with every moment replaced, and dates made comparable with the column they are for.

    Raises ValueError when something written as a moment is none.
    """
    column = source.columns.get(str(kwargs.get("column", "")))
    kind = column.kind if column else None
    return {key: _value(value, kind, moments, source) for key, value in kwargs.items()}


def start_of(day: date, moments: Moments, source: EntitySource) -> datetime:
    """A day's first moment in the project's zone, as the entity's timestamps are compared."""
    return source.instant(datetime.combine(day, time(), tzinfo=moments.zone))


def _value(value: Any, kind: Kind | None, moments: Moments, source: EntitySource) -> Any:
    if isinstance(value, list | tuple):
        return [_value(item, kind, moments, source) for item in value]
    if isinstance(value, str):
        if PATTERN.fullmatch(value.strip()):
            return _timed(moments.resolve(value), kind, moments, source)
        if kind in (Kind.DATE, Kind.DATETIME):
            return _timed(_from_iso(value), kind, moments, source)
    if isinstance(value, date):
        return _timed(value, kind, moments, source)
    return value


def _from_iso(text: str) -> Any:
    for read in (date.fromisoformat, datetime.fromisoformat):
        try:
            return read(text)
        except ValueError:
            continue
    return text


def _timed(value: Any, kind: Kind | None, moments: Moments, source: EntitySource) -> Any:
    if isinstance(value, datetime):
        aware = value if value.tzinfo else value.replace(tzinfo=moments.zone)
        return aware.astimezone(moments.zone).date() if kind is Kind.DATE else source.instant(aware)
    if isinstance(value, date) and kind is Kind.DATETIME:
        return start_of(value, moments, source)
    return value
