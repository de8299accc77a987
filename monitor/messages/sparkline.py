"""A row of small bars: how a figure moved, in the space of a few letters."""

from __future__ import annotations

from collections.abc import Sequence

BARS = "▁▂▃▄▅▆▇█"


def sparkline(values: Sequence[int]) -> str:
    """One bar per value, the lowest at zero and the highest at the largest; nothing for less than two values."""
    most = max(values, default=0)
    if len(values) < 2:
        return ""
    return "".join(BARS[0] if most <= 0 else BARS[round(max(value, 0) / most * (len(BARS) - 1))] for value in values)
