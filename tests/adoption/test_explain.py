"""Every figure can be explained down to its inputs."""

from __future__ import annotations

from datetime import date

from monitor.adoption.explain import Explanation, Value, explain_figures, explain_scorecard
from monitor.adoption.figures import figures
from monitor.digest.build_rows import Group, measure_counts, person_row, team_row
from monitor.digest.period import Period
from tests.adoption.making import FIGURES, MEASURES, NOW, STATUSES, card, did, every_week, member
from tests.adoption.test_figures import evidence

UNCOUNTED = "not counted: without a working week among the four, not started yet, or not seen as they may only read"


def _by_label(found: Explanation) -> dict[str, tuple[Value, dict[str, Value]]]:
    return {line.label: (line.value, dict(line.inputs)) for line in found.lines}


def test_a_scorecard_is_explained_with_the_numbers_that_led_to_it() -> None:
    one = member(start=date(2024, 1, 1), part_time=0.8)
    found = explain_scorecard(card(one, [*every_week(4, last=NOW + -1), *did(NOW, 1)]), one, MEASURES, STATUSES)
    lines = _by_label(found)
    value, inputs = lines["Status"]
    assert value == "Active"
    assert inputs["weeks of the four with such a day"] == 4
    assert lines["Working days"] == (
        4.0, {"share of full time": 0.8, "a working week": "yes", "start": date(2024, 1, 1), "start taken from": ""},
    )  # fmt: skip
    assert lines["Active days"] == (1, {"mean of the four weeks before": 4})
    assert lines["Calls"] == (1, {"mean of the four weeks before": 4})
    assert lines["New records complete"] == (None, {"part": 0, "of": 0})
    assert lines["Last day of use"][0] == NOW.monday
    assert all(line.definition for line in found.lines)


def test_figures_are_explained_with_definition_parts_goal_and_the_own_past() -> None:
    of = evidence([member("1"), member("2")], every_week(1))
    found = explain_figures(figures(of, ["1", "2"], NOW, FIGURES), FIGURES)
    lines = _by_label(found)
    assert len(found.lines) == 10
    assert lines["People who use it weekly"] == (
        0.5,
        {"part": 1, "of": 2, "seats": 2, UNCOUNTED: 0,
        "goal, at least": 0.75, "last week": 0.5,
         "mean of the four weeks before": 0.5},
    )  # fmt: skip
    assert all(line.definition for line in found.lines)
    assert len(found.notes) == len(set(map(str, found.notes)))


def test_of_whom_there_never_was_a_trace_nothing_is_counted_and_that_is_not_zero() -> None:
    manager = member()
    found = card(manager, [], reports=3)
    assert found.is_untraced
    told = {line.label: line.value for line in explain_scorecard(found, manager, MEASURES, STATUSES).lines}
    counted = {"Active days", "Records created", "Records changed", *(one.title for one in MEASURES)} & told.keys()
    assert len(counted) > 3
    assert {told[label] for label in counted} == {None}
    row = person_row(manager, found, [found])
    assert (row.active_days, row.usual, row.created, row.updated, {*row.line}) == (None, None, None, None, {None})
    assert {(one.count, one.usual) for one in measure_counts(found, {one.name: "" for one in MEASURES})} == {
        (None, None)
    }
    never = card(manager, [])
    assert (never.is_untraced, person_row(manager, never, [never]).active_days) == (False, 0)


def test_a_team_is_not_less_at_work_for_a_manager_who_leaves_no_trace() -> None:
    used, silent = member("1"), member("2")
    cards = {"1": (card(used, every_week(4)),), "2": (card(silent, [], reports=3),)}
    group = Group("t", "Team", frozenset(("1", "2")))
    assert team_row(group, cards, Period.of_week(NOW)).active_days == 4
