"""The state database is full, gone or damaged: the results are shown all the same, and the state is as it was."""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.acceptance.channel import SlackChannel, posting
from tests.acceptance.program import Result, crm_monitor
from tests.acceptance.small_crm import SmallCrm

pytestmark = pytest.mark.faults


def content(file: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    with contextlib.closing(sqlite3.connect(file)) as state:
        names = [row[0] for row in state.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1")]
        return {name: sorted(state.execute(f"SELECT * FROM {name}").fetchall(), key=repr) for name in names}


def shows_its_results(result: Result) -> bool:
    found = result.json["entities"][-1]["checks"][0]
    return (found["id"], found["rows"]) == ("deal-without-account", 100)


@pytest.fixture
def small_disk(crm: SmallCrm) -> Iterator[Path]:
    """A disk of its own for the project's state; skips loudly where none can be mounted."""
    folder = crm.folder / "state"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)]
    try:
        done = subprocess.run(mount, capture_output=True, check=False)
    except FileNotFoundError:
        pytest.skip("NOT TESTED: a full disk (there is no mount command)")
    if done.returncode:
        pytest.skip(f"NOT TESTED: a full disk (cannot mount: {done.stderr.decode().strip()})")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def fill(disk: Path) -> None:
    with (disk / "filler").open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(b"x" * 512)


def test_when_the_disk_is_full_the_results_are_shown_and_the_state_is_as_it_was(
    small_disk: Path, slack: SlackChannel
) -> None:
    slack.check()
    before = content(small_disk / "monitor.db")
    slack.crm.without_account(11, 25)
    fill(small_disk)
    full = slack.check("--format", "json")
    assert full.exit_code == 3
    assert shows_its_results(full)
    assert full.json["run"] is None
    assert "state/monitor.db cannot be written: the disk" in full.json["state_problem"]
    assert "disk" in slack.check().said
    assert slack.calls == 0
    (small_disk / "filler").unlink()
    assert content(small_disk / "monitor.db") == before

    again = slack.check("--format", "json")
    assert again.exit_code == 0
    assert len(slack.roots) == 1
    found = again.json["entities"][-1]["checks"][0]
    assert (found["unexpected"], found["change"], found["baseline"]) == (25, 15, 10)


def test_when_the_state_is_full_half_way_through_nothing_of_the_run_is_decided(slack: SlackChannel) -> None:
    slack.check()
    slack.crm.without_account(11, 25)
    file = slack.crm.folder / "state" / "monitor.db"
    pages: list[int] = []

    def limit(connection: sa.Connection) -> None:
        if file.exists() and "monitor.db" in str(connection.engine.url):
            most = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            pages.append(most)
            connection.exec_driver_sql(f"PRAGMA max_page_count = {most}")

    before = content(file)
    sa.event.listen(sa.Engine, "begin", limit)
    try:
        # A thousand failing keys need pages that there are not; what the run is begun with still fits.
        slack.crm.execute(
            "INSERT INTO deal (id, title, outcome, owner_id, value, next_action, created_at)"
            " WITH RECURSIVE n(i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < 1900)"
            " SELECT i, 'Deal ' || i, 'open', 1, 5, 'Call', '2026-11-01 08:00:00' FROM n"
        )
        full = slack.check("--format", "json")
    finally:
        sa.event.remove(sa.Engine, "begin", limit)
    assert pages
    assert full.exit_code == 3
    assert full.json["entities"][-1]["checks"][0]["unexpected"] == 926
    assert "the disk is full" in full.json["state_problem"]
    assert full.json["incidents"] == []
    assert slack.calls == 0
    after = content(file)
    for table in ("incidents", "incident_events", "outbox", "baselines"):
        assert after[table] == before[table]

    assert slack.check().exit_code == 0
    assert len(slack.roots) == 1


@pytest.mark.parametrize("damage", ["no database", "a folder", "an address that nobody answers"])
def test_a_state_that_cannot_be_opened_costs_the_history_and_not_the_results(crm: SmallCrm, damage: str) -> None:
    file = crm.folder / "state" / "monitor.db"
    file.parent.mkdir()
    if damage == "no database":
        file.write_text("minutes of a meeting, long enough to be read as a header " * 20, encoding="utf-8")
    elif damage == "a folder":
        file.mkdir()
    else:
        crm.settings("state: {url: 'postgresql+psycopg://monitor:Rotkohl-7@127.0.0.1:1/state'}\n")
    shown = crm_monitor("check", "--format", "json", project=crm.folder)
    assert shown.exit_code == 3
    assert shows_its_results(shown)
    assert "the state database" in shown.json["state_problem"]
    text = crm_monitor("check", project=crm.folder)
    assert "Not stored: the state database" in text.said
    assert "Deals without an account" in text.said
    for command in (
        ["incidents", "list"],
        ["baseline", "show"],
        ["accept", "1", "-c", "deals-schema", "--reason", "x"],
    ):
        refused = crm_monitor(*command, project=crm.folder)
        assert refused.exit_code == 3, refused
        assert "the state database" in refused.stderr
        assert "Rotkohl" not in refused.said
    doctor = crm_monitor("doctor", project=crm.folder)
    assert doctor.exit_code == 3
    assert "the state database" in doctor.said


@pytest.mark.postgresql
def test_a_run_that_is_killed_is_closed_by_the_next_and_leaves_nothing_half_done(
    postgresql_crm: SmallCrm, quick_delivery: None
) -> None:
    crm, file = postgresql_crm, postgresql_crm.folder / "state" / "monitor.db"
    holder = sa.create_engine(crm.url, poolclass=sa.NullPool)
    with posting(crm) as slack:
        slack.check()
        crm.without_account(11, 25)
        with holder.begin() as connection:
            connection.exec_driver_sql("LOCK TABLE deal IN ACCESS EXCLUSIVE MODE")  # where the run stands still
            process = _started("check", "--count", project=crm.folder, api=slack.server.base_url)
            try:
                while len(_outcomes(file)) < 2 and process.poll() is None:
                    time.sleep(0.05)
            finally:
                process.send_signal(signal.SIGKILL)
                assert process.wait() == -signal.SIGKILL
        half = content(file)
        assert (len(half["runs"]), half["incidents"], half["outbox"]) == (2, [], [])

        after = slack.check("--format", "json")
        assert after.exit_code == 0
        found = after.json["entities"][-1]["checks"][0]
        assert (found["unexpected"], found["change"], found["baseline"]) == (25, 15, 10)
        assert len(slack.roots) == 1
        with contextlib.closing(sqlite3.connect(file)) as state:
            assert [row[0] for row in state.execute("SELECT status FROM runs ORDER BY id")] == [
                "closed",
                "died",
                "closed",
            ]


def _started(*arguments: str, project: Path, api: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", "from monitor.cli.main import run; run()", *arguments]
    environment = {**os.environ, "CRM_MONITOR_PROJECT": str(project), "CRM_MONITOR_SLACK_API": api}
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _outcomes(file: Path) -> set[int]:
    """The runs of which something is stored."""
    with contextlib.closing(sqlite3.connect(file)) as state:
        return {row[0] for row in state.execute("SELECT DISTINCT run_id FROM outcomes")}
