"""What a person is told: few records, nothing twice, and thanks once."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.fixlist.build import fix_list
from monitor.fixlist.model import FixList, Seen
from monitor.fixlist.told import LEAST_HANDED, MOST, Told, from_json, tell, to_json
from tests.fixlist.making import CHECKS, KNOWN, MONDAY, WEEK_AGO, seen, sinces

NEXT = MONDAY + timedelta(days=7)


def mending(number: int, prefix: str = "k") -> FixList:
    return fix_list(CHECKS, KNOWN, [Seen("step", f"{prefix}{each:03}", "7") for each in range(number)])


NOTHING = mending(0)


def told(own: FixList, handed: FixList = NOTHING, last: Told | None = None) -> Told:
    made = tell(own, handed, last, NEXT if last else MONDAY)
    assert made is not None
    return made


@pytest.mark.parametrize(("own", "handed", "shown"), [(3, 0, (3, 0)), (25, 0, (10, 0)), (25, 2, (8, 2)),
                                                     (25, 9, (7, 3)), (4, 9, (4, 6)), (0, 25, (0, 10))])  # fmt: skip
def test_a_message_has_ten_records_of_which_three_may_be_those_of_leavers(
    own: int, handed: int, shown: tuple[int, int]
) -> None:
    made = told(mending(own), mending(handed, "h"))
    assert (len(made.own.records), len(made.handed.records)) == shown
    assert (made.own.total, made.handed.total) == (own, handed)


def test_nothing_is_told_where_there_is_nothing_to_mend_and_never_was() -> None:
    assert tell(NOTHING, NOTHING, None, MONDAY) is None


def test_thanks_are_said_once_when_all_is_mended_and_again_after_the_next_list() -> None:
    first = told(mending(2))
    thanks = told(NOTHING, last=first)
    assert (thanks.thanks, thanks.own.total) == (True, 0)
    assert tell(NOTHING, NOTHING, thanks, NEXT + timedelta(days=7)) is None
    later = tell(mending(1), NOTHING, thanks, NEXT + timedelta(days=7))
    assert later is not None
    assert not later.thanks
    again = tell(NOTHING, NOTHING, later, NEXT + timedelta(days=14))
    assert again is not None
    assert again.thanks


def test_mending_all_of_ones_own_earns_thanks_though_a_leavers_records_are_left() -> None:
    first = told(mending(2), mending(3, "h"))
    second = told(NOTHING, mending(3, "h"), first)
    assert (second.thanks, second.handed.total) == (True, 3)
    third = tell(NOTHING, mending(3, "h"), second, NEXT + timedelta(days=7))
    assert third is not None
    assert not third.thanks


def test_where_not_all_can_be_listed_nobody_is_thanked() -> None:
    unlisted = fix_list(CHECKS, KNOWN, (), beyond={"step": 4})
    made = told(unlisted, last=told(mending(2)))
    assert (made.thanks, made.own.beyond) == (False, {"step": 4})


def test_nothing_is_told_twice_of_what_was_checked_once() -> None:
    first = told(mending(2))
    assert tell(mending(2), NOTHING, first, MONDAY) is None
    assert tell(NOTHING, NOTHING, first, WEEK_AGO) is None


def test_what_is_not_available_stays_so() -> None:
    made = told(fix_list(CHECKS, {}, [Seen("step", "a", "7")]))
    assert (made.own.new, made.own.mended, made.own.since, made.own.unknown) == (None, None, None, ("step",))
    assert from_json(to_json(made)) == made


@given(seen, sinces, st.integers(0, 5))
def test_what_is_stored_is_what_was_told_and_no_more_than_ten_records(
    found: list[Seen], since: dict[str, datetime | None], beyond: int
) -> None:
    own = fix_list(CHECKS, since, found, beyond={"amount": beyond})
    made = tell(own, mending(5, "h"), None, MONDAY)
    assert made is not None
    assert from_json(json.loads(json.dumps(to_json(made)))) == made
    assert len(made.own.records) + len(made.handed.records) <= MOST
    assert len(made.own.records) == min(len(own.lines), MOST - LEAST_HANDED)
    assert [one.id for one in made.own.records] == [line.id for line in own.lines[: len(made.own.records)]]


@pytest.mark.parametrize("broken", [{}, {"as_of": "x"}, {**to_json(told(mending(1))), "own": {}}])
def test_what_is_no_stored_list_is_refused(broken: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="no stored fix list"):
        from_json(broken)


def test_a_stored_amount_keeps_its_cents() -> None:
    made = told(fix_list(CHECKS, KNOWN, [Seen("step", "a", "7", amount=Decimal("10.50"))]))
    assert str(from_json(json.loads(json.dumps(to_json(made)))).own.records[0].amount) == "10.50"
