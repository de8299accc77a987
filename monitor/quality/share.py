"""A share of the rows as a file says it: ``5%`` or ``0.05``."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema

_PERCENT = re.compile(r"(?P<number>[0-9]+(?:\.[0-9]+)?)\s*%")
_HOW = "write 5% or 0.05"


def parse_share(value: Any) -> float | None:
    """``5%`` or ``0.05`` as a share from 0 to 1. Raises ValueError: not a share, or above the whole."""
    if value is None:
        return None
    percent = _PERCENT.fullmatch(value.strip()) if isinstance(value, str) else None
    if percent is not None:
        share = float(Decimal(percent["number"]) / 100)  # a float of 0.7 divided by 100 is less than 0.007
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        share = float(value) if -1 < value < 1_000 else math.inf  # a whole number may be too large for a float
    else:
        raise ValueError(f"must be a share of the rows\n{_HOW}")
    if not 0 <= share <= 1:
        hint = f"write {share:g}% if you mean {share:g} in a hundred" if 1 < share <= 100 else _HOW
        raise ValueError(f"must be a share between 0 and 1\n{hint}")
    return share


Share = Annotated[
    float | None,
    BeforeValidator(parse_share),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number", "minimum": 0, "maximum": 1},
                {"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)?\s*%$"},
                {"type": "null"},
            ]
        }
    ),
]
