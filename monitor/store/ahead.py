"""Runs that are recorded for times still to come: the clock they were recorded by was ahead, or this one is behind.

Such a row would keep the run from being done when its time comes. A run that was really done would be done again, were
its row forgotten. So rows are forgotten only where it is known which clock is wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from monitor.store.database import Database
from monitor.store.lease import moment
from monitor.store.ledger import RunState
from monitor.store.tables_service import job_runs

_NEARLY = timedelta(minutes=1)
"""Clocks may differ so much."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """``number`` runs are, or were, recorded for times still to come."""

    number: int
    forgotten: bool = False


def settle_ahead(database: Database, clock: Callable[[], datetime], *, stepped_back: bool) -> Ahead:
    """Forgets them where the database's server tells the same time as ``clock``, or where this process saw its clock
    put back (``stepped_back``), which corrects it. What goes on now is left to its end.

    Raises StateUnavailable.
    """
    with database.read() as connection:
        now = clock()
        ahead = sa.select(sa.func.count()).select_from(job_runs).where(*_ahead(now))
        number: int = connection.execute(ahead).scalar_one()
        agreed = not database.sqlite and abs(moment(connection, clock) - now) < _NEARLY
    if not number or not (agreed or stepped_back):
        return Ahead(number)
    with database.write() as connection:
        return Ahead(connection.execute(sa.delete(job_runs).where(*_ahead(now))).rowcount, forgotten=True)


def _ahead(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return job_runs.c.due_at > now + _NEARLY, job_runs.c.state != RunState.RUNNING
