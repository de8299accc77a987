"""Next steps that say what happens next: "follow up" alone says nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from monitor.quality.conditions import column
from monitor.quality.rules.arguments import COLUMN, MOSTLY, object_schema
from monitor.quality.rules.base import RuleContext
from monitor.quality.rules.filled import is_blank
from monitor.quality.rules.words import VAGUE_STEPS


class NextStepConcrete:
    """A next step fails when it is one of ``VAGUE_STEPS`` or ``also`` and nothing more. A blank is not counted."""

    type = "expect_next_step_to_be_concrete"
    schema = object_schema(
        "A next step names what will be done",
        column={**COLUMN, "default": "next_step"},
        also={"type": "array", "items": {"type": "string"}, "description": "further words that say nothing alone"},
        mostly=MOSTLY,
    )

    def columns(self, kwargs: Mapping[str, Any]) -> frozenset[str]:
        return frozenset({_name(kwargs)})

    def applies(self, kwargs: Mapping[str, Any], context: RuleContext) -> sa.ColumnElement[bool] | None:
        return sa.not_(is_blank(_name(kwargs), context))

    def unexpected(self, kwargs: Mapping[str, Any], context: RuleContext) -> sa.ColumnElement[bool]:
        text: sa.ColumnElement[Any] = column(_name(kwargs), context.source)
        for mark in (".", "!"):
            text = sa.func.replace(text, mark, "", type_=sa.String())
        plain = sa.func.lower(sa.func.trim(text), type_=sa.String())
        also = {str(word).strip().lower() for word in kwargs.get("also", ())}
        return plain.in_(sorted(VAGUE_STEPS | also | {""}))


def _name(kwargs: Mapping[str, Any]) -> str:
    return str(kwargs.get("column", "next_step"))
