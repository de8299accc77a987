"""References that must lead somewhere: an account key that names an account that exists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from monitor.crm.narrow import narrowed
from monitor.crm.vocabulary import ENTITIES
from monitor.quality.conditions import column
from monitor.quality.rules.arguments import COLUMN, MOSTLY, object_schema
from monitor.quality.rules.base import NotMapped, RuleContext
from monitor.quality.rules.filled import is_blank
from monitor.quality.rules.lookup import lookup

HASHES_ANY = ("sqlite", "mysql", "mariadb")
"""These keep the keys of a ``NOT IN (SELECT ...)`` in a table of their own, however many there are."""

FEW = 50_000
"""Up to this many keys PostgreSQL does so too, with the memory it has by default."""

NAMEABLE = 500
"""Up to this many broken keys are handed to the scan as values."""


class ExistIn:
    """A value fails when no record of ``entity`` has it as its key; nothing there (NULL, blank) is not counted."""

    type = "expect_column_values_to_exist_in"
    schema = object_schema(
        "Every reference names a record that exists",
        ("column", "entity"),
        column=COLUMN,
        entity={"type": "string", "enum": sorted(ENTITIES), "description": "the entity whose key it must be"},
        mostly=MOSTLY,
    )

    def columns(self, kwargs: Mapping[str, Any]) -> frozenset[str]:
        return frozenset({kwargs["column"]})

    def applies(self, kwargs: Mapping[str, Any], context: RuleContext) -> sa.ColumnElement[bool] | None:
        return sa.not_(is_blank(kwargs["column"], context))

    def unexpected(self, kwargs: Mapping[str, Any], context: RuleContext) -> sa.ColumnElement[bool]:
        """Raises NotMapped when the CRM's map has no such entity."""
        if kwargs["entity"] not in context.sources:
            raise NotMapped(f"not mapped: {kwargs['entity']}")
        child = column(kwargs["column"], context.source)
        # Looking back, what was entered since is no gap: an older record may well refer to it by now.
        entity = context.sources[kwargs["entity"]]
        parents = narrowed(entity.whole if entity.whole is not None else entity.selectable, ["key"]).alias("referenced")
        keys = sa.select(parents.c.key).where(parents.c.key.is_not(None))
        with lookup(context) as connection:
            if _fits(connection, parents):
                return child.not_in(keys)
            broken = _broken(kwargs["column"], context, parents)
            found = list(connection.execute(broken.limit(NAMEABLE + 1)).scalars())
        # Of a large entity the keys would be searched anew for every row: one anti-join first is far cheaper.
        return child.in_(found) if len(found) <= NAMEABLE else child.in_(broken)


def _fits(connection: sa.Connection, parents: sa.FromClause) -> bool:
    """Whether the database keeps the keys in one table of its own, built once a scan."""
    if connection.dialect.name in HASHES_ANY:
        return True
    some = sa.select(sa.literal(1)).select_from(parents).limit(FEW + 1).subquery()
    return connection.execute(sa.select(sa.func.count()).select_from(some)).scalar_one() <= FEW


def _broken(name: str, context: RuleContext, parents: sa.FromClause) -> sa.Select[Any]:
    child = narrowed(context.source.selectable, [name]).alias("referring").c[name]
    missing = sa.not_(sa.exists().where(parents.c.key == child))
    return sa.select(child).where(child.is_not(None), missing).distinct()
