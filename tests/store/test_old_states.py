"""The state of every version that people ran is brought up to date, with all that was in it."""

from __future__ import annotations

import gzip
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from monitor.incidents.model import IncidentKind
from monitor.store.migrate import REVISIONS, VERSION_TABLE
from monitor.store.state import State
from tests.acceptance import small_crm
from tests.acceptance.channel import CHANNEL, posting
from tests.delivery.fake_slack import Posted
from tests.store.world import CLOCK

OLD = sorted((Path(__file__).parent / "old").glob("*.sql.gz"))
CHECK = "deal-without-account"


def restore(dump: Path, file: Path) -> dict[str, int]:
    """The database as that version left it, and how many rows each table has."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(file)) as state:
        state.executescript(gzip.decompress(dump.read_bytes()).decode())
        return _counts(state)


def _counts(state: sqlite3.Connection) -> dict[str, int]:
    names = [row[0] for row in state.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    skipped = ("sqlite_", VERSION_TABLE)
    return {
        name: state.execute(f"SELECT count(*) FROM {name}").fetchone()[0]
        for name in names
        if not name.startswith(skipped)
    }


def _told(file: Path) -> list[Posted]:
    """What stands in the channel since that version."""
    with closing(sqlite3.connect(file)) as state:
        sent = state.execute("SELECT remote_ts, payload FROM outbox WHERE action = 'post' AND state = 'sent'")
        return [Posted(ts, {"text": json.loads(payload)["summary"]}) for ts, payload in sent]


def test_there_is_one_of_every_version_before_this() -> None:
    assert OLD, "none is kept"
    assert {dump.name.partition(".")[0] for dump in OLD} <= set(REVISIONS)


@pytest.mark.parametrize("dump", OLD, ids=lambda dump: dump.name)
def test_nothing_is_lost(dump: Path, tmp_path: Path) -> None:
    file = tmp_path / "monitor.db"
    before = restore(dump, file)
    assert before["outcomes"] > 20
    with State.open(f"sqlite:///{file}") as state:
        assert state.incidents.current()[IncidentKind.DATA, CHECK].live
        assert state.baselines.all()[CHECK].unexpected == 10
        assert len(state.accepted.list(CLOCK)) == 1
        assert state.outbox.undelivered() == []
    with closing(sqlite3.connect(file)) as after:
        assert {name: count for name, count in _counts(after).items() if name in before} == before


@pytest.mark.parametrize("dump", OLD, ids=lambda dump: dump.name)
def test_the_program_goes_on_where_that_version_stopped(dump: Path, tmp_path: Path) -> None:
    crm = small_crm.make(sa.URL.create("sqlite", database=str(tmp_path / "crm.db")), tmp_path / "project")
    crm.without_account(1, 60)
    file = crm.folder / "state" / "monitor.db"
    restore(dump, file)
    with posting(crm) as slack:
        slack.server.workspace.channels[CHANNEL].messages.extend(told := _told(file))
        assert slack.check().exit_code == 0
        assert slack.roots == told, "it was told by that version, and may be worded anew, but is not told again"
    with State.open(f"sqlite:///{crm.folder}/state/monitor.db") as state:
        assert state.incidents.current()[IncidentKind.DATA, CHECK].live
        assert len(state.runs.list()) == 3
