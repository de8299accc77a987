"""The shared scan: one aggregate query per entity, grouped by owner, for everything that SQL can decide row by row.

What two checks both need (rows under the same condition, values that are not null) is counted once. When the database
refuses the query, it is asked again in halves, until what it cannot stomach stands alone and the rest has its counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa

from monitor.crm.source import EntitySource
from monitor.quality.ahead import same_query
from monitor.quality.faults import database_error, is_lock, is_timeout, raise_if_gone, safe_reason
from monitor.quality.prepare import Reader
from monitor.quality.rows import Condition, Rows, names_in, owner_of

Expression = sa.ColumnElement[Any]
_MOST_COLUMNS = 1500  # PostgreSQL allows 1664, SQLite 2000
_MOST_TIMEOUTS = 6  # each costs the whole statement timeout
_OWNER = "owner_key"


@dataclass(frozen=True, slots=True)
class Item:
    """Aggregates that belong together, by name; they fail together too."""

    name: str
    aggregates: Mapping[str, Expression]


Figures = Mapping[str, Any]


@dataclass(slots=True)
class Scanned:
    """What the scan found: rows per owner, each item's figures per owner, why an item failed, queries sent."""

    rows: dict[str | None, int] = field(default_factory=dict)
    figures: dict[str, dict[str | None, Figures]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    base_error: str = ""
    scans: int = 0
    timeouts: int = 0


def build(source: EntitySource, items: Sequence[Item], where: Condition | None, dialect: sa.Dialect) -> Statement:
    """The scan's statement for these items."""
    return Statement(source, items, where, dialect)


class Statement:
    """One SELECT with every distinct aggregate of its items once, and where in a row each is found."""

    def __init__(
        self, source: EntitySource, items: Sequence[Item], where: Condition | None, dialect: sa.Dialect
    ) -> None:
        self._positions: dict[str, int] = {}
        self._distinct: list[Expression] = []
        self._layout = {
            item.name: {name: self._place(each, dialect) for name, each in item.aggregates.items()} for item in items
        }
        owned = source.has(_OWNER)
        names = names_in([*self._distinct, where]) | ({_OWNER} if owned else set())
        rows = Rows(source, names)
        owner = rows.native(_OWNER) if owned else sa.null()
        told = rows.told(_OWNER) if owned else owner
        columns = [each.label(f"c{index}") for index, each in enumerate(self._distinct)]
        select = sa.select(told.label("owner"), sa.func.count().label("n"), *(rows.bind(each) for each in columns))
        select = select.select_from(rows.table)
        if where is not None:
            select = select.where(rows.bind(where))
        self.select = select.group_by(owner) if owned else select

    def _place(self, expression: Expression, dialect: sa.Dialect) -> int:
        key = same_query(expression, dialect)
        if key not in self._positions:
            self._positions[key] = len(self._distinct)
            self._distinct.append(expression)
        return self._positions[key]

    def read(self, found: Scanned, records: Iterable[Sequence[Any]]) -> None:
        """Adds the query's records, one per owner, to what was found."""
        seen: dict[str | None, list[Any]] = {}
        for owner, *counted in records:
            if not counted[0]:  # an ungrouped query of nothing
                continue
            key = owner_of(owner)
            before = seen.get(key)  # of nobody, written in another way
            seen[key] = [_joined(*pair) for pair in zip(before, counted, strict=True)] if before else counted
        for key, (rows, *values) in seen.items():
            found.rows[key] = int(rows)
            for item, layout in self._layout.items():
                found.figures.setdefault(item, {})[key] = {name: values[place] for name, place in layout.items()}


def _joined(one: Any, other: Any) -> Any:
    """An aggregate over two groups: the sum of counts and money, the newer of two moments."""
    if one is None or other is None:
        return other if one is None else one
    if isinstance(one, str | date):
        return max(one, other)
    return one + other


def in_pieces(items: Sequence[Item]) -> Iterator[list[Item]]:
    """The items in portions that fit in one statement of any database."""
    piece: list[Item] = []
    width = 0
    for item in items:
        if piece and width + len(item.aggregates) > _MOST_COLUMNS:
            yield piece
            piece, width = [], 0
        piece.append(item)
        width += len(item.aggregates)
    yield piece


def scan(reader: Reader, source: EntitySource, items: Sequence[Item], where: Condition | None) -> Scanned:
    """Counts all items. Raises CrmUnavailable when the connection is gone."""
    found = Scanned()
    for piece in in_pieces(items):
        _attempt(reader, source, piece, where, found)
    return found


def _attempt(
    reader: Reader, source: EntitySource, items: Sequence[Item], where: Condition | None, found: Scanned
) -> None:
    error = _execute(reader, source, items, where, found)
    if error is None:
        return
    reason = safe_reason(error)
    if not items:
        found.base_error = reason
        return
    cause = database_error(error)
    hopeless = cause is not None and is_lock(cause)
    if cause is not None and is_timeout(cause):
        found.timeouts += 1
        hopeless = found.timeouts > _MOST_TIMEOUTS
    if not hopeless and len(items) > 1 and not found.base_error:
        _halve(reader, source, items, where, found)
        return
    if hopeless and not found.rows:  # nothing was read, and nothing will be: that is not the same as no rows
        found.base_error = found.base_error or reason
    found.errors.update(dict.fromkeys((item.name for item in items), found.base_error or reason))
    if len(items) == 1 and not found.rows and not hopeless:  # nothing was counted so far: do the rows count at all?
        _attempt(reader, source, [], where, found)


def _halve(
    reader: Reader, source: EntitySource, items: Sequence[Item], where: Condition | None, found: Scanned
) -> None:
    if not found.rows:
        _attempt(reader, source, [], where, found)  # the entity alone: is it readable?
    if found.base_error:
        found.errors.update(dict.fromkeys((item.name for item in items), found.base_error))
        return
    middle = len(items) // 2
    _attempt(reader, source, items[:middle], where, found)
    _attempt(reader, source, items[middle:], where, found)


def _execute(
    reader: Reader, source: EntitySource, items: Sequence[Item], where: Condition | None, found: Scanned
) -> Exception | None:
    """Runs one statement; the error, if it was one that asking for less may mend."""
    try:
        statement = build(source, items, where, reader.engine.dialect)
        with reader.connect() as connection:
            found.scans += 1
            records = connection.execute(statement.select).all()  # all, or none: half of the owners is no figure
            statement.read(found, records)
    except Exception as error:  # noqa: BLE001 - a refused query, or a rule's SQL that cannot even be compiled
        raise_if_gone(error)
        return error
    return None
