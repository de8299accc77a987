"""What a run stores, and what is new and fixed."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from monitor.crm.source import Directory, Team
from monitor.quality.outcome import FailingRecords, Selection, Status
from monitor.store.state import State
from tests.store.world import CHECK, CLOCK, DIRECTORY, OVER_CAP, day, outcome, owners, records, result, run


def test_an_outcome_comes_back_as_it_was_stored(state: State) -> None:
    parts = owners(("1", 50, 2, "0.10"), ("3", 30, 1, "0.20"), (None, 20, 0, None))
    seen = outcome(records("a", "b", "c"), owners=parts, amount=Decimal("12345678901234567890.123456789"), accepted=4)
    run_id = run(state, seen, 0)
    [stored] = state.results.of_run(run_id)
    assert (stored.check_id, stored.entity, stored.status, stored.severity) == (
        CHECK.id,
        "opportunities",
        Status.FAIL,
        "critical",
    )
    assert (stored.rows, stored.unexpected, stored.accepted) == (100, 3, 4)
    assert stored.amount == Decimal("12345678901234567890.123456789")
    assert state.results.owner_parts(run_id, CHECK.id) == sorted(parts, key=lambda part: -part.unexpected)


def test_team_sums_are_exact_and_nobodys_records_have_no_team(state: State) -> None:
    seen = outcome(
        records("a"), owners=owners(("1", 5, 1, "0.1"), ("2", 5, 2, "0.2"), ("3", 9, 0, None), (None, 1, 1, "5"))
    )
    run_id = run(state, seen, 0)
    found = {
        part.key: (part.name, part.rows, part.unexpected, part.amount)
        for part in state.results.team_parts(run_id, CHECK.id)
    }
    assert found == {"n": ("Nord", 10, 3, Decimal("0.3")), "s": ("Syd", 9, 0, None), "": ("", 1, 1, Decimal(5))}


def test_a_renamed_team_keeps_its_history_under_its_new_name(state: State) -> None:
    seen = outcome(records("a"), owners=owners(("1", 5, 1, None)))
    first = run(state, seen, 0)
    renamed = Directory(DIRECTORY.people, {"n": Team("n", "North", 2)})
    second = state.runs.start("test", day(1))
    state.results.save_entity(second, "opportunities", result(seen), renamed, day(1))
    assert [part.name for part in state.results.team_parts(first, CHECK.id)] == ["North"]


def test_the_first_complete_list_has_nothing_to_compare_with(state: State) -> None:
    run_id = run(state, outcome(records("a", "b")), 0)
    [stored] = state.results.of_run(run_id)
    assert (stored.new, stored.fixed) == (None, None)
    assert state.failing.compared(CHECK.id, run_id) is None


def test_new_and_fixed_are_told_between_complete_lists(state: State) -> None:
    first = run(state, outcome(records("a", "b")), 0)
    second = run(state, outcome(records("b", "c", "d")), 1)
    [stored] = state.results.of_run(second)
    assert (stored.new, stored.fixed, stored.base_run_id) == (2, 1, first)
    compared = state.failing.compared(CHECK.id, second)
    assert compared is not None
    assert {record.key for record in compared.new} == {"c", "d"}
    assert {record.key for record in compared.fixed} == {"a"}
    assert compared.since == CLOCK
    assert compared.new[0] == records("c").records[0]


def test_a_list_over_the_cap_is_never_compared(state: State) -> None:
    first = run(state, outcome(records("a", "b")), 0)
    second = run(state, outcome(OVER_CAP, unexpected=99), 1)
    assert [(one.new, one.fixed) for one in state.results.of_run(second)] == [(None, None)]
    assert state.failing.at(CHECK.id, second) is None
    third = run(state, outcome(records("b", "z")), 2)
    [stored] = state.results.of_run(third)
    assert (stored.new, stored.fixed, stored.base_run_id) == (1, 1, first)
    assert state.failing.compared(CHECK.id, third, base_run_id=second) is None


def test_an_unexpected_count_without_its_records_is_no_complete_list(state: State) -> None:
    run(state, outcome(records("a")), 0)
    second = run(state, outcome(FailingRecords(), unexpected=7), 1)
    assert [(one.new, one.complete) for one in state.results.of_run(second)] == [(None, False)]


def test_an_error_leaves_the_kept_list_as_it_was(state: State) -> None:
    run(state, outcome(records("a", "b")), 0)
    run(state, outcome(FailingRecords(), status=Status.ERROR), 1)
    third = run(state, outcome(records("a", "b", "c")), 2)
    [stored] = state.results.of_run(third)
    assert (stored.new, stored.fixed) == (1, 0)


@pytest.mark.parametrize("how", [{"selection": Selection(owners=frozenset("1"))}, {"replay": True, "as_of": day(-9)}])
def test_a_filtered_run_or_a_replay_compares_nothing_and_changes_no_list(state: State, how: dict[str, Any]) -> None:
    first = run(state, outcome(records("a", "b")), 0)
    aside = run(state, outcome(records("b")), 1, **how)
    assert [(one.new, one.fixed) for one in state.results.of_run(aside)] == [(None, None)]
    third = run(state, outcome(records("a", "b", "c")), 2)
    [stored] = state.results.of_run(third)
    assert (stored.new, stored.fixed, stored.base_run_id) == (1, 0, first)
    assert state.results.previous(before=third)[CHECK.id].run_id == first
    assert len(state.results.earlier_facts("opportunities")) == 2


def test_what_a_run_saw_that_died_before_it_closed_is_still_new_for_the_next_one(state: State) -> None:
    first = run(state, outcome(records("a")), 0)
    died = state.runs.start("test", day(1))
    state.results.save_entity(died, "opportunities", result(outcome(records("a", "b"))), DIRECTORY, day(1))
    third = run(state, outcome(records("a", "b")), 2)
    compared = state.failing.compared(CHECK.id, third)
    assert compared is not None
    assert (compared.base_run_id, [record.key for record in compared.new]) == (first, ["b"])


def test_a_record_that_failed_was_mended_and_fails_again_is_new_again(state: State) -> None:
    first = run(state, outcome(records("a")), 0)
    run(state, outcome(records(), status=Status.PASS), 1)
    third = run(state, outcome(records("a")), 2)
    assert [one.new for one in state.results.of_run(third)] == [1]
    against_first = state.failing.compared(CHECK.id, third, base_run_id=first)
    assert against_first is not None
    assert (against_first.new, against_first.fixed) == ((), ())


def test_facts_come_back_newest_first_and_only_with_owners_when_asked(state: State) -> None:
    for number in range(3):
        run_id = state.runs.start("test", day(number))
        state.results.save_entity(run_id, "opportunities", result(rows=number), DIRECTORY, day(number))
    found = state.results.earlier_facts("opportunities", 2)
    assert [facts.rows for facts in found] == [2, 1]
    assert found[0].columns == {"crm_lead.id": "INTEGER"}
    assert found[0].newest == CLOCK
    assert not found[0].owners
    assert state.results.earlier_facts("opportunities", 1, owners=True)[0].owners == {"1": 60, None: 40}


def test_a_thousand_failing_records_are_within_every_limit_on_variables(state: State) -> None:
    run(state, outcome(records(*(f"k{number}" for number in range(1000)))), 0)
    second = run(state, outcome(records(*(f"k{number}" for number in range(1000, 2000)))), 1)
    assert [(one.new, one.fixed) for one in state.results.of_run(second)] == [(1000, 1000)]


def test_a_run_that_ends_after_a_later_one_leaves_the_later_ones_list(state: State) -> None:
    first = run(state, outcome(records("a")), 0)
    late = state.runs.start("test", day(1))
    third = run(state, outcome(records("a", "b")), 2)
    state.results.save_entity(late, "opportunities", result(outcome(records("c"))), DIRECTORY, day(2))
    state.runs.close(late, (), day(2))
    assert [(one.new, one.complete) for one in state.results.of_run(late)] == [(None, False)]
    assert state.results.previous()[CHECK.id].run_id == third
    compared = state.failing.compared(CHECK.id, third)
    assert compared is not None
    assert (compared.base_run_id, [record.key for record in compared.new]) == (first, ["b"])


def test_a_run_that_counts_is_compared_with_the_last_that_counted(state: State) -> None:
    first = run(state, outcome(records("a")), 0)
    look = run(state, outcome(records("a", "b")), 1, counts=False)
    third = run(state, outcome(records("a", "b")), 2)
    assert [one.base_run_id for number in (look, third) for one in state.results.of_run(number)] == [first, first]
    assert state.results.previous(third, counted=True)[CHECK.id].run_id == first
    again = run(state, outcome(records("a", "b")), 3, counts=False)
    assert [one.base_run_id for one in state.results.of_run(again)] == [third]


def test_a_kept_record_says_when_it_was_taken_over_and_whether_a_newer_one_is_the_same(state: State) -> None:
    kept = [replace(one, handed_at=day(-3), older=True) for one in records("a").records]
    number = run(state, outcome(FailingRecords(tuple(kept))), 0)
    assert state.failing.at(CHECK.id, number) == tuple(kept)
