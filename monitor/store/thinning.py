"""What keeps the state's size bounded, whoever it is about: results get sparser with age, and then end.

Nothing that is still open, undelivered or failing is touched. Everything here may be done again at any time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo
from typing import Any

import sqlalchemy as sa

from monitor.incidents.model import IncidentState
from monitor.messages.outgoing import Action, DeliveryState
from monitor.store.comparable import CLOSED_COMPARABLE, RunStatus
from monitor.store.ledger import REMEMBERED
from monitor.store.tables import entity_facts, failing_records, incidents, outbox, outcomes, runs
from monitor.store.tables_service import job_runs, jobs

_CHUNK = 500
_OVER = (DeliveryState.SENT, DeliveryState.SUPERSEDED)
_BESIDE = (Action.UPDATE, Action.REPLY)


def thin(
    connection: sa.Connection, now: datetime, times: tuple[datetime, datetime, datetime], zone: tzinfo
) -> dict[str, int]:
    """Deletes, and says how many rows of which table.

    ``times`` are three moments, newest first: from before the first, one result per check and day is kept; from before
    the second, no record that was mended; from before the third, nothing that is over. Days are those of ``zone``.
    """
    daily, weekly, ended = times
    counts = {
        "outcomes": _one_a_day(connection, outcomes, "check_id", daily, ended, zone),
        "entity_facts": _one_a_day(connection, entity_facts, "entity", daily, ended, zone),
        "failing_records": _mended(connection, weekly),
        "incidents": _count(
            connection,
            sa.delete(incidents).where(incidents.c.state == IncidentState.RESOLVED, incidents.c.resolved_at < ended),
        ),
        "outbox": _count(connection, sa.delete(outbox).where(*_told_and_over(daily))),
        "runs": _empty_runs(connection, daily),
        "job_runs": _old_job_runs(connection, daily),
    }
    return counts


def _count(connection: sa.Connection, statement: sa.Delete) -> int:
    return connection.execute(statement).rowcount


def _one_a_day(
    connection: sa.Connection, table: sa.Table, subject: str, daily: datetime, ended: datetime, zone: tzinfo
) -> int:
    """All but the last comparable row per subject and day; of the oldest, none but what is the newest still."""
    rows = of_runs(connection, table, subject, daily)
    last = {
        (row.subject, row.started_at.astimezone(zone).date()): row.id
        for row in rows
        if row.comparable and row.started_at >= ended
    }
    newest = {row.subject: row.id for row in rows if row.comparable}
    kept = {*last.values(), *newest.values()}
    return delete_those(connection, table.c.id, [row.id for row in rows if row.id not in kept])


def _mended(connection: sa.Connection, weekly: datetime) -> int:
    gone = sa.select(runs.c.id).where(runs.c.started_at < weekly)
    return _count(connection, sa.delete(failing_records).where(failing_records.c.gone_run_id.in_(gone)))


def _told_and_over(daily: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    """Edits and replies about incidents that arrived, or that a newer one stands for; where a message stands on its
    platform its root tells."""
    return (
        outbox.c.incident_id.is_not(None),
        outbox.c.action.in_(_BESIDE),
        outbox.c.state.in_(_OVER),
        outbox.c.changed_at < daily,
    )


def _empty_runs(connection: sa.Connection, daily: datetime) -> int:
    """Runs of which nothing is left that points to them."""
    pointing = (
        outcomes.c.run_id,
        entity_facts.c.run_id,
        failing_records.c.first_run_id,
        failing_records.c.gone_run_id,
    )
    old = sa.select(runs.c.id).where(runs.c.started_at < daily, runs.c.status != RunStatus.RUNNING)
    return delete_those(connection, runs.c.id, not_pointed_at(connection, old, pointing))


def _old_job_runs(connection: sa.Connection, daily: datetime) -> int:
    """The newest of each job stays, for whoever asks how it stands; and what is later than the time up to which the
    job's due times are settled: the service would take it for missed."""
    newest = sa.select(sa.func.max(job_runs.c.due_at)).where(job_runs.c.job == _outer.c.job).scalar_subquery()
    settled = sa.select(jobs.c.since).where(jobs.c.name == _outer.c.job).scalar_subquery()
    over = sa.func.coalesce(_outer.c.finished_at, _outer.c.alive_until, _outer.c.started_at)  # or never ended
    old = sa.select(_outer.c.id).where(
        over < daily,
        _outer.c.due_at < newest,
        sa.or_(settled.is_(None), _outer.c.due_at <= settled, _outer.c.due_at < daily - REMEMBERED),
    )
    return delete_those(connection, job_runs.c.id, list(connection.execute(old).scalars()))


_outer = job_runs.alias("older")


def of_runs(
    connection: sa.Connection, table: sa.Table, subject: str, before: datetime, *where: sa.ColumnElement[bool]
) -> Sequence[sa.Row[Any]]:
    """The rows of runs begun before a moment, oldest first: ``id``, ``subject``, ``started_at``, ``comparable``."""
    rows = (
        sa.select(
            table.c.id, table.c[subject].label("subject"), runs.c.started_at, CLOSED_COMPARABLE.label("comparable")
        )
        .join(runs, runs.c.id == table.c.run_id)
        .where(runs.c.started_at < before, *where)
        .order_by(runs.c.started_at, table.c.id)
    )
    return connection.execute(rows).all()


def not_pointed_at(
    connection: sa.Connection, numbers: sa.Select[Any], pointing: Iterable[sa.ColumnElement[Any]]
) -> list[int]:
    """Those of the rows that none of the columns names. A column is read only while there are rows left to look for."""
    left: set[int] = set(connection.execute(numbers).scalars())
    for column in pointing:
        if left:
            left -= set(connection.execute(sa.select(column).distinct()).scalars())
    return sorted(left)


def delete_those(connection: sa.Connection, column: sa.Column[Any], numbers: Sequence[int]) -> int:
    """Deletes the rows of the column's table with one of these numbers in it, and says how many."""
    count = 0
    for start in range(0, len(numbers), _CHUNK):
        count += _count(connection, sa.delete(column.table).where(column.in_(numbers[start : start + _CHUNK])))
    return count
