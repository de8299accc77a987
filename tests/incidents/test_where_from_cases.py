"""How often the origin of new failing records is named rightly, on made-up firms; ``-n 0 -s`` shows the figures."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from itertools import count

import pytest

from monitor.incidents.factors import Factor, Finding
from monitor.incidents.where_from import findings
from monitor.incidents.where_words import in_words
from tests.incidents.firms import ZONE, Case, Firm


def _found(case: Case) -> Finding | None:
    """The finding that a message would tell."""
    firm = case.firm
    found = findings(case.new, case.usual or firm.usual, firm.directory, ZONE, since=case.since)
    return next((one for one in found if in_words(one, firm.directory, ZONE, firm.directory.teams) is not None), None)


def _say(what: str, good: str, named: Counter[str]) -> None:
    others = {str(name): number for name, number in named.items() if name != good}
    sys.stdout.write(f"\n{what} in {named[good] / named.total():.1%} of {named.total()}; {others or 'no other'}\n")


def _named(firms: int, each: int) -> Counter[str]:
    """What is named where there is nothing to name."""
    named: Counter[str] = Counter()
    for seed in range(firms):
        firm = Firm(seed)
        for _ in range(each):
            case = firm.case()
            assert 5 <= len(case.new) <= 200
            finding = _found(case)
            named[finding.factor if finding else "none"] += 1
    return named


def _planted(factor: Factor, firms: Iterator[Firm], cases: int, each: int) -> Counter[str]:
    """What is named where one factor is planted: ``right``, another factor, or none."""
    named: Counter[str] = Counter()
    for firm in firms:
        for _ in range(each):
            if (case := firm.planted(factor)) is None:
                break
            finding = _found(case)
            right = finding is not None and (finding.factor, finding.value) == case.planted
            named["right" if right else finding.factor if finding else "none"] += 1
            if named.total() == cases:
                return named
    raise AssertionError("too few firms")


def test_of_200_cases_that_have_nothing_in_common_hardly_one_is_given_an_origin() -> None:
    named = _named(firms=20, each=10)
    _say("nothing planted: none named", "none", named)
    assert named.total() == 200
    assert named["none"] >= 0.95 * named.total()


def test_of_200_cases_with_something_in_common_hardly_one_is_given_another_origin_or_none() -> None:
    firms = [Firm(seed) for seed in range(100, 120)]
    each = {factor: _planted(factor, iter(firms), cases=40, each=3) for factor in Factor}
    for factor, named in each.items():
        _say(f"{factor} planted: right", "right", named)
    assert sum(named.total() for named in each.values()) == 200
    assert sum(named["right"] for named in each.values()) >= 0.95 * 200
    assert all(named["right"] >= 0.9 * named.total() for named in each.values())  # 40 of a kind are few


@pytest.mark.faults
@pytest.mark.parametrize("factor", Factor)
def test_of_200_cases_of_each_kind_as_many_are_right(factor: Factor) -> None:
    named = _planted(factor, (Firm(seed) for seed in count(1000)), cases=200, each=4)
    _say(f"{factor} planted: right", "right", named)
    assert named["right"] >= 0.95 * named.total()


@pytest.mark.faults
def test_of_2000_cases_of_other_firms_that_have_nothing_in_common_hardly_one_is_given_an_origin() -> None:
    named = _named(firms=100, each=20)
    _say("nothing planted: none named", "none", named)
    assert named["none"] >= 0.95 * named.total()
