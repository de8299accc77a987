"""Makes every connection of an engine read-only, on each kind of database, after any option that a URL may carry."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa

BACKENDS = ("sqlite", "postgresql", "mysql", "mariadb")
FIRST_QUERY = {
    "sqlite": "SELECT COUNT(*) FROM sqlite_master",  # SQLite opens any file; only reading shows what it is
    "postgresql": "SELECT 1",
    "mysql": "SELECT 1",
    "mariadb": "SELECT 1",
}
_CONNECT_SECONDS = 10
_STEPS = 20_000  # SQLite's virtual machine steps between two looks at the clock: about a millisecond


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds that a statement may run, and that it may wait for a lock."""

    statement: float
    lock: float


def engine(url: sa.URL, limits: Limits, *, pool_size: int) -> sa.Engine:
    """An engine whose every connection refuses to write. Raises ModuleNotFoundError where the driver is missing."""
    make = {"sqlite": _sqlite, "postgresql": _postgresql}.get(url.get_backend_name(), _mysql)
    return make(url, limits, {"pool_size": pool_size, "max_overflow": 2, "hide_parameters": True})


def _sqlite(url: sa.URL, limits: Limits, options: dict[str, Any]) -> sa.Engine:
    address = f"{Path(str(url.database)).resolve().as_uri()}?mode=ro"

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(address, uri=True, timeout=limits.lock, check_same_thread=False)
        connection.execute("PRAGMA query_only = ON")
        return connection

    made = sa.create_engine(url.set(query={}), creator=connect, poolclass=sa.QueuePool, **options)
    sa.event.listen(made, "before_cursor_execute", _deadline(limits.statement))
    return made


def _deadline(seconds: float) -> Callable[..., None]:
    """SQLite has no statement timeout: its progress handler looks at the clock instead."""

    def start(connection: sa.Connection, cursor: Any, *_: Any) -> None:
        end = time.monotonic() + seconds
        cursor.connection.set_progress_handler(lambda: time.monotonic() > end, _STEPS)

    return start


def _postgresql(url: sa.URL, limits: Limits, options: dict[str, Any]) -> sa.Engine:
    arguments = {"connect_timeout": _CONNECT_SECONDS, "application_name": "crm-monitor"}
    made = sa.create_engine(url, connect_args=arguments, pool_pre_ping=True, **options)
    settings = (
        "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
        "SET default_transaction_read_only = on",
        f"SET statement_timeout = {_milliseconds(limits.statement)}",
        f"SET lock_timeout = {_milliseconds(limits.lock)}",
        "SET TimeZone = 'UTC'",
        "SET cursor_tuple_fraction = 1",  # what is streamed is read to its end, so plan for the last row, not the first
        "SET application_name = 'crm-monitor'",
    )

    def prepare(connection: Any, _record: Any) -> None:
        _run(connection, settings)
        connection.commit()
        if hasattr(type(connection), "read_only"):
            connection.read_only = True  # psycopg then begins every transaction READ ONLY
        if hasattr(getattr(connection, "cursor_factory", None), "_execute_send"):
            connection.cursor_factory = _one_statement(connection.cursor_factory)

    sa.event.listen(made, "connect", prepare)
    # Once a transaction has read, PostgreSQL lets nobody make it READ WRITE any more.
    sa.event.listen(made, "begin", lambda connection: connection.exec_driver_sql("SELECT 1"))
    return made


@cache
def _one_statement(cursors: type[Any]) -> type[Any]:
    """psycopg's cursors, sending every query by the protocol that takes one statement only.

    By the simple one, a query without parameters may end the transaction and begin another that writes.
    """

    class OneStatement(cursors):  # type: ignore[misc]  # the base is known only when the driver is
        def _execute_send(self, query: Any, *, force_extended: bool = False, binary: bool | None = None) -> None:
            super()._execute_send(query, force_extended=True, binary=binary)

    return OneStatement


def _mysql(url: sa.URL, limits: Limits, options: dict[str, Any]) -> sa.Engine:
    first = url.query.get("init_command")  # the driver would run it before the session is read-only
    url = url.difference_update_query(["init_command", "client_flag"])  # a flag lets a query hold several statements
    made = sa.create_engine(url, connect_args={"connect_timeout": _CONNECT_SECONDS}, pool_pre_ping=True, **options)
    seconds = max(1, round(limits.lock))
    settings = (
        "SET SESSION TRANSACTION READ ONLY",
        *((first,) if isinstance(first, str) else ()),
        "SET SESSION TRANSACTION READ ONLY",
        f"SET SESSION lock_wait_timeout = {seconds}, SESSION innodb_lock_wait_timeout = {seconds}",
        "SET SESSION time_zone = '+00:00'",
    )

    def prepare(connection: Any, _record: Any) -> None:
        connection.rollback()
        mariadb = "mariadb" in str(connection.get_server_info()).lower()
        timeout = (
            f"SET SESSION max_statement_time = {limits.statement:g}"
            if mariadb
            else f"SET SESSION max_execution_time = {_milliseconds(limits.statement)}"
        )
        _run(connection, (*settings, timeout))
        connection.commit()

    sa.event.listen(made, "connect", prepare)
    sa.event.listen(made, "begin", lambda connection: connection.exec_driver_sql("START TRANSACTION READ ONLY"))
    return made


def _run(connection: Any, statements: tuple[str, ...]) -> None:
    cursor = connection.cursor()
    try:
        for statement in statements:
            cursor.execute(statement)
    finally:
        cursor.close()


def _milliseconds(seconds: float) -> int:
    return max(1, round(seconds * 1000))
