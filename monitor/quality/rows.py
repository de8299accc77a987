"""An entity's rows as SQL: only the columns that a query needs, and conditions tied to them.

Conditions are written over bare canonical columns (``sa.column("amount")``). A query reads no column that none of
its conditions names: so a column that is gone breaks the checks on it and no other, and no database
computes what nobody asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar, cast

import sqlalchemy as sa
from sqlalchemy.sql import functions, operators, visitors

from monitor.crm.narrow import narrowed
from monitor.crm.source import EntitySource

Condition = sa.ColumnElement[bool]
T = TypeVar("T", bound=sa.ColumnElement[Any])


def both(*conditions: Condition | None) -> Condition | None:
    """All of the conditions that there are; None when there are none."""
    found = [each for each in conditions if each is not None]
    if not found:
        return None
    return found[0] if len(found) == 1 else sa.and_(*found)


def _is_bare(element: Any) -> bool:
    return isinstance(element, sa.ColumnClause) and element.table is None and not element.is_literal


def names_in(expressions: Iterable[sa.ColumnElement[Any] | None]) -> frozenset[str]:
    """The bare columns that the expressions name, those in correlated subqueries included."""
    names: set[str] = set()

    def look(element: Any, **_: Any) -> Any:
        if _is_bare(element):
            names.add(element.name)
        return _stop(element)

    for expression in expressions:
        if expression is not None:
            visitors.replacement_traverse(expression, {}, look)
    return frozenset(names)


def _stop(element: Any) -> Any:
    """Tables and subqueries have columns of their own, which are not the entity's."""
    of_a_table = isinstance(element, sa.ColumnClause) and element.table is not None
    # A function counts as something to select from, too, but its arguments are the entity's.
    is_table = isinstance(element, sa.FromClause) and not isinstance(element, sa.ColumnElement)
    return element if of_a_table or is_table else None


class Rows:
    """The rows of one entity, read with exactly the columns in ``names``; ``bind`` ties a condition to them.

    A key is compared as text, but grouped and tested for null as the database has it, which is a good deal cheaper.
    """

    def __init__(self, source: EntitySource, names: Iterable[str]) -> None:
        wanted = [name for name in source.columns if name in set(names)] or list(source.columns)[:1]
        native = {name: source.native[name] for name in wanted if name in source.native}
        selectable = source.grouping if native and source.grouping is not None else source.selectable
        native = {} if selectable is source.selectable else native
        self.source = source
        self.names = tuple(wanted)
        self.table = narrowed(selectable, [*wanted, *native.values()])
        self._columns: Mapping[str, sa.ColumnElement[Any]] = {name: self.table.c[name] for name in wanted}
        self._native = {name: self.table.c[label] for name, label in native.items()}

    def __getitem__(self, name: str) -> sa.ColumnElement[Any]:
        return self._columns[name]

    def native(self, name: str) -> sa.ColumnElement[Any]:
        """A key as the database has it, to group by; ``told`` is what to read of it."""
        return self._native.get(name, self._columns[name])

    def told(self, name: str) -> sa.ColumnElement[Any]:
        """The text of a key whose ``native`` is grouped by: only the database knows how it writes such a value."""
        native = self._native.get(name)
        return self._columns[name] if native is None else sa.cast(native, sa.Text())

    def bind(self, expression: T) -> T:
        """The expression with every bare column tied to these rows."""

        def replace(element: Any, **_: Any) -> Any:
            if _is_bare(element) and element.name in self._columns:
                return self._columns[element.name]
            return _stop(element) if (cheaper := self._null_test(element)) is None else cheaper

        return cast("T", visitors.replacement_traverse(expression, {}, replace))

    def _null_test(self, element: Any) -> sa.ColumnElement[Any] | None:
        """A test for null, or a count of what is not, on the native key instead of on its text."""
        if isinstance(element, sa.BinaryExpression) and isinstance(element.right, sa.Null):
            native = self._native_of(element.left)
            if native is not None:
                return native.is_(None) if element.operator is operators.is_ else native.is_not(None)
        if isinstance(element, functions.count) and element.clauses.clauses:
            native = self._native_of(element.clauses.clauses[0])
            return None if native is None else sa.func.count(native)
        return None

    def _native_of(self, element: Any) -> sa.ColumnElement[Any] | None:
        return self._native.get(element.name) if _is_bare(element) else None


def owner_of(key: Any) -> str | None:
    """Whose a record is, as a query gives it; some CRMs write nothing instead of NULL for nobody."""
    return str(key) if key is not None and str(key).strip() else None


def count_where(condition: Condition | None, dialect: str) -> sa.ColumnElement[int]:
    """How many rows meet the condition; FILTER where the database has it, which it computes faster."""
    if condition is None:
        return sa.func.count()
    if dialect in ("postgresql", "sqlite"):
        return sa.func.count().filter(condition)
    return sa.func.count(sa.case((condition, 1)))


def sum_where(column: sa.ColumnElement[Any], condition: Condition | None, dialect: str) -> sa.ColumnElement[Any]:
    """The sum of a column over the rows that meet the condition."""
    if condition is None:
        return sa.func.sum(column)
    if dialect in ("postgresql", "sqlite"):
        return sa.func.sum(column).filter(condition)
    return sa.func.sum(sa.case((condition, column)))
