"""Holding on to the lead: taken when it is free, lost when it cannot be renewed, given back at the end."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from monitor.service.leading import Leadership
from monitor.store.processes import utc_now
from monitor.store.state import State
from tests.acceptance.serving import until

TERM = timedelta(seconds=0.6)


class Host:
    """A process that tries to lead."""

    def __init__(self, folder: Path) -> None:
        self.well, self.changes = True, 0
        self._url = f"sqlite:///{folder}/monitor.db"
        self.leadership = Leadership(self._connect, TERM, lambda: self.well, self._changed)

    def _connect(self) -> State:
        return State.open(self._url, clock=utc_now)

    def _changed(self) -> None:
        self.changes += 1

    @property
    def leads(self) -> bool:
        return self.leadership.lease is not None


@contextmanager
def hosts(folder: Path, count: int) -> Iterator[list[Host]]:
    made = [Host(folder) for _ in range(count)]
    for one in made:
        one.leadership.start()
        until(lambda: any(each.leads for each in made), 10, "a leader")
    try:
        yield made
    finally:
        for one in made:
            one.leadership.stop()


def test_one_leads_and_goes_on_leading(tmp_path: Path) -> None:
    with hosts(tmp_path, 2) as (first, second):
        assert first.leads
        term = first.leadership.lease
        assert term is not None
        threading.Event().wait(TERM.total_seconds() * 2)
        assert (first.leads, second.leads) == (True, False)
        assert first.leadership.lease is not None
        assert first.leadership.lease.term == term.term
        assert (first.changes, second.changes) == (1, 0)


def test_who_is_not_well_does_not_renew_it_and_another_follows(tmp_path: Path) -> None:
    with hosts(tmp_path, 2) as (first, second):
        first.well = False
        until(lambda: second.leads, 10, "the second")
        assert not first.leads
        first.well = True
        until(lambda: first.changes == 2, 10, "the first notices")
        assert first.leadership.losses == 1
        assert second.leads


def test_who_stops_lets_another_lead_at_once(tmp_path: Path) -> None:
    with hosts(tmp_path, 1) as (first,):
        first.leadership.stop()
        assert not first.leads
        with State.open(f"sqlite:///{tmp_path}/monitor.db", clock=utc_now) as state:
            assert state.leases.take("another") is not None


def test_a_state_that_cannot_be_reached_is_said_and_tried_again(tmp_path: Path) -> None:
    (tmp_path / "monitor.db").mkdir()
    host = Host(tmp_path)
    host.leadership.start()
    until(lambda: host.leadership.problem, 10, "a problem")
    assert "monitor.db" in host.leadership.problem
    (tmp_path / "monitor.db").rmdir()
    until(lambda: host.leads, 10, "it leads")
    assert host.leadership.problem == ""
    host.leadership.stop()
