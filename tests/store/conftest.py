"""The store's tests run on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from monitor.store.state import State
from tests.servers import database
from tests.store.world import CLOCK


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
    schema = f"state_{uuid.uuid4().hex[:12]}"
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE SCHEMA {schema}")
    return url.update_query_dict({"options": f"-csearch_path={schema}"})


@pytest.fixture
def state(state_url: sa.URL) -> Iterator[State]:
    """An opened, empty state."""
    with State.open(state_url, clock=lambda: CLOCK) as opened:
        yield opened
