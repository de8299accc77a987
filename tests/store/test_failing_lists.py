"""What fails now and failed a week before, by owner: complete lists only, and records where they are now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

from monitor.quality.outcome import FailingRecord, FailingRecords, Status
from monitor.store.failing_lists import KeptList
from monitor.store.state import State
from tests.store.world import CHECK, OVER_CAP, day, outcome, owners, run

WEEK = timedelta(days=6)


def of(**owned: str) -> FailingRecords:
    """Failing records by their keys, and whose they are."""
    made = (FailingRecord(key, owner, day(0), "2", Decimal(5)) for key, owner in owned.items())
    return FailingRecords(tuple(made))


def seen(state: State, people: set[str] | None = None) -> KeptList:
    [found] = state.failing_lists.now_and_then([CHECK.id], people, WEEK)
    return found


def marks(found: KeptList) -> Mapping[str, tuple[str, bool, bool]]:
    return {one.key: (one.owner, one.now, one.then) for one in found.records}


def test_the_newest_run_is_compared_with_the_newest_that_is_a_week_older(state: State) -> None:
    run(state, outcome(of(old="1")), 0)
    run(state, outcome(of(a="1", b="1")), 1)
    run(state, outcome(of(b="1", c="1", brief="1")), 4)
    run(state, outcome(of(b="1", c="1")), 7)
    found = seen(state)
    assert (found.seen, found.since, found.complete) == (day(7), day(1), True)
    assert marks(found) == {"a": ("1", False, True), "b": ("1", True, True), "c": ("1", True, False)}
    assert found.records[0].amount == Decimal(5)
    assert found.records[0].created_at == day(0)


def test_in_the_first_week_there_is_nothing_to_compare_with(state: State) -> None:
    run(state, outcome(of(a="1")), 0)
    run(state, outcome(of(a="1", b="1")), 5)
    found = seen(state)
    assert (found.since, marks(found)) == (None, {"a": ("1", True, False), "b": ("1", True, False)})


def test_owners_are_those_of_now_and_a_record_that_was_handed_over_is_mended_for_nobody(state: State) -> None:
    run(state, outcome(of(a="1", b="1", c="2")), 0)
    run(state, outcome(of(c="2")), 3)  # a and b were mended in between
    run(state, outcome(of(a="2", b="1", c="1")), 7)
    assert marks(seen(state, {"1"})) == {"b": ("1", True, True), "c": ("1", True, True)}
    assert marks(seen(state, {"2"})) == {"a": ("2", True, True)}
    assert marks(seen(state, {"1", "2"})) == marks(seen(state))


def test_a_list_over_the_cap_has_counts_instead_of_records(state: State) -> None:
    run(state, outcome(of(a="1", b="2")), 0)
    parts = owners(("1", 50, 9, None), ("2", 50, 0, None), (None, 5, 4, None))
    run(state, outcome(OVER_CAP, unexpected=13, owners=parts), 7)
    found = seen(state)
    assert (found.complete, found.since) == (False, day(0))
    assert found.counts == {"1": 9, "": 4}
    assert marks(found) == {"a": ("1", False, True), "b": ("2", False, True)}
    assert seen(state, {"2"}).counts == {}


def test_a_list_that_was_over_the_cap_then_is_not_compared_and_says_who_had_any(state: State) -> None:
    run(state, outcome(of(a="1")), 0)
    parts = owners(("1", 50, 9, None), ("2", 50, 1, None))
    run(state, outcome(OVER_CAP, unexpected=10, owners=parts), 1)
    run(state, outcome(of(a="1")), 8)
    found = seen(state, {"2", "3"})
    assert (found.since, found.had, found.records) == (None, {"2": 1}, ())


def test_a_run_without_a_verdict_leaves_the_list_as_it_was(state: State) -> None:
    run(state, outcome(of(a="1")), 0)
    run(state, outcome(FailingRecords(), status=Status.ERROR, reason="gone"), 7)
    assert (seen(state).seen, marks(seen(state))) == (day(0), {"a": ("1", True, False)})


def test_many_people_are_read_at_once_and_checks_that_nobody_asked_for_are_left_out(state: State) -> None:
    run(state, outcome(of(a="1", b="2")), 0)
    many = {str(number) for number in range(2, 900)}
    assert marks(seen(state, many)) == {"b": ("2", True, False)}
    assert state.failing_lists.now_and_then([], None, WEEK) == []


def test_it_is_known_who_has_anything_to_mend(state: State) -> None:
    run(state, outcome(of(a="1"), owners=owners(("1", 5, 2, None), ("2", 5, 0, None), (None, 5, 3, None))), 0)
    assert state.failing_lists.owners([CHECK.id]) == {"1"}
    assert state.failing_lists.owners([]) == frozenset()
