"""Weeks, scorecards and figures come back as they were saved, and saving again writes over."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from monitor.adoption.figure import Figure, FigureId, Goal, Unit
from monitor.adoption.note import Note, NoteCode
from monitor.adoption.scorecard import PersonWeek, Scorecard, Share, Verdict
from monitor.adoption.week import IsoWeek
from monitor.store.state import State

WEEK = IsoWeek(2026, 1)
PERSON_WEEK = PersonWeek(
    "1", WEEK, 4, {"calls": 7, "emails": 0}, {0: 5, 3: 1}, 2, 20, 15, 3, 1, last_active=date(2026, 1, 2)
)
CARD = Scorecard(
    "1",
    WEEK,
    Verdict("fading", WEEK + -3, {"active_days_4w": 2.0}),
    working_days=4.5,
    active_days=3,
    counts={"calls": 7},
    created=2,
    updated=None,
    areas_used=frozenset({"deals"}),
    areas_meant=frozenset({"deals", "contacts"}),
    lags={0: 5},
    complete=Share(15, 20),
    hygiene={"overdue": Share(1, 9)},
    usual={"active_days": 3.75},
    last_active=date(2026, 1, 2),
    notes=(Note(NoteCode.LAST_ONLY, {"measure": "logins"}),),
)
FIGURE = Figure(
    FigureId.LAG,
    WEEK,
    Unit.DAYS,
    1.5,
    top=3.0,
    goal=Goal(2.0, at_least=False),
    last_week=1.0,
    usual=1.25,
    line=(None, 1.0, 1.5),
    inputs={"rows": 12.0},
    notes=(Note(NoteCode.TOO_SHORT, {"weeks": 3}),),
)
EMPTY = Figure(FigureId.TOUCHED_VALUE, WEEK, Unit.SHARE, None)


def test_persons_weeks_come_back_as_they_were_saved(state: State) -> None:
    bare, next_week = PersonWeek("2", WEEK), PersonWeek("1", WEEK + 1, 1)
    state.adoption.save_weeks([PERSON_WEEK, bare, next_week])
    assert state.adoption.weeks(WEEK, WEEK + 1) == [PERSON_WEEK, bare, next_week]
    assert state.adoption.weeks(WEEK, WEEK) == [PERSON_WEEK, bare]
    assert state.adoption.weeks(WEEK, WEEK + 9, ["1"]) == [PERSON_WEEK, next_week]
    assert state.adoption.weeks(WEEK, WEEK + 9, ["1", "3"]) == [PERSON_WEEK, next_week]
    assert state.adoption.weeks(WEEK, WEEK + 9, []) == []


def test_scorecards_come_back_as_they_were_saved(state: State) -> None:
    bare = Scorecard("2", WEEK, Verdict("never"), 5.0, 0)
    state.adoption.save_scorecards([CARD, bare])
    assert state.adoption.scorecards(WEEK, WEEK) == [CARD, bare]


def test_saving_again_writes_over_what_was_saved(state: State) -> None:
    for active in (4, 2):
        state.adoption.save_weeks([replace(PERSON_WEEK, active_days=active)])
        state.adoption.save_scorecards([replace(CARD, active_days=active)])
    assert [week.active_days for week in state.adoption.weeks(WEEK, WEEK)] == [2]
    assert [card.active_days for card in state.adoption.scorecards(WEEK, WEEK)] == [2]


def test_figures_come_back_the_most_important_first_per_scope_and_week(state: State) -> None:
    state.adoption.save_figures(WEEK, {"whole": [FIGURE, EMPTY], "team:n": [FIGURE]})
    state.adoption.save_figures(WEEK + 1, {"whole": [replace(FIGURE, week=WEEK + 1, value=2.0)]})
    assert state.adoption.figures("whole", WEEK) == (EMPTY, FIGURE)
    assert state.adoption.figures("team:n", WEEK) == (FIGURE,)
    assert state.adoption.figures("team:s", WEEK) == ()
    history = state.adoption.history("whole", WEEK, WEEK + 5)
    assert [(week, len(figures)) for week, figures in history.items()] == [(WEEK, 2), (WEEK + 1, 1)]
    state.adoption.save_figures(WEEK, {"whole": [EMPTY], "team:n": []})
    assert state.adoption.figures("whole", WEEK) == (EMPTY,)
    assert state.adoption.figures("team:n", WEEK) == ()


def test_whoever_has_no_row_in_a_week_that_is_summed_anew_loses_the_old_one(state: State) -> None:
    other = replace(PERSON_WEEK, user="2")
    later = replace(PERSON_WEEK, week=PERSON_WEEK.week + 1)
    state.adoption.save_weeks([PERSON_WEEK, other, later])
    state.adoption.save_weeks([other], [PERSON_WEEK.week])
    assert state.adoption.weeks(PERSON_WEEK.week, PERSON_WEEK.week + 1) == [other, later]
