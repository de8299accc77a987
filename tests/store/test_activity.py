"""People's use in the state: windows overlap, sources are pruned, definitions change, and nothing is counted twice."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, time
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.activity.facts import Activity, Lag, NewRecords, Reading, Standing, Wins
from monitor.activity.measure import Availability
from monitor.store.retention import Redacting, Retention
from monitor.store.state import State
from monitor.store.write_activity import READ_AGAIN
from tests.store.use import ALL, CALLS, EMAILS, TOUCHES, Source, on, read, window

NOW = datetime.combine(on(30), time(12), UTC)
NO_DIGESTS = Redacting(lambda data: data, lambda data: data, lambda _: False)
SOURCE: Source = {("1", 0): 2, ("1", 1): 1, ("2", 1): 5, ("", 1): 3}


def _stored(state: State, measure: str = "calls") -> dict[tuple[str, int], int]:
    rows = state.activity.activities(on(-500), on(500))
    return {(row.user, (row.day - on(0)).days): row.count for row in rows if row.measure == measure}


def test_what_was_read_is_what_is_told(state: State) -> None:
    reading = Reading(
        window(0, 6),
        read(0, 6, {"calls": SOURCE}).activities,
        (Lag("1", on(1), "calls", 3, 2), Lag("1", on(1), "calls", 0, 7)),
        (NewRecords("1", on(2), "accounts", 2, 10, 7), NewRecords("1", on(2), "contacts", 1, 4, 4)),
        (Wins("2", on(3), 3, 1),),
        (Standing("2", on(6), 9, Decimal("1200.50"), 4, Decimal("300.25")),),
        read(0, 6, {"calls": SOURCE}).measures,
    )
    state.activity.save(reading, ALL)
    assert sorted(state.activity.activities(on(0), on(6)), key=repr) == sorted(reading.activities, key=repr)
    assert sorted(state.activity.lags(on(0), on(6)), key=repr) == sorted(reading.lags, key=repr)
    assert tuple(state.activity.new_records(on(0), on(6))) == reading.new_records
    assert tuple(state.activity.wins(on(3), on(3))) == reading.wins
    assert tuple(state.activity.standing(on(6))) == reading.standing
    assert state.activity.standing(on(5)) == []
    assert dict(state.activity.measures()) == dict(reading.measures)
    assert state.activity.first_days() == {"1": on(0), "2": on(1)}
    assert state.activity.last_days() == {"1": on(1), "2": on(1)}


def test_late_entries_are_added_and_deleted_ones_are_gone(state: State) -> None:
    state.activity.save(read(0, 3, {"calls": {("1", 0): 2, ("1", 2): 1}}), ALL)
    state.activity.save(read(1, 5, {"calls": {("1", 0): 2, ("1", 1): 4}}), ALL)
    assert _stored(state) == {("1", 0): 2, ("1", 1): 4}


def test_days_before_the_oldest_row_of_a_source_are_kept(state: State) -> None:
    state.activity.save(read(0, 3, {"calls": {("1", 0): 2, ("1", 1): 1, ("1", 3): 1}}), ALL)
    state.activity.save(read(0, 5, {"calls": {("1", 3): 4}}), ALL)
    assert _stored(state) == {("1", 0): 2, ("1", 1): 1, ("1", 3): 4}


def test_a_source_that_is_empty_takes_nothing_away(state: State) -> None:
    state.activity.save(read(0, 3, {"calls": SOURCE}), ALL)
    state.activity.save(read(0, 5, {}), ALL)
    assert _stored(state) == SOURCE


def test_a_measure_that_is_not_available_is_left_as_it_is(state: State) -> None:
    state.activity.save(read(0, 3, {"calls": SOURCE}), ALL)
    state.activity.save(read(0, 5, {"calls": {("1", 0): 1}}, availability=Availability.NONE), ALL)
    assert _stored(state) == SOURCE
    assert state.activity.measures()["calls"].availability is Availability.NONE


def test_new_records_wins_and_standing_that_cannot_be_told_are_left_as_they_are(state: State) -> None:
    rows = Reading(
        window(0, 3),
        new_records=(NewRecords("1", on(2), "accounts", 2, 10, 7),),
        wins=(Wins("2", on(3), 3, 1),),
        standing=(Standing("2", on(3), 9, Decimal(1), 4, Decimal(1)),),
    )
    state.activity.save(rows, ALL)
    nothing = Reading(window(0, 3), standing_reason="x", wins_reason="x", new_records_reason="x")
    state.activity.save(nothing, ALL)
    assert tuple(state.activity.wins(on(0), on(3))) == rows.wins
    assert tuple(state.activity.new_records(on(0), on(3))) == rows.new_records
    assert tuple(state.activity.standing(on(3))) == rows.standing
    state.activity.save(Reading(window(0, 3)), ALL)
    assert not state.activity.wins(on(0), on(3))
    assert not state.activity.new_records(on(0), on(3))
    assert not state.activity.standing(on(3))


@pytest.mark.parametrize("measure", [EMAILS, TOUCHES])
def test_reading_again_never_lowers_what_a_source_has_lost_since(state: State, measure: object) -> None:
    name = measure.name  # type: ignore[attr-defined]
    state.activity.save(read(0, 5, {name: {("1", 0): 5, ("1", 4): 2, ("2", 3): 1}}), ALL)
    state.activity.save(read(0, 6, {name: {("1", 4): 1, ("2", 3): 3, ("2", 6): 1}}), ALL)
    assert _stored(state, name) == {("1", 0): 5, ("1", 4): 2, ("2", 3): 3, ("2", 6): 1}


def test_a_measure_whose_definition_changed_is_read_from_the_start_and_its_old_rows_go(state: State) -> None:
    assert state.activity.read_to(ALL) is None
    state.activity.save(read(0, 3, {"calls": SOURCE, "emails": SOURCE}), ALL)
    assert state.activity.read_to(ALL) == on(3)

    renamed = replace(CALLS, title="Telephone calls", area="deals", incomplete="not synced")
    assert state.activity.read_to((renamed, EMAILS)) == on(3)
    narrowed = replace(CALLS, where="kind = 'call'")
    assert state.activity.read_to((narrowed, EMAILS, TOUCHES)) is None
    assert state.activity.read_to((EMAILS, TOUCHES)) == on(3)

    declared = (narrowed, EMAILS, TOUCHES)
    state.activity.save(read(2, 4, {"emails": SOURCE, "calls": {("1", 3): 1}}, measures=declared), declared)
    assert _stored(state) == {("1", 3): 1}
    assert _stored(state, "emails") == SOURCE
    assert state.activity.complete_from() == on(2)


def test_a_measure_that_the_crm_has_not_holds_the_others_back_in_nothing(state: State) -> None:
    state.activity.save(read(0, 3, {"calls": SOURCE}, measures=(CALLS,)), ALL)
    state.activity.save(read(0, 3, {}, availability=Availability.NONE, measures=(EMAILS,)), ALL)
    assert state.activity.read_to((CALLS, EMAILS)) == on(3)
    assert not state.activity.appeared(read(2, 4, {}, availability=Availability.NONE, measures=(EMAILS,)))
    assert state.activity.appeared(read(2, 4, {"emails": SOURCE}, measures=(CALLS, EMAILS))) == {"emails"}


def test_a_measure_that_another_stands_in_for_holds_the_others_back_in_nothing(state: State) -> None:
    stand_in = replace(TOUCHES, unless="emails")
    declared = (CALLS, EMAILS, stand_in)
    state.activity.save(read(0, 3, {"calls": SOURCE, "touches": SOURCE}, measures=(CALLS, stand_in)), declared)
    assert state.activity.read_to(declared) == on(3)
    later = read(0, 4, {"calls": SOURCE, "emails": {("1", 1): 1}}, measures=(CALLS, EMAILS))
    assert state.activity.appeared(later) == {"emails"}

    state.activity.save(later, declared)
    assert _stored(state, "touches") == {("1", 0): 2}  # of later days the history of changes tells
    assert set(state.activity.measures()) == {"calls", "emails"}
    assert state.activity.read_to(declared) == on(4)


def test_other_checks_make_new_records_be_read_anew(state: State) -> None:
    rows = (NewRecords("1", on(2), "accounts", 2, 10, 7),)
    state.activity.save(replace(read(0, 3, {"calls": SOURCE}), new_records=rows), ALL, depends_on="5 checks")
    assert state.activity.read_to((CALLS,), depends_on="5 checks") == on(3)
    assert state.activity.read_to((CALLS,), depends_on="6 checks") is None
    state.activity.save(read(3, 4, {"calls": SOURCE}), ALL, depends_on="6 checks")
    assert not state.activity.new_records(on(0), on(3))


def test_where_no_person_may_be_stored_facts_are_those_of_teams(state: State) -> None:
    teams = {"1": "n", "2": "n", "3": "s"}
    state.activity.save(read(0, 3, {"calls": SOURCE}), ALL)
    assert state.activity.read_to(ALL, strict=True) is None
    more = {**SOURCE, ("3", 1): 1, ("9", 1): 4}
    reading = replace(read(0, 3, {"calls": more}), wins=(Wins("1", on(0), 1, 1), Wins("2", on(0), 2, 0)))
    state.activity.save(reading, ALL, teams=teams)
    assert _stored(state) == {("team:n", 0): 2, ("team:n", 1): 6, ("team:s", 1): 1, ("team:", 1): 7}
    assert state.activity.wins(on(0), on(0)) == [Wins("team:n", on(0), 3, 1)]
    assert state.activity.read_to(ALL, strict=True) == on(3)
    assert state.activity.read_to(ALL) is None


def test_days_are_complete_from_the_first_reading_on_unless_there_is_a_gap(state: State) -> None:
    assert state.activity.complete_from() is None
    for first, last, complete in [(10, 20, 10), (15, 30, 10), (5, 12, 5), (40, 50, 40), (0, 3, 40), (30, 39, 30)]:
        state.activity.save(read(first, last, {}), ALL)
        assert state.activity.complete_from() == on(complete)


@pytest.mark.parametrize("row", [Activity("1", on(9), "calls", "activities", 1), Lag("1", on(9), "calls", 1, 1)])
def test_a_row_outside_its_window_is_a_fault_of_the_reading(state: State, row: Activity | Lag) -> None:
    base = read(0, 3, {})
    wrong = replace(base, activities=(row,)) if isinstance(row, Activity) else replace(base, lags=(row,))
    with pytest.raises(ValueError, match="has a row of"):
        state.activity.save(wrong, ALL)
    assert state.activity.measures() == {}


@contextmanager
def _a_state() -> Iterator[State]:
    with tempfile.TemporaryDirectory() as folder, State.open(f"sqlite:///{Path(folder) / 'state.db'}") as state:
        yield state


_users = st.sampled_from(["", "1", "2", "3"])
_sources = st.dictionaries(st.tuples(_users, st.integers(0, 12)), st.integers(1, 9), max_size=12)
_windows = st.tuples(st.integers(0, 12), st.integers(0, 6)).map(lambda pair: (pair[0], pair[0] + pair[1]))


@settings(max_examples=settings().max_examples // 3, deadline=None)
@given(_sources, st.lists(_windows, min_size=1, max_size=5))
def test_overlapping_windows_over_an_unchanged_source_count_everything_once(
    source: Source, windows: list[tuple[int, int]]
) -> None:
    sources = dict.fromkeys(("calls", "emails", "touches"), source)
    with _a_state() as state:
        for first, last in windows:
            state.activity.save(read(first, last, sources), ALL)
        seen = {day for first, last in windows for day in range(first, last + 1)}
        direct = {key: count for key, count in source.items() if key[1] in seen}
        for name in sources:
            assert _stored(state, name) == direct
        before = state.activity.activities(on(0), on(99))
        state.activity.save(read(0, 18, sources), ALL)
        state.activity.save(read(0, 18, sources), ALL)
        assert _stored(state) == source
        assert sum(row.count for row in before) <= 3 * sum(source.values())


@settings(max_examples=settings().max_examples // 3, deadline=None)
@given(st.lists(st.tuples(_sources, _windows), min_size=2, max_size=5))
def test_whatever_is_lost_a_pruned_source_is_never_lowered(seen: list[tuple[Source, tuple[int, int]]]) -> None:
    with _a_state() as state:
        largest: dict[tuple[str, int], int] = {}
        for source, (first, last) in seen:
            state.activity.save(read(first, last, {"emails": source}), ALL)
            for key, count in source.items():
                if first <= key[1] <= last:
                    largest[key] = max(count, largest.get(key, 0))
            assert _stored(state, "emails") == largest


@settings(max_examples=settings().max_examples // 3, deadline=None)
@given(st.lists(st.tuples(_sources, _windows), min_size=2, max_size=5))
def test_a_source_that_grows_between_overlapping_readings_counts_each_row_of_every_kind_once(
    steps: list[tuple[Source, tuple[int, int]]],
) -> None:
    there: dict[tuple[str, int], int] = {}
    with _a_state() as state:
        told: dict[tuple[str, int], int] = {}
        for entered, (first, last) in steps:
            there = {key: there.get(key, 0) + entered.get(key, 0) for key in there.keys() | entered.keys()}
            within = {key: count for key, count in there.items() if first <= key[1] <= last}
            state.activity.save(_everything(there, within, first, last), ALL)
            told |= within
        by_hand = {(user, on(day)): count for (user, day), count in told.items()}
        assert _stored(state) == told
        assert {(one.user, one.day): one.count for one in state.activity.lags(on(0), on(99))} == {
            key: count for key, count in by_hand.items() if key[0]
        }
        assert {(one.user, one.day): one.records for one in state.activity.new_records(on(0), on(99))} == by_hand
        assert {(one.user, one.day): one.won for one in state.activity.wins(on(0), on(99))} == by_hand


def _everything(there: Source, within: Source, first: int, last: int) -> Reading:
    """A reading in which every row is a call that tells a lag, a new record and a win."""
    rows = [(user, on(day), count) for (user, day), count in within.items()]
    return replace(
        read(first, last, {"calls": there}),
        lags=tuple(Lag(user, day, "calls", 1, count) for user, day, count in rows if user),
        new_records=tuple(NewRecords(user, day, "accounts", count, 2 * count, count) for user, day, count in rows),
        wins=tuple(Wins(user, day, count, 0) for user, day, count in rows),
    )


def test_days_that_were_deleted_and_are_read_again_are_noted_until_they_are_deleted(state: State) -> None:
    state.activity.save(read(10, 20, {"calls": SOURCE}), ALL)
    state.keeping.prune(NOW, Retention(), NO_DIGESTS)
    assert state.keeping.pruned_by() == str(Retention())
    state.activity.save(read(15, 25, {"calls": SOURCE}), ALL)
    assert state.keeping.pruned_by() == str(Retention())
    state.activity.save(read(0, 25, {"calls": SOURCE}), ALL)
    assert state.keeping.pruned_by() == READ_AGAIN
    state.keeping.prune(NOW, Retention(), NO_DIGESTS)
    assert state.keeping.pruned_by() == str(Retention())
