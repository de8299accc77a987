"""A small CRM of canonical tables for tests: rows in, entity sources and rule contexts out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from monitor.crm.source import Directory, EntitySource, Person
from monitor.crm.vocabulary import ENTITIES, Column, Kind
from monitor.quality.moments import Moments
from monitor.quality.rules import REGISTRY
from monitor.quality.rules.base import RuleContext, SetRule, SqlRule, ValueRule

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)  # a Friday
COPENHAGEN = ZoneInfo("Europe/Copenhagen")
TYPES: dict[Kind, Any] = {
    Kind.KEY: sa.String(60),
    Kind.TEXT: sa.String(200),
    Kind.INTEGER: sa.Integer(),
    Kind.DECIMAL: sa.Numeric(14, 2, asdecimal=False),
    Kind.BOOLEAN: sa.Boolean(),
    Kind.DATE: sa.Date(),
    Kind.DATETIME: sa.DateTime(),
}


@dataclass
class World:
    """One database with a table per entity, holding only the columns that its rows name."""

    engine: sa.Engine
    sources: dict[str, EntitySource] = field(default_factory=dict)
    directory: Directory = field(default_factory=Directory)
    country: str = "DK"
    extra: Mapping[str, Column] = field(default_factory=dict)

    def add(self, entity: str, rows: Sequence[Mapping[str, Any]], columns: Sequence[str] = ()) -> EntitySource:
        """Makes the entity's table and fills it; keys are 1, 2, 3 where the rows give none."""
        known = {**ENTITIES[entity].columns, **self.extra}
        keyed = "key" in known
        full = [{"key": str(number), **row} if keyed else {**row} for number, row in enumerate(rows, 1)]
        names = list(dict.fromkeys([*columns, *(name for row in full for name in row)]))
        table = sa.Table(entity, sa.MetaData(), *(sa.Column(name, TYPES[known[name].kind]) for name in names))
        table.create(self.engine)
        if full:
            with self.engine.begin() as connection:
                connection.execute(table.insert(), [{name: row.get(name) for name in names} for row in full])
        self.sources[entity] = EntitySource(
            entity,
            sa.select(table).subquery(entity),
            {name: known[name] for name in names},
            ZoneInfo("UTC"),
        )
        return self.sources[entity]

    def context(self, entity: str) -> RuleContext:
        return RuleContext(
            source=self.sources[entity],
            sources=self.sources,
            directory=self.directory,
            moments=Moments(NOW, COPENHAGEN),
            now=NOW,
            country=self.country,
            connect=self.connect,
        )

    @contextmanager
    def connect(self) -> Iterator[sa.Connection]:
        with self.engine.connect() as connection:
            yield connection

    def where(self, entity: str, condition: sa.ColumnElement[bool]) -> set[str]:
        """The keys of the rows for which the condition is true."""
        query: sa.Select[Any] = (
            sa.select(sa.column("key")).select_from(self.sources[entity].selectable).where(condition)
        )
        with self.engine.connect() as connection:
            return set(connection.execute(query).scalars())

    def failing(self, rule_type: str, entity: str, /, **kwargs: Any) -> set[str]:
        """The keys of the rows that fail a rule, each kind of rule asked in its own way."""
        rule, context = REGISTRY[rule_type], self.context(entity)
        if isinstance(rule, SqlRule):
            unexpected, applies = rule.unexpected(kwargs, context), rule.applies(kwargs, context)
            return self.where(entity, unexpected if applies is None else sa.and_(applies, unexpected))
        if isinstance(rule, ValueRule):
            columns, judge = rule.value_columns(kwargs, context.source), rule.judge(kwargs, context)
            return {key for key, *values in self._read(entity, "key", *columns) if judge(tuple(values))}
        assert isinstance(rule, SetRule)
        columns, bad_values = rule.value_columns(kwargs, context.source), rule.bad_values(kwargs, context)
        rows = sorted(self._read(entity, *columns), key=lambda row: str(row[0]))
        bad = {
            values
            for _, block in groupby(rows, key=lambda row: row[0])
            for values in bad_values(list(dict.fromkeys(block)))
        }
        return {key for key, *values in self._read(entity, "key", *columns) if tuple(values) in bad}

    def counted(self, rule_type: str, entity: str, /, **kwargs: Any) -> set[str]:
        """The keys of the rows that a rule is about."""
        rule, context = REGISTRY[rule_type], self.context(entity)
        if isinstance(rule, SqlRule):
            applies = rule.applies(kwargs, context)
            return self.where(entity, sa.true() if applies is None else applies)
        assert isinstance(rule, ValueRule)
        columns, judge = rule.value_columns(kwargs, context.source), rule.judge(kwargs, context)
        return {key for key, *values in self._read(entity, "key", *columns) if judge(tuple(values)) is not None}

    def _read(self, entity: str, *columns: str) -> list[tuple[Any, ...]]:
        selectable = self.sources[entity].selectable
        with self.engine.connect() as connection:
            rows = connection.execute(sa.select(*(selectable.c[name] for name in columns)))
            return [tuple(row) for row in rows]

    def unmap(self, entity: str, *columns: str) -> None:
        """Leaves columns out of the entity, as a map of a CRM that lacks them does."""
        source = self.sources[entity]
        kept = {name: column for name, column in source.columns.items() if name not in columns}
        selectable = sa.select(*(source.selectable.c[name] for name in kept)).subquery(entity)
        self.sources[entity] = replace(source, columns=kept, selectable=selectable)


def people(**active: bool) -> Directory:
    """A directory of users by key."""
    return Directory(people={key: Person(key, f"User {key}", active=still) for key, still in active.items()})


def money(text: str) -> Decimal:
    return Decimal(text)
