"""Fixtures that every test may use."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.servers import database


@pytest.fixture
def postgresql_url() -> Iterator[sa.URL]:
    """An empty PostgreSQL database of the test's own."""
    with database("postgresql") as url:
        yield url


@pytest.fixture
def mariadb_url() -> Iterator[sa.URL]:
    """An empty MariaDB/MySQL database of the test's own."""
    with database("mariadb") as url:
        yield url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> sa.URL:
    """A SQLite file of the test's own (not yet created)."""
    return sa.URL.create("sqlite", database=str(tmp_path / "crm.db"))


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def any_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.URL]:
    """One database on each kind of server in turn."""
    if request.param == "sqlite":
        yield sa.URL.create("sqlite", database=str(tmp_path / "crm.db"))
        return
    with database(request.param) as url:
        yield url
