"""A copy of one person's data holds all of that person's, and nothing of anybody else's."""

from __future__ import annotations

from pathlib import Path

from monitor.digest.redact import mentions, own_copy_json
from monitor.privacy.export import TABLES
from monitor.store.state import State
from tests.store.world import CLOCK, outcome, owners, records, run


def test_the_copy_has_a_name_for_every_table_that_the_store_hands_out(tmp_path: Path) -> None:
    with State.open(f"sqlite:///{tmp_path / 'state.db'}") as state:
        found = state.keeping.export("1", lambda snapshot: mentions(snapshot, "1"), own_copy_json)
    assert found.keys() - {"user", "looks"} == TABLES.keys()


def test_somebody_unknown_is_not_handed_the_records_that_have_no_owner(tmp_path: Path) -> None:
    with State.open(f"sqlite:///{tmp_path / 'state.db'}") as state:
        seen = outcome(records("a", "b"), owners=owners(("1", 50, 1, None), (None, 50, 1, None)))
        run(state, seen, 1)
        assert state.keeping.export("1", lambda _: False, own_copy_json)["failing_records"]
        state.keeping.forget("1", lambda snapshot: snapshot, CLOCK)
        for user in ("1", "nobody"):
            found = state.keeping.export(user, lambda _: False, own_copy_json)
            assert {name: rows for name, rows in found.items() if name != "user" and rows} == {}
