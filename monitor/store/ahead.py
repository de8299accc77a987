"""Runs that are recorded for times still to come: the clock they were recorded by was ahead, or this one is behind.

Such a row would keep the run from being done when its time comes. A run that was really done would be done again, were
its row forgotten. So rows are forgotten only where it is known which clock is wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from monitor.store.database import Database
from monitor.store.lease import moment
from monitor.store.ledger import NEARLY, RunState
from monitor.store.tables_service import job_runs


@dataclass(frozen=True, slots=True)
class Ahead:
    """``number`` runs are recorded for times still to come, or were until they were ``forgotten``; ``running`` of that
    kind go on, and are to be looked at again when they have ended."""

    number: int
    running: int = 0
    forgotten: bool = False


def settle_ahead(
    database: Database,
    clock: Callable[[], datetime],
    *,
    put_right: bool,
    witness: Callable[[datetime], bool] = lambda _: True,
) -> Ahead:
    """Forgets them where the database's server tells the same time as ``clock``, and ``witness`` believes that time:
    where both are on one machine, both are wrong together. And where there is no server (SQLite), if this process knows
    that its clock was wrong and was ``put_right``.

    Raises StateUnavailable.
    """
    with database.read() as connection:
        now = clock()
        states = sa.select(job_runs.c.state).where(job_runs.c.due_at > now + NEARLY)
        found = list(connection.execute(states).scalars())
        right = put_right
        if not database.sqlite:
            server = moment(connection, clock)
            right = witness(server) and abs(server - now) < NEARLY
    running = found.count(RunState.RUNNING)
    if not right or len(found) == running:
        return Ahead(len(found), running if right else 0)
    over = job_runs.c.due_at > now + NEARLY, job_runs.c.state != RunState.RUNNING
    with database.write() as connection:
        return Ahead(connection.execute(sa.delete(job_runs).where(*over)).rowcount, running, forgotten=True)
