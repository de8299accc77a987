"""Charts as PNG images, for Slack and e-mail, which do not draw SVG. Light, on white."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from monitor.digest.charts import Chart, ChartKind, Row

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, MUTED, RULE, ACCENT, AREA, GOAL = "#1d2733", "#56616e", "#d9dee3", "#0b6475", "#dcecef", "#8a5a00"
SHADES = ("#f1f3f5", "#d3e6ea", "#a3cdd6", "#64a8b6", "#2a7d8e", "#0b5665")
MOST_PANELS, MOST_STRIPS = 24, 40
"""More rows than these are unreadable in an image; the page has them all."""
_DPI, _WIDTH = 144, 6.8  # inches: 980 pixels, what Slack shows without shrinking


def png(chart: Chart) -> bytes:
    """The chart as an image, 980 pixels wide. ``chart.text`` is its alternative text."""
    # Costs 0.3 s and is needed only where images go out.
    from matplotlib import rc_context

    with rc_context({"font.family": "DejaVu Sans", "font.size": 8, "text.parse_math": False, "text.color": INK}):
        figure = _heat(chart) if chart.kind is ChartKind.HEAT else _lines(chart)
        out = BytesIO()
        figure.savefig(out, format="png", metadata={"Software": None})
    return out.getvalue()


def _figure(chart: Chart, height: float) -> Figure:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(_WIDTH, height), dpi=_DPI, facecolor="white", layout="constrained")
    figure.suptitle(chart.title, x=0.01, ha="left", fontsize=10, fontweight="bold")
    return figure


def _lines(chart: Chart) -> Figure:
    rows = chart.rows[:MOST_PANELS]
    across = min(len(rows), 3)
    down = -(-len(rows) // across)
    figure = _figure(chart, 0.45 + (1.15 if down > 1 else 1.6) * down)
    axes = list(figure.subplots(down, across, squeeze=False).flat)
    for number, (axis, row) in enumerate(zip(axes, rows, strict=False)):
        _panel(axis, chart, row, first=number % across == 0, named=len(chart.rows) > 1)
    for axis in axes[len(rows) :]:
        axis.set_axis_off()
    return figure


def _panel(axis: Axes, chart: Chart, row: Row, *, first: bool, named: bool) -> None:
    weeks = range(len(chart.weeks))
    values = [float("nan") if value is None else value for value in row.values]
    axis.fill_between(weeks, values, color=AREA, linewidth=0)
    axis.plot(weeks, values, color=ACCENT, linewidth=1.6, marker="o", markersize=2.5)
    if row.values[-1] is not None:
        axis.plot([weeks[-1]], [row.values[-1]], color=ACCENT, marker="o", markersize=5)
    if chart.goal is not None:
        axis.axhline(chart.goal, color=GOAL, linewidth=1, linestyle=(0, (4, 3)))
        axis.text(0, chart.goal, chart.goal_text, color=GOAL, fontsize=7, va="top")
    axis.set_ylim(0, chart.top * 1.06)
    axis.set_xlim(-0.4, len(chart.weeks) - 0.6)
    axis.set_yticks([0, chart.top], [chart.zero_text, chart.top_text] if first else ["", ""])
    every = range(len(chart.weeks)) if len(chart.rows) == 1 else (0, len(chart.weeks) - 1)
    axis.set_xticks(list(every), [chart.weeks[number] for number in every])
    axis.set_title(f"{_short(row.name)}  {row.now}" if named else row.now, loc="left", fontsize=8)
    _quiet(axis)


def _heat(chart: Chart) -> Figure:
    from matplotlib.colors import BoundaryNorm, ListedColormap

    rows = chart.rows[:MOST_STRIPS]
    figure = _figure(chart, 0.75 + 0.22 * len(rows))
    axis = figure.subplots()
    cells = [[float("nan") if value is None else min(value, chart.top) for value in row.values] for row in rows]
    bounds = [-0.5 + number for number in range(len(SHADES) + 1)]
    axis.pcolormesh(
        cells, cmap=ListedColormap(SHADES), norm=BoundaryNorm(bounds, len(SHADES)), edgecolors="white", linewidth=1.5
    )
    for y, row in enumerate(rows):
        for x, (value, text) in enumerate(zip(row.values, row.texts, strict=True)):
            dark = value is not None and value > 3.5
            axis.text(
                x + 0.5, y + 0.5, "–" if value is None else text, ha="center", va="center", fontsize=7,
                color="white" if dark else INK,
            )  # fmt: skip
    axis.set_yticks([number + 0.5 for number in range(len(rows))], [_short(row.name) for row in rows])
    axis.set_xticks([number + 0.5 for number in range(len(chart.weeks))], chart.weeks)
    axis.invert_yaxis()
    axis.xaxis.tick_top()
    _quiet(axis)
    axis.spines["bottom"].set_visible(False)
    return figure


def _quiet(axis: Axes) -> None:
    for side in ("top", "right", "left"):
        axis.spines[side].set_visible(False)
    axis.spines["bottom"].set_color(RULE)
    axis.tick_params(length=0, labelsize=7, labelcolor=MUTED)


def _short(name: str, most: int = 26) -> str:
    return name if len(name) <= most else name[: most - 1] + "…"
