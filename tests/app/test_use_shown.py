"""Whatever one reader gets, a manager's week, the sponsor's month or both: together they tell of no few people."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.adoption.figure import Figure, FigureId
from monitor.adoption.figures import figures
from monitor.adoption.naming import Naming
from monitor.adoption.organisation import Organisation
from monitor.adoption.scope import MANAGER, TEAM, WHOLE, managers
from monitor.app.use_evidence import Situation
from monitor.app.use_shown import Readers, Told
from monitor.crm.directory import Team
from monitor.settings.use import Use, load_use
from tests.adoption.making import NOW, every_week, member
from tests.adoption.test_figures import evidence
from tests.adoption.test_suppression import tells_of_few

USE: Use = load_use(Path("/nowhere"))
trees = st.lists(st.tuples(st.integers(-1, 13), st.sampled_from("abc")), min_size=14, max_size=14)


def readers(tree: list[tuple[int, str]], sponsor: str = "", named: Collection[str] = ()) -> Readers:
    """People by number, each with a manager (a lower number, or nobody) and a team."""
    members = [member(str(n), manager=str(m) if 0 <= m < n else "", team=t) for n, (m, t) in enumerate(tree)]
    of = evidence(members)
    teams = {key: Team(key, key.title(), sum(t == key for _, t in tree)) for key in "abc"}
    where = replace(of.organisation, teams=teams, sponsor=sponsor)
    situation = Situation(NOW, where, replace(of, organisation=where), Naming(bool(named)), {})
    return Readers(situation, USE, lambda key: Naming(key in named), lambda scope: ())


def sets(told: Told, reader: str) -> list[frozenset[str]]:
    """Of whom a reader sees sums: as the digest cuts them, the total only where it is large enough."""
    people = frozenset(told.people)
    if len(people - {reader}) < 5:
        return []
    shown = [group.people for group in told.groups if len(group.people) >= 5]
    return [people, *shown]


@settings(deadline=None)
@given(trees, st.integers(0, 13))
def test_a_sponsor_who_manages_people_too_can_work_out_nobody(tree: list[tuple[int, str]], sponsor: int) -> None:
    reader = str(sponsor)
    of = readers(tree, reader)
    seen = [told for scope in (f"{MANAGER}{reader}", WHOLE) for told in sets(of.told(scope, reader), reader)]
    assert tells_of_few(seen, {reader}) == ()


@settings(deadline=None)
@given(trees, st.integers(0, 13))
def test_nor_where_the_mandate_names_the_own_people_to_the_sponsor(tree: list[tuple[int, str]], sponsor: int) -> None:
    reader = str(sponsor)
    of = readers(tree, reader, [reader])
    below = frozenset(of.situation.people(f"{MANAGER}{reader}"))
    assert tells_of_few(sets(of.told(WHOLE, reader), reader), below | {reader}) == ()


@settings(deadline=None)
@given(trees)
def test_no_manager_can_work_out_anybody_and_with_a_mandate_each_team_is_shown(tree: list[tuple[int, str]]) -> None:
    of = readers(tree)
    for leader in managers(of.situation.organisation):
        scope = f"{MANAGER}{leader}"
        assert tells_of_few(sets(of.told(scope, leader), leader), {leader}) == ()
        named = of.told(scope, leader, named=True)
        assert sum(len(group.people) for group in named.groups) in (0, len(named.people))


def test_whom_a_sponsor_does_not_manage_is_left_out_of_the_whole_where_they_are_few() -> None:
    """Ten people below the first of all; two more whom nobody manages."""
    tree = [(-1, "a"), *[(0, "a")] * 10, (-1, "b"), (-1, "b"), (0, "a")]
    assert len(readers(tree, "0").told(WHOLE, "0").people) == 12
    assert len(readers(tree, "13").told(WHOLE, "13").people) == 14  # manages nobody
    many = [(-1, "a"), *[(0, "a")] * 8, *[(-1, "b")] * 5]
    assert len(readers(many, "0").told(WHOLE, "0").people) == 14


def test_on_the_terminal_the_whole_is_the_whole() -> None:
    tree = [(-1, "a"), *[(0, "a")] * 8, *[(-1, "b")] * 5]
    of = readers(tree)
    assert len(of.told(WHOLE).people) == 14
    assert of.single_teams() == ("a", "b")


def uniformity(tree: list[tuple[int, str]]) -> Figure:
    of = readers(tree)
    line = Figure(FigureId.UNIFORMITY, NOW, figures(of.situation.evidence, [], NOW, USE.figures)[0].unit, 0.3, 0.9, 0.6)
    told = replace(of, stored=lambda scope: [line] if scope == WHOLE else [])
    return told.told(WHOLE).figures[0]


@pytest.mark.parametrize(
    ("sizes", "shown"), [((9, 5, 0), True), ((8, 6, 0), True), ((7, 5, 2), False), ((12, 0, 2), False)]
)
def test_how_far_teams_lie_apart_is_told_where_each_large_one_is_shown(sizes: tuple[int, ...], shown: bool) -> None:
    """The best and the worst are teams: one that is merged with a small one would give the small one away."""
    tree = [(-1, team) for team, size in zip("abc", sizes, strict=True) for _ in range(size)]
    assert (uniformity(tree).value is not None) is shown


def test_a_figure_of_persons_tells_of_no_few_beside_that_of_the_own_people() -> None:
    """Six outsiders, of whom only two were at work: the whole less the own people would be theirs."""
    tree = [(-1, "a"), *[(0, "a")] * 7, *[(-1, "b")] * 6]
    of = readers(tree, "0")
    away = [(NOW + -12).monday, NOW.sunday]
    members = {
        key: replace(one, absences=member(absences=[(away[0], away[1])]).absences)
        if key in ("10", "11", "12", "13")
        else one
        for key, one in of.situation.organisation.members.items()
    }
    where: Organisation = replace(of.situation.organisation, members=members)
    acts = [act for key in members for act in every_week(2, user=key)]
    facts = replace(evidence(members.values(), acts), organisation=where)
    of = replace(of, situation=replace(of.situation, organisation=where, evidence=facts))

    def active(scope: str, reader: str) -> float | None:
        return next(one.value for one in of.told(scope, reader).figures if one.id is FigureId.SEATS_ACTIVE)

    assert active(WHOLE, "") is not None
    assert active(f"{MANAGER}0", "0") is not None
    assert active(WHOLE, "0") is None


def test_a_team_by_name_or_key_is_a_scope_too() -> None:
    of = readers([(-1, "a")] * 9 + [(-1, "b")] * 5)
    assert len(of.told(f"{TEAM}a", named=True).people) == 9
