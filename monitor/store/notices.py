"""Who was told what of an incident, and why or why not; written in the transaction that queues what is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from monitor.incidents.model import Incident, Reason
from monitor.incidents.notice import Memory, Notice, Tell
from monitor.store.database import Database
from monitor.store.incidents import from_row
from monitor.store.tables import incidents
from monitor.store.tables_notices import incident_notices, incident_targets, rollups
from monitor.store.upsert import upsert


@dataclass(frozen=True, slots=True)
class Untold:
    """An incident of which somebody may have to hear, with what messages say of it and what its targets know."""

    incident: Incident
    view: Mapping[str, Any] | None
    labels: Mapping[str, Any] | None
    targets: Mapping[str, Memory]


@dataclass(frozen=True, slots=True)
class StoredNotice:
    """A notice as it was decided."""

    at: datetime
    run_id: int | None
    target: str
    tell: Tell
    reason: Reason
    note: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Rollup:
    """A day's collected message of one target; ``shown`` is the message as it was last queued."""

    id: int
    target: str
    day: date
    shown: Mapping[str, Any]


def untold(connection: sa.Connection) -> Sequence[Untold]:
    """Every incident that is open, and every resolved one that some target still takes for open; oldest first."""
    told = sa.select(incident_targets.c.incident_id).where(incident_targets.c.live)
    wanted = sa.or_(incidents.c.state.in_(("open", "acknowledged")), incidents.c.id.in_(told))
    rows = connection.execute(sa.select(incidents).where(wanted).order_by(incidents.c.id)).all()
    known: dict[int, dict[str, Memory]] = {row.id: {} for row in rows}
    theirs = sa.select(incident_targets).where(
        incident_targets.c.incident_id.in_(sa.select(incidents.c.id).where(wanted))
    )
    for row in connection.execute(theirs):
        known[row.incident_id][row.target] = _memory(row)
    return [Untold(from_row(row), row.view, row.labels, known[row.id]) for row in rows]


def _memory(row: sa.Row[Any]) -> Memory:
    return Memory(
        news=row.news,
        live=row.live,
        told_at=row.told_at,
        posted_at=row.posted_at,
        rollup=row.rollup_id,
        shown=row.shown,
        snoozed_until=row.snoozed_until,
        due=row.due,
        reason=Reason(row.reason) if row.reason else None,
    )


def remember(connection: sa.Connection, incident_id: int, target: str, memory: Memory) -> None:
    """What the target knows from now on."""
    values = {
        "incident_id": incident_id,
        "target": target,
        "news": memory.news,
        "live": memory.live,
        "told_at": memory.told_at,
        "posted_at": memory.posted_at,
        "rollup_id": memory.rollup,
        "shown": memory.shown,
        "snoozed_until": memory.snoozed_until,
        "due": memory.due,
        "reason": memory.reason or "",
    }
    upsert(connection, incident_targets, ("incident_id", "target"), values)


def note(connection: sa.Connection, incident_id: int, target: str, made: Notice, at: datetime, run: int | None) -> None:
    """Keeps the decision, so that it can be explained."""
    connection.execute(
        sa.insert(incident_notices).values(
            incident_id=incident_id,
            run_id=run,
            at=at,
            target=target,
            tell=made.tell,
            reason=made.reason,
            note=made.note,
            until=made.until,
        )
    )


def last_note(connection: sa.Connection, incident_id: int, target: str) -> str:
    """What the newest notice of an incident at a target says beside its reason."""
    rows = sa.select(incident_notices.c.note).where(
        incident_notices.c.incident_id == incident_id, incident_notices.c.target == target
    )
    return connection.execute(rows.order_by(incident_notices.c.id.desc()).limit(1)).scalar() or ""


def posted_at(connection: sa.Connection, incident_id: int) -> Sequence[str]:
    """The targets at which an incident has a message of its own."""
    rows = sa.select(incident_targets.c.target).where(
        incident_targets.c.incident_id == incident_id, incident_targets.c.posted_at.is_not(None)
    )
    return connection.execute(rows.order_by(incident_targets.c.target)).scalars().all()


def posted_since(connection: sa.Connection, target: str, since: datetime) -> int:
    """How many new messages about incidents a target was given since then."""
    rows = sa.select(sa.func.count()).where(incident_targets.c.target == target, incident_targets.c.posted_at >= since)
    return int(connection.execute(rows).scalar_one())


def rollup_of(connection: sa.Connection, target: str, day: date, now: datetime) -> Rollup:
    """The target's collected message of a day, begun if there is none yet."""
    found = sa.select(rollups).where(rollups.c.target == target, rollups.c.day == day)
    row = connection.execute(found).first()
    if row is None:
        connection.execute(sa.insert(rollups).values(target=target, day=day, created_at=now, shown={}))
        row = connection.execute(found).one()
    return Rollup(row.id, row.target, row.day, row.shown)


def rollup(connection: sa.Connection, number: int) -> Rollup | None:
    """A collected message by its number."""
    row = connection.execute(sa.select(rollups).where(rollups.c.id == number)).first()
    return None if row is None else Rollup(row.id, row.target, row.day, row.shown)


def rolled_up(connection: sa.Connection, number: int) -> Sequence[tuple[Incident, Mapping[str, Any] | None]]:
    """The incidents of a collected message, with what messages say of them."""
    rows = (
        sa.select(incidents)
        .join(incident_targets, incident_targets.c.incident_id == incidents.c.id)
        .where(incident_targets.c.rollup_id == number)
        .order_by(incidents.c.id)
    )
    return [(from_row(row), row.view) for row in connection.execute(rows)]


def show_rollup(connection: sa.Connection, number: int, shown: Mapping[str, Any]) -> None:
    """Keeps the collected message as it is queued."""
    connection.execute(sa.update(rollups).where(rollups.c.id == number).values(shown=dict(shown)))


class Notices:
    """Reads what was decided."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, incident_id: int) -> Sequence[StoredNotice]:
        """Every notice of one incident, oldest first."""
        rows = sa.select(incident_notices).where(incident_notices.c.incident_id == incident_id)
        with self._database.read() as connection:
            return [
                StoredNotice(row.at, row.run_id, row.target, Tell(row.tell), Reason(row.reason), row.note, row.until)
                for row in connection.execute(rows.order_by(incident_notices.c.id))
            ]

    def targets(self, incident_id: int) -> Mapping[str, Memory]:
        """What each target knows of one incident."""
        rows = sa.select(incident_targets).where(incident_targets.c.incident_id == incident_id)
        with self._database.read() as connection:
            return {row.target: _memory(row) for row in connection.execute(rows)}
