"""``anomaly`` under ``meta``: that a check is compared with its own history, and how."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from monitor.quality.anomaly import Direction
from monitor.quality.share import Share
from monitor.quality.usual import DEFAULTS, FAIL, Anomaly, Unit

_SPAN = re.compile(r"(?P<count>[0-9]{1,4})\s*(?P<unit>d|w)")
_LONGEST = 731


def parse_days(value: Any) -> Any:
    """``90d`` or ``13w`` as days. Raises ValueError, with the next step on its second line."""
    match = _SPAN.fullmatch(value.strip()) if isinstance(value, str) else None
    days = int(match["count"]) * (7 if match["unit"] == "w" else 1) if match else 0
    if value is None or 0 < days <= _LONGEST:
        return days or None
    raise ValueError("must be a number of days or weeks, up to two years\nwrite for example 90d or 13w")


Days = Annotated[
    int | None,
    BeforeValidator(parse_days),
    WithJsonSchema({"anyOf": [{"type": "string", "pattern": r"^[0-9]{1,4}\s*(d|w)$"}, {"type": "null"}]}),
]


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SmallestSaid(_Closed):
    """What is never news, however steady the figure was. A change must reach both."""

    share: Share = Field(None, description="of what is usual: 5% or 0.05; of failing rows, percentage points")
    count: Annotated[float, Field(ge=0)] | None = Field(None, description="in records, hours or entries")


class AnomalySaid(_Closed):
    """How a check is compared with its own history; what is left out depends on its kind of figure."""

    direction: Direction | None = Field(None, description="which way is bad: up, down or both")
    threshold: Annotated[float, Field(gt=0, le=100)] | None = Field(
        None, description="it warns so many spreads from the median"
    )
    fail_threshold: Annotated[float, Field(gt=0, le=100)] | None = Field(
        None, description=f"it fails so many spreads from the median; by default {FAIL:g} times the threshold"
    )
    min_history: Annotated[int, Field(ge=5, le=731)] | None = Field(
        None, description="days (of use by team, weeks) that it takes before anything is said"
    )
    window: Days = Field(None, description="how far back it looks: 90d or 13w")
    smallest: SmallestSaid = Field(
        default_factory=lambda: SmallestSaid.model_validate({}), description="the smallest change that is news"
    )
    seasonal: Literal["weekday", "none"] | None = Field(
        None, description="weekday: a Tuesday is compared with Tuesdays; none: all days with each other"
    )


def anomaly(said: bool | AnomalySaid) -> Anomaly | None:
    """The same as the rest of the program knows it; None where the check is not compared with its history."""
    if isinstance(said, bool):
        return Anomaly() if said else None
    return Anomaly(
        direction=said.direction,
        threshold=said.threshold,
        fail_threshold=said.fail_threshold,
        min_history=said.min_history,
        window=said.window,
        smallest_share=said.smallest.share,
        smallest_count=said.smallest.count,
        weekdays=None if said.seasonal is None else said.seasonal == "weekday",
    )


Wrong = tuple[tuple[str, ...], str, str]
"""The keys below ``anomaly`` that lead to what is wrong, what is wrong, and the next step."""


def contradictions(said: bool | AnomalySaid, unit: Unit) -> Iterator[Wrong]:
    """What fits each key by itself, and not together."""
    if isinstance(said, bool):
        return
    usual = DEFAULTS[unit]
    threshold = usual.threshold if said.threshold is None else said.threshold
    if said.fail_threshold is not None and said.fail_threshold < threshold:
        message = f"fail_threshold ({said.fail_threshold:g}) is below threshold ({threshold:g})"
        yield ("fail_threshold",), message, "it would fail before it warns; set both"
    step = 7 if unit is Unit.ENTRIES else 1
    least, window = said.min_history or usual.min_history, said.window or usual.window
    if least * step > window:
        key = "window" if said.window is not None else "min_history"
        message = f"a window of {window} days never holds the {least} {'weeks' if step == 7 else 'days'} that it takes"
        yield (key,), message, "make window longer, or min_history less"
