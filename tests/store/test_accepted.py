"""Single records that somebody accepted."""

from __future__ import annotations

from monitor.store.accepted import AcceptedRecord
from monitor.store.state import State
from tests.store.world import CHECK, CLOCK, day, outcome, records, run


def _accept(key: str, until: int | None = None, reason: str = "a subsidiary") -> AcceptedRecord:
    return AcceptedRecord(CHECK.id, key, reason, "ops", CLOCK, day(until) if until is not None else None)


def test_an_acceptance_ends_on_its_day(state: State) -> None:
    state.accepted.add(_accept("a", until=5), "opportunities")
    state.accepted.add(_accept("b"))
    assert state.accepted.keys(day(4)) == {CHECK.id: frozenset({"a", "b"})}
    assert state.accepted.keys(day(5)) == {CHECK.id: frozenset({"b"})}
    assert state.accepted.expire(day(5)) == 1
    assert [record.key for record in state.accepted.list(day(0))] == ["b"]


def test_accepting_again_replaces_reason_and_end(state: State) -> None:
    state.accepted.add(_accept("a", until=5))
    state.accepted.add(_accept("a", reason="a sister company"))
    [record] = state.accepted.list(day(9), CHECK.id)
    assert (record.reason, record.until) == ("a sister company", None)


def test_an_acceptance_can_be_taken_back(state: State) -> None:
    state.accepted.add(_accept("a"))
    assert state.accepted.remove(CHECK.id, "a")
    assert not state.accepted.remove(CHECK.id, "a")
    assert not state.accepted.remove("unheard-of", "a")
    assert state.accepted.keys(day(0)) == {}


def test_a_check_that_was_named_before_it_ran_learns_its_entity(state: State) -> None:
    state.accepted.add(_accept("a"))
    run_id = run(state, outcome(records("b")), 0)
    assert [stored.entity for stored in state.results.of_run(run_id)] == ["opportunities"]
