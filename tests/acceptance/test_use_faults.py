"""The CRM or the state fails while people's use is read: plain words, exit code 3, and what is known still told."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
import sqlalchemy as sa

from tests.acceptance.test_state_faults import content
from tests.acceptance.use_crm import NORTH, NORTH_LEAD
from tests.acceptance.using import Firm

pytestmark = pytest.mark.faults

COMMANDS = (("adoption",), ("explain", "all"), ("digest", "--preview", "--manager", NORTH_LEAD), ("digest", "--send"))


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(map(str, command[:2])))
def test_a_crm_that_cannot_be_reached_is_said_and_the_state_stays(used: Firm, command: tuple[object, ...]) -> None:
    used.ok("adoption")
    before = content(used.crm.state)
    used.crm.watched_as(sa.make_url("postgresql://127.0.0.1:1/crm"))
    gone = used.run(*command)
    assert (gone.exit_code, gone.stdout) == (3, "")
    assert "the server cannot be reached" in gone.said
    assert content(used.crm.state) == before


def test_a_state_that_cannot_be_written_is_said_and_nothing_is_sent(used: Firm) -> None:
    used.crm.mandate()
    used.connect()
    used.ok("adoption")
    with closing(sqlite3.connect(used.crm.state)) as state:
        state.execute("BEGIN EXCLUSIVE")
        used.clock.later(days=1)
        locked = used.run("digest", "--send", "--own", NORTH[0])
    assert locked.exit_code == 3
    assert "state/monitor.db" in locked.said
    assert not used.mailed
    used.ok("digest", "--send", "--own", NORTH[0])
    assert len(used.mailed) == 1


def test_a_state_that_is_no_database_is_said(used: Firm) -> None:
    used.ok("adoption")
    used.crm.state.write_bytes(b"not a database at all" * 500)
    broken = used.run("adoption")
    assert broken.exit_code == 3
    assert "state/monitor.db" in broken.said
    assert "unexpected" not in broken.said


def test_a_column_that_is_gone_makes_its_measures_not_available_and_the_others_are_told(used: Firm) -> None:
    used.crm.mandate()
    before = {one["key"]: one["counts"] for one in used.ok("adoption", "--format", "json").json["people"]}
    used.crm.execute("ALTER TABLE call_made RENAME COLUMN at TO moved")
    used.clock.later(hours=1)
    after = used.run("adoption", "--format", "json")
    assert after.exit_code == 0, after.said
    said = {note["measure"]: note for note in after.json["notes"] if "measure" in note}
    assert said["calls"]["code"] == "not_available"
    counts = {one["key"]: one["counts"] for one in after.json["people"]}
    key = str(NORTH[2])
    assert counts[key]["opportunities_created"] == before[key]["opportunities_created"]
    assert counts[key].get("calls") != 0
    assert "not available" in used.ok("adoption").said
    used.crm.execute("ALTER TABLE call_made RENAME COLUMN moved TO at")
    mended = {one["key"]: one["counts"] for one in used.ok("adoption", "--format", "json").json["people"]}
    assert mended == before


@pytest.mark.postgresql
def test_a_table_that_is_locked_does_not_hide_the_others(
    postgresql_url: sa.URL, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.acceptance import use_crm
    from tests.acceptance.using import firm

    crm = use_crm.make(postgresql_url, tmp_path_factory.mktemp("locked") / "project")
    with firm(crm, monkeypatch) as made:
        text = use_crm.SETTINGS.replace("crm: crms/used.yaml", "crm: crms/used.yaml, statement_timeout: 2s")
        crm.write("config/monitor.yaml", text)
        crm.mandate()
        engine = sa.create_engine(postgresql_url, poolclass=sa.NullPool)
        with engine.begin() as holder:
            holder.exec_driver_sql("LOCK TABLE call_made IN ACCESS EXCLUSIVE MODE")
            found = made.run("adoption", "--format", "json")
        assert found.exit_code == 0, found.said
        said = {note["measure"]: note["code"] for note in found.json["notes"] if "measure" in note}
        assert said["calls"] == "not_available"
        assert sum(one["counts"]["opportunities_created"] or 0 for one in found.json["people"]) > 10
        after = made.ok("adoption", "--format", "json").json
        assert sum(one["counts"]["calls"] for one in after["people"]) > 10
