"""Fixtures that every test may use."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import settings

from monitor.quality.adapter import IMPORTING
from tests.demo_crms import DemoCrms
from tests.servers import database

# A test of any input tries few inputs in the run that everybody waits for, and many where HYPOTHESIS_PROFILE=thorough.
settings.register_profile("plain", max_examples=25, deadline=None)
settings.register_profile("thorough", max_examples=400, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "plain"))


@pytest.fixture(autouse=True)
def import_ends_with_the_test() -> Iterator[None]:
    """Great Expectations is imported with its warnings ignored, in a thread that a short run leaves behind.

    Warning filters belong to the whole process. As a test ends, pytest puts its own back, under which a warning is an
    error, and the import would break off.
    """
    yield
    for thread in threading.enumerate():
        if thread.name == IMPORTING:
            thread.join()


@pytest.fixture(scope="session")
def demo_crms(tmp_path_factory: pytest.TempPathFactory) -> DemoCrms:
    """The demo's CRM as of a moment: made once for all workers."""
    own = tmp_path_factory.getbasetemp()
    return DemoCrms((own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "demo-crms")


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
