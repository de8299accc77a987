"""Nothing can be written to the CRM, nothing runs on without end, and what goes wrong is said plainly."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from monitor.crm.connection import Crm, driver_url, open_crm
from monitor.errors import CrmUnavailable, MonitorError, UsageError
from tests.crm.making import execute, opened

SECRET = "Rotkohl-7"
WRITES = (
    "INSERT INTO lead VALUES (2, 'x')",
    "UPDATE lead SET name = 'x'",
    "DELETE FROM lead",
    "CREATE TABLE other (id INTEGER)",
    "CREATE TEMPORARY TABLE other (id INTEGER)",
    "DROP TABLE lead",
)
UNDOING = {
    "sqlite": "?mode=rwc&uri=true",
    "postgresql": "?options=-c%20default_transaction_read_only%3Doff%20-c%20statement_timeout%3D0",
    "mysql": "?init_command=SET%20SESSION%20TRANSACTION%20READ%20WRITE",
}


@pytest.fixture
def crm_url(any_url: sa.URL) -> sa.URL:
    execute(any_url, "CREATE TABLE lead (id INTEGER, name VARCHAR(20))", "INSERT INTO lead VALUES (1, 'Ada')")
    return any_url


def attempt(crm: Crm, *statements: str) -> str:
    """What is said of statements that must fail."""
    with pytest.raises(CrmUnavailable) as caught:
        run(crm, *statements)
    return str(caught.value)


def run(crm: Crm, *statements: str) -> None:
    with crm.scan() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


@pytest.mark.parametrize("statement", WRITES)
def test_nothing_can_be_written(crm_url: sa.URL, statement: str) -> None:
    with opened(crm_url) as crm:
        assert "the session is read-only" in attempt(crm, statement)
        with crm.scan() as connection:
            assert connection.exec_driver_sql("SELECT id, name FROM lead").all() == [(1, "Ada")]


@pytest.mark.parametrize("before", ["SELECT 1", "ROLLBACK", "SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE"])
def test_no_query_may_bring_a_second_one_along(crm_url: sa.URL, before: str) -> None:
    end = "BEGIN READ WRITE" if crm_url.get_backend_name() == "postgresql" else "BEGIN"
    url = crm_url.update_query_dict({"client_flag": "65536"}) if crm_url.get_backend_name() == "mysql" else crm_url
    with opened(url) as crm:
        attempt(crm, f"{before}; COMMIT; {end}; DELETE FROM lead; COMMIT")
        with crm.scan() as connection:
            assert connection.exec_driver_sql("SELECT id, name FROM lead").all() == [(1, "Ada")]


def test_what_a_url_has_run_at_the_start_cannot_write_either(mariadb_url: sa.URL) -> None:
    execute(mariadb_url, "CREATE TABLE lead (id INTEGER)")
    for statement in ("INSERT INTO lead VALUES (1)", "CREATE TABLE other (id INTEGER)"):
        with pytest.raises(CrmUnavailable, match="the session is read-only"):
            open_crm(mariadb_url.update_query_dict({"init_command": statement, "autocommit": "1"}))
    harmless = mariadb_url.update_query_dict({"init_command": "SET SESSION sort_buffer_size = 300000"})
    with opened(harmless) as crm, crm.scan() as connection:
        assert connection.exec_driver_sql("SELECT @@sort_buffer_size").scalar() == 300_000
        assert connection.exec_driver_sql("SELECT COUNT(*) FROM lead").scalar() == 0


def test_no_option_in_the_url_makes_the_session_writable(crm_url: sa.URL) -> None:
    plain = crm_url.render_as_string(hide_password=False)
    with opened(sa.make_url(plain + UNDOING[crm_url.get_backend_name()])) as crm:
        assert "the session is read-only" in attempt(crm, "INSERT INTO lead VALUES (2, 'x')")


def test_a_transaction_that_has_begun_cannot_be_made_writable(postgresql_url: sa.URL, mariadb_url: sa.URL) -> None:
    for url in (postgresql_url, mariadb_url):
        execute(url, "CREATE TABLE lead (id INTEGER)")
        with opened(url) as crm:
            attempt(crm, "SET TRANSACTION READ WRITE", "INSERT INTO lead VALUES (2)")
            with crm.scan() as connection:
                assert connection.exec_driver_sql("SELECT COUNT(*) FROM lead").scalar() == 0


def test_a_connection_stays_read_only_when_it_is_used_again(crm_url: sa.URL) -> None:
    with opened(crm_url, max_scans=1) as crm:
        for _ in range(3):
            assert "the session is read-only" in attempt(crm, "DELETE FROM lead")


@pytest.mark.parametrize(
    ("server", "slow"),
    [
        ("sqlite", "WITH RECURSIVE r(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM r) SELECT COUNT(*) FROM r"),
        ("postgresql", "SELECT pg_sleep(20)"),
        ("mariadb", "SELECT COUNT(*) FROM information_schema.columns a, information_schema.columns b,"
                    " information_schema.columns c WHERE SLEEP(1) = 1"),
    ],
)  # fmt: skip
def test_a_query_that_takes_too_long_is_stopped(request: pytest.FixtureRequest, server: str, slow: str) -> None:
    url: sa.URL = request.getfixturevalue(f"{server}_url")
    if server == "sqlite":
        execute(url, "CREATE TABLE lead (id INTEGER)")
    with opened(url, statement_timeout=0.3) as crm:
        begun = time.monotonic()
        assert "it ran longer than the statement timeout" in attempt(crm, slow)
        assert time.monotonic() - begun < 10
        with crm.scan() as connection:
            assert connection.exec_driver_sql("SELECT 1").scalar() == 1


def test_a_table_that_someone_locks_is_not_waited_for(postgresql_url: sa.URL) -> None:
    execute(postgresql_url, "CREATE TABLE lead (id INTEGER)")
    blocker = sa.create_engine(postgresql_url, poolclass=sa.NullPool)
    with blocker.begin() as other, opened(postgresql_url, lock_timeout=0.1) as crm:
        other.exec_driver_sql("LOCK TABLE lead IN ACCESS EXCLUSIVE MODE")
        assert "the query waited too long for a lock" in attempt(crm, "SELECT * FROM lead")


def test_no_more_scans_than_the_budget_run_at_once(crm_url: sa.URL) -> None:
    at_once, most, lock = 0, 0, threading.Lock()
    meeting = threading.Barrier(2, timeout=60)  # every scan waits for another: two do run at once

    def scan(crm: Crm) -> None:
        nonlocal at_once, most
        with crm.scan():
            with lock:
                at_once += 1
                most = max(most, at_once)
            meeting.wait()
            time.sleep(0.02)
            with lock:
                at_once -= 1

    with opened(crm_url, max_scans=2) as crm:
        threads = [threading.Thread(target=scan, args=(crm,)) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert most == 2
        assert crm.scans == 6


def test_a_missing_table_or_column_is_named_and_its_neighbours_can_still_be_read(crm_url: sa.URL) -> None:
    with opened(crm_url) as crm:
        assert "nowhere" in attempt(crm, "SELECT * FROM nowhere")
        assert "no_column" in attempt(crm, "SELECT no_column FROM lead")
        with crm.scan() as connection:
            assert connection.exec_driver_sql("SELECT COUNT(*) FROM lead").scalar() == 1


def test_a_table_the_role_may_not_read_is_named(postgresql_url: sa.URL) -> None:
    role = f"reader_{postgresql_url.database}"
    execute(postgresql_url, "CREATE TABLE lead (id INTEGER)", f"CREATE ROLE {role} LOGIN")
    try:
        with opened(postgresql_url.set(username=role)) as crm:
            shown = attempt(crm, "SELECT * FROM lead")
            assert "permission denied for table lead" in shown
            assert "grant the monitor's role SELECT on it" in shown
    finally:
        execute(postgresql_url, f"DROP ROLE {role}")


def test_a_value_in_a_databases_error_text_is_not_passed_on(postgresql_url: sa.URL) -> None:
    execute(postgresql_url, "CREATE TABLE lead (name TEXT)", f"INSERT INTO lead VALUES ('{SECRET}')")
    with opened(postgresql_url) as crm:
        shown = attempt(crm, "SELECT CAST(name AS INTEGER) FROM lead")
    assert SECRET not in shown
    assert "22P02" in shown


@pytest.mark.parametrize(
    ("url", "says", "hint"),
    [
        ("postgresql://u:Rotkohl-7@127.0.0.1:1/crm", "the server cannot be reached", "check host, port and firewall"),
        ("postgresql://u:Rotkohl-7@no-such-host.invalid/crm", "the host's name is not known", "CRM_URL in .env"),
        ("mysql://u:Rotkohl-7@no-such-host.invalid/crm", "the host's name is not known", "CRM_URL in .env"),
        ("mysql://u:Rotkohl-7@127.0.0.1:1/crm", "the server cannot be reached", "check host, port and firewall"),
        ("sqlite:////no/such/file.db", "there is no such file", ""),
    ],
)
def test_a_crm_that_cannot_be_reached_says_why_without_the_password(url: str, says: str, hint: str) -> None:
    with pytest.raises(CrmUnavailable, match=says) as caught:
        open_crm(url)
    assert hint in str(caught.value)
    assert SECRET not in str(caught.value)
    assert caught.value.exit_code == 3


def test_a_missing_database_and_a_refused_password_are_told_apart(mariadb_url: sa.URL, postgresql_url: sa.URL) -> None:
    for url in (mariadb_url, postgresql_url):
        with pytest.raises(CrmUnavailable, match="there is no such database"):
            open_crm(url.set(database="crm_monitor_no_such"))
    user = f"u{str(mariadb_url.database)[-12:]}"
    execute(mariadb_url, f"CREATE USER '{user}'@'%' IDENTIFIED BY 'right'")
    try:
        with pytest.raises(CrmUnavailable, match="refused") as caught:
            open_crm(mariadb_url.set(username=user, password=SECRET))
        assert SECRET not in str(caught.value)
        assert "check the user and the password in connection.url" in str(caught.value)
    finally:
        execute(mariadb_url, f"DROP USER '{user}'@'%'")


def test_a_file_that_is_no_database_is_said_to_be_none(tmp_path: Path) -> None:
    path = tmp_path / "crm.db"
    path.write_text("a letter, not a database; long enough to be taken for one " * 50)
    with pytest.raises(CrmUnavailable, match="this is not a SQLite file"):
        open_crm(f"sqlite:///{path}")


@pytest.mark.parametrize(
    ("given", "driver"),
    [
        ("postgres://h/d", "postgresql+psycopg"),
        ("postgresql://h/d", "postgresql+psycopg"),
        ("mysql://h/d", "mysql+pymysql"),
        ("mariadb://h/d", "mysql+pymysql"),
        ("postgresql+psycopg://h/d", "postgresql+psycopg"),
    ],
)
def test_a_url_without_a_driver_gets_ours(given: str, driver: str) -> None:
    assert driver_url(given).drivername == driver


@pytest.mark.parametrize("given", ["nonsense", "oracle://h/d", "sqlite://", "sqlite:///:memory:", "http://crm.example"])
def test_a_url_of_another_kind_is_a_usage_error(given: str) -> None:
    with pytest.raises(UsageError) as caught:
        driver_url(given)
    assert caught.value.hint


def test_a_missing_driver_says_what_to_install() -> None:
    with pytest.raises(MonitorError) as caught:
        open_crm("postgresql+pg8000://127.0.0.1/crm")
    assert "pg8000" in str(caught.value)
