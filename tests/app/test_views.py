"""What an alert says of teams: nobody's figure can be told from it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.app.channel_teams import shown_teams
from monitor.app.views import _limit, _teams
from monitor.crm.directory import Directory, Person, PersonKind, Team
from monitor.quality.check import Check, Limits
from monitor.quality.outcome import Outcome, OwnerCount, Status
from monitor.quality.usual import Anomaly

CHECK = Check("deal-without-account", "opportunities", "expect_column_values_to_be_filled", {})
TEAMS = {"n": ("North", 6), "s": ("South", 5), "d": ("Desk", 1), "e": ("Export", 2)}


def said(**failing: int) -> list[tuple[str, int]]:
    """Each keyword is a team's first letter, ``x`` someone without a team, ``none`` what nobody owns."""
    people = {f"{key}1": Person(f"{key}1", "Someone", team_key=key) for key in TEAMS}
    people["x1"] = Person("x1", "Someone")
    directory = Directory(people, {key: Team(key, name, size) for key, (name, size) in TEAMS.items()})
    owners = tuple(OwnerCount(None if key == "none" else f"{key}1", 50, count) for key, count in failing.items())
    outcome = Outcome(CHECK, Status.FAIL, 500, sum(failing.values()), owners=owners)
    return [(team.name, team.count) for team in _teams(outcome, directory)]


@pytest.mark.parametrize(
    ("failing", "expected"),
    [
        # beside North and South there are four people: their sum would be the total less the two
        ({"n": 9, "s": 4}, [("North", 9), ("", 4)]),
        ({"n": 9, "s": 4, "d": 2, "e": 3}, [("North", 9), ("", 9)]),
        ({"n": 9, "s": 4, "d": 2}, [("North", 9), ("", 6)]),
        ({"n": 9, "s": 4, "x": 2}, [("North", 9), ("", 6)]),
        ({"n": 9, "d": 2, "x": 2}, [("North", 9), ("", 4)]),
        ({"n": 9, "none": 7}, [("North", 9), ("without an owner", 7)]),
        ({"n": 9, "s": 4, "d": 2, "none": 7}, [("North", 9), ("", 6), ("without an owner", 7)]),
        ({"none": 7}, [("without an owner", 7)]),
        ({"n": 9, "d": 2}, [("North", 9), ("", 2)]),
        ({"d": 2, "e": 3}, [("", 5)]),
        ({"d": 0, "n": 3}, [("North", 3)]),
        ({}, []),
    ],
)
def test_small_teams_are_one_sum_that_gives_none_of_them_away(
    failing: dict[str, int], expected: list[tuple[str, int]]
) -> None:
    assert said(**failing) == expected


def _directory(sizes: dict[str, int], alone: int = 0) -> Directory:
    people = {f"x{number}": Person(f"x{number}", "Someone") for number in range(alone)}
    return Directory(people, {key: Team(key, key.title(), size) for key, size in sizes.items()})


@given(st.dictionaries(st.sampled_from("abcde"), st.integers(0, 9)), st.integers(0, 6))
def test_neither_a_team_that_is_named_nor_what_is_left_of_the_total_is_of_one_to_four(
    sizes: dict[str, int], alone: int
) -> None:
    shown = shown_teams(_directory(sizes, alone))
    named = [sizes[key] for key in shown]
    assert all(size >= 5 for size in named)
    assert not shown or not 0 < sum(sizes.values()) + alone - sum(named) < 5


def test_an_integration_or_somebody_who_left_makes_no_group_of_those_without_a_team() -> None:
    robot, gone = Person("r", "Robot", kind=PersonKind.INTEGRATION), Person("g", "Gone", active=False)
    people = {one.key: one for one in (robot, gone)}
    assert shown_teams(Directory(people, {"n": Team("n", "North", 5)})) == {"n"}


def test_where_no_team_is_told_by_name_a_sum_of_all_is_not_told_either() -> None:
    directory = Directory({"a1": Person("a1", "A", team_key="a")}, {"a": Team("a", "A", 9), "b": Team("b", "B", 2)})
    outcome = Outcome(CHECK, Status.FAIL, 50, 3, owners=(OwnerCount("a1", 50, 3),))
    assert _teams(outcome, directory) == ()


@pytest.mark.parametrize(
    ("status", "unexpected", "shown"),
    [
        (Status.FAIL, 30, 0.2),
        (Status.FAIL, 15, 0.1),  # above the limit to warn, and failing by what is usual
        (Status.FAIL, 5, None),
        (Status.WARN, 15, 0.1),
        (Status.WARN, 5, None),
        (Status.PASS, 5, 0.1),
    ],
)
def test_no_limit_is_named_that_was_not_crossed(status: Status, unexpected: int, shown: float | None) -> None:
    check = Check("c", "leads", "t", {}, limits=Limits(0.1, 0.2), anomaly=Anomaly())
    assert _limit(Outcome(check, status, 100, unexpected)) == shown
    plain = Check("c", "leads", "t", {}, limits=Limits(0.1, 0.2))
    assert _limit(Outcome(plain, status, 100, unexpected)) == (0.2 if status is Status.FAIL else 0.1)
