"""Columns that must hold something: blanks count as missing, as they do for the person who reads the record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from monitor.crm.vocabulary import Kind
from monitor.quality.conditions import column
from monitor.quality.rules.arguments import COLUMN, MOSTLY, object_schema
from monitor.quality.rules.base import RuleContext
from monitor.quality.rules.lookup import looked_up

MANAGER = ("users", "manager_key")


def is_blank(name: str, context: RuleContext) -> sa.ColumnElement[bool]:
    """NULL, or a text of nothing but spaces."""
    clause = column(name, context.source)
    if context.source.columns[name].kind in (Kind.TEXT, Kind.KEY):
        return sa.or_(clause.is_(None), sa.func.trim(clause, type_=sa.String()) == "")
    return clause.is_(None)


class Filled:
    """A value fails when it is NULL or, in a text, empty or only spaces.

    A user's manager is there, too, where the project itself names one: many a CRM cannot.
    """

    type = "expect_column_values_to_be_filled"
    schema = object_schema(
        "Every value is there: not NULL, not empty, not only spaces", ("column",), column=COLUMN, mostly=MOSTLY
    )

    def columns(self, kwargs: Mapping[str, Any]) -> frozenset[str]:
        return frozenset({kwargs["column"]})

    def unexpected(self, kwargs: Mapping[str, Any], context: RuleContext) -> sa.ColumnElement[bool]:
        blank = is_blank(kwargs["column"], context)
        if (context.source.entity, kwargs["column"]) != MANAGER or not context.source.has("key"):
            return blank
        managed = sorted(context.managed())
        return sa.and_(blank, column("key", context.source).not_in(looked_up(managed))) if managed else blank

    def applies(self, kwargs: Mapping[str, Any], context: RuleContext) -> sa.ColumnElement[bool] | None:
        return None
