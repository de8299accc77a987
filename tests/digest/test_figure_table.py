"""A table of figures: said once what is uncertain about several, and below it what cannot be told at all."""

from __future__ import annotations

from dataclasses import replace

from monitor.adoption.figure import Figure, FigureId, Unit
from monitor.digest.figure_table import FigureRow, figure_table
from monitor.digest.html import to_html
from monitor.language import language
from tests.digest import making
from tests.digest.page import Page
from tests.digest.parts import figure

A, B, C, D = (
    figure(FigureId.SEATS_ACTIVE, 0.5),
    figure(FigureId.LAG, 1.0, unit=Unit.DAYS),
    figure(FigureId.BREADTH, 0.0),
    figure(FigureId.ONBOARDED, None),
)
NOTES = {A.id: ["shared", "own"], B.id: ["shared"], C.id: [], D.id: ["shared", "nobody started"]}


def _notes(one: Figure) -> list[str]:
    return NOTES[one.id]


def test_what_is_said_of_several_is_a_footnote_and_what_is_said_of_one_stands_beside_it() -> None:
    table = figure_table([A, B, C, D], _notes)
    assert table.rows == (FigureRow(A, ("own",), (1,)), FigureRow(B, (), (1,)), FigureRow(C))
    assert table.footnotes == ("shared",)


def test_a_figure_without_a_value_is_below_with_its_reasons_and_one_of_0_is_not() -> None:
    table = figure_table([A, B, C, D], _notes)
    assert table.missing == ((D, ("shared", "nobody started")),)
    assert C in [row.figure for row in table.rows]


def test_the_page_has_every_figure_either_in_its_table_or_among_those_not_available() -> None:
    digest = making.manager()
    page = Page(to_html(digest, language("en")))
    heads = [one.text for one in page.all("th")]
    listed = [one.text for one in page.all("li")]
    from monitor.digest.words import figure_title

    for one in digest.figures:
        title = figure_title(one.id, language("en"))
        if one.value is None:
            assert any(text.startswith(title) for text in listed)
            assert not any(text.startswith(title + " ") for text in heads)
        else:
            assert any(text.startswith(title) for text in heads)


def test_a_spread_between_teams_is_no_part_of_anything() -> None:
    spread = figure(FigureId.UNIFORMITY, 0.18, unit=Unit.POINTS, top=0.99, bottom=0.81)
    page = Page(to_html(replace(making.manager(), figures=(spread,), headline=()), language("en")))
    [head] = [one.text for one in page.all("th") if "spread" in one.text]
    assert head == "New records complete: spread between teams"
