"""A digest holds what its reader may see and nothing else; blocks without input are not there."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.adoption.figure import FigureId, Goal, Unit
from monitor.adoption.figures_records import median
from monitor.adoption.naming import Naming
from monitor.adoption.note import Note, NoteCode
from monitor.adoption.organisation import Member
from monitor.adoption.scorecard import Share
from monitor.adoption.seats import Seats
from monitor.adoption.suppression import Table, suppressed_together
from monitor.crm.directory import PersonKind
from monitor.digest.actions import PastDigest
from monitor.digest.build import Facts, build_manager, build_own, build_sponsor
from monitor.digest.build_rows import Group, seats_row, team_groups
from monitor.digest.snapshot import (
    Action,
    ActionKind,
    Kind,
    LastAction,
    ManagementUse,
    Outcome,
    Reason,
    ReasonCode,
    SeatsRow,
    Snapshot,
    Subject,
    SubjectKind,
)
from monitor.digest.snapshot_json import from_json, to_json
from tests.digest.parts import (
    FRAME,
    LOOKS,
    NAMED,
    UNNAMED,
    WEEK,
    card,
    cards_of,
    figure,
    organisation,
    people_of,
    quality,
)

COMPANY = organisation({"nord": 8, "syd": 6, "vest": 2})
PEOPLE = people_of(COMPANY)
GROUPS = [Group(team, team.title(), frozenset(people_of(COMPANY, team))) for team in ("nord", "syd", "vest")]
FIGURES = [
    figure(FigureId.TOUCHED_VALUE, 0.78, Goal(0.8, True), last_week=0.84),
    figure(FigureId.SEATS_ACTIVE, 0.75, Goal(0.75, True), top=12, bottom=16, persons=(16,)),
    figure(FigureId.NEW_COMPLETE, 0.91, Goal(0.9, True)),
    figure(FigureId.LAG, None, unit=Unit.DAYS, notes=(Note(NoteCode.SYNC_TIME),)),
    figure(FigureId.MANAGERS_USE, 0.5, Goal(0.75, True), top=1, bottom=2, line=(0.5, 0.5), persons=(2, 2)),
]
ASK = Action(1, ActionKind.PERSON, Subject(SubjectKind.PERSON, "nord-1", "Name-of-nord-1"), Reason(ReasonCode.NEVER), 0)


def facts(**others: object) -> Facts:
    cards = cards_of(PEOPLE)
    cards["nord-2"] = [card("nord-2", "fading", 0, back=back) for back in range(12)]
    given = Facts(
        people=PEOPLE, cards=cards, figures=FIGURES, groups=GROUPS, quality=[quality()], management=ManagementUse(1, 4)
    )
    return replace(given, **others)  # type: ignore[arg-type]


def manager(naming: Naming, *history: PastDigest, **others: object) -> Snapshot:
    return build_manager(FRAME, "boss", COMPANY, naming, facts(**others), history)


def written(snapshot: Snapshot) -> str:
    return json.dumps(to_json(snapshot))


def test_with_naming_a_manager_sees_the_own_people_and_whom_to_ask_about_first() -> None:
    digest = manager(NAMED)
    assert (digest.kind, digest.title, digest.people) == (Kind.MANAGER, "Nord, Syd, Vest", 16)
    assert [row.name for row in digest.person_rows][:2] == ["Name-of-nord-2", "Name-of-nord-1"]
    assert [action.subject.name for action in digest.actions if action.kind is ActionKind.PERSON] == ["Name-of-nord-2"]


def test_without_naming_no_name_and_no_key_of_a_person_is_anywhere_in_it() -> None:
    asked = PastDigest("2026-W46", (LastAction(ASK, Outcome.OPEN),))
    digest = manager(UNNAMED, asked)
    assert digest.naming == UNNAMED
    assert digest.person_rows == ()
    assert digest.last_actions == ()
    assert digest.last_period == "2026-W46"
    for key in PEOPLE:
        assert f'"{key}"' not in written(digest)
        assert f"Name-of-{key}" not in written(digest)


def test_without_naming_a_team_of_fewer_than_five_is_not_in_it() -> None:
    assert [row.name for row in manager(UNNAMED).team_rows] == ["Nord", "Syd"]
    assert [row.name for row in manager(NAMED).team_rows] == ["Nord", "Syd", "Vest"]


def test_without_naming_figures_that_count_few_persons_lose_their_numbers() -> None:
    found = manager(UNNAMED).figure(FigureId.MANAGERS_USE)
    assert found is not None
    assert (found.value, found.top, found.bottom, found.line) == (None, None, None, ())
    assert [note.code for note in found.notes] == [NoteCode.TOO_FEW_PEOPLE]
    named = manager(NAMED).figure(FigureId.MANAGERS_USE)
    assert named is not None
    assert named.value == 0.5


def test_without_naming_nothing_is_told_of_fewer_than_five_nor_of_their_records() -> None:
    digest = manager(UNNAMED, people=PEOPLE[:4])
    assert (digest.figures, digest.headline, digest.team_rows) == ((), (), ())
    assert (digest.quality, digest.actions, digest.better) == ((), (), ())
    assert digest.too_few
    named, five = manager(NAMED, people=PEOPLE[:4]), manager(UNNAMED, people=PEOPLE[:5])
    for shown in (named, five):
        assert [count.count for count in shown.quality] == [5]
        assert ActionKind.RECORDS in {action.kind for action in shown.actions}
        assert not shown.too_few


def test_the_sponsor_makes_the_whole_no_larger() -> None:
    whole = build_sponsor(FRAME, PEOPLE[0], UNNAMED, facts(people=PEOPLE[:5], seats=SeatsRow(5, 3, 1, 1)))
    assert (whole.headline, whole.quality, whole.seats, whole.too_few) == ((), (), None, True)
    assert not build_sponsor(FRAME, "chief", UNNAMED, facts(people=PEOPLE[:5])).too_few


def test_without_naming_a_teams_week_in_which_few_were_at_work_is_a_gap() -> None:
    people = people_of(COMPANY, "nord")
    cards = cards_of(people)
    for key in people[4:]:  # from the fifth on they were on leave two weeks ago
        cards[key] = [
            replace(one, working_days=0.0, active_days=0) if one.week == WEEK + -2 else one for one in cards[key]
        ]
    (row,) = manager(UNNAMED, cards=cards, groups=GROUPS[:1]).team_rows
    assert [value is None for value in row.line] == [False] * 9 + [True, False, False]
    assert row.at_work == (8,) * 9 + (0, 8, 8)
    assert row.usual == 4.0
    (named,) = manager(NAMED, cards=cards, groups=GROUPS[:1]).team_rows
    assert None not in named.line
    assert named.at_work == (8,) * 9 + (4, 8, 8)


def test_somebody_who_is_not_a_person_has_no_row() -> None:
    robot = Member("robot", "Web shop", PersonKind.INTEGRATION)
    company = replace(COMPANY, members={**COMPANY.members, "robot": robot})
    given = facts(people=[*PEOPLE, "robot"], cards={**cards_of(PEOPLE), "robot": [card("robot")]})
    digest = build_manager(FRAME, "boss", company, NAMED, given)
    assert "Web shop" not in written(digest)


def test_the_first_screen_has_three_figures_with_a_value_in_the_order_in_which_they_matter() -> None:
    assert manager(NAMED).headline == (FigureId.TOUCHED_VALUE, FigureId.NEW_COMPLETE, FigureId.SEATS_ACTIVE)


def test_what_is_uncertain_is_said_once() -> None:
    twice = [*FIGURES, figure(FigureId.BREADTH, 0.5, notes=(Note(NoteCode.SYNC_TIME),))]
    assert [note.code for note in manager(NAMED, figures=twice).uncertain] == [NoteCode.SYNC_TIME]


def test_a_team_line_counts_working_days_so_that_a_holiday_is_no_drop() -> None:
    people = people_of(COMPANY, "nord")
    cards = {
        key: [card(key, active=4 if back else 2, back=back, working_days=5.0 if back else 2.5) for back in range(12)]
        for key in people
    }
    row = manager(UNNAMED, cards=cards, groups=GROUPS[:1]).team_rows[0]
    assert row.line == (4.0,) * 12
    assert (row.active_days, row.usual) == (4.0, 4.0)


def test_a_week_in_which_nobody_was_to_work_is_a_gap() -> None:
    cards = cards_of(people_of(COMPANY, "nord"), working_days=0.0, active=0)
    assert manager(UNNAMED, cards=cards, groups=GROUPS[:1]).team_rows == ()


def test_a_week_of_leave_is_a_gap_in_a_persons_line_and_a_week_without_use_is_zero() -> None:
    cards = [card("nord-1", active=0), card("nord-1", active=0, back=1, working_days=0.0)]
    row = manager(NAMED, cards={"nord-1": cards}).person_rows[0]
    assert row.line == (None,) * 11 + (0,)


def test_the_sponsors_digest_names_nobody_whatever_the_mandate_says() -> None:
    digest = build_sponsor(FRAME, "chief", NAMED, facts(seats=SeatsRow(20, 12, 4, 1)))
    assert (digest.title, digest.person_rows) == ("Fjord", ())
    assert "Name-of" not in written(digest)
    assert digest.headline[0] is FigureId.SEATS_ACTIVE


def test_what_few_managers_do_is_told_to_who_may_see_each_of_them_by_name() -> None:
    use = ManagementUse(3, active=1, active_days=4, deals_changed=2)
    hidden = build_sponsor(FRAME, "chief", UNNAMED, facts(management=use)).management
    assert hidden is not None
    assert (hidden.active, hidden.active_days, hidden.deals_changed) == (None, None, None)
    assert build_sponsor(FRAME, "chief", NAMED, facts(management=use)).management == hidden
    assert build_sponsor(FRAME, "chief", NAMED, facts(management=use, managers_named=True)).management == use
    assert build_sponsor(FRAME, "chief", UNNAMED, facts(management=replace(use, managers=5))).management is not None


def test_a_digest_of_nothing_is_an_empty_frame() -> None:
    digest = build_sponsor(FRAME, "chief", UNNAMED, Facts())
    assert (digest.actions, digest.figures, digest.team_rows, digest.management, digest.seats, digest.quality) == (
        (), (), (), None, None, (),
    )  # fmt: skip


def test_an_own_page_has_the_own_week_the_own_records_and_who_looked_and_nothing_of_others() -> None:
    cards = [*cards_of(["nord-1"])["nord-1"], card("nord-2")]
    page = build_own(FRAME, COMPANY.members["nord-1"], UNNAMED, cards, [quality()], LOOKS)
    (row,) = page.person_rows
    assert (row.name, row.complete, row.areas) == ("Name-of-nord-1", Share(18, 20), Share(0, 0))
    assert [(count.name, count.title, count.count, count.usual) for count in row.counts] == [
        ("calls", "Calls logged", 7, 6.0)
    ]
    assert [look.who for look in page.looks] == ["Name-of-boss"]
    assert (page.title, page.figures, page.team_rows, page.people) == ("Name-of-nord-1", (), (), None)
    assert [action.kind for action in page.actions] == [ActionKind.RECORDS]
    assert not [key for key in PEOPLE if key != "nord-1" and f'"{key}"' in written(page)]


def test_an_own_page_without_a_scorecard_still_has_the_records() -> None:
    page = build_own(FRAME, COMPANY.members["nord-1"], UNNAMED, quality=[quality()])
    assert (page.person_rows, len(page.quality), len(page.actions)) == ((), 1, 1)


@pytest.mark.parametrize("naming", [NAMED, UNNAMED])
def test_what_is_built_comes_back_from_json_exactly(naming: Naming) -> None:
    for digest in (manager(naming), build_sponsor(FRAME, "chief", naming, facts())):
        assert from_json(json.loads(written(digest))) == digest


def test_many_teams_are_named_by_the_largest_three() -> None:
    company = organisation({"a": 1, "b": 4, "c": 3, "d": 2})
    digest = build_manager(FRAME, "boss", company, NAMED, Facts(people=people_of(company)))
    assert digest.title == "B, C, D +1"


@given(st.lists(st.integers(0, 9), min_size=1, max_size=30))
def test_the_median_of_a_histogram_is_that_of_the_list(values: list[int]) -> None:
    ordered = sorted(values)
    middle = (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2
    assert median({value: values.count(value) for value in values}) == middle


def test_of_nothing_there_is_no_median() -> None:
    assert median({}) is None


def test_the_week_of_a_digest_is_the_one_its_rows_are_of() -> None:
    old = cards_of(PEOPLE, weeks=1)
    later = {key: [replace(card, week=WEEK + -1) for card in cards] for key, cards in old.items()}
    assert manager(NAMED, cards=later).person_rows == ()


def test_teams_become_groups_as_suppression_says() -> None:
    company = organisation({"nord": 8, "syd": 3, "vest": 2})
    teams = {team: frozenset(people_of(company, team)) for team in ("nord", "syd", "vest")}
    table = Table(frozenset(people_of(company)), teams)
    (shown,) = suppressed_together([table])
    groups = team_groups(table, shown, company, lambda people: [figure(FigureId.BREADTH, float(len(people)))])
    assert [(group.name, len(group.people), group.merged, group.figures[0].value) for group in groups] == [
        ("Nord", 8, 0, 8.0),
        ("", 5, 2, 5.0),
    ]
    rows = build_sponsor(FRAME, "chief", UNNAMED, facts(people=people_of(company), groups=groups)).team_rows
    assert [(row.name, row.people, row.merged) for row in rows] == [("Nord", 8, 0), ("", 5, 2)]


def test_seats_are_shown_with_the_cost_of_those_that_nobody_uses() -> None:
    row = seats_row(Seats(60, 52, 46, 5, 3, Decimal(600), "DKK", told=52))
    assert row == SeatsRow(60, 46, 5, 3, Decimal(600 * 13), "DKK", assigned=52, other=1)
    assert (row.free, row.other, row.idle) == (8, 1, 13)
