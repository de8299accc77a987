"""Where what is stored of people's use was read from: another CRM, map or zone makes it void."""

from __future__ import annotations

from monitor.store.state import State
from tests.store.use import CALLS, FIRST, TOUCHES, Source, on, read

SOURCE: Source = {("1", 0): 2, ("1", 1): 1, ("2", 1): 5}


def _calls(state: State) -> dict[tuple[str, int], int]:
    rows = state.activity.activities(on(0), on(9))
    return {(row.user, (row.day - FIRST).days): row.count for row in rows if row.measure == "calls"}


def test_what_was_read_by_another_map_goes_and_is_read_from_the_start(state: State) -> None:
    old, new = {"activities": "owner_id", "accounts": "x"}, {"activities": "created_by", "accounts": "x"}
    declared = (CALLS, TOUCHES)
    reading = read(0, 3, {"calls": SOURCE, "touches": SOURCE}, measures=declared)
    state.activity.save(reading, declared, read_from=old)
    assert state.activity.read_to(declared, read_from=old) == on(3)
    assert state.activity.read_to(declared, read_from=new) is None
    assert state.activity.same_meaning(declared, read_from=new) == {"touches"}
    again = read(0, 3, {"calls": {("9", 2): 1}, "touches": {("1", 0): 1}}, measures=declared)
    state.activity.save(again, declared, read_from=new)
    assert _calls(state) == {("9", 2): 1}
