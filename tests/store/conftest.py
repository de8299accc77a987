"""The store's tests run on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from monitor.store.state import State
from tests.servers import database
from tests.store.world import CLOCK


@pytest.fixture(params=["sqlite", "postgresql"])
def state_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.URL]:
    """Where a state can be kept: a file that does not exist yet, or an empty PostgreSQL database."""
    if request.param == "sqlite":
        yield sa.URL.create("sqlite", database=str(tmp_path / "state" / "monitor.db"))
        return
    with database("postgresql") as url:
        yield url


@pytest.fixture
def state(state_url: sa.URL) -> Iterator[State]:
    """An opened, empty state."""
    with State.open(state_url, clock=lambda: CLOCK) as opened:
        yield opened
