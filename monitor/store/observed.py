"""What the state says of the monitor itself, read in one short transaction that writes nothing: for metrics and status.

Everything in it is a count, a moment, or a name that the project's own files give: no person, no key, no CRM value.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa

from monitor.incidents.model import IncidentKind, IncidentState
from monitor.messages.outgoing import Action, DeliveryState, Outgoing
from monitor.quality.check import Severity
from monitor.quality.outcome import Status
from monitor.schedule.job import Job
from monitor.store.comparable import CLOSED_COMPARABLE
from monitor.store.lease import LEADER, moment
from monitor.store.observed_jobs import JobSeen, jobs_seen
from monitor.store.state import State
from monitor.store.tables import checks, entity_facts, incidents, outbox, outcomes, runs
from monitor.store.tables_service import leases

_UNDELIVERED = (DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.FAILED, DeliveryState.UNKNOWN)
_LIVE = (IncidentState.OPEN, IncidentState.ACKNOWLEDGED)


@dataclass(frozen=True, slots=True)
class LeaseSeen:
    """``holder`` is host/process/token, or nothing where it was given back; ``left`` is zero where its term is over;
    ``lapsed_at``: when a term ended that nobody gave back."""

    holder: str
    term: int
    left: timedelta
    taken_at: datetime
    lapsed_at: datetime | None = None

    @property
    def held(self) -> bool:
        """Whether somebody leads."""
        return bool(self.holder) and self.left > timedelta()


@dataclass(frozen=True, slots=True)
class EntitySeen:
    """An entity's last whole reading, which began ``at``; ``newest`` is when its newest record was entered."""

    at: datetime
    rows: int
    newest: datetime | None
    seconds: float
    scans: int


@dataclass(frozen=True, slots=True)
class Observed:
    """The state at the moment ``at``. ``undelivered`` are without what they say. ``lease`` None: nobody ever led."""

    at: datetime
    jobs: Mapping[str, JobSeen]
    lease: LeaseSeen | None = None
    incidents: Mapping[tuple[IncidentKind, Severity, IncidentState], int] = field(default_factory=dict)
    undelivered: tuple[Outgoing, ...] = ()
    entities: Mapping[str, EntitySeen] = field(default_factory=dict)
    outcomes: Mapping[tuple[Severity, Status], int] = field(default_factory=dict)


def observe(state: State, jobs: Iterable[Job], now: datetime, *, of_checks: Collection[str] = ()) -> Observed:
    """Reads it all. ``outcomes`` are the newest of each of these checks. Raises StateUnavailable."""
    with state.database.read() as connection:
        server = moment(connection, lambda: now)
        return Observed(
            now,
            jobs_seen(connection, jobs, now, server),
            _lease(connection, server),
            _incidents(connection),
            _undelivered(connection),
            _entities(connection),
            _outcomes(connection, of_checks) if of_checks else {},
        )


def _lease(connection: sa.Connection, server: datetime) -> LeaseSeen | None:
    row = connection.execute(sa.select(leases).where(leases.c.name == LEADER)).one_or_none()
    if row is None:
        return None
    left = max(row.expires_at - server, timedelta()) if row.holder else timedelta()
    lapsed_at = row.expires_at if row.holder and not left else None
    return LeaseSeen(row.holder, row.term, left, row.taken_at, lapsed_at)


def _incidents(connection: sa.Connection) -> Mapping[tuple[IncidentKind, Severity, IncidentState], int]:
    by = (incidents.c.kind, incidents.c.severity, incidents.c.state)
    rows = sa.select(*by, sa.func.count().label("number")).where(incidents.c.state.in_(_LIVE)).group_by(*by)
    return {
        (IncidentKind(row.kind), Severity(row.severity), IncidentState(row.state)): row.number
        for row in connection.execute(rows)
    }


def _undelivered(connection: sa.Connection) -> tuple[Outgoing, ...]:
    names = ("id", "thread", "target", "state", "created_at", "attempts", "not_before", "changed_at")
    rows = sa.select(*(outbox.c[name] for name in names)).where(outbox.c.state.in_(_UNDELIVERED)).order_by(outbox.c.id)
    return tuple(
        Outgoing(
            id=row.id,
            event="",
            thread=row.thread,
            target=row.target,
            action=Action.POST,
            payload={},
            state=DeliveryState(row.state),
            created_at=row.created_at,
            attempts=row.attempts,
            not_before=row.not_before,
            changed_at=row.changed_at,
        )
        for row in connection.execute(rows)
    )


def _entities(connection: sa.Connection) -> Mapping[str, EntitySeen]:
    """By way of the index on (entity, run_id), from the newest run down: a year's readings are not gone through."""
    about = (entity_facts.c.rows, entity_facts.c.newest, entity_facts.c.seconds, entity_facts.c.scans)
    found = {}
    for entity in connection.execute(sa.select(entity_facts.c.entity).distinct()).scalars():
        row = connection.execute(
            sa.select(*about, runs.c.started_at)
            .join(runs, runs.c.id == entity_facts.c.run_id)
            .where(entity_facts.c.entity == entity, CLOSED_COMPARABLE)
            .order_by(entity_facts.c.run_id.desc())
            .limit(1)
        ).one_or_none()
        if row is not None:
            found[entity] = EntitySeen(row.started_at, row.rows or 0, row.newest, row.seconds, row.scans)
    return found


def _outcomes(connection: sa.Connection, of_checks: Collection[str]) -> Mapping[tuple[Severity, Status], int]:
    """In two steps: asked for both at once, SQLite goes through all outcomes there ever were."""
    newest = (
        sa.select(outcomes.c.run_id)
        .join(runs, runs.c.id == outcomes.c.run_id)
        .where(outcomes.c.check_id == checks.c.id, CLOSED_COMPARABLE)
        .order_by(outcomes.c.run_id.desc())
        .limit(1)
        .correlate(checks)
        .scalar_subquery()
    )
    named = connection.execute(sa.select(checks.c.id, checks.c.name, newest.label("run")))
    wanted = {row.id: row.run for row in named if row.name in of_checks and row.run is not None}
    about = (outcomes.c.check_id, outcomes.c.run_id, outcomes.c.severity, outcomes.c.status)
    rows = connection.execute(sa.select(*about).where(outcomes.c.run_id.in_(set(wanted.values()))))
    return Counter(
        (Severity(row.severity), Status(row.status)) for row in rows if wanted.get(row.check_id) == row.run_id
    )
