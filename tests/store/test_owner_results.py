"""Of each check its own newest look: an entity may be looked at more often than the others."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from monitor.quality.outcome import Status
from monitor.store.owner_results import OwnerResults, by_run
from monitor.store.state import State
from tests.store.world import DIRECTORY, day, outcome, records, result

DEALS = outcome(records("a"))
LEADS = replace(outcome(records("b")), check=replace(DEALS.check, id="leads", entity="leads"))


def looked(
    state: State, at: datetime, *entities: str, status: Status = Status.FAIL, as_of: datetime | None = None
) -> int:
    number = state.runs.start("test", at, as_of=as_of)
    for entity in entities:
        found = result(replace(DEALS if entity == "opportunities" else LEADS, status=status))
        assert found.facts is not None
        of = replace(found, facts=replace(found.facts, entity=entity))
        state.results.save_entity(number, entity, of, DIRECTORY, at)
    state.runs.close(number, [], at)
    return number


def test_of_each_check_the_newest_look_counts(state: State) -> None:
    whole = looked(state, day(0), "opportunities", "leads")
    part = looked(state, day(2), "opportunities")
    stored, both = OwnerResults(state.database), {DEALS.check.id, "leads"}
    assert stored.looks(both, day(0), day(1)) == {DEALS.check.id: whole, "leads": whole}
    assert stored.looks({"leads"}, day(0), day(1)) == {"leads": whole}
    newest = stored.looks(both, day(0), day(3))
    assert newest == {DEALS.check.id: part, "leads": whole}
    assert by_run(newest) == {part: {DEALS.check.id}, whole: {"leads"}}
    assert stored.seen_at(day(3)) == day(2)
    assert stored.seen_by({whole, part}) == {whole: day(0), part: day(2)}
    assert stored.looks(both, day(1), day(3)) == {DEALS.check.id: part}
    assert stored.looks(both, day(5), day(6)) == {}
    assert stored.of(newest) == {**stored.of_run(whole), **stored.of_run(part)}


@pytest.mark.parametrize("status", [Status.ERROR, Status.SKIPPED, Status.NO_DATA])
def test_a_look_without_a_result_hides_none_unless_it_is_asked_for(state: State, status: Status) -> None:
    told = looked(state, day(0), "opportunities")
    silent = looked(state, day(1), "opportunities", status=status)
    stored, check = OwnerResults(state.database), DEALS.check.id
    assert stored.looks({check}, day(0), day(2)) == {check: told}
    assert stored.looks({check}, day(0), day(2), [Status.FAIL, status]) == {check: silent}


def test_a_run_sees_no_later_than_it_begins(state: State) -> None:
    """As of the end of a day that is not over."""
    early = looked(state, day(0), "opportunities", as_of=day(0) + timedelta(hours=12))
    late = looked(state, day(0) + timedelta(hours=6), "opportunities")
    stored, check = OwnerResults(state.database), DEALS.check.id
    assert stored.looks({check}, day(-1), day(1)) == {check: late}
    assert stored.seen_by({early}) == {early: day(0)}
