"""Charts as PNG images, for Slack and e-mail, which do not draw SVG. Light, on white.

Drawn straight onto matplotlib's canvas: axes and layout engines cost ten times as much, and many charts go out at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING

from monitor.digest.charts import Chart, ChartKind, Point, Row, stretches

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.font_manager import FontProperties
    from matplotlib.path import Path

INK, MUTED, RULE, ACCENT, AREA, GOAL = "#1d2733", "#56616e", "#d9dee3", "#0b6475", "#dcecef", "#8a5a00"
SHADES = ("#f1f3f5", "#d3e6ea", "#a3cdd6", "#64a8b6", "#1f7182", "#0b5665")
WHITE_FROM = 4  # on shades from here on, numbers are white
MOST_PANELS, MOST_STRIPS = 24, 40
"""More rows than these are unreadable in an image; the page has them all."""
WIDTH = 980  # pixels: what Slack shows without shrinking
_DPI = 144
_HEAD, _EDGE = 56, 20


def png(chart: Chart) -> bytes:
    """The chart as an image, 980 pixels wide. ``chart.text`` is its alternative text."""
    drawing = _strips(chart) if chart.kind is ChartKind.HEAT else _panels(chart)
    drawing.text((_EDGE, 34), chart.title, size=10, bold=True)
    return drawing.bytes()


class _Drawing:
    """A canvas in pixels, from the upper left corner."""

    def __init__(self, height: int) -> None:
        # Costs 0.3 s and is needed only where images go out.
        from matplotlib.figure import Figure
        from matplotlib.transforms import IdentityTransform

        self._height = height
        self._figure = Figure(figsize=(WIDTH / _DPI, height / _DPI), dpi=_DPI, facecolor="white")
        self._pixels = IdentityTransform()

    def bytes(self) -> bytes:
        out = BytesIO()
        self._figure.savefig(out, format="png", dpi=_DPI, metadata={"Software": None})
        return out.getvalue()

    def text(
        self, at: Point, text: str, *, size: float = 7, color: str = INK, align: str = "left", bold: bool = False
    ) -> None:
        """``at`` is on the base line."""
        from matplotlib.text import Text

        x, y = self._up([at])[0]
        self._add(
            Text(
                x, y, text, color=color, fontproperties=_font(size, bold=bold), ha=align, va="baseline",
                parse_math=False,
            )
        )  # fmt: skip

    def line(self, points: Sequence[Point], color: str, *, width: float = 1, dashed: bool = False) -> None:
        from matplotlib.lines import Line2D

        xs, ys = zip(*self._up(points), strict=True)
        self._add(
            Line2D(xs, ys, color=color, linewidth=width, linestyle="--" if dashed else "-", solid_capstyle="round")
        )

    def shape(self, points: Sequence[Point], color: str) -> None:
        from matplotlib.patches import Polygon

        self._add(Polygon(self._up(points), closed=True, facecolor=color, edgecolor="none"))

    def dot(self, at: Point, radius: float) -> None:
        from matplotlib.patches import Circle

        self._add(Circle(self._up([at])[0], radius, facecolor=ACCENT, edgecolor="none"))

    def stamp(self, path: Path, at: Sequence[Point], color: str) -> None:
        """One shape in many places: much quicker than as many shapes."""
        from matplotlib.collections import PathCollection

        places = PathCollection(
            [path], offsets=self._up(at), offset_transform=self._pixels, facecolors=[color], linewidths=0
        )
        places.set_transform(self._pixels)
        places.set_snap(False)  # else a dash, thinner than a pixel, vanishes
        self._figure.add_artist(places)

    def _add(self, artist: Artist) -> None:
        artist.set_transform(self._pixels)
        self._figure.add_artist(artist)

    def _up(self, points: Sequence[Point]) -> list[Point]:
        return [(x, self._height - y) for x, y in points]


def _panels(chart: Chart) -> _Drawing:
    rows = chart.rows[:MOST_PANELS]
    across = min(len(rows), 3)
    each = (WIDTH - _EDGE) / across
    height = 170 if across > 1 else 230
    drawing = _Drawing(_HEAD + height * -(-len(rows) // across) + 10)
    for number, row in enumerate(rows):
        left, top = (number % across) * each, _HEAD + (number // across) * height
        _panel(drawing, chart, row, (left + 68, top + 34), (left + each - 12, top + height - 34))
    return drawing


def _panel(drawing: _Drawing, chart: Chart, row: Row, upper: Point, lower: Point) -> None:
    (left, top), (right, base) = upper, lower
    name = f"{_short(row.name)}  {row.now}" if len(chart.rows) > 1 else row.now
    drawing.text((left, top - 14), name, size=7.5)
    drawing.line([(left, top), (right, top)], RULE)
    drawing.text((left - 8, top + 5), chart.top_text, color=MUTED, align="right")
    drawing.text((left - 8, base + 5), chart.zero_text, color=MUTED, align="right")
    step = (right - left) / max(len(row.values) - 1, 1)
    points = [
        None if value is None else (left + number * step, base - (base - top) * min(max(value / chart.top, 0), 1))
        for number, value in enumerate(row.values)
    ]
    for stretch in stretches(points):
        drawing.shape([(stretch[0][0], base), *stretch, (stretch[-1][0], base)], AREA)
        drawing.line(stretch, ACCENT, width=1.6)
        if len(stretch) == 1:
            drawing.dot(stretch[0], 4)
    if chart.goal is not None:
        y = base - (base - top) * chart.goal / chart.top
        drawing.line([(left, y), (right, y)], GOAL, dashed=True)
        drawing.text((right, top - 14), f"- -  {chart.goal_text}", color=GOAL, align="right")
    if points and (last := points[-1]) is not None:
        drawing.dot(last, 6)
    drawing.line([(left, base), (right, base)], MUTED, width=0.8)
    shown = range(len(chart.weeks)) if len(chart.rows) == 1 else (0, len(chart.weeks) - 1)
    for number in shown:
        drawing.text((left + number * step, base + 20), chart.weeks[number], color=MUTED, align="center")


def _strips(chart: Chart) -> _Drawing:
    rows = chart.rows[:MOST_STRIPS]
    left, high = 230, 34
    wide = (WIDTH - _EDGE - left) / max(len(chart.weeks), 1)
    drawing = _Drawing(_HEAD + 30 + high * len(rows) + 14)
    for number, week in enumerate(chart.weeks):
        drawing.text((left + (number + 0.5) * wide, _HEAD + 16), week, color=MUTED, align="center")
    cells: dict[int, list[Point]] = defaultdict(list)
    texts: dict[tuple[str, str], list[Point]] = defaultdict(list)
    for y, row in enumerate(rows):
        top = _HEAD + 28 + y * high
        drawing.text((left - 12, top + high / 2 + 5), _short(row.name), size=7.5, align="right")
        for x, (value, text) in enumerate(zip(row.values, row.texts, strict=True)):
            shade = None if value is None else min(max(round(value), 0), len(SHADES) - 1)
            middle = (left + (x + 0.5) * wide, top + high / 2)
            if shade is not None:
                cells[shade].append(middle)
            color = MUTED if shade is None else "white" if shade >= WHITE_FROM else INK
            texts["–" if shade is None else text, color].append(middle)
    for shade, places in cells.items():
        drawing.stamp(_box(wide - 3, high - 3), places, SHADES[shade])
    for (text, color), places in texts.items():
        drawing.stamp(_written(text), places, color)
    return drawing


def _box(width: float, height: float) -> Path:
    from matplotlib.path import Path

    x, y = width / 2, height / 2
    return Path([(-x, -y), (x, -y), (x, y), (-x, y), (-x, -y)], closed=True)


def _written(text: str) -> Path:
    """A text as a shape around the origin."""
    from matplotlib.textpath import TextPath
    from matplotlib.transforms import Affine2D

    path = TextPath((0, 0), text, size=7 * _DPI / 72, prop=_font(7))
    box = path.get_extents()
    return Affine2D().translate(-(box.x0 + box.x1) / 2, -(box.y0 + box.y1) / 2).transform_path(path)


@cache
def _font(size: float, *, bold: bool = False) -> FontProperties:
    """The font that comes with matplotlib, whatever the machine has: every machine draws the same."""
    from matplotlib import get_data_path
    from matplotlib.font_manager import FontProperties

    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return FontProperties(fname=f"{get_data_path()}/fonts/ttf/{name}", size=size)


def _short(name: str, most: int = 26) -> str:
    return name if len(name) <= most else name[: most - 1] + "…"
