"""What docs/backup.md shows backs the state up and restores it: nothing is lost, and nothing told twice."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa

from monitor.crm.connection import driver_url
from monitor.store.state import State
from tests.acceptance.channel import CHANNEL, SlackChannel
from tests.docs.pages import DOCS, blocks
from tests.servers import database

pytestmark = pytest.mark.journeys

SQLITE_BACKUP, SQLITE_RESTORE, PG_DUMP, PG_RESTORE = (block.text for block in blocks(DOCS / "backup.md", "bash"))
_IN_CI = os.environ.get("CI", "").lower() not in ("", "0", "false")


def shell(slack: SlackChannel, script: str, needs: str, env: Mapping[str, str] | None = None) -> None:
    """Run what the page shows, in the project's folder; skips loudly where a tool is missing."""
    if not shutil.which(needs):
        message = f"NOT TESTED: backups (there is no {needs} command)"
        if _IN_CI:
            pytest.fail(f"{message}. In CI this is a failure.")
        pytest.skip(message)
    done = subprocess.run(
        ["bash", "-euc", script],
        cwd=slack.crm.folder,
        env={**os.environ, **(env or {})},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), script


def content(url: sa.URL) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    engine = sa.create_engine(driver_url(url), poolclass=sa.NullPool)
    with engine.connect() as connection:
        names = sorted(sa.inspect(connection).get_table_names())
        return {
            name: sorted(map(tuple, connection.exec_driver_sql(f"SELECT * FROM {name}")), key=repr) for name in names
        }


def live(slack: SlackChannel) -> None:
    """A baseline, an incident that was told, an accepted record, a job that was done."""
    slack.check()
    slack.crm.without_account(11, 25)
    slack.check()
    accepted = slack.run(
        "accept", "3", "--check", "deal-without-account", "--reason", "agreed", "--until", "2099-01-01"
    )
    assert accepted.exit_code == 0, accepted.said
    assert slack.run("run", "records", "--due", "latest").exit_code == 0
    assert len(slack.roots) == 1


def goes_on(slack: SlackChannel) -> None:
    """The restored state knows all that was: the same figures, no message again, and the end of the incident."""
    calls = slack.calls
    done = slack.run("run", "records", "--due", "latest")
    assert "was done already" in done.stdout
    found = slack.check("--format", "json").json["entities"][-1]["checks"][0]
    assert (found["unexpected"], found["accepted"], found["baseline"]) == (24, 1, 10)
    assert (len(slack.roots), slack.replies) == (1, [])
    posts = [name for name, _ in slack.server.calls[calls:] if name == "chat.postMessage"]
    assert posts == []
    slack.crm.mend()
    slack.check()
    assert len(slack.roots) == 1
    assert len(slack.replies) == 1, "the incident ends in the thread in which it was told"


def test_a_sqlite_state_is_backed_up_in_use_and_restored(slack: SlackChannel) -> None:
    file = slack.crm.folder / "state" / "monitor.db"
    url = sa.URL.create("sqlite", database=str(file))
    with in_use(url):  # its newest rows are in the WAL alone
        live(slack)
        assert (slack.crm.folder / "state" / "monitor.db-wal").stat().st_size > 0
        before = content(url)
        shell(slack, SQLITE_BACKUP, "sqlite3")
    file.write_bytes(b"a disk that went bad " * 400)
    assert slack.check().exit_code == 3
    shell(slack, SQLITE_RESTORE, "sqlite3")
    assert content(url) == before
    goes_on(slack)


@pytest.mark.postgresql
def test_a_postgresql_state_is_backed_up_in_use_and_restored(slack: SlackChannel, postgresql_url: sa.URL) -> None:
    state_in(slack, postgresql_url)
    with database("postgresql") as fresh:
        with in_use(postgresql_url):
            live(slack)
            before = content(postgresql_url)
            shell(slack, PG_DUMP, "pg_dump", {"STATE_DB": libpq(postgresql_url)})
        shell(slack, PG_RESTORE, "pg_restore", {"NEW_STATE_DB": libpq(fresh)})
        state_in(slack, fresh)
        assert content(fresh) == before
        goes_on(slack)


def state_in(slack: SlackChannel, url: sa.URL) -> None:
    token = slack.server.workspace.token
    slack.crm.settings(f"slack: {{token: {token}, channel: {CHANNEL}}}\nstate: {{url: '{libpq(url)}'}}\n")


def libpq(url: sa.URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


@contextmanager
def in_use(url: sa.URL) -> Iterator[None]:
    """Somebody reads the state all the while."""
    State.open(url).close()
    engine = sa.create_engine(driver_url(url), poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql("SELECT count(*) FROM runs")
        yield
