"""The grants that the README shows are enough to read a CRM, and not enough to write to it."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from monitor.crm.connection import open_crm
from monitor.crm.guard import could_write
from tests.docs.pages import REPOSITORY, blocks


@contextmanager
def granted(server: str, url: sa.URL) -> Iterator[sa.URL]:
    """The URL of a role made as the README says, for a database with one table, ``deal``; dropped afterwards."""
    shown = next(block.text for block in blocks(REPOSITORY / "README.md", "sql") if server in block.text)
    role = f"crm_monitor_{uuid.uuid4().hex[:8]}"
    text = re.sub(r"\bcrm(?=[\s.]| TO)", str(url.database), shown.replace("crm_monitor", role))
    admin = sa.create_engine(url, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE deal (id INT PRIMARY KEY, title VARCHAR(80))")
        connection.exec_driver_sql("INSERT INTO deal VALUES (1, 'first')")
        for statement in re.sub(r"--.*", "", text).split(";"):
            if statement.strip():
                connection.exec_driver_sql(statement.replace("%", "%%"))
    try:
        yield url.set(username=role, password="choose-one")
    finally:
        with admin.connect() as connection:
            if server == "PostgreSQL":
                connection.exec_driver_sql(f"DROP OWNED BY {role}")
            connection.exec_driver_sql(f"DROP {'ROLE' if server == 'PostgreSQL' else 'USER'} {role}")


def _reads_and_could_not_write(url: sa.URL) -> None:
    crm = open_crm(url)
    try:
        with crm.scan() as connection:
            assert connection.scalar(sa.text("SELECT title FROM deal")) == "first"
        assert could_write(crm) == ""
    finally:
        crm.close()
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection, pytest.raises(sa.exc.DBAPIError, match=r"(?i)denied"):
        connection.exec_driver_sql("DELETE FROM deal")


@pytest.mark.postgresql
def test_on_postgresql_the_role_of_the_readme_reads_and_could_not_write(postgresql_url: sa.URL) -> None:
    with granted("PostgreSQL", postgresql_url) as url:
        _reads_and_could_not_write(url)


@pytest.mark.mariadb
def test_on_mariadb_the_role_of_the_readme_reads_and_could_not_write(mariadb_url: sa.URL) -> None:
    with granted("MariaDB", mariadb_url) as url:
        _reads_and_could_not_write(url)
