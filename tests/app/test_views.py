"""What an alert says of teams: nobody's figure can be told from it."""

from __future__ import annotations

import pytest

from monitor.app.views import _limit, _teams
from monitor.crm.directory import Directory, Person, Team
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
        ({"n": 9, "s": 4}, [("North", 9), ("South", 4)]),
        ({"n": 9, "s": 4, "d": 2, "e": 3}, [("North", 9), ("South", 4), ("", 5)]),
        ({"n": 9, "s": 4, "d": 2}, [("North", 9), ("", 6)]),  # 2 would be the Desk's, who is one person
        ({"n": 9, "s": 4, "x": 2}, [("North", 9), ("", 6)]),  # 2 would be that of the one without a team
        ({"n": 9, "d": 2, "x": 2}, [("North", 9), ("", 4)]),
        ({"n": 9, "none": 7}, [("North", 9), ("without an owner", 7)]),
        ({"n": 9, "s": 4, "d": 2, "none": 7}, [("North", 9), ("", 6), ("without an owner", 7)]),
        ({"none": 7}, [("without an owner", 7)]),
        ({"n": 9, "d": 2}, []),
        ({"d": 2, "e": 3}, [("", 5)]),
        ({"d": 0, "n": 3}, [("North", 3)]),
        ({}, []),
    ],
)
def test_small_teams_are_one_sum_that_gives_none_of_them_away(
    failing: dict[str, int], expected: list[tuple[str, int]]
) -> None:
    assert said(**failing) == expected


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
