"""What one reader is shown never tells of fewer than five people: not by itself, and not by any sum or difference.

The tests do their own linear algebra, over persons. They know nothing of how suppression finds its answer.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.adoption.naming import LEAST_GROUP
from monitor.adoption.organisation import Organisation
from monitor.adoption.scope import subtree
from monitor.adoption.suppression import Shown, Table, suppressed, suppressed_together
from tests.adoption.making import member, organisation

PEOPLE = [str(number) for number in range(12)]


def sums(tables: Sequence[Table], shown: Sequence[Shown]) -> list[frozenset[str]]:
    """The sets whose sums the reader sees: totals, single groups, and the rest."""
    found: list[frozenset[str]] = []
    for table, how in zip(tables, shown, strict=True):
        if not how.nothing:
            found += [table.people, *(table.groups[key] for key in how.single), table.rest(how)]
    return found


def tells_of_few(seen: Sequence[frozenset[str]], known: Collection[str] = ()) -> tuple[str, ...]:
    """Up to four persons of whom something can be computed by adding and taking away what is seen; else nobody."""
    others = sorted(set().union(*seen) - set(known))
    if not others:
        return ()
    matrix = np.array([[float(one in people) for one in others] for people in seen])
    fews = list(combinations(range(len(others)), min(LEAST_GROUP - 1, len(others))))
    without = np.repeat(matrix[None], len(fews), axis=0)
    for number, few in enumerate(fews):
        without[number, :, few] = 0
    # a sum over these persons alone is one that vanishes from the rows with their columns
    lost = np.linalg.matrix_rank(without) < np.linalg.matrix_rank(matrix)
    return next((tuple(others[at] for at in few) for few, gone in zip(fews, lost, strict=True) if gone), ())


@st.composite
def tables(draw: st.DrawFn, people: Sequence[str] = PEOPLE) -> Table:
    """Some people, part of them in groups."""
    some = frozenset(draw(st.sets(st.sampled_from(people))))
    groups: dict[str, set[str]] = {}
    for one in sorted(some):
        group = draw(st.sampled_from(["", "a", "b", "c", "d"]))
        if group:
            groups.setdefault(group, set()).add(one)
    return Table(some, {key: frozenset(group) for key, group in groups.items()})


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 6), max_size=4))
def test_what_is_shown_of_teams_beside_their_total_tells_of_nobody(sizes: Mapping[str, int]) -> None:
    groups = {key: frozenset(f"{key}{number}" for number in range(size)) for key, size in sizes.items()}
    table = Table(frozenset().union(*groups.values()), groups)
    how = suppressed(sizes)
    assert tells_of_few(sums([table], [how])) == ()
    assert set(how.single) | set(how.merged) == (set() if how.nothing else {key for key, size in sizes.items() if size})


@settings(deadline=None)
@given(st.lists(tables(), max_size=3), st.sets(st.sampled_from(PEOPLE), max_size=2))
def test_several_tables_of_one_reader_tell_together_of_nobody(found: list[Table], known: set[str]) -> None:
    shown = suppressed_together(found, known)
    assert tells_of_few(sums(found, shown), known) == ()


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 11), st.sampled_from("abc")), min_size=12, max_size=12))
def test_a_sponsor_who_gets_a_managers_digest_too_can_compute_nobody_from_the_two(tree: list[tuple[int, str]]) -> None:
    where = organisation(*(member(str(i), manager=str(m) if m < i else "", team=t) for i, (m, t) in enumerate(tree)))
    for reader in where.members:
        both = [_table(where, frozenset(where.members)), _table(where, subtree(where, reader))]
        assert tells_of_few(sums(both, suppressed_together(both, {reader})), {reader}) == ()


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 13), st.sampled_from("abc")), min_size=14, max_size=14))
def test_a_manager_can_compute_nobody_where_teams_do_not_follow_the_tree(tree: list[tuple[int, str]]) -> None:
    where = organisation(*(member(str(i), manager=str(m) if m < i else "", team=t) for i, (m, t) in enumerate(tree)))
    for reader in where.members:
        table = _table(where, subtree(where, reader))
        shown = suppressed({key: len(people) for key, people in table.groups.items()})
        assert tells_of_few(sums([table], [shown])) == ()


def _table(where: Organisation, people: frozenset[str]) -> Table:
    groups: dict[str, set[str]] = {}
    for key in people:
        groups.setdefault(where.members[key].team_key, set()).add(key)
    return Table(people, {key: frozenset(group) for key, group in groups.items()})


def test_the_rest_of_a_table_is_all_that_is_not_shown_by_itself() -> None:
    table = Table(frozenset(PEOPLE), {"a": frozenset(PEOPLE[:6]), "b": frozenset(PEOPLE[6:8])})
    how = suppressed_together([table])[0]
    assert how == Shown(("a",), ("b",))
    assert table.rest(how) == frozenset(PEOPLE[6:])  # more than b: four are in no group


def test_the_test_itself_finds_whom_two_sums_give_away() -> None:
    team = frozenset(PEOPLE[:6])
    assert tells_of_few([team, team - {"3"}])
    assert tells_of_few([frozenset(PEOPLE), frozenset(PEOPLE[:10])])
    assert tells_of_few([team - {"5"}]) == ()
    assert tells_of_few([team, team - {"3"}], known={"3"}) == ()


@pytest.mark.parametrize(
    ("sizes", "shown"),
    [
        ({}, Shown(nothing=True)),
        ({"a": 4}, Shown(nothing=True)),
        ({"a": 2, "b": 2}, Shown(nothing=True)),
        ({"a": 5}, Shown(("a",))),
        ({"a": 5, "b": 0}, Shown(("a",))),
        ({"a": 9, "b": 6}, Shown(("a", "b"))),
        ({"a": 9, "b": 2}, Shown((), ("a", "b"))),  # b would be the total less a
        ({"a": 9, "b": 6, "c": 2}, Shown(("a",), ("b", "c"))),
        ({"a": 9, "b": 6, "c": 2, "d": 3}, Shown(("a", "b"), ("c", "d"))),
        ({"a": 9, "b": 6, "c": 2, "d": 2}, Shown(("a",), ("b", "c", "d"))),
        ({"a": 3, "b": 3}, Shown((), ("a", "b"))),
    ],
)
def test_small_teams_are_merged_and_take_the_smallest_large_one_along_where_they_are_too_few(
    sizes: Mapping[str, int], shown: Shown
) -> None:
    assert suppressed(sizes) == shown


def test_a_rest_that_no_group_holds_hides_the_group_that_would_give_it_away() -> None:
    people = frozenset(PEOPLE)
    table = Table(people, {"a": people - {"0", "1"}})  # two who have left are in no team, and yet in the total
    assert suppressed_together([table]) == (Shown((), ("a",)),)


def test_a_subtree_that_is_the_whole_but_for_two_people_is_not_shown_beside_it() -> None:
    whole = Table(frozenset(PEOPLE))
    assert suppressed_together([whole, Table(frozenset(PEOPLE[2:]))]) == (Shown(), Shown(nothing=True))
    assert suppressed_together([whole, Table(frozenset(PEOPLE[1:]))], {"0"}) == (Shown(), Shown())


def test_who_reads_it_does_not_make_a_group_large() -> None:
    team = Table(frozenset(PEOPLE[:5]))
    assert suppressed_together([team]) == (Shown(),)
    assert suppressed_together([team], {"0"}) == (Shown(nothing=True),)
