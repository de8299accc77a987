"""The JSON schemas of our rules' arguments, in the form in which Great Expectations ships its own."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

COLUMN: dict[str, Any] = {"type": "string", "minLength": 1, "format": "column", "description": "a canonical column"}
COLUMNS: dict[str, Any] = {"type": "array", "items": COLUMN, "minItems": 1, "uniqueItems": True}
MOSTLY: dict[str, Any] = {
    "type": "number",
    "minimum": 0,
    "maximum": 1,
    "description": "the share of rows that must pass; warn and fail limits say it better",
}


def object_schema(description: str, required: tuple[str, ...] = (), **properties: Any) -> Mapping[str, Any]:
    """A closed object of ``properties``, of which ``required`` must be given."""
    return {
        "type": "object",
        "description": description,
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def share(text: str | float) -> float:
    """``"20%"`` or ``0.2`` as a share from 0."""
    if isinstance(text, str):
        return float(Decimal(text.strip().removesuffix("%").strip()) / 100)
    return float(text)


SHARE: dict[str, Any] = {
    "anyOf": [
        {"type": "string", "pattern": r"^\s*[0-9]+(\.[0-9]+)?\s*%\s*$"},
        {"type": "number", "minimum": 0, "maximum": 1},
    ],
    "description": 'a share such as "20%" or 0.2',
}
