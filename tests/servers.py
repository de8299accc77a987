"""Databases for tests: each test makes its own and drops it.

A server is looked for on its standard local port; ``CRM_MONITOR_TEST_POSTGRESQL`` and
``CRM_MONITOR_TEST_MARIADB`` (SQLAlchemy URLs of a role that may create databases) say otherwise.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import pytest
import sqlalchemy as sa

DEFAULTS = {
    "postgresql": ("CRM_MONITOR_TEST_POSTGRESQL", "postgresql+psycopg://127.0.0.1:5432/postgres"),
    "mariadb": ("CRM_MONITOR_TEST_MARIADB", "mysql+pymysql://root@127.0.0.1:3306/"),
}
_IN_CI = os.environ.get("CI", "").lower() not in ("", "0", "false")


def _url(server: str) -> sa.URL:
    variable, default = DEFAULTS[server]
    return sa.make_url(os.environ.get(variable, default))


@cache
def _problem(server: str) -> str:
    """Why the server cannot be used, or nothing."""
    engine = sa.create_engine(_url(server), poolclass=sa.NullPool, connect_args={"connect_timeout": 3})
    try:
        with engine.connect():
            return ""
    except sa.exc.DBAPIError as error:
        return str(error.orig).strip().splitlines()[0]
    except ModuleNotFoundError as error:
        return str(error)


@contextmanager
def database(server: str) -> Iterator[sa.URL]:
    """A new, empty database on the server, dropped afterwards; skips loudly where there is no server."""
    if problem := _problem(server):
        message = f"NOT TESTED: no {server} at {_url(server).render_as_string()} ({problem}); set {DEFAULTS[server][0]}"
        if _IN_CI:
            pytest.fail(f"{message}. In CI this is a failure.")
        pytest.skip(message)
    name = f"crm_monitor_test_{uuid.uuid4().hex[:12]}"
    admin = sa.create_engine(_url(server), poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    try:
        yield _url(server).set(database=name)
    finally:
        with admin.connect() as connection:
            force = " WITH (FORCE)" if server == "postgresql" else ""
            connection.execute(sa.text(f"DROP DATABASE IF EXISTS {name}{force}"))
