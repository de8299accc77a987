"""What a digest leaves out of the first screen, and what a project's own files call things."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.activity.measure import Measure, MeasureKind
from monitor.adoption.figure import FigureId
from monitor.adoption.figures_load import FigureSaid, FiguresSaid
from monitor.adoption.note import Note, NoteCode
from monitor.adoption.statuses import Status, Statuses
from monitor.digest import words
from monitor.digest.choosing import MOST_RECORDS, team_columns, worst_first
from monitor.digest.html import to_html
from monitor.digest.notes_short import MOST_LINES, first_notes, other_notes, short_notes
from monitor.digest.snapshot import Titles
from monitor.digest.snapshot_json import from_json, to_json
from monitor.digest.text import to_plain
from monitor.digest.titles import titles
from monitor.digest.tree import digest_message
from monitor.language import language
from monitor.messages.text import to_text
from monitor.quality.check import Severity
from tests.digest import making
from tests.digest.page import Page
from tests.digest.parts import quality

EN, DA = language("en"), language("da")
MEASURES = {"calls": "Calls logged", "meetings": "Meetings held", "ours": "Teams calls"}


def missing(*names: str) -> list[Note]:
    return [Note(NoteCode.NOT_AVAILABLE, {"measure": name}) for name in names]


def test_measures_that_are_missing_are_one_sentence() -> None:
    assert short_notes(missing("calls", "meetings", "ours"), EN, MEASURES) == [
        "Not available from this CRM: calls logged, meetings held and Teams calls."
    ]
    assert short_notes(missing("calls"), EN, MEASURES) == ["Calls logged: not available (the CRM does not have it)."]


def test_a_long_list_of_measures_ends_in_how_many_more_there_are() -> None:
    many = {f"m{number}": f"M{number}" for number in range(10)}
    assert short_notes(missing(*many), EN, many) == ["Not available from this CRM: M0, M1, M2, M3, M4, M5 and 4 more."]


def test_the_first_screen_has_three_doubts_and_the_page_says_each_further_down() -> None:
    doubts = (
        *missing("calls", "meetings"),
        Note(NoteCode.LAST_ONLY, {"measure": "ours"}),
        Note(NoteCode.TOO_SHORT, {"weeks": 2}),
        Note(NoteCode.SYNC_TIME),
    )
    snapshot = replace(making.manager(), uncertain=doubts, measures=MEASURES)
    assert len(first_notes(snapshot, EN)) == MOST_LINES
    assert len(other_notes(snapshot, EN)) == len(doubts)
    page = Page(to_html(snapshot, EN))
    for text in (*first_notes(snapshot, EN), *other_notes(snapshot, EN)):
        assert text in page.text
    message = to_text(digest_message(snapshot, EN), width=500)
    assert other_notes(snapshot, EN)[-1] not in message
    assert "The time of synchronisation" in " ".join(to_plain(snapshot, EN).split())


def test_few_doubts_are_not_said_twice() -> None:
    snapshot = replace(making.manager(), uncertain=tuple(missing("calls")), measures=MEASURES)
    assert other_notes(snapshot, EN) == []


def test_records_over_their_limits_come_before_many_records() -> None:
    ordered = [
        quality("over-fail", 6, fail=0.05),
        quality("over-warn", 6, warn=0.05, fail=0.5),
        quality("critical", 5, severity=Severity.CRITICAL),
        quality("many", 90),
        quality("few", 3),
    ]
    assert worst_first([*reversed(ordered), quality("none", 0)]) == ordered


def test_a_page_lists_the_worst_records_and_how_many_more_there_are() -> None:
    rows = tuple(quality(f"check-{number}", number + 1) for number in range(MOST_RECORDS + 3))
    page = Page(to_html(replace(making.manager(), quality=rows), EN))
    assert sum(one.text.startswith("Title of check-") for one in page.all("th")) == MOST_RECORDS
    assert "and 3 more" in page.text


def test_a_table_of_teams_has_three_figures_and_none_of_managers_or_of_the_spread() -> None:
    columns = team_columns(making.sponsor().team_rows)
    assert len(columns) <= 3
    assert not {FigureId.MANAGERS_USE, FigureId.UNIFORMITY} & set(columns)


def _measure(name: str, title: str, **per_language: str) -> Measure:
    given = {"en": title, **per_language} if per_language else {}
    return Measure(name, title, "opportunities", "owner_key", "created_at", MeasureKind.CREATED, titles=given)


@pytest.fixture
def own() -> Titles:
    return titles(
        [_measure("calls", "Calls logged"), _measure("ours", "Deals of a day", da="Endagssager")],
        Statuses((Status("fading", "Slipping away", titles={"da": "På vej væk"}), Status("active", "Active"))),
        FiguresSaid({FigureId.LAG: FigureSaid(FigureId.LAG, "Days until it is in the CRM")}),
    )


def test_only_what_the_project_calls_differently_is_kept(own: Titles) -> None:
    assert set(own) == {"measure:ours", "status:fading", "figure:lag"}


def test_a_projects_own_titles_stand_in_a_digest_in_the_readers_language(own: Titles) -> None:
    snapshot = replace(making.manager(), titles=own)
    assert from_json(to_json(snapshot)) == snapshot
    page = Page(to_html(snapshot, DA)).text
    assert "På vej væk" in page
    assert "Days until it is in the CRM" in page
    assert "Slipping away" in Page(to_html(snapshot, EN)).text
    assert words.measure_titles({"ours": "Deals of a day"}, own, DA) == {"ours": "Endagssager"}
    assert words.status_word("fading", language("nb"), own) == "Slipping away"
