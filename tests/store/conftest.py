"""The store's tests run on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest
import sqlalchemy as sa

from monitor.store.state import State
from tests.servers import database
from tests.store.world import CLOCK

_OF_A_MIGRATION = ("CREATE TABLE", "CREATE INDEX", "CREATE UNIQUE INDEX", "ALTER", "DROP", "INSERT", "UPDATE", "DELETE")


@pytest.fixture(scope="session")
def postgresql_for_states() -> Iterator[sa.URL]:
    """One PostgreSQL database per worker: making one takes longer than most tests."""
    with database("postgresql") as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def state_url(request: pytest.FixtureRequest, tmp_path: Path) -> sa.URL:
    """Where a state can be kept: a file that does not exist yet, or an empty PostgreSQL schema of the test's own."""
    if request.param == "sqlite":
        return sa.URL.create("sqlite", database=str(tmp_path / "state" / "monitor.db"))
    url: sa.URL = request.getfixturevalue("postgresql_for_states")
    return _schema(url)


def _schema(url: sa.URL) -> sa.URL:
    schema = f"state_{uuid.uuid4().hex[:12]}"
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE SCHEMA {schema}")
    return url.update_query_dict({"options": f"-csearch_path={schema}"})


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty state in SQLite, to be copied: migrating takes longer than most tests, and has tests of its own."""
    path = tmp_path_factory.mktemp("migrated") / "monitor.db"
    with State.open(sa.URL.create("sqlite", database=str(path)), clock=lambda: CLOCK):
        pass
    return path


@pytest.fixture(scope="session")
def migration(postgresql_for_states: sa.URL) -> str:
    """What the migrations say to an empty PostgreSQL schema, to be said again as it is."""
    said: list[str] = []
    url = _schema(postgresql_for_states)

    def hear(_1: Any, _2: Any, statement: str, *_: Any) -> None:
        if statement.lstrip().startswith(_OF_A_MIGRATION):
            said.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", hear)
    try:
        with State.open(url, clock=lambda: CLOCK):
            return ";\n".join(said)
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", hear)


@pytest.fixture
def state(state_url: sa.URL, request: pytest.FixtureRequest) -> Iterator[State]:
    """An opened, empty state."""
    if state_url.get_backend_name() == "sqlite":
        path = Path(str(state_url.database))
        path.parent.mkdir(exist_ok=True)
        copyfile(request.getfixturevalue("migrated_file"), path)
    else:
        with sa.create_engine(state_url, poolclass=sa.NullPool).begin() as connection:
            connection.exec_driver_sql(request.getfixturevalue("migration"))
    with State.open(state_url, clock=lambda: CLOCK) as opened:
        yield opened
