"""Brings the state database to the tables this version knows, and refuses one that is ahead of it."""

from __future__ import annotations

import threading
from pathlib import Path

import sqlalchemy as sa

from monitor.errors import StateUnavailable
from monitor.store.database import Database, NoStateYet
from monitor.store.holdup import unhindered

VERSION_TABLE = "crm_monitor_version"
REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009", "0010", "0011", "0012")
"""Every revision this version knows, oldest first; kept here so that opening needs no Alembic."""
_ONE_AT_A_TIME = threading.Lock()
"""Alembic keeps what it is doing in one place for the whole process."""


def _current(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table(VERSION_TABLE):
        return None
    return connection.exec_driver_sql(f"SELECT version_num FROM {VERSION_TABLE}").scalar()


def _refuse_newer(database: Database, revision: str | None) -> None:
    if revision is not None and revision not in REVISIONS:
        raise StateUnavailable(
            f"the state database {database.place} was written by a newer version (revision {revision})",
            hint="upgrade crm-monitor, or point `state.url` at another database",
        )


def _refuse_foreign(database: Database, connection: sa.Connection) -> None:
    from monitor.store.all_tables import metadata

    taken = sorted(set(sa.inspect(connection).get_table_names()) & set(metadata.tables))
    if taken:
        raise StateUnavailable(
            f"the database {database.place} has tables of something else: {', '.join(taken)}",
            hint="give `state.url` a database (or file) of its own",
        )


def upgrade(database: Database, *, migrate: bool = True) -> None:
    """Makes or upgrades the tables; with ``migrate`` False an older database is refused instead.

    Raises StateUnavailable, also for a database of a newer version or with other people's tables in it.
    """
    with database.read() as connection:
        revision = _current(connection)
    _refuse_newer(database, revision)
    if revision == REVISIONS[-1]:
        return
    if not migrate and revision is None:
        raise NoStateYet(database.place)
    if not migrate:
        raise StateUnavailable(
            f"the state database {database.place} is of an older version (revision {revision})",
            hint="run `crm-monitor check` once: it brings the tables up to date",
        )
    unhindered(database, lambda: _upgrade(database))


def _upgrade(database: Database) -> None:
    with _ONE_AT_A_TIME, database.write() as connection:
        revision = _current(connection)  # another process may have been quicker
        _refuse_newer(database, revision)
        if revision is None:
            _refuse_foreign(database, connection)
        if revision != REVISIONS[-1]:
            run_alembic(connection)


def run_alembic(connection: sa.Connection, revision: str = "head") -> None:
    """Alembic's upgrade inside the caller's transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
