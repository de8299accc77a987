"""Values that no two records may share, however they are written: Anna@Firma.dk and anna@firma.dk are one address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from monitor.quality.rules.arguments import COLUMN, MOSTLY, object_schema
from monitor.quality.rules.base import RuleContext
from monitor.quality.rules.filled import is_blank


class UniqueAsRead:
    """A record fails when another has the same value but for case, spaces around it and the characters in ``ignore``.

    Blank is not counted. Great Expectations' own type compares letter by letter, as the database does.
    """

    type = "expect_column_values_to_be_unique_ignoring_case"
    schema = object_schema(
        "No two records share a value, whatever its case and the spaces around it",
        ("column",),
        column=COLUMN,
        ignore={
            "type": "array",
            "items": {"type": "string", "minLength": 1, "maxLength": 9},
            "maxItems": 9,
            "description": "characters that do not count either, such as the dots and dashes of a number",
        },
        mostly=MOSTLY,
    )

    def columns(self, kwargs: Mapping[str, Any]) -> frozenset[str]:
        return frozenset({kwargs["column"]})

    def applies(self, kwargs: Mapping[str, Any], context: RuleContext) -> sa.ColumnElement[bool] | None:
        return sa.not_(is_blank(kwargs["column"], context))

    def compared(self, kwargs: Mapping[str, Any], value: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
        for character in kwargs.get("ignore", ()):
            value = sa.func.replace(value, character, "", type_=sa.String())
        return sa.func.lower(sa.func.trim(value), type_=sa.String())
