"""Rows that must satisfy a condition of the user's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from monitor.quality.conditions import compile_condition, parse
from monitor.quality.rules.arguments import MOSTLY, object_schema
from monitor.quality.rules.base import RuleContext


class RowsSatisfy:
    """A row fails when the condition is false for it, and also when it cannot be told (a NULL in it).

    With ``ignore_null: true`` a row for which it cannot be told is not counted at all.
    """

    type = "expect_rows_to_satisfy"
    schema = object_schema(
        "Every row meets a condition over canonical columns",
        ("condition",),
        condition={"type": "string", "minLength": 1, "description": "a SQL condition, e.g. amount > 0"},
        ignore_null={"type": "boolean", "default": False, "description": "leave out rows where it cannot be told"},
        mostly=MOSTLY,
    )

    def columns(self, kwargs: Mapping[str, Any]) -> frozenset[str]:
        """Raises ConditionError when the condition cannot be read."""
        return parse(str(kwargs["condition"])).columns

    def unexpected(self, kwargs: Mapping[str, Any], context: RuleContext) -> sa.ColumnElement[bool]:
        condition = self._condition(kwargs, context)
        if kwargs.get("ignore_null"):
            return ~condition
        return sa.func.coalesce(condition, sa.false(), type_=sa.Boolean()) == sa.false()

    def applies(self, kwargs: Mapping[str, Any], context: RuleContext) -> sa.ColumnElement[bool] | None:
        if not kwargs.get("ignore_null"):
            return None
        known: sa.ColumnElement[bool] = self._condition(kwargs, context).self_group().is_not(sa.null())
        return known

    def _condition(self, kwargs: Mapping[str, Any], context: RuleContext) -> sa.ColumnElement[bool]:
        condition = parse(str(kwargs["condition"]), context.source.columns)
        return compile_condition(condition, context.moments, context.source)
