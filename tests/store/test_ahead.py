"""Runs that are recorded for times still to come are forgotten only where it is known whose clock is wrong."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from monitor.store import ledger
from monitor.store.ahead import Ahead, settle_ahead
from monitor.store.ledger import How
from monitor.store.processes import utc_now
from monitor.store.state import State

DAY = timedelta(days=1)


@pytest.fixture
def tomorrow(state: State) -> datetime:
    """A run is recorded for then, one for yesterday, and one goes on for the day after."""
    now = utc_now()
    assert len(state.ledger.miss("records", {now - DAY: "nothing ran", now + DAY: "nothing ran"})) == 2
    assert state.ledger.claim("records", now + 2 * DAY, How.SCHEDULE)
    return now + DAY


def test_what_a_clock_recorded_that_was_put_right_is_forgotten_when_it_is_over(
    state: State, tomorrow: datetime
) -> None:
    assert settle_ahead(state.database, utc_now, put_right=True) == Ahead(1, running=1, forgotten=True)
    assert state.ledger.recorded("records", tomorrow - 3 * DAY) == {tomorrow - 2 * DAY, tomorrow + DAY}
    assert settle_ahead(state.database, utc_now, put_right=True) == Ahead(1, running=1)
    [run] = [one for one in [state.ledger.get("records", tomorrow + DAY)] if one is not None]
    with state.database.write() as connection:
        assert ledger.finish(connection, run, utc_now(), 0)
    assert settle_ahead(state.database, utc_now, put_right=True) == Ahead(1, forgotten=True)
    assert settle_ahead(state.database, utc_now, put_right=True) == Ahead(0)


def test_whose_clock_is_wrong_a_server_says_and_a_file_does_not(state: State, tomorrow: datetime) -> None:
    server = not state.database.sqlite
    found = settle_ahead(state.database, utc_now, put_right=False)
    assert (found.forgotten, found.running) == (server, 1 if server else 0)
    assert (state.ledger.get("records", tomorrow) is None) is server


def test_a_clock_that_is_behind_makes_nobody_do_again_what_was_done(state: State) -> None:
    now = utc_now()
    assert state.ledger.miss("records", {now - timedelta(hours=1): "nothing ran"})
    for put_right in (False, *([] if state.database.sqlite else [True])):  # a server knows better
        assert settle_ahead(state.database, lambda: utc_now() - DAY, put_right=put_right) == Ahead(1)
    assert state.ledger.get("records", now - timedelta(hours=1)) is not None


def test_a_server_whose_clock_fell_back_with_this_one_s_is_no_witness(state: State, tomorrow: datetime) -> None:
    asked: list[datetime] = []

    def witness(server: datetime) -> bool:
        asked.append(server)
        return False

    assert settle_ahead(state.database, utc_now, put_right=False, witness=witness) == Ahead(2)
    assert state.ledger.get("records", tomorrow) is not None
    assert len(asked) == (0 if state.database.sqlite else 1)
