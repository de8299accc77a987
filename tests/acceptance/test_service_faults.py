"""What a service meets in years: the CRM's database and the state's own go away, and come back without a hand."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from monitor.incidents.model import Incident, IncidentKind, IncidentState
from monitor.store.state import State
from tests.acceptance.channel import CHANNEL, SlackChannel, posting
from tests.acceptance.serving import Served, free_port, until
from tests.acceptance.small_crm import SmallCrm
from tests.acceptance.test_state_faults import fill, small_disk
from tests.servers import database

pytestmark = pytest.mark.faults
SCHEDULE = (
    "jobs:\n  records: {do: check, every: 2s, overlap: wait}\n  beat: {do: heartbeat, every: 1s, catch_up: none}\n"
)
OF_THE_STATE = ("small_disk",)  # the fixture is another file's
__all__ = ["small_disk"]
_LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


class Watched:
    """A CRM in PostgreSQL of its own, read by a role of its own, and the service that watches it."""

    def __init__(self, slack: SlackChannel, service: Served, state: str) -> None:
        self.slack, self.service, self._state = slack, service, state

    @property
    def crm(self) -> SmallCrm:
        return self.slack.crm

    def admin(self, *statements: str) -> None:
        engine = sa.create_engine(self.crm.url.set(database="postgres"), poolclass=sa.NullPool)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)

    @property
    def done(self) -> int:
        """Runs of the checks that were closed."""
        with State.open(self._state) as state:
            return sum(run.status.value == "closed" for run in state.runs.list(10_000))

    @property
    def system(self) -> dict[str, Incident]:
        """The system incidents that are not over, by what they are about."""
        with State.open(self._state) as state:
            found = state.incidents.list(IncidentState.OPEN, IncidentState.ACKNOWLEDGED)
        return {one.subject: one for one in found if one.kind is IncidentKind.SYSTEM}

    def goes_on(self) -> None:
        """Two more runs are done, and nothing is wrong any more."""
        before = self.done
        until(lambda: self.done >= before + 2, 60, "more runs")
        until(lambda: not self.system, 60, "the end of every system incident")


def _configure(slack: SlackChannel, state: str) -> None:
    (slack.crm.folder / "config" / "routes.yaml").write_text(
        f"targets:\n  crm: {{slack: {CHANNEL}}}\ndefault: [crm]\nbudget: {{day: 100, week: 100}}\n", encoding="utf-8"
    )
    (slack.crm.folder / "config" / "schedule.yaml").write_text(SCHEDULE, encoding="utf-8")
    text = (slack.crm.folder / "config" / "monitor.yaml").read_text(encoding="utf-8").split("slack:")[0]
    text = text.replace("link_base:", "statement_timeout: 2s, link_base:")
    text += f"slack: {{token: {slack.server.workspace.token}}}\nstate: {{url: '{state}'}}\n"
    text += f"service: {{listen: 127.0.0.1:{free_port()}, lease: 3s}}\n"
    (slack.crm.folder / "config" / "monitor.yaml").write_text(text, encoding="utf-8")


@contextmanager
def serving(crm: SmallCrm, state: str) -> Iterator[Watched]:
    with posting(crm) as slack:
        _configure(slack, state)
        with Served(crm.folder, "service", {"CRM_MONITOR_SLACK_API": slack.server.base_url}) as service:
            watched = Watched(slack, service, state)
            until(lambda: service.ask("/readyz")[0] == 200, 60, "readiness")
            until(lambda: watched.done > 1, 60, "the first runs")
            yield watched
            assert "unexpected" not in service.said, service.said
            assert service.end() == 0


@pytest.fixture
def watched(postgresql_crm: SmallCrm) -> Iterator[Watched]:
    role, name = f"reader_{postgresql_crm.url.database}", postgresql_crm.url.database
    engine = sa.create_engine(postgresql_crm.url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE ROLE {role} LOGIN PASSWORD 'reader'")
        connection.exec_driver_sql(f"GRANT CONNECT ON DATABASE {name} TO {role}")
        connection.exec_driver_sql(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}")
    postgresql_crm.watched_as(postgresql_crm.url.set(username=role, password="reader"))
    state = f"sqlite:///{postgresql_crm.folder}/state/monitor.db"
    try:
        with serving(postgresql_crm, state) as made:
            yield made
    finally:
        with engine.begin() as connection:
            connection.exec_driver_sql(f"DROP OWNED BY {role}")
            connection.exec_driver_sql(f"DROP ROLE {role}")


def _kick_out(watched: Watched) -> str:
    role = f"reader_{watched.crm.url.database}"
    return f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{role}'"


@pytest.mark.postgresql
def test_a_crm_that_is_restarted_in_the_middle_of_a_run_is_one_incident_that_ends_by_itself(watched: Watched) -> None:
    name = watched.crm.url.database
    watched.admin(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false", _kick_out(watched))
    found = until(lambda: watched.system, 30, "an incident")
    assert set(found) == {"crm"}
    assert watched.service.ask("/readyz")[0] == 200, "it is the CRM that is down"
    watched.admin(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    watched.goes_on()
    told = [one for one in watched.slack.roots if "the CRM cannot be read" in one.text]
    assert len(told) == 1
    for _ in range(5):  # whatever it is doing at that moment
        watched.admin(_kick_out(watched))
        time.sleep(0.4)
    watched.goes_on()


@pytest.mark.postgresql
def test_a_crm_without_free_connections_is_an_incident_that_ends_by_itself(watched: Watched) -> None:
    role = f"reader_{watched.crm.url.database}"
    watched.admin(f"ALTER ROLE {role} CONNECTION LIMIT 0", _kick_out(watched))
    found = until(lambda: watched.system, 30, "an incident")
    assert "too many" in found["crm"].observed or "connections" in found["crm"].observed
    watched.admin(f"ALTER ROLE {role} CONNECTION LIMIT -1")
    watched.goes_on()


@pytest.mark.postgresql
def test_a_crm_that_is_made_read_only_is_read_as_before(watched: Watched) -> None:
    watched.admin(
        f"ALTER DATABASE {watched.crm.url.database} SET default_transaction_read_only = on", _kick_out(watched)
    )
    time.sleep(3)
    watched.goes_on()
    watched.admin(f"ALTER DATABASE {watched.crm.url.database} RESET default_transaction_read_only")


@pytest.mark.postgresql
def test_a_crm_that_is_slow_is_told_of_by_entity_and_the_others_are_checked(watched: Watched) -> None:
    engine = sa.create_engine(watched.crm.url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql("LOCK TABLE deal IN ACCESS EXCLUSIVE MODE")
        found = until(lambda: watched.system, 60, "an incident")
        assert set(found) == {"entity:opportunities"}
    watched.goes_on()


def test_a_state_that_is_locked_is_waited_for(crm: SmallCrm) -> None:
    file = crm.folder / "state" / "monitor.db"
    with serving(crm, f"sqlite:///{file}") as watched:
        with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            until(lambda: "is locked by another process" in watched.service.said, 60, "a line about the lock")
            until(lambda: watched.service.ask("/readyz")[0] == 503, 60, "it is not ready")
            assert watched.service.ask("/healthz")[0] == 200, "the process itself is well"
            other.execute("ROLLBACK")
        until(lambda: watched.service.ask("/readyz")[0] == 200, 60, "readiness")
        watched.goes_on()


def test_a_state_whose_disk_is_full_loses_nothing_and_goes_on_when_there_is_room(
    small_disk: Path, crm: SmallCrm
) -> None:
    with serving(crm, f"sqlite:///{small_disk / 'monitor.db'}") as watched:
        fill(small_disk)
        until(lambda: watched.service.ask("/readyz")[0] == 503, 60, "it is not ready")
        assert "the disk" in watched.service.ask("/readyz")[1]["problem"]
        (small_disk / "filler").unlink()
        until(lambda: watched.service.ask("/readyz")[0] == 200, 60, "readiness")
        watched.goes_on()


@pytest.mark.postgresql
def test_a_state_that_cannot_be_reached_is_looked_for_until_it_can(crm: SmallCrm) -> None:
    with database("postgresql") as url, serving(crm, url.render_as_string(hide_password=False)) as watched:
        engine = sa.create_engine(url.set(database="postgres"), poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
        with engine.connect() as admin:
            admin.exec_driver_sql(f"ALTER DATABASE {url.database} ALLOW_CONNECTIONS false")
            admin.exec_driver_sql(
                f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{url.database}'"
            )
            until(lambda: watched.service.ask("/readyz")[0] == 503, 60, "it is not ready")
            until(lambda: not watched.service.leads, 10, "who cannot renew the lease does not lead")
            assert watched.service.process.poll() is None
            admin.exec_driver_sql(f"ALTER DATABASE {url.database} ALLOW_CONNECTIONS true")
        until(lambda: watched.service.leads, 60, "it leads again")
        watched.goes_on()
