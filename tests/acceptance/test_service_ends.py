"""SIGTERM ends the service in bounded time, whenever it comes and whatever stands still."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.acceptance.serving import Served, until
from tests.acceptance.small_crm import SmallCrm

pytestmark = pytest.mark.journeys
_AT_ONCE = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from monitor.service.serving import Service
service = Service(Path(sys.argv[1]), {}, lambda: datetime.now(UTC))
service._health.start = lambda: os.kill(os.getpid(), signal.SIGTERM)
sys.exit(service.run())
"""


def configure(crm: SmallCrm, more: str = "") -> None:
    crm.settings(f"service: {{listen: 'off', lease: 3s, drain: 1s}}\n{more}")
    text = "jobs:\n  beat: {do: heartbeat, every: 1d, catch_up: none}\n"
    (crm.folder / "config" / "schedule.yaml").write_text(text, encoding="utf-8")


def test_a_signal_that_comes_before_the_scheduler_runs_ends_it(crm: SmallCrm) -> None:
    configure(crm)
    done = subprocess.run([sys.executable, "-c", _AT_ONCE, str(crm.folder)], timeout=60, check=False)
    assert done.returncode == 0


def test_told_twice_it_ends_once_and_its_log_is_json_from_the_first_line(crm: SmallCrm) -> None:
    crm.settings("service: {listen: 'off', log: json}\n")
    text = "jobs:\n  beat: {do: heartbeat, every: 1d, catch_up: none}\n"
    (crm.folder / "config" / "schedule.yaml").write_text(text, encoding="utf-8")
    with Served(crm.folder, "service") as service:
        until(lambda: "this process leads now" in service.said, 60, "it leads")
        service.signal(signal.SIGTERM)
        service.signal(signal.SIGINT)
        assert service.process.wait(60) == 0
    lines = [json.loads(line) for line in service.said.splitlines()]
    assert lines[0]["message"] == "serving Small: 1 job"
    assert lines[-1]["message"] == "stopped"


@pytest.mark.postgresql
def test_a_server_that_stands_still_does_not_keep_it(crm: SmallCrm, postgresql_url: sa.URL) -> None:
    configure(crm, f"state: {{url: '{postgresql_url.render_as_string(hide_password=False)}'}}\n")
    with Served(crm.folder, "service") as service:
        until(lambda: "this process leads now" in service.said, 60, "it leads")
        with standing_still(postgresql_url, "service"):
            begun = time.monotonic()
            assert service.end() == 0
            assert time.monotonic() - begun < 40, "longer than systemd waits"
    assert "Traceback" not in service.said


@contextmanager
def standing_still(url: sa.URL, name: str) -> Iterator[None]:
    """The server's processes that serve the connections of this name are frozen."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        rows = connection.execute(
            sa.text("SELECT pid FROM pg_stat_activity WHERE application_name = :name"), {"name": name}
        )
        pids = list(rows.scalars())
    assert pids
    if not all(Path(f"/proc/{pid}/comm").exists() and os.access(f"/proc/{pid}/mem", os.W_OK) for pid in pids):
        pytest.skip("NOT TESTED: a server that stands still (it is not on this machine, or of somebody else)")
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)
