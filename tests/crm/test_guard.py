"""Rows that the database hides are noticed, and so is a role that could write."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from monitor.crm.drift import physical_columns
from monitor.crm.guard import could_write, hidden_rows
from monitor.crm.maps import load_map
from tests.crm.making import execute, opened, sources, write_map

LEADS = "entities: {leads: {from: lead AS l, key: l.id, columns: {name: l.name}}}\n"
TABLE = "CREATE TABLE lead (id INTEGER, name VARCHAR(20))"


@contextmanager
def reader(url: sa.URL, *grants: str) -> Iterator[sa.URL]:
    """A PostgreSQL role of its own that may read the table ``lead``."""
    role = f"reader_{str(url.database)[-12:]}"
    execute(url, f"CREATE ROLE {role} LOGIN", f"GRANT SELECT ON lead TO {role}", *(g.format(role=role) for g in grants))
    try:
        yield url.set(username=role)
    finally:
        execute(url, f"DROP OWNED BY {role}", f"DROP ROLE {role}")


def test_row_level_security_that_hides_every_row_is_recognised_on_the_first_run(
    postgresql_url: sa.URL, tmp_path: Path
) -> None:
    execute(
        postgresql_url,
        TABLE,
        "INSERT INTO lead VALUES (1, 'Ada')",
        "ALTER TABLE lead ENABLE ROW LEVEL SECURITY",
        "CREATE POLICY own_rows ON lead USING (name = current_user)",
    )
    crm_map = load_map(write_map(tmp_path, LEADS))
    with reader(postgresql_url) as url, opened(url) as crm:
        found = hidden_rows(crm, sources(crm, crm_map)["leads"], rows=0)
        assert found is not None
        assert found.certain
        assert "row-level security is in force on lead for reader_" in found.problem.message
        assert "(policies: own_rows)" in found.problem.message
        assert "grant BYPASSRLS" in found.problem.hint
        assert hidden_rows(crm, sources(crm, crm_map)["leads"], rows=0, emptied=True) == found  # nobody can accept that
        partly = hidden_rows(crm, sources(crm, crm_map)["leads"], rows=5)
        assert partly is not None
        assert not partly.certain
        assert "may be read in part only" in partly.problem.message
    with opened(postgresql_url) as crm:  # a superuser sees everything
        assert hidden_rows(crm, sources(crm, crm_map)["leads"], rows=1) is None


def test_row_level_security_that_hides_some_rows_is_certain_once_statistics_count_more(
    postgresql_url: sa.URL, tmp_path: Path
) -> None:
    execute(
        postgresql_url,
        TABLE,
        "INSERT INTO lead SELECT n, CASE WHEN n <= 60 THEN 'seen' ELSE 'hidden' END FROM generate_series(1, 100) AS n",
        "ALTER TABLE lead ENABLE ROW LEVEL SECURITY",
        "CREATE POLICY some_rows ON lead USING (name = 'seen')",
        "ANALYZE lead",
    )
    crm_map = load_map(write_map(tmp_path, LEADS))
    with reader(postgresql_url) as url, opened(url) as crm:
        found = hidden_rows(crm, sources(crm, crm_map)["leads"], rows=60)
    assert found is not None
    assert found.certain
    assert "leads reads 60 of about 100 rows in lead: row-level security is in force" in found.problem.message


def test_a_policy_that_shows_every_row_leaves_a_warning_only(postgresql_url: sa.URL, tmp_path: Path) -> None:
    execute(
        postgresql_url,
        TABLE,
        "INSERT INTO lead SELECT n, 'seen' FROM generate_series(1, 100) AS n",
        "ALTER TABLE lead ENABLE ROW LEVEL SECURITY",
        "CREATE POLICY every_row ON lead USING (true)",
        "ANALYZE lead",
    )
    crm_map = load_map(write_map(tmp_path, LEADS))
    with reader(postgresql_url) as url, opened(url) as crm:
        found = hidden_rows(crm, sources(crm, crm_map)["leads"], rows=100)
    assert found is not None
    assert not found.certain


def test_a_table_that_reads_empty_against_its_statistics_is_recognised(postgresql_url: sa.URL, tmp_path: Path) -> None:
    execute(
        postgresql_url,
        TABLE.replace("lead", "all_leads"),
        "INSERT INTO all_leads SELECT g, 'x' FROM generate_series(1, 50) g",
        "ALTER TABLE all_leads RENAME TO lead",
        "ANALYZE lead",
        "DELETE FROM lead",
    )
    with opened(postgresql_url) as crm:
        source = sources(crm, load_map(write_map(tmp_path, LEADS)))["leads"]
        found = hidden_rows(crm, source, rows=0)
        assert hidden_rows(crm, source, rows=0, earlier=50, emptied=True) is None
    assert found is not None
    assert found.certain
    assert "statistics count about 50 in lead" in found.problem.message


def test_an_entity_that_is_naturally_empty_is_no_alarm(any_url: sa.URL, tmp_path: Path) -> None:
    execute(any_url, TABLE, "INSERT INTO lead VALUES (1, 'Ada')")
    with opened(any_url) as crm:
        assert hidden_rows(crm, sources(crm, load_map(write_map(tmp_path, LEADS)))["leads"], rows=0) is None


def test_an_entity_that_had_rows_and_reads_none_is_certain(any_url: sa.URL, tmp_path: Path) -> None:
    execute(any_url, TABLE)
    with opened(any_url) as crm:
        source = sources(crm, load_map(write_map(tmp_path, LEADS)))["leads"]
        found = hidden_rows(crm, source, rows=0, earlier=1200)
        assert hidden_rows(crm, source, rows=0, earlier=1200, emptied=True) is None
    assert found is not None
    assert found.certain
    assert "leads reads 0 rows, where the last run read 1,200" in found.problem.message
    assert found.problem.place.line == 2
    assert found.problem.hint.endswith("crm-monitor accept --empty leads --reason TEXT")


def test_a_postgresql_role_that_could_write_is_told_with_the_tables(postgresql_url: sa.URL) -> None:
    execute(postgresql_url, TABLE)
    with opened(postgresql_url) as crm:
        assert "is a superuser" in could_write(crm)
    with reader(postgresql_url) as url, opened(url) as crm:
        assert could_write(crm) == ""
    with reader(postgresql_url, "GRANT INSERT ON lead TO {role}") as url, opened(url) as crm:
        assert could_write(crm).endswith("may write to lead")


def test_a_mariadb_user_that_could_write_is_told(mariadb_url: sa.URL) -> None:
    execute(mariadb_url, TABLE)
    name, database = f"u{str(mariadb_url.database)[-12:]}", mariadb_url.database
    execute(
        mariadb_url, f"CREATE USER '{name}'@'%' IDENTIFIED BY 'x'", f"GRANT SELECT ON `{database}`.* TO '{name}'@'%'"
    )
    url = mariadb_url.set(username=name, password="x")
    try:
        with opened(url) as crm:
            assert could_write(crm) == ""
        execute(mariadb_url, f"GRANT UPDATE ON `{database}`.* TO '{name}'@'%'")
        with opened(url) as crm:
            assert f"may write to {database}.*" in could_write(crm)
    finally:
        execute(mariadb_url, f"DROP USER '{name}'@'%'")


def test_a_sqlite_file_that_could_be_written_is_told(sqlite_url: sa.URL) -> None:
    execute(sqlite_url, TABLE)
    with opened(sqlite_url) as crm:
        assert "may write to the file" in could_write(crm)
        Path(str(sqlite_url.database)).chmod(0o444)
        assert bool(could_write(crm)) == (os.geteuid() == 0)  # the system's administrator may write to any file


def test_the_physical_columns_name_their_table_and_type(any_url: sa.URL, tmp_path: Path) -> None:
    execute(any_url, TABLE, "CREATE TABLE unread (id INTEGER)")
    with opened(any_url) as crm:
        source = sources(crm, load_map(write_map(tmp_path, LEADS)))["leads"]
        before = physical_columns(crm.engine, source)
    assert list(before) == ["lead.id", "lead.name"]
    assert "20" in before["lead.name"]
    execute(any_url, "ALTER TABLE lead ADD COLUMN phone VARCHAR(30)")
    with opened(any_url) as crm, crm.scan() as connection:
        assert set(physical_columns(connection, source)) - set(before) == {"lead.phone"}
