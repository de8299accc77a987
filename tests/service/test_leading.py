"""Holding on to the lead: taken when it is free, lost when it cannot be renewed, given back at the end."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.service import leading
from monitor.service.leading import Leadership
from monitor.store.lease import Lease, Leases
from monitor.store.processes import process_of, utc_now
from monitor.store.state import State
from tests.acceptance.serving import until

TERM = timedelta(seconds=3)
"""Longer than a busy machine lets a thread wait: a host that misses its own term is another matter."""
SHORT = timedelta(seconds=0.6)


class Host:
    """A process that tries to lead."""

    def __init__(self, folder: Path) -> None:
        self.well, self.changes = True, 0
        self.held = threading.Event()
        """Cleared: it stands still before it asks the state."""
        self.held.set()
        self._url = f"sqlite:///{folder}/monitor.db"
        self.leadership = Leadership(self._connect, TERM, self._alive, self._changed)

    def _connect(self) -> State:
        return State.open(self._url, clock=utc_now)

    def _alive(self) -> bool:
        self.held.wait(60)
        return self.well

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
        until(lambda: any(each.leads for each in made), about="a leader")
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
        threading.Event().wait(TERM.total_seconds() * 1.5)
        assert (first.leads, second.leads) == (True, False)
        assert first.leadership.lease is not None
        assert first.leadership.lease.term == term.term
        assert (first.changes, second.changes) == (1, 0)


def test_who_waits_says_for_whom_and_both_know_who_leads(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    with hosts(tmp_path, 2) as (first, second):
        until(lambda: second.leadership.leader, about="it knows who leads")
        assert second.leadership.leader == first.leadership.leader
        assert f", process {os.getpid()}" in second.leadership.leader
        assert f"this process waits: {second.leadership.leader} leads" in caplog.text


def test_who_is_not_well_does_not_renew_it_and_another_follows(tmp_path: Path) -> None:
    with hosts(tmp_path, 2) as (first, second):
        first.well = False
        until(lambda: second.leads, about="the second")
        assert not first.leads
        first.well = True
        until(lambda: first.changes == 2, about="the first notices")
        assert first.leadership.losses == 1
        assert second.leads


def test_who_stops_lets_another_lead_at_once(tmp_path: Path) -> None:
    with hosts(tmp_path, 1) as (first,):
        first.leadership.stop()
        assert not first.leads
        with State.open(f"sqlite:///{tmp_path}/monitor.db", clock=utc_now) as state:
            assert state.leases.take("another") is not None


def test_a_state_that_cannot_be_reached_is_said_and_tried_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    (tmp_path / "monitor.db").mkdir()
    host = Host(tmp_path)
    host.leadership.start()
    until(lambda: host.leadership.problem, about="a problem")
    assert "monitor.db" in host.leadership.problem
    threading.Event().wait(1.5 * TERM.total_seconds())
    assert caplog.text.count(host.leadership.problem) == 1, "once, however often it is tried"
    (tmp_path / "monitor.db").rmdir()
    until(lambda: host.leads, about="it leads")
    assert host.leadership.problem == ""
    assert "the state can be asked again" in caplog.text
    host.leadership.stop()


def test_a_file_that_was_put_in_the_state_s_place_is_led_without_a_new_start(tmp_path: Path) -> None:
    with hosts(tmp_path, 1) as (host,):
        with State.open(f"sqlite:///{tmp_path}/restored.db", clock=utc_now) as restored:
            assert restored.leases.standing()[0] is None
        for name in ("monitor.db", "monitor.db-wal", "monitor.db-shm"):
            (tmp_path / name).rename(tmp_path / f"old-{name}")
        (tmp_path / "restored.db").rename(tmp_path / "monitor.db")
        until(lambda: host.leadership.losses, about="it notices")
        until(lambda: leader_of(tmp_path / "monitor.db"), about="it leads")
        until(lambda: host.leads, about="and knows it")


def test_a_file_that_was_removed_is_waited_for_and_not_made_anew(tmp_path: Path) -> None:
    """Whoever restores a backup removes the file first: one that is made in between would take its place."""
    with hosts(tmp_path, 1) as (host,):
        with State.open(f"sqlite:///{tmp_path}/monitor.db", clock=utc_now) as state:
            state.runs.start("test", utc_now())
            backup = f"{tmp_path}/backup.db"
            with state.database.engine.connect() as connection:
                connection.exec_driver_sql("COMMIT")
                connection.exec_driver_sql(f"VACUUM INTO '{backup}'")
        for name in ("monitor.db", "monitor.db-wal", "monitor.db-shm"):
            (tmp_path / name).unlink(missing_ok=True)
        until(lambda: host.leadership.losses == 1, about="it notices")
        until(lambda: "was removed" in host.leadership.problem, about="it says so")
        assert not (tmp_path / "monitor.db").exists()
        Path(backup).rename(tmp_path / "monitor.db")
        until(lambda: host.leads, about="it leads")
        assert host.leadership.problem == ""
        with State.open(f"sqlite:///{tmp_path}/monitor.db", clock=utc_now) as state:
            assert len(state.runs.list()) == 1, "what was restored is there"


def test_a_mistake_of_what_is_told_of_a_change_does_not_end_the_attempts(tmp_path: Path) -> None:
    wrong = True

    def changed() -> None:
        if wrong:
            raise RuntimeError("a mistake")

    leadership = Leadership(Host(tmp_path)._connect, TERM, lambda: True, changed)
    leadership.start()
    until(lambda: leadership.problem, about="a problem")
    wrong = False
    until(lambda: leadership.problem == "", about="it goes on")
    assert leadership.thread_alive
    assert leadership.lease is not None
    leadership.stop()


def leader_of(file: Path) -> Lease | None:
    with State.open(f"sqlite:///{file}", migrate=False, clock=utc_now) as state:
        return state.leases.standing()[0]


def test_a_mistake_is_said_and_does_not_end_the_attempts(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    host, wrong = Host(tmp_path), True

    def well() -> bool:
        if wrong:
            raise RuntimeError("a value that nobody should read")
        return True

    leadership = Leadership(host._connect, TERM, well, host._changed)
    leadership.start()
    until(lambda: leadership.problem, about="a problem")
    assert "RuntimeError" in leadership.problem
    assert "nobody should read" not in leadership.problem + caplog.text
    wrong = False
    until(lambda: leadership.lease, about="it leads")
    assert leadership.thread_alive
    leadership.stop()


def test_a_state_that_gives_no_answer_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leading, "PATIENCE", 0.2)
    with hosts(tmp_path, 1) as (host,):
        assert not host.leadership.stuck
        host.held.clear()
        until(lambda: host.leadership.stuck, about="it notices")
        host.held.set()
        until(lambda: not host.leadership.stuck, about="it goes on")


def test_a_state_that_is_brought_up_to_date_has_longer_for_an_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leading, "PATIENCE", 0.0)
    monkeypatch.setattr(leading, "OPENING", 3.0)
    held, host = threading.Event(), Host(tmp_path)

    def connect() -> State:
        held.wait(20)
        return host._connect()

    leadership = Leadership(connect, SHORT, lambda: True, host._changed)
    leadership.start()
    threading.Event().wait(2 * SHORT.total_seconds())
    assert not leadership.stuck
    until(lambda: leadership.stuck, about="it notices in the end")
    held.set()
    until(lambda: leadership.lease, about="it leads")
    assert not leadership.stuck
    leadership.stop()


def test_who_could_not_renew_in_time_goes_on_with_the_same_lease_if_nobody_took_it(tmp_path: Path) -> None:
    """As while a long write of its own holds the state: what its runs began is theirs still."""
    with hosts(tmp_path, 1) as (host,):
        before = host.leadership.lease
        assert before is not None
        host.held.clear()
        until(lambda: not host.leads, about="its term is over")
        assert host.leadership.leader == "", "nobody can tell"
        host.held.set()
        until(lambda: host.leads, about="it leads again")
        assert host.leadership.lease is not None
        assert (host.leadership.lease.term, host.leadership.leader) == (before.term, process_of(before.holder))


def test_who_lost_it_to_another_meanwhile_names_that_one(tmp_path: Path) -> None:
    with hosts(tmp_path, 1) as (host,):
        host.held.clear()
        until(lambda: not host.leads, about="its term is over")
        with State.open(f"sqlite:///{tmp_path}/monitor.db", clock=utc_now) as state:
            until(lambda: state.leases.take("another/1/x", TERM * 100), about="the other leads")
        host.held.set()
        until(lambda: host.leadership.leader == "another, process 1", about="it names the one who leads")
        assert not host.leads
        assert host.leadership.losses == 1


def test_a_dead_leader_is_waited_for_no_longer_than_its_term_be_the_server_s_clock_set_back(tmp_path: Path) -> None:
    back = timedelta(0)
    url = f"sqlite:///{tmp_path}/monitor.db"
    leadership = Leadership(lambda: State.open(url, clock=lambda: utc_now() - back), TERM, lambda: True, lambda: None)
    with State.open(url, clock=utc_now) as state:
        assert state.leases.take("another/1/x", TERM)
        leadership.start()
        until(lambda: leadership.leader == "another, process 1", about="it waits")
        back = timedelta(hours=1)
        until(lambda: leadership.lease, about="it leads")
        leadership.stop()


def test_a_mistake_at_the_renewal_is_a_lead_that_is_lost_and_told_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def wrong(*_: object) -> Lease:
        raise RuntimeError("a value that nobody should read")

    right = Leases.renew
    with hosts(tmp_path, 1) as (host,):
        monkeypatch.setattr(Leases, "renew", wrong)
        until(lambda: host.leadership.losses == 1, about="it notices")
        until(lambda: host.changes == 2, about="it is told")
        assert caplog.text.count("an unexpected RuntimeError") == 2, "why, and that it does not lead any more"
        monkeypatch.setattr(Leases, "renew", right)
        until(lambda: host.changes == 3, about="it leads again")
        assert host.leads
