"""The tables in the code and the tables that migrations make are the same; other databases are refused."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from monitor.errors import StateUnavailable
from monitor.messages.outgoing import Action
from monitor.store import migrate
from monitor.store.all_tables import metadata
from monitor.store.database import Database
from monitor.store.outbox import Draft
from monitor.store.state import State
from tests.store.world import CLOCK, day


def test_migrations_make_exactly_the_tables_of_the_code(state: State) -> None:
    with state.database.read() as connection:
        context = MigrationContext.configure(
            connection, opts={"version_table": migrate.VERSION_TABLE, "compare_type": True}
        )
        assert compare_metadata(context, metadata) == []
        inspector = sa.inspect(connection)
        for table in metadata.tables.values():
            made = {
                index["name"] for index in inspector.get_indexes(table.name) if not index.get("duplicates_constraint")
            }
            assert made == {index.name for index in table.indexes}


def test_the_list_of_revisions_is_that_of_the_folder() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrate.__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    walked = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]
    assert tuple(reversed(walked)) == migrate.REVISIONS


def test_a_database_of_a_newer_version_is_refused(state_url: sa.URL) -> None:
    with State.open(state_url) as state, state.database.write() as connection:
        connection.exec_driver_sql(f"UPDATE {migrate.VERSION_TABLE} SET version_num = '9999'")
    with pytest.raises(StateUnavailable) as caught:
        State.open(state_url)
    assert "written by a newer version (revision 9999)" in caught.value.message
    assert "upgrade crm-monitor" in caught.value.hint


def test_an_empty_database_is_not_made_when_only_looking(state_url: sa.URL) -> None:
    with pytest.raises(StateUnavailable, match="holds no state yet"):
        State.open(state_url, migrate=False)
    if state_url.get_backend_name() == "sqlite":
        assert not Path(str(state_url.database)).parent.exists()
    State.open(state_url).close()
    State.open(state_url, migrate=False).close()


def test_a_database_with_other_peoples_tables_is_refused(state_url: sa.URL) -> None:
    database = Database(state_url)
    with database.write() as connection:
        connection.exec_driver_sql("CREATE TABLE runs (miles INTEGER)")
    with pytest.raises(StateUnavailable, match="tables of something else: runs"):
        State.open(state_url)
    with database.read() as connection:
        assert sa.inspect(connection).get_table_names() == ["runs"]
    database.close()


def test_a_migration_that_breaks_leaves_nothing_behind(state_url: sa.URL) -> None:
    database = Database(state_url)
    with database.write() as connection:  # a name that the migration needs, in the middle of its work
        connection.exec_driver_sql("CREATE TABLE other (kind TEXT)")
        connection.exec_driver_sql("CREATE INDEX uq_failing_records_current ON other (kind)")
    with pytest.raises(StateUnavailable, match="reports an error"):
        State.open(state_url)
    with database.read() as connection:
        assert sa.inspect(connection).get_table_names() == ["other"]
    with database.write() as connection:
        connection.exec_driver_sql("DROP TABLE other")
    database.close()
    with State.open(state_url) as state:
        assert state.runs.list() == []


def test_messages_that_an_older_version_queued_keep_their_place(state_url: sa.URL) -> None:
    database = Database(state_url)
    with database.write() as connection:
        migrate.run_alembic(connection, "0001")
        for number in (1, 2):
            connection.exec_driver_sql(
                "INSERT INTO incidents (id, kind, subject, state, created_at)"
                f" VALUES ({number}, 'data', 'check-{number}', 'open', '2026-03-02 06:00:00')"
            )
            connection.exec_driver_sql(
                "INSERT INTO outbox (id, event, incident_id, target, action, payload, state, created_at, changed_at)"
                f" VALUES ({10 + number}, 'e{number}', {number}, 'slack:C1', 'post', '{{}}', 'queued',"
                " '2026-03-02 06:00:00', '2026-03-02 06:00:00')"
            )
    database.close()
    with State.open(state_url) as state:
        found = [(one.id, one.thread, one.incident_id, one.digest_id) for one in state.outbox.undelivered()]
        assert found == [(11, "incident:1", 1, None), (12, "incident:2", 2, None)]
        assert [one.id for one in state.outbox.due(CLOCK)] == [11, 12]
        if state.database.sqlite:  # PostgreSQL's own counter does not see the numbers that this test wrote
            assert state.outbox.add("incident:1", Draft("slack:C1", Action.UPDATE, {}), CLOCK) == 13
        with pytest.raises(StateUnavailable), state.database.write() as connection:
            connection.exec_driver_sql("UPDATE outbox SET digest_id = 77 WHERE id = 11")  # there is no such digest


def test_a_persons_mail_that_an_older_version_queued_is_told_apart_from_a_routes(state_url: sa.URL) -> None:
    at = "'2026-03-02 06:00:00'"
    queued = "INSERT INTO outbox (id, event, thread, target, action, payload, state, created_at, changed_at"
    rest = f"'email:ops', 'post', '{{}}', 'queued', {at}, {at}"
    database = Database(state_url)
    with database.write() as connection:
        migrate.run_alembic(connection, "0006")
        for statement in (
            f"INSERT INTO fixlists (id, person, week, created_at, told) VALUES (1, 'ops', '2026-W10', {at}, '{{}}')",
            f"INSERT INTO incidents (id, kind, subject, state, created_at) VALUES (1, 'data', 'c', 'open', {at})",
            f"{queued}, fixlist_id) VALUES (11, 'e1', 'fixlist:1', {rest}, 1)",
            f"{queued}, incident_id) VALUES (12, 'e2', 'incident:1', {rest}, 1)",
        ):
            connection.exec_driver_sql(statement)
    database.close()
    with State.open(state_url) as state:
        assert [(one.id, one.target) for one in state.outbox.undelivered()] == [(11, "mail:ops"), (12, "email:ops")]


def test_the_key_for_hashing_is_made_once(state_url: sa.URL) -> None:
    with State.open(state_url) as one, State.open(state_url) as other:
        key = one.hash_key()
        assert len(key) == 32
        assert other.hash_key() == one.hash_key() == key


def test_two_threads_may_make_two_databases_at_the_same_moment(tmp_path: Path) -> None:
    def make(number: int) -> int:
        with State.open(f"sqlite:///{tmp_path}/{number}.db") as state:
            return state.runs.start("test", day(0))

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(make, range(8))) == [1] * 8
