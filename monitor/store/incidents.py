"""Incidents and what happened to them. Written when a run closes; read by the commands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from monitor.incidents.model import (
    EventKind,
    Incident,
    IncidentEvent,
    IncidentKind,
    IncidentState,
    Reason,
)
from monitor.quality.check import Severity
from monitor.quality.outcome import Status
from monitor.store.database import Database
from monitor.store.faults import StateConflict
from monitor.store.tables import incident_events, incidents

_FIELDS = (
    *("kind", "subject", "entity", "severity", "state", "created_at", "opened_at", "acknowledged_at", "resolved_at"),
    *("failing", "passing", "flapping", "status", "rows", "unexpected", "observed", "told_unexpected", "told_at"),
    *("news", "acknowledged_by", "assignee", "due", "snoozed_until", "snoozed_by"),
)


def _incident(row: sa.Row[Any]) -> Incident:
    values = {name: getattr(row, name) for name in _FIELDS}
    return Incident(
        **values
        | {
            "id": row.id,
            "version": row.version,
            "kind": IncidentKind(row.kind),
            "state": IncidentState(row.state),
            "severity": Severity(row.severity),
            "status": Status(row.status),
            "told_status": Status(row.told_status) if row.told_status else None,
            "told_severity": Severity(row.told_severity) if row.told_severity else None,
            "newest": Reason(row.newest) if row.newest else None,
        }
    )


def _event(row: sa.Row[Any]) -> IncidentEvent:
    return IncidentEvent(
        kind=EventKind(row.kind),
        at=row.at,
        run_id=row.run_id,
        reason=Reason(row.notify),
        status=Status(row.status),
        rows=row.rows,
        unexpected=row.unexpected,
        note=row.note,
        by=row.by,
        key=row.key or "",
    )


def _values(incident: Incident) -> dict[str, Any]:
    return {name: getattr(incident, name) for name in _FIELDS} | {
        "told_status": incident.told_status or "",
        "told_severity": incident.told_severity or "",
        "newest": incident.newest or "",
        "version": incident.version + 1,
    }


def write(connection: sa.Connection, incident: Incident) -> int:
    """Inserts or updates one incident in the caller's transaction and returns its number.

    Raises StateConflict when another run changed it since it was read.
    """
    if not incident.id:
        made = connection.execute(sa.insert(incidents).values(_values(incident)).returning(incidents.c.id))
        return int(made.scalar_one())
    changed = connection.execute(
        sa.update(incidents)
        .where(incidents.c.id == incident.id, incidents.c.version == incident.version)
        .values(_values(incident))
    )
    _check_one(changed.rowcount, incident)
    return incident.id


def delete(connection: sa.Connection, incident: Incident) -> None:
    """Removes an incident that nobody was told of. Raises StateConflict like ``write``."""
    gone = connection.execute(
        sa.delete(incidents).where(incidents.c.id == incident.id, incidents.c.version == incident.version)
    )
    _check_one(gone.rowcount, incident)


def _check_one(count: int, incident: Incident) -> None:
    if count != 1:
        raise StateConflict(
            f"incident {incident.id} was changed by somebody else at the same moment", hint="run the command again"
        )


def write_events(connection: sa.Connection, incident_id: int, events: Sequence[IncidentEvent]) -> None:
    """Adds what happened, in order, in the caller's transaction."""
    for event in events:
        connection.execute(
            sa.insert(incident_events).values(
                incident_id=incident_id,
                run_id=event.run_id,
                at=event.at,
                kind=event.kind,
                notify=event.reason,
                status=event.status,
                rows=event.rows,
                unexpected=event.unexpected,
                note=event.note,
                by=event.by,
                key=event.key or None,
            )
        )


def describe(connection: sa.Connection, incident_id: int, view: Mapping[str, Any], labels: Mapping[str, Any]) -> None:
    """Keeps what messages say of an incident, and what routes know it by, in the caller's transaction."""
    values = {"view": dict(view), "labels": dict(labels)}
    connection.execute(sa.update(incidents).where(incidents.c.id == incident_id).values(values))


def is_done(connection: sa.Connection, key: str) -> bool:
    """Whether a person's deed with this key was done before."""
    found = sa.select(incident_events.c.id).where(incident_events.c.key == key)
    return bool(key) and connection.execute(found.limit(1)).first() is not None


def read(connection: sa.Connection, incident_id: int) -> Incident | None:
    """One incident as it stands within the caller's transaction."""
    row = connection.execute(sa.select(incidents).where(incidents.c.id == incident_id)).first()
    return None if row is None else _incident(row)


def from_row(row: sa.Row[Any]) -> Incident:
    """The incident in a row that holds its columns, by their names, among others."""
    return _incident(row)


class Incidents:
    """Reads incidents; a closing run and what people do change them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, incident: Incident) -> int:
        """Stores one incident by itself and returns its number."""
        with self._database.write() as connection:
            return write(connection, incident)

    def get(self, incident_id: int) -> Incident | None:
        """One incident by its number, or None."""
        found = self._select(incidents.c.id == incident_id)
        return found[0] if found else None

    def view(self, incident_id: int) -> Mapping[str, Any] | None:
        """What messages say of it, as it was stored last; None where nothing was, or there is no such incident."""
        rows = sa.select(incidents.c.view).where(incidents.c.id == incident_id)
        with self._database.read() as connection:
            return connection.execute(rows).scalar_one_or_none()

    def list(self, *states: IncidentState) -> Sequence[Incident]:
        """Incidents in any of the states (none named: all), newest first."""
        return self._select(*([incidents.c.state.in_(states)] if states else []))

    def current(self) -> Mapping[tuple[IncidentKind, str], Incident]:
        """The newest incident of every kind and subject, resolved ones included: what a decision starts from."""
        newest = sa.select(sa.func.max(incidents.c.id)).group_by(incidents.c.kind, incidents.c.subject)
        return {(found.kind, found.subject): found for found in self._select(incidents.c.id.in_(newest))}

    def events(self, incident_id: int) -> Sequence[IncidentEvent]:
        """What happened to one incident, oldest first."""
        rows = (
            sa.select(incident_events)
            .where(incident_events.c.incident_id == incident_id)
            .order_by(incident_events.c.id)
        )
        with self._database.read() as connection:
            return [_event(row) for row in connection.execute(rows)]

    def _select(self, *conditions: sa.ColumnElement[bool]) -> Sequence[Incident]:
        rows = sa.select(incidents).where(*conditions).order_by(incidents.c.id.desc())
        with self._database.read() as connection:
            return [_incident(row) for row in connection.execute(rows)]
