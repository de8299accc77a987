"""A service that watches a CRM in MariaDB meets what it meets with PostgreSQL, and gets over it without a hand."""

from __future__ import annotations

import contextlib
import time
import uuid
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from tests.acceptance.serving import until
from tests.acceptance.small_crm import SmallCrm
from tests.acceptance.test_service_faults import Watched, serving

pytestmark = [pytest.mark.faults, pytest.mark.mariadb]


class OnMariadb:
    """The service, and the server's administrator."""

    def __init__(self, watched: Watched, admin: sa.Connection, reader: str) -> None:
        self.watched, self.admin, self._reader = watched, admin, reader

    def say(self, statement: str) -> None:
        self.admin.exec_driver_sql(statement.format(reader=f"'{self._reader}'@'%%'"))

    def kick_out(self) -> None:
        """End every connection of the monitor, whatever it is doing."""
        found = sa.text("SELECT id FROM information_schema.processlist WHERE user = :user")
        for number in self.admin.execute(found, {"user": self._reader}).scalars().all():
            with contextlib.suppress(sa.exc.OperationalError):  # it ended by itself meanwhile
                self.admin.exec_driver_sql(f"KILL CONNECTION {number}")


@pytest.fixture
def mariadb(mariadb_crm: SmallCrm) -> Iterator[OnMariadb]:
    reader = f"reader_{uuid.uuid4().hex[:8]}"
    engine = sa.create_engine(mariadb_crm.url, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as admin:
        admin.exec_driver_sql(f"CREATE USER {reader}@'%%' IDENTIFIED BY 'reader'")
        try:
            admin.exec_driver_sql(f"GRANT SELECT ON `{mariadb_crm.url.database}`.* TO {reader}@'%%'")
            mariadb_crm.watched_as(mariadb_crm.url.set(username=reader, password="reader"))
            with serving(mariadb_crm, f"sqlite:///{mariadb_crm.folder}/state/monitor.db") as watched:
                yield OnMariadb(watched, admin, reader)
        finally:
            admin.exec_driver_sql(f"DROP USER {reader}@'%%'")


def test_a_crm_that_is_restarted_in_the_middle_of_a_run_is_one_incident_that_ends_by_itself(mariadb: OnMariadb) -> None:
    mariadb.say("ALTER USER {reader} ACCOUNT LOCK")
    mariadb.kick_out()
    found = until(lambda: mariadb.watched.system, 30, "an incident")
    assert set(found) == {"crm"}
    assert mariadb.watched.service.ask("/readyz")[0] == 200, "it is the CRM that is down"
    mariadb.say("ALTER USER {reader} ACCOUNT UNLOCK")
    mariadb.watched.goes_on()
    told = [one for one in mariadb.watched.slack.roots if "the CRM cannot be read" in one.text]
    assert len(told) == 1
    for _ in range(5):  # whatever it is doing at that moment
        mariadb.kick_out()
        time.sleep(0.4)
    mariadb.watched.goes_on()


def test_a_crm_that_is_slow_is_told_of_by_entity_and_the_others_are_checked(mariadb: OnMariadb) -> None:
    mariadb.admin.exec_driver_sql("LOCK TABLES deal WRITE")
    found = until(lambda: mariadb.watched.system, 60, "an incident")
    assert set(found) == {"entity:opportunities"}
    mariadb.admin.exec_driver_sql("UNLOCK TABLES")
    mariadb.watched.goes_on()


def test_a_crm_that_is_made_read_only_is_read_as_before(mariadb: OnMariadb) -> None:
    mariadb.admin.exec_driver_sql("FLUSH TABLES deal WITH READ LOCK")
    time.sleep(3)
    mariadb.watched.goes_on()
    mariadb.admin.exec_driver_sql("UNLOCK TABLES")


def test_a_crm_without_free_connections_is_an_incident_that_ends_by_itself(mariadb: OnMariadb) -> None:
    mariadb.say("ALTER USER {reader} WITH MAX_USER_CONNECTIONS -1")
    mariadb.kick_out()
    found = until(lambda: mariadb.watched.system, 30, "an incident")
    assert set(found) == {"crm"}
    assert "the user may open no more connections or queries" in found["crm"].observed
    mariadb.say("ALTER USER {reader} WITH MAX_USER_CONNECTIONS 0")
    mariadb.watched.goes_on()
