"""Who holds every other host up: frozen, or cut off, in the midst of a command to PostgreSQL.

Between two commands the server itself ends such a connection (``idle_in_transaction_session_timeout``). Within one,
as in a COPY whose rows do not come, it waits for its client without end, and so does whoever waits for the lock.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from typing import Any, TypeVar

import sqlalchemy as sa

from monitor.store.database import ONE_WRITER, STILL, Database
from monitor.store.faults import StateLocked
from monitor.store.tables_service import leases

Done = TypeVar("Done")

_HOLDER = """
SELECT a.pid, a.backend_start, a.xact_start, a.query_start, a.state_change, {progress}
FROM pg_locks l JOIN pg_stat_activity a USING (pid) {join}
WHERE l.locktype = 'advisory' AND l.granted AND l.classid = 0 AND l.objid = :key AND l.objsubid = 1
  AND a.datname = current_database() AND a.wait_event_type = 'Client' {more}
"""
_COPY_IS_TOLD = (14,)  # since then PostgreSQL says how far a COPY has come
_NO_COPY = "AND a.query NOT ILIKE 'copy%'"


class HoldUp:
    """Whom one host waits for, from one attempt to the next."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._seen: tuple[Any, ...] | None = None
        self._since = 0.0

    def end(self, database: Database) -> bool:
        """Ends the connection of a writer whose client did nothing for STILL seconds, as this host saw itself, while
        the lease was over for as long; whether there was one. What it was writing is undone as a whole.

        Raises StateUnavailable.
        """
        if database.sqlite:  # one host, on which nobody can tell the frozen from the busy
            return False
        with database.read() as connection:
            found = self._holder(connection) if _nobody_leads(connection) else None
            if found is None or found != self._seen:
                self._seen, self._since = found, self._monotonic()
                return False
            if self._monotonic() - self._since < STILL:
                return False
            self._seen = None
            return bool(connection.execute(sa.select(sa.func.pg_terminate_backend(found[0]))).scalar())

    def _holder(self, connection: sa.Connection) -> tuple[Any, ...] | None:
        told = (connection.dialect.server_version_info or ()) >= _COPY_IS_TOLD
        query = _HOLDER.format(
            progress="c.bytes_processed" if told else "NULL",
            join="LEFT JOIN pg_stat_progress_copy c USING (pid)" if told else "",
            more="" if told else _NO_COPY,
        )
        row = connection.execute(sa.text(query), {"key": ONE_WRITER}).one_or_none()
        return None if row is None else tuple(row)


def unhindered(database: Database, work: Callable[[], Done]) -> Done:
    """What ``work``, which writes, comes to: tried once more where whoever held everybody up was ended.

    Raises StateUnavailable.
    """
    try:
        return work()
    except StateLocked:
        if not _hold_up(database.place).end(database):
            raise
    return work()


@functools.cache
def _hold_up(place: str) -> HoldUp:
    """Whom this process waits for at the database ``place``, however often that is opened."""
    return HoldUp()


def _nobody_leads(connection: sa.Connection) -> bool:
    if not sa.inspect(connection).has_table(leases.name):
        return False  # of an older version, that knew no leader
    over = leases.c.expires_at < sa.func.clock_timestamp() - sa.func.make_interval(0, 0, 0, 0, 0, 0, STILL)
    return connection.execute(sa.select(leases.c.name).where(over)).first() is not None
