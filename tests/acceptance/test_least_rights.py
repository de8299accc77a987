"""The grants of SECURITY.md, and nothing beyond them, are enough for the whole program."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from monitor.crm.connection import driver_url
from monitor.crm.maps import load_map
from monitor.crm.tables import tables_of
from tests.acceptance.program import crm_monitor
from tests.acceptance.small_crm import SmallCrm
from tests.crm.odoo import make_odoo
from tests.docs.pages import REPOSITORY, blocks

SHOWN = {
    block.text.splitlines()[0].removeprefix("-- "): block.text for block in blocks(REPOSITORY / "SECURITY.md", "sql")
}


@contextmanager
def granted(shown: str, url: sa.URL, database: str, role: str) -> Iterator[sa.URL]:
    """The URL of a role made by what the page shows, ``database`` and ``role`` replaced by the test's own."""
    own = f"{role}_{uuid.uuid4().hex[:8]}"
    text = re.sub(r"--.*", "", SHOWN[shown]).replace(role, own)
    text = re.sub(rf"\b(DATABASE |ON ){database}\b", rf"\g<1>{url.database}", text)
    (password,) = re.findall(r"(?:PASSWORD|BY) '([\w-]+)'", text)
    admin = sa.create_engine(driver_url(url), poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        for statement in text.split(";"):
            if statement.strip():
                connection.exec_driver_sql(statement.replace("%", "%%"))
    try:
        yield url.set(username=own, password=password)
    finally:
        with admin.connect() as connection:
            if url.get_backend_name() == "postgresql":
                connection.exec_driver_sql(f"DROP OWNED BY {own}")
                connection.exec_driver_sql(f"DROP ROLE {own}")
            else:
                connection.exec_driver_sql(f"DROP USER {own}")


def refused(url: sa.URL, statement: str) -> None:
    engine = sa.create_engine(driver_url(url), poolclass=sa.NullPool)
    with engine.connect() as connection, pytest.raises(sa.exc.DBAPIError, match=r"(?i)denied"):
        connection.exec_driver_sql(statement)


def test_the_tables_granted_in_odoo_are_those_that_its_map_reads() -> None:
    read = {table for mapped in load_map("builtin/odoo-17@1").entities.values() for table in tables_of(mapped)}
    lists = re.findall(r"GRANT SELECT(?: \([^)]*\))? ON ([^;]+?) TO", SHOWN["PostgreSQL, Odoo 17"])
    assert {name.strip() for names in lists for name in names.split(",")} == read


@pytest.mark.postgresql
def test_odoo_is_read_throughout_without_a_right_to_what_is_secret_in_it(
    postgresql_url: sa.URL, tmp_path: Path
) -> None:
    make_odoo(postgresql_url)
    engine = sa.create_engine(postgresql_url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE res_users ADD password TEXT, ADD totp_secret TEXT")
        connection.exec_driver_sql("ALTER TABLE mail_message ADD body TEXT")
        connection.exec_driver_sql("CREATE TABLE hr_contract (id INT)")
    with granted("PostgreSQL, Odoo 17", postgresql_url, "crm", "crm_monitor") as url:
        made = crm_monitor("init", "--url", url.render_as_string(hide_password=False), tmp_path / "p")
        assert made.exit_code == 0, made.said
        assert "may write" not in made.said
        checked = crm_monitor("check", "--format", "json", "--fail-on", "never", project=tmp_path / "p")
        assert checked.exit_code == 0, checked.said
        assert [one["entity"] for one in checked.json["entities"] if one.get("problem")] == []
        statuses = {check["status"] for entity in checked.json["entities"] for check in entity["checks"]}
        assert "error" not in statuses
        used = crm_monitor("adoption", project=tmp_path / "p")
        assert used.exit_code == 0, used.said
        for secret in ("SELECT password FROM res_users", "SELECT body FROM mail_message", "SELECT * FROM hr_contract"):
            refused(url, secret)
        refused(url, "UPDATE crm_lead SET name = 'x'")


@pytest.mark.mariadb
def test_on_mariadb_the_tables_that_the_map_names_are_enough(mariadb_crm: SmallCrm) -> None:
    crm = mariadb_crm
    crm.execute("CREATE TABLE salary (id INT)")
    with granted("MariaDB, MySQL", crm.url, "crm", "crm_monitor") as url:
        crm.watched_as(url)
        checked = crm_monitor("check", "--format", "json", "--fail-on", "never", project=crm.folder)
        assert checked.exit_code == 0, checked.said
        doctor = crm_monitor("doctor", project=crm.folder)
        assert "may write" not in doctor.said
        refused(url, "SELECT * FROM salary")
        refused(url, "DELETE FROM deal")


@pytest.mark.postgresql
def test_the_state_is_made_and_kept_with_the_right_to_one_schema(crm: SmallCrm, postgresql_url: sa.URL) -> None:
    with granted("PostgreSQL, state", postgresql_url, "monitor", "crm_monitor_state") as url:
        crm.settings(f"state: {{url: '{url.render_as_string(hide_password=False)}'}}\n")
        for arguments in (["check", "--count"], ["run", "records"], ["run", "retention"], ["incidents", "list"]):
            done = crm_monitor(*arguments, project=crm.folder)
            assert done.exit_code == 0, done.said
        refused(url, "CREATE SCHEMA another")
        refused(url, "CREATE ROLE another")
