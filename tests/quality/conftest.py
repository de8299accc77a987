"""Fixtures of the quality room."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from tests.quality.world import World


@pytest.fixture
def world(sqlite_url: sa.URL) -> Iterator[World]:
    """An empty CRM in SQLite."""
    engine = sa.create_engine(sqlite_url)
    yield World(engine)
    engine.dispose()


@pytest.fixture
def any_world(any_url: sa.URL) -> Iterator[World]:
    """An empty CRM on each kind of server in turn."""
    engine = sa.create_engine(any_url)
    yield World(engine)
    engine.dispose()
