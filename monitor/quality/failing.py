"""The failing records themselves: for the checks with few enough of them, and live for one check, streamed."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import sqlalchemy as sa

from monitor.crm.source import EntitySource
from monitor.crm.vocabulary import Kind
from monitor.quality.counting import bad_rows, decimal, instant
from monitor.quality.outcome import FailingRecord
from monitor.quality.prepare import DuplicateCheck, OwnerCheck, Prepared, Reader, RowCheck, ValueCheck
from monitor.quality.rows import Condition, Rows, both, names_in, owner_of
from monitor.quality.rules.base import Values
from monitor.quality.selection import Options, accepted_condition, stored_key
from monitor.quality.uniqueness import OLDER, repeated_keys
from monitor.quality.values import judge_of

_PORTION = 1000
_ALIKE = "alike"
Row = Mapping[str, Any] | sa.RowMapping
_MOST_NAMED = 5000  # values that a query names; PostgreSQL takes 65,535 parameters, older SQLite 32,766
_ABOUT = ("key", "owner_key", "created_at", "created_by", "amount")


@dataclass(frozen=True, slots=True)
class Finder:
    """Finds the failing rows of one check: the SQL that narrows them down, and what Python has yet to decide."""

    query: sa.Select[Any]
    values: int = 0  # the last columns of a record are values to judge
    judge: Any = None
    compared: Mapping[Values, Values] | None = None  # what stands for all that are like a value, where that is judged


def told(source: EntitySource) -> list[str]:
    """The columns that may be kept of a failing record."""
    names = [name for name in _ABOUT if source.has(name)]
    return names + sorted(name for name in source.disclose if source.has(name) and name not in names)


def _labelled(source: EntitySource, rows: Rows, names: Iterable[str]) -> list[sa.ColumnElement[Any]]:
    made: list[sa.ColumnElement[Any]] = []
    for name in names:
        column = rows[name]
        plain = source.columns[name].kind in (Kind.DECIMAL, Kind.KEY)
        made.append((sa.type_coerce(column, sa.types.NullType()) if plain else column).label(name))
    return made


def condition_of(check: RowCheck | OwnerCheck, owners: frozenset[str | None]) -> Condition:
    """The rows that fail, for a check that SQL decides; ``owners`` are those that fail a check on owners."""
    if isinstance(check, RowCheck):
        return bad_rows(check)
    named = sorted(owner for owner in owners if owner is not None)
    owner = sa.column("owner_key", sa.String())
    failing: Condition = owner.in_(named)
    if None in owners:
        failing = sa.or_(failing, owner.is_(None), sa.func.trim(owner) == "")
    return both(check.domain, failing)  # type: ignore[return-value]


def shared_query(
    source: EntitySource, conditions: Mapping[str, Condition], where: Condition | None, names: Sequence[str]
) -> sa.Select[Any]:
    """The rows that fail at least one of the checks, each with a mark (1 or 0) per check, in the checks' order."""
    rows = Rows(source, names_in([*conditions.values(), where]) | set(names))
    bound = [rows.bind(each) for each in conditions.values()]
    marks = [sa.case((each, 1), else_=0).label(f"f{index}") for index, each in enumerate(bound)]
    query = sa.select(*_labelled(source, rows, names), *marks).select_from(rows.table).where(sa.or_(*bound))
    return query.where(rows.bind(where)) if where is not None else query


def without_accepted(source: EntitySource, check: str, condition: Condition, options: Options) -> Condition:
    """The failing rows that nobody accepted, as far as SQL can tell (hashed keys are told apart in Python)."""
    accepted = accepted_condition(source, check, options)
    return condition if accepted is None else both(condition, sa.not_(accepted))  # type: ignore[return-value]


def finder(
    reader: Reader,
    source: EntitySource,
    check: Prepared,
    where: Condition | None,
    *,
    names: Sequence[str],
    owners: frozenset[str | None] = frozenset(),
    bad: Mapping[Values, Values] | None = None,
) -> Finder | None:
    """How to find the failing rows of one check; None where nobody can say which they are.

    ``bad`` are the failing values, where they are known already; without them every value is judged again.
    """
    if isinstance(check, RowCheck | OwnerCheck):
        condition = both(condition_of(check, owners), where)
        rows = Rows(source, names_in([condition]) | set(names))
        query = sa.select(*_labelled(source, rows, names)).select_from(rows.table)
        return Finder(query.where(rows.bind(condition)) if condition is not None else query)
    if isinstance(check, DuplicateCheck):
        extra = names_in([where]) - set(names)
        query = repeated_keys(source, check, [*names, *extra])
        return Finder(query.where(where) if where is not None else query)
    if isinstance(check, ValueCheck):
        return _value_finder(reader, source, check, where, names, bad)
    return None


def _value_finder(
    reader: Reader,
    source: EntitySource,
    check: ValueCheck,
    where: Condition | None,
    names: Sequence[str],
    bad: Mapping[Values, Values] | None,
) -> Finder | None:
    condition = both(check.domain, where)
    rows = Rows(source, names_in([condition]) | set(names) | set(check.columns))
    values = [rows[name] for name in check.columns]
    query = sa.select(*_labelled(source, rows, names), *(each.label(f"v{i}") for i, each in enumerate(values)))
    query = query.select_from(rows.table)
    if condition is not None:
        query = query.where(rows.bind(condition))
    if bad is None:
        # A value is a near-duplicate of others only: alone it cannot be judged again.
        return None if check.compares else Finder(query, len(values), judge_of(reader, source, check))
    alike = bad if check.compares else None
    if len(bad) > _MOST_NAMED:
        return Finder(query, len(values), bad.__contains__, alike)
    for index, column in enumerate(values):
        query = query.where(_one_of(column, {each[index] for each in bad}))
    return Finder(query, len(values), bad.__contains__, alike)


def _one_of(column: sa.ColumnElement[Any], wanted: set[Any]) -> Condition:
    present = [value for value in wanted if value is not None]
    found: Condition = column.in_(present)
    return sa.or_(found, column.is_(None)) if None in wanted else found


def found(connection: sa.Connection, search: Finder) -> Generator[Row, None, None]:
    """The failing rows, a portion at a time. Close it when you stop before its end."""
    with connection.execute(search.query, execution_options={"yield_per": _PORTION}) as result:
        for record in result.mappings():
            if search.values:
                values = tuple(record[f"v{index}"] for index in range(search.values))
                if not search.judge(values):
                    continue
                if search.compared is not None:
                    yield _with(record, _ALIKE, search.compared[values])
                    continue
            yield record


def first_marked(source: EntitySource, records: Iterable[Row]) -> list[Row]:
    """Rows that were compared with each other; the first of those that are alike is marked as the older one."""
    every = list(records)
    first: dict[Values, Row] = {}
    for record in every:
        if "created_at" in record:
            first[record[_ALIKE]] = min(first.get(record[_ALIKE], record), record, key=partial(_age, source))
    return [_with(record, OLDER, first.get(record[_ALIKE]) is record) for record in every]


def _with(record: Row, name: str, value: Any) -> Mapping[str, Any]:
    return {**{column: record[column] for column in record}, name: value}


def _age(source: EntitySource, record: Row) -> tuple[Any, ...]:
    """To sort by, as ``monitor.quality.uniqueness`` has it in SQL."""
    created_at = instant(record["created_at"], source)
    return owner_of(record.get("owner_key")) is not None, created_at is not None, created_at or 0, str(record["key"])


def as_record(source: EntitySource, record: Row, options: Options) -> FailingRecord:
    """What may be kept of a failing row."""
    creator = record.get("created_by")
    shown = {name: str(record[name]) for name in sorted(source.disclose) if record.get(name) is not None}
    return FailingRecord(
        key=stored_key(source, str(record["key"]), options),
        owner_key=owner_of(record.get("owner_key")),
        created_at=instant(record.get("created_at"), source),
        created_by=None if creator is None else str(creator),
        amount=decimal(record.get("amount")),
        disclosed=shown,
        older=bool(record.get(OLDER)),
    )
