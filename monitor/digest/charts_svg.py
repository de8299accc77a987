"""Charts as inline SVG. Colours come from the page's style, so that one drawing serves light, dark and print."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from monitor.digest.charts import Chart, Point, Row, stretches

_WIDTH, _HEIGHT = 320, 124
_LEFT, _RIGHT, _TOP, _BOTTOM = 42, 8, 10, 20
_SPARK_WIDTH, _SPARK_HEIGHT, _SPARK_EDGE = 120, 30, 4


def panel(chart: Chart, row: Row) -> Markup:
    """One row of a line chart with its axes, 320 x 124 units; it grows with the page."""
    right, base = _WIDTH - _RIGHT, _HEIGHT - _BOTTOM
    parts = [
        Markup('<svg class="panel" viewBox="0 0 {} {}" role="img" aria-label="{}">').format(
            _WIDTH, _HEIGHT, f"{row.name}: " + ", ".join(row.texts)
        ),
        _rule("grid", _LEFT, right, _TOP),
        _rule("axis", _LEFT, right, base),
        _label(_LEFT - 5, _TOP + 4, chart.top_text, "end"),
        _label(_LEFT - 5, base + 4, chart.zero_text, "end"),
        _label(_LEFT, _HEIGHT - 4, chart.weeks[0], "start"),
        _label(right, _HEIGHT - 4, chart.weeks[-1], "end"),
    ]
    if chart.goal is not None:
        y = _y(chart.goal, chart.top, _TOP, base)
        parts.append(_rule("goal", _LEFT, right, y))
    parts.append(_line(_points(row.values, chart.top, (_LEFT, right), (_TOP, base)), base))
    return Markup("").join([*parts, Markup("</svg>")])


def spark(
    values: Sequence[float | None], label: str, *, goal: float | None = None, scale: tuple[float, float] | None = None
) -> Markup:
    """A line without axes, on a scale of its own unless one is given; nothing where fewer than two weeks are known."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return Markup("")
    within = [*known, *([] if goal is None else [goal]), *(scale or ())]
    low, high = min(within), max(within)
    # A flat line lies in the middle instead of at the bottom.
    low, high = (low, high) if high > low else (low - 1, high + 1)
    edges = (_SPARK_EDGE, _SPARK_WIDTH - _SPARK_EDGE), (_SPARK_EDGE, _SPARK_HEIGHT - _SPARK_EDGE)
    moved = [None if value is None else value - low for value in values]
    parts = [
        Markup('<svg class="spark" viewBox="0 0 {} {}" role="img" aria-label="{}">').format(
            _SPARK_WIDTH, _SPARK_HEIGHT, label
        )
    ]
    if goal is not None:
        parts.append(_rule("goal", 0, _SPARK_WIDTH, _y(goal - low, high - low, *edges[1])))
    parts.append(_line(_points(moved, high - low, *edges)))
    return Markup("").join([*parts, Markup("</svg>")])


def _points(
    values: Sequence[float | None], top: float, across: tuple[float, float], down: tuple[float, float]
) -> list[Point | None]:
    step = (across[1] - across[0]) / max(len(values) - 1, 1)
    return [
        None if value is None else (across[0] + step * number, _y(value, top, *down))
        for number, value in enumerate(values)
    ]


def _y(value: float, top: float, ceiling: float, base: float) -> float:
    return base - (base - ceiling) * min(max(value / top, 0), 1)


def _line(points: Sequence[Point | None], base: float | None = None) -> Markup:
    """The stretches between gaps; a dot for a week alone between two gaps, and for the newest."""
    parts = []
    for stretch in stretches(points):
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in stretch)
        if len(stretch) == 1:
            parts.append(_dot(stretch[0]))
        else:
            if base is not None:
                shape = f"{stretch[0][0]:.1f},{base} {path} {stretch[-1][0]:.1f},{base}"
                parts.append(Markup('<polygon class="area" points="{}"/>').format(shape))
            parts.append(Markup('<polyline class="line" points="{}"/>').format(path))
    if points and points[-1] is not None:
        parts.append(_dot(points[-1]))
    return Markup("").join(parts)


def _dot(point: Point) -> Markup:
    return Markup('<circle class="dot" cx="{:.1f}" cy="{:.1f}" r="3"/>').format(*point)


def _rule(kind: str, left: float, right: float, y: float) -> Markup:
    return Markup('<line class="{}" x1="{}" x2="{}" y1="{:.1f}" y2="{:.1f}"/>').format(kind, left, right, y, y)


def _label(x: float, y: float, text: str, anchor: str) -> Markup:
    return Markup('<text x="{}" y="{:.1f}" text-anchor="{}">{}</text>').format(x, y, anchor, text)
