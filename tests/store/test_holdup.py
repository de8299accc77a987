"""Who is frozen in the midst of a command to PostgreSQL holds nobody up for long, and writes nothing afterwards."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import sqlalchemy as sa

from monitor.store.database import Database
from monitor.store.faults import StateLocked
from monitor.store.holdup import HoldUp
from monitor.store.lease import Leases
from monitor.store.processes import utc_now
from monitor.store.state import State
from tests.servers import database

pytestmark = [pytest.mark.faults, pytest.mark.postgresql]
_OVER = timedelta(seconds=-60)

_WRITES = """
import sys
from monitor.store.database import Database
database = Database(sys.argv[1])

def wait():
    print("writing", flush=True)
    sys.stdin.readline()

try:
    with database.write() as connection:
        driver = connection.connection.driver_connection
{}
except Exception as error:
    print(f"{{type(error).__name__}}: {{error}}", flush=True)
"""
"""A process that waits within a write, in the midst of a command."""
_COPIES = """
        with driver.cursor().copy("COPY kept (what) FROM STDIN") as copy:
            for number in range(20_000):
                copy.write_row(["of the frozen"])
            wait()
"""
_EXECUTES_MANY = """
        def rows():
            yield ("of the frozen",)
            wait()
            yield ("of the frozen, too",)
        with driver.pipeline():
            driver.cursor().executemany("INSERT INTO kept VALUES (%s)", rows())
"""
_READS = """
        driver.pgconn.send_query(b"SELECT repeat('x', 1000) FROM generate_series(1, 200000)")
        wait()
        while driver.pgconn.get_result():
            pass
        connection.exec_driver_sql("INSERT INTO kept VALUES ('of the frozen')")
"""


@contextmanager
def frozen(url: sa.URL, code: str) -> Iterator[subprocess.Popen[str]]:
    """A process that was frozen while it wrote a table; whatever it says later can be read from it."""
    command = [sys.executable, "-c", _WRITES.format(code), url.render_as_string(hide_password=False)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "writing\n"
        process.send_signal(signal.SIGSTOP)
        try:
            yield process
        finally:
            process.kill()


def awake(process: subprocess.Popen[str]) -> str:
    """What the frozen one says when it goes on."""
    process.send_signal(signal.SIGCONT)
    return process.communicate("go on\n", timeout=30)[0]


@contextmanager
def state_of_a_leader_that_is_over() -> Iterator[tuple[sa.URL, State]]:
    with database("postgresql") as url, State.open(url, patience=6.0) as state:
        with state.database.write() as connection:
            connection.exec_driver_sql("CREATE TABLE kept (what text)")
        assert Leases(state.database, utc_now).take("the frozen", _OVER)
        yield url, state


def kept(state: State) -> list[str]:
    with state.database.read() as connection:
        return list(connection.exec_driver_sql("SELECT what FROM kept").scalars())


@pytest.mark.parametrize("code", [_COPIES, _EXECUTES_MANY, _READS], ids=["in a COPY", "in a pipeline", "as it reads"])
def test_another_host_leads_although_the_leader_was_frozen_in_the_midst_of_a_command(code: str) -> None:
    with state_of_a_leader_that_is_over() as (url, state), frozen(url, code) as process:
        attempts = 0
        lease = None
        while lease is None and attempts < 5:
            attempts += 1
            try:
                lease = state.leases.take("another")
            except StateLocked:
                continue
        assert lease is not None, "it was held up for good"
        assert attempts > 1, "nobody is cut off at first sight"
        assert awake(process).startswith("StateUnavailable: the state database ")
        assert kept(state) == []


def test_whose_lease_is_not_over_is_waited_for() -> None:
    with state_of_a_leader_that_is_over() as (url, state):
        state.leases.take("who leads", timedelta(hours=1))
        with frozen(url, _COPIES) as process:
            now = 0.0
            hold_up = HoldUp(lambda: now)
            for _ in range(3):
                assert not hold_up.end(state.database)
                now += 100
            assert awake(process) == ""
            assert len(kept(state)) == 20_000


def test_whose_command_goes_on_slowly_is_waited_for() -> None:
    with state_of_a_leader_that_is_over() as (url, state):
        now = 0.0
        hold_up = HoldUp(lambda: now)
        slow = Database(url)
        with slow.write() as connection, connection.connection.cursor().copy("COPY kept (what) FROM STDIN") as copy:
            for _ in range(4):
                for _ in range(20_000):
                    copy.write_row(["of the slow"])
                assert not hold_up.end(state.database)
                now += 100
        slow.close()
        assert len(kept(state)) == 80_000
