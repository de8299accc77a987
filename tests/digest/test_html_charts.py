"""Charts as data, as SVG and as PNG."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from monitor.digest.charts import Chart, ChartKind, Row, charts, stretches
from monitor.digest.charts_svg import panel, spark
from monitor.digest.png import MOST_PANELS, MOST_STRIPS, WIDTH, png
from monitor.language import language
from tests.digest import making
from tests.digest.page import Page

EN = language("en")
_values = st.lists(st.none() | st.floats(0, 1e6), min_size=12, max_size=12).map(tuple)


def _chart(kind: ChartKind, rows: int, name: str = "Nord") -> Chart:
    values = (*range(5), None, *range(6))
    texts = tuple("–" if value is None else str(value) for value in values)
    found = tuple(Row(f"{name} {number}", values, texts) for number in range(rows))
    return Chart("x", kind, "Title", "Text", tuple(str(week) for week in range(36, 48)), found, 5, "5", "0")


def test_a_manager_with_a_mandate_has_three_charts_and_one_without_has_no_people() -> None:
    assert [chart.id for chart in charts(making.manager(), EN)] == ["activity", "people", "completeness"]
    assert [chart.id for chart in charts(making.manager(named=False), EN)] == ["activity", "completeness"]
    assert [chart.id for chart in charts(making.own(), EN)] == ["activity"]
    assert not charts(making.empty(), EN)


def test_a_chart_describes_itself_in_words_for_those_who_do_not_see_it() -> None:
    activity, people, completeness = charts(making.manager(), language("nb"))
    assert activity.text.startswith(
        "Aktive dager per person og uke, etter team, uke 36 til uke 47. Denmark East: fra 3,9 til 4,1."
    )
    assert people.text.endswith("Og 4 til.")
    assert "fra 82\u00a0% til 91\u00a0%" in completeness.text


def test_a_short_history_stands_at_the_newest_weeks() -> None:
    team = replace(making.teams()[0], line=(2.0, 3.0))
    chart = charts(replace(making.manager(), team_rows=(team,)), EN)[0]
    assert chart.rows[0].values == (*(None,) * 10, 2.0, 3.0)


def test_a_line_breaks_where_a_week_is_not_available() -> None:
    points = [None, (1.0, 1.0), (2.0, 1.0), None, (4.0, 1.0)]
    assert stretches(points) == [[(1.0, 1.0), (2.0, 1.0)], [(4.0, 1.0)]]
    assert stretches([None, None]) == []
    row = _chart(ChartKind.LINES, 1).rows[0]
    assert str(panel(_chart(ChartKind.LINES, 1), row)).count("<polyline") == 2


def test_a_line_needs_two_weeks() -> None:
    assert spark((None, 1.0, None), "x") == ""
    assert spark((1.0, 1.0), "x") != ""


@given(_values, st.none() | st.floats(0, 1e6))
def test_no_line_leaves_its_picture(values: tuple[float | None, ...], goal: float | None) -> None:
    drawn = str(spark(values, "<b>", goal=goal))
    page = Page(drawn or "<p></p>")
    for line in page.all("polyline"):
        points = [tuple(map(float, pair.split(","))) for pair in line.attributes["points"].split()]
        assert all(0 <= x <= 120 and 0 <= y <= 30 for x, y in points)


def test_an_image_is_as_wide_as_slack_shows_it() -> None:
    for chart in charts(making.manager(), EN):
        with Image.open(BytesIO(png(chart))) as image:
            assert image.format == "PNG"
            assert image.size[0] == WIDTH


def test_an_image_holds_no_more_rows_than_can_be_read() -> None:
    def high(kind: ChartKind, rows: int) -> int:
        with Image.open(BytesIO(png(_chart(kind, rows)))) as image:
            return image.size[1]

    assert high(ChartKind.HEAT, MOST_STRIPS) == high(ChartKind.HEAT, MOST_STRIPS + 60)
    assert high(ChartKind.LINES, MOST_PANELS) == high(ChartKind.LINES, MOST_PANELS + 60)
    assert high(ChartKind.HEAT, 2) < high(ChartKind.HEAT, 3)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(["$x_1$", "\\alpha", "a" * 300, "Ærø Å", "%s {x}"]), st.sampled_from(ChartKind))
def test_any_name_can_be_drawn(name: str, kind: ChartKind) -> None:
    assert png(_chart(kind, 2, name)).startswith(b"\x89PNG")


def test_one_chart_gives_one_image() -> None:
    chart = charts(making.manager(), EN)[0]
    assert png(chart) == png(chart)
