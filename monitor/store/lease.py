"""The lease of the one host that leads: taken for a term, renewed, and lost by whoever does not.

Every transaction that a leader writes asks first whether it leads still. Since only one transaction writes at a time,
whoever has lost the lease writes nothing more, however late it wakes up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from monitor.errors import StateUnavailable
from monitor.store.database import Database
from monitor.store.holdup import unhindered
from monitor.store.processes import has_died, was_seen_to_end
from monitor.store.tables_service import leases
from monitor.store.upsert import insert_ignoring

LEADER = "leader"
TERM = timedelta(seconds=30)
"""How long a lease holds unless it is renewed: so long a dead leader is waited for."""


class LeaseLost(StateUnavailable):
    """Another host may lead now: what this one was about to write is not written."""

    def __init__(self) -> None:
        super().__init__("this crm-monitor serve does not lead any more", hint="it tries to again by itself")


@dataclass(frozen=True, slots=True)
class Lease:
    """A lease as it was taken. ``term`` is one more than that of its holder before."""

    holder: str
    term: int
    expires_at: datetime


class Leases:
    """Taking, renewing and giving back. Times are the database server's, as hosts' clocks differ; SQLite has none, and
    one host."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database, self._clock = database, clock

    def take(self, holder: str, term: timedelta = TERM, *, over: Lease | None = None) -> Lease | None:
        """The lease, where nobody holds it any more; None where somebody does. Raises StateUnavailable.

        ``over`` is one that was watched for all its time: unless it was renewed, nobody holds it, whatever the server's
        clock says, which may have been set back."""
        return unhindered(self._database, lambda: self._taken(holder, term, over))

    def _taken(self, holder: str, term: timedelta, over: Lease | None) -> Lease | None:
        with self._database.write() as connection:
            now = moment(connection, self._clock)
            first = {"name": LEADER, "term": 0, "expires_at": now, "taken_at": now}
            connection.execute(insert_ignoring(connection, leases).values(first))
            row = connection.execute(sa.select(leases).where(leases.c.name == LEADER)).one()
            held = row.holder and row.holder != holder and row.expires_at > now
            if held and over != _of(row) and not self._gone(row.holder, now):
                return None
            taken = Lease(holder, row.term + 1, now + term)
            connection.execute(
                sa.update(leases)
                .where(leases.c.name == LEADER)
                .values(holder=holder, term=taken.term, expires_at=taken.expires_at, taken_at=now)
            )
            return taken

    def renew(self, lease: Lease, term: timedelta = TERM) -> Lease:
        """The same for another term. Raises LeaseLost when somebody else holds it, StateUnavailable."""
        with self._database.write() as connection:
            until = moment(connection, self._clock) + term
            renewed = connection.execute(sa.update(leases).where(*_held(lease)).values(expires_at=until))
            if renewed.rowcount != 1:
                raise LeaseLost
            return Lease(lease.holder, lease.term, until)

    def give_back(self, lease: Lease) -> None:
        """Another may lead at once. Nothing happens where somebody else does. Raises StateUnavailable."""
        with self._database.write() as connection:
            connection.execute(sa.update(leases).where(*_held(lease)).values(holder=""))

    def _gone(self, holder: str, now: datetime) -> bool:
        """Whether its process surely ended, as can be seen on its own machine: SQLite has no other."""
        if self._database.sqlite:
            return has_died(holder, now, now, one_machine=True)
        return was_seen_to_end(holder, now)

    def standing(self) -> tuple[Lease | None, float]:
        """Who leads, by what the state says, and for how many seconds still, if nobody renews it; None and 0 where
        nobody does, or the term is over. Raises StateUnavailable."""
        with self._database.read() as connection:
            row = connection.execute(sa.select(leases).where(leases.c.name == LEADER)).one_or_none()
            left = (row.expires_at - moment(connection, self._clock)).total_seconds() if row and row.holder else 0.0
            return (_of(row), left) if row and left > 0 else (None, 0.0)


def _of(row: Any) -> Lease:
    return Lease(row.holder, row.term, row.expires_at)


def guard(lease: Lease) -> Callable[[sa.Connection], None]:
    """Asked within a transaction that writes: raises LeaseLost where the lease is somebody else's by now."""

    def check(connection: sa.Connection) -> None:
        if connection.execute(sa.select(sa.literal(1)).where(*_held(lease))).scalar() is None:
            raise LeaseLost

    return check


def moment(connection: sa.Connection, clock: Callable[[], datetime]) -> datetime:
    """Now, by the database server's clock where it has one."""
    if connection.dialect.name == "sqlite":
        return clock()
    found: datetime = connection.execute(sa.select(sa.func.clock_timestamp())).scalar_one()
    return found


def _held(lease: Lease) -> tuple[sa.ColumnElement[bool], ...]:
    return leases.c.name == LEADER, leases.c.holder == lease.holder, leases.c.term == lease.term
