"""The connection to the state database: SQLite by default, PostgreSQL by URL."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.pool import ConnectionPoolEntry

from monitor.crm.address import ENCODED, SPILLED, shown, spilled
from monitor.errors import StateUnavailable
from monitor.store.faults import guarded
from monitor.store.processes import new_holder

PATIENCE = 10.0
"""Seconds to wait for a lock that another process holds."""
STILL = 10.0
"""Seconds that a process may do nothing in the midst of writing, before PostgreSQL takes its lock away."""
ONE_WRITER = 0x63726D6D  # as SQLite has it anyway: no deadlocks, and one migration at a time
Guards = Iterable[Callable[[sa.Connection], None]]
_SUPPORTED = ("sqlite", "postgresql")


def _parsed(url: str | sa.URL) -> sa.URL:
    try:
        parsed = sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError):  # its text may quote the password
        raise StateUnavailable(
            "`state.url` is not a database URL", hint="write e.g. sqlite:///state/monitor.db or postgresql://host/name"
        ) from None
    if spilled(parsed, url):
        raise StateUnavailable(f"`state.url` {SPILLED}", hint=ENCODED)
    if parsed.drivername.partition("+")[0] in ("postgresql", "postgres"):
        parsed = parsed.set(drivername="postgresql+psycopg")  # the one driver that is installed and tested
    if parsed.get_backend_name() not in _SUPPORTED:
        raise StateUnavailable(
            f"the state cannot be kept in {parsed.get_backend_name()}", hint="use SQLite or PostgreSQL in `state.url`"
        )
    return parsed


class NoStateYet(StateUnavailable):
    """What a command that only looks says before the first run."""

    def __init__(self, place: str) -> None:
        super().__init__(f"the state database {place} holds no state yet", hint="run `crm-monitor check` first")


class StateGone(StateUnavailable):
    """What is written to a file that was removed, or put aside, is lost."""

    def __init__(self, place: str) -> None:
        super().__init__(
            f"the file of the state database {place} was removed, or replaced by another",
            hint="put it back, or begin anew: a new start makes one where there is none",
        )


def _prepare_sqlite(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # transactions are begun below, by name
    connection.execute("PRAGMA foreign_keys = ON")
    if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA secure_delete = ON")  # what is deleted of people is not left lying in the file
    # FULL: a message marked as sent must stay so after a power cut, or it is posted twice
    connection.execute("PRAGMA synchronous = FULL")


_CONNECTED = {
    "connect_timeout": 10,
    # A server, or a network, that fell silent is given up within half a minute, not within hours.
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 25_000,
}


def _begin_sqlite(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get("monitor_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


class Database:
    """Opens transactions; each ``read`` sees one moment, each ``write`` happens as a whole or not at all."""

    def __init__(
        self, url: str | sa.URL, patience: float = PATIENCE, *, create: bool = True, guards: Guards = ()
    ) -> None:
        """With ``create`` False a SQLite file must be there already. Each of ``guards`` is asked within every
        transaction that writes, before anything is written, and may refuse it.

        Raises StateUnavailable, also for a URL that is none, an unsupported database or a missing driver.
        """
        self._patience = patience
        self.url = _parsed(url)
        self.place = shown(self.url)
        self.sqlite = self.url.get_backend_name() == "sqlite"
        self.holder = new_holder()
        self.guards = list(guards)
        arguments: dict[str, Any] = {"timeout": patience} if self.sqlite else dict(_CONNECTED)
        try:
            self.engine = sa.create_engine(self.url, connect_args=arguments, hide_parameters=True, pool_pre_ping=True)
        except (ModuleNotFoundError, sa.exc.NoSuchModuleError):
            raise StateUnavailable(
                f"no driver is installed for the state database {self.place}",
                hint=f"install it where this runs: {sys.executable} -m pip install 'crm-monitor[postgresql]'",
            ) from None
        self._file: tuple[int, int] | None = None
        if self.sqlite:
            self._prepare_file(create)
            self._file = self._identity()
            sa.event.listen(self.engine, "connect", _prepare_sqlite)
            sa.event.listen(self.engine, "begin", _begin_sqlite)

    def _prepare_file(self, create: bool) -> None:
        name = self.url.database
        if not name or name == ":memory:":
            raise StateUnavailable(
                "the state cannot be kept in memory: it is what one run tells the next",
                hint="give `state.url` a file, e.g. sqlite:///state/monitor.db",
            )
        if self._is_there(name):
            return
        if not create:
            raise NoStateYet(self.place)
        try:
            Path(name).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StateUnavailable(
                f"the folder of the state database {self.place} cannot be made: {error.strerror}",
                hint="make it yourself, or correct `state.url` in config/monitor.yaml",
            ) from None
        if not name.startswith("file:"):
            # It knows who logs how much: its owner alone reads it, until the owner allows more. SQLite makes the files
            # beside it alike. Where it cannot be made, SQLite says why, a moment later.
            with contextlib.suppress(OSError):
                os.close(os.open(name, os.O_RDWR | os.O_CREAT, 0o600))

    def _is_there(self, name: str) -> bool:
        try:
            os.stat(name)
        except (FileNotFoundError, NotADirectoryError, ValueError):
            return False
        except OSError as error:
            raise StateUnavailable(
                f"it cannot be seen whether there is a state database at {self.place}: {error.strerror}",
                hint="run this as the user that the service runs as (sudo -u crm-monitor), who may enter that folder",
            ) from None
        return True

    def _identity(self) -> tuple[int, int] | None:
        with contextlib.suppress(OSError):
            found = os.stat(self.url.database or "")
            return found.st_dev, found.st_ino
        return None

    @property
    def replaced(self) -> bool:
        """Whether the SQLite file that was opened lies there no more: it was removed, or another has its place."""
        return self._file is not None and self._identity() != self._file

    @property
    def missing(self) -> bool:
        """Whether it was removed, and nothing has its place."""
        return self._file is not None and self._identity() is None

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A transaction that reads. Raises StateUnavailable."""
        with guarded(self.place), self.engine.connect() as connection:
            if not self.sqlite:
                connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield connection

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """A transaction that writes, committed at the end unless something was raised. Raises StateUnavailable, and
        StateGone where the file it would write to is the state's no more."""
        if self.replaced:
            raise StateGone(self.place)
        with guarded(self.place), self.engine.connect() as connection:
            connection.execution_options(monitor_write=True)
            if not self.sqlite:  # what a guard sees must be as of now, not as of before the wait for the lock
                connection.execution_options(isolation_level="READ COMMITTED")
            with connection.begin():
                if not self.sqlite:
                    self._become_the_writer(connection)
                for guard in self.guards:
                    guard(connection)
                yield connection

    def _become_the_writer(self, connection: sa.Connection) -> None:
        # A host that is frozen or cut off while it writes would otherwise keep every other one from leading, for good.
        limits = {"idle_in_transaction_session_timeout": STILL, "lock_timeout": self._patience}
        settings = (sa.func.set_config(name, f"{int(seconds * 1000)}ms", True) for name, seconds in limits.items())
        connection.execute(sa.select(*settings))
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({ONE_WRITER})")

    def close(self) -> None:
        """Gives the connections back."""
        self.engine.dispose()
