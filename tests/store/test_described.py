"""The state knows what its checks are called."""

from __future__ import annotations

from dataclasses import replace

from monitor.quality.check import Check
from monitor.store.accepted import AcceptedRecord
from monitor.store.described import DescribedCheck
from monitor.store.state import State
from tests.store import world

CHECK = replace(world.CHECK, title="Offers without amount", why="the forecast is too low", fix="enter the amount")


def _run(state: State, number: int, check: Check) -> None:
    world.run(state, replace(world.outcome(world.records("a")), check=check), number)


def test_a_check_that_ran_is_known_in_its_suites_words(state: State) -> None:
    _run(state, 1, CHECK)
    assert state.described.titles() == {CHECK.id: "Offers without amount"}
    found = state.described.get(CHECK.id)
    assert found == DescribedCheck(CHECK.id, "Offers without amount", "the forecast is too low", "enter the amount")


def test_new_words_of_a_suite_are_known_after_the_next_run(state: State) -> None:
    _run(state, 1, CHECK)
    _run(state, 2, replace(CHECK, title="Offers that say no amount", fix=""))
    found = state.described.get(CHECK.id)
    assert found == DescribedCheck(CHECK.id, "Offers that say no amount", "the forecast is too low", "")


def test_accepting_a_record_leaves_the_checks_words_as_they_are(state: State) -> None:
    _run(state, 1, CHECK)
    state.accepted.add(AcceptedRecord(CHECK.id, "a", "agreed", "me", world.CLOCK), CHECK.entity)
    assert state.described.titles() == {CHECK.id: "Offers without amount"}


def test_a_check_that_was_only_named_has_no_words_yet(state: State) -> None:
    state.accepted.add(AcceptedRecord(CHECK.id, "a", "agreed", "me", world.CLOCK), CHECK.entity)
    assert state.described.titles() == {}
    assert state.described.get(CHECK.id) == DescribedCheck(CHECK.id)
    assert state.described.get("no-such-check") is None
    _run(state, 1, CHECK)
    assert state.described.titles() == {CHECK.id: "Offers without amount"}
