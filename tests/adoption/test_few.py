"""No value of a figure counts one to four persons where nobody may be named: not this week's, and none of its line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.activity.facts import Activity
from monitor.adoption.evidence import Evidence
from monitor.adoption.few import OF_PERSONS, apart, beside, few, nameless, persons
from monitor.adoption.figure import Figure, FigureId, Unit
from monitor.adoption.figures import figures
from monitor.adoption.note import NoteCode
from tests.adoption.making import FIGURES, NOW, every_week, member
from tests.adoption.test_figures import evidence, figure

WEEKS = 6


def counts(wanted: FigureId, counted: Sequence[int], value: float = 0.5) -> Figure:
    """A figure that counts so many persons in each week."""
    line = tuple(value if count else None for count in counted)
    return Figure(wanted, NOW, Unit.SHARE, line[-1], line=line, last_week=line[-2], usual=value, persons=tuple(counted))


def told(found: Figure) -> list[bool]:
    return [value is not None for value in found.line]


def test_a_week_in_which_a_figure_counted_few_is_a_gap_and_feeds_no_mean() -> None:
    (found,) = nameless(
        [replace(counts(FigureId.SEATS_ACTIVE, [4, 5, 0, 4, 6, 9]), line=(0.1, 0.2, None, 0.3, 0.4, 0.5))]
    )
    assert found.line == (None, 0.2, None, None, 0.4, 0.5)
    assert (found.value, found.last_week) == (0.5, 0.4)
    assert found.usual == pytest.approx(0.3)


def test_a_figure_that_counts_few_this_week_is_not_told_at_all() -> None:
    (found,) = nameless([counts(FigureId.BREADTH, [9, 9, 4])])
    assert (found.value, found.line, found.persons, found.inputs) == (None, (), (), {})
    assert [note.code for note in found.notes] == [NoteCode.TOO_FEW_PEOPLE]


def test_a_figure_of_deals_counts_nobody_and_stays() -> None:
    found = Figure(FigureId.TOUCHED_VALUE, NOW, Unit.SHARE, 0.5, line=(0.5, 0.5))
    assert nameless([found]) == (found,)


def test_a_stored_figure_that_does_not_say_of_how_many_it_is_tells_nothing() -> None:
    old = replace(counts(FigureId.SEATS_ACTIVE, [9, 9]), persons=())
    assert persons(old) == (None, None)
    assert nameless([old])[0].value is None


def _starters() -> Evidence:
    """Six people, of whom four began three weeks ago."""
    old, new = ["1", "2"], ["3", "4", "5", "6"]
    people = [*(member(key) for key in old), *(member(key, start=(NOW + -2).monday) for key in new)]
    acts: list[Activity] = [act for key in old for act in every_week(2, user=key)]
    acts += [act for key in new for act in every_week(2, NOW + -2, user=key)]
    return evidence(people, acts)


def test_the_weeks_in_which_only_two_had_begun_are_not_told() -> None:
    of = _starters()
    before = figure(FigureId.SEATS_ACTIVE, of)
    assert before.persons == (2,) * 9 + (6,) * 3
    (shown,) = (one for one in nameless(figures(of, of.organisation.members, NOW, FIGURES)) if one.id is before.id)
    assert told(shown) == [False] * 9 + [True] * 3


def test_breadth_of_the_two_who_used_it_is_not_told() -> None:
    people = [member(str(number)) for number in range(6)]
    of = evidence(people, [*every_week(1, user="1"), *every_week(1, user="2")])
    found = figure(FigureId.BREADTH, of)
    assert found.value == pytest.approx(1 / 2)
    assert found.persons[-1] == 2
    assert nameless([found])[0].value is None


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(*(st.lists(st.integers(0, 9), min_size=WEEKS, max_size=WEEKS) for _ in range(3))),
        min_size=1,
        max_size=1,
    ),
    st.sampled_from(sorted(OF_PERSONS)),
)
def test_of_groups_beside_their_total_no_week_tells_of_few_by_itself_or_as_what_is_left(
    drawn: list[tuple[list[int], ...]], wanted: FigureId
) -> None:
    *shown, rest = drawn[0]
    total = counts(wanted, [sum(some) for some in zip(*drawn[0], strict=True)])
    groups = [[counts(wanted, some)] for some in shown]
    (whole,) = nameless([total])
    left = [nameless(some)[0] for some in beside(groups, [total])]
    for week in range(WEEKS):
        seen = {number: _at(one, week) for number, one in enumerate(left) if _is_told(one, week)}
        assert not [count for count in seen.values() if 0 < count < 5]
        if _is_told(whole, week) and len(seen) == len(left):
            assert not 0 < rest[week] < 5


def _is_told(found: Figure, week: int) -> bool:
    return bool(found.line) and found.line[week] is not None


def _at(found: Figure, week: int) -> int:
    return found.persons[week] or 0


def test_how_far_teams_lie_apart_is_said_of_no_group() -> None:
    apart_ = Figure(FigureId.UNIFORMITY, NOW, Unit.POINTS, 0.3, 0.9, 0.6, line=(0.3,))
    assert beside([[apart_]], [apart_])[0][0].value is None


@pytest.mark.parametrize(
    ("whole", "own", "stays"),
    [(20, 10, True), (20, 16, False), (20, 20, True), (20, 19, False), (20, 15, False), (20, 14, True)],
)
def test_a_total_beside_a_part_that_the_same_reader_gets_tells_of_no_few_others(
    whole: int, own: int, stays: bool
) -> None:
    """One of the rest may be the reader."""
    total, part = counts(FigureId.SEATS_ACTIVE, [9, whole]), counts(FigureId.SEATS_ACTIVE, [9, own])
    assert (apart([total], [part], 1)[0].value is not None) is stays


def test_few_is_one_to_four() -> None:
    assert [few(count) for count in (0, 1, 4, 5, None)] == [False, True, True, False, True]


def test_every_figure_of_persons_says_of_how_many_it_is() -> None:
    of = _starters()
    found: Mapping[FigureId, Figure] = {one.id: one for one in figures(of, of.organisation.members, NOW, FIGURES)}
    assert {name for name, one in found.items() if one.persons} == OF_PERSONS
