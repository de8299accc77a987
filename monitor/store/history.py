"""What earlier runs saw that a check may be compared with: read once per run, for all checks at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from monitor.incidents.model import EventKind, IncidentKind, IncidentState, Reason
from monitor.quality.outcome import Status
from monitor.quality.past import Earlier, Trouble
from monitor.store.comparable import CLOSED_COMPARABLE
from monitor.store.database import Database
from monitor.store.tables import checks, entity_facts, incident_events, incidents, outcomes, runs

_BEGINS = (EventKind.PENDING, EventKind.OPENED, EventKind.REOPENED)
_FAILING = (Status.WARN, Status.FAIL)


@dataclass(frozen=True, slots=True)
class History:
    """Per check and per entity what runs that counted saw, and per check the times in which an incident stood."""

    checks: Mapping[str, Sequence[Earlier]] = field(default_factory=dict)
    entities: Mapping[str, Sequence[Earlier]] = field(default_factory=dict)
    troubles: Mapping[str, Sequence[Trouble]] = field(default_factory=dict)


class Histories:
    """Reads the history of checks."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def load(
        self,
        *,
        outcomes_of: Collection[str],
        facts_of: Mapping[str, str],
        troubles_of: Collection[str],
        before: datetime,
        window: timedelta,
    ) -> History:
        """What runs saw in the ``window`` before ``before``; while an incident stands, also in the one before it began.

        ``outcomes_of`` are the checks whose outcomes are wanted, ``facts_of`` those (check -> entity) whose entity's
        facts are, ``troubles_of`` all whose incidents matter.
        """
        with self._database.read() as connection:
            troubles = _troubles(connection, troubles_of)
            begun = {
                name: min(one.since for one in some if one.until is None)
                for name, some in troubles.items()
                if any(one.until is None for one in some)
            }
            by_check = {name: begun[name] for name in outcomes_of if name in begun}
            by_entity: dict[str, datetime] = {}
            for name, entity in facts_of.items():
                if name in begun:
                    by_entity[entity] = min(begun[name], by_entity.get(entity, begun[name]))
            spans = _Spans(before, window)
            return History(
                _outcomes(connection, outcomes_of, spans, by_check),
                _facts(connection, set(facts_of.values()), spans, by_entity),
                troubles,
            )


@dataclass(frozen=True, slots=True)
class _Spans:
    before: datetime
    window: timedelta

    def wanted(self, name: sa.ColumnElement[str], standing: Mapping[str, datetime]) -> sa.ColumnElement[bool]:
        """The runs that are wanted: those of the window, and of what has an open incident also those before it."""
        last = runs.c.started_at >= self.before - self.window - timedelta(days=1)
        earlier = [
            sa.and_(name == one, runs.c.started_at.between(since - self.window - timedelta(days=1), since))
            for one, since in standing.items()
        ]
        return sa.and_(CLOSED_COMPARABLE, runs.c.counts, runs.c.started_at < self.before, sa.or_(last, *earlier))


_MOMENTS = (runs.c.started_at, runs.c.as_of, runs.c.finished_at)


def _outcomes(
    connection: sa.Connection, names: Collection[str], spans: _Spans, standing: Mapping[str, datetime]
) -> Mapping[str, Sequence[Earlier]]:
    if not names:
        return {}
    rows = (
        sa.select(checks.c.name, outcomes.c.rows, outcomes.c.unexpected, *_MOMENTS)
        .select_from(outcomes)
        .join(checks, checks.c.id == outcomes.c.check_id)
        .join(runs, runs.c.id == outcomes.c.run_id)
        .where(checks.c.name.in_(names), outcomes.c.rows.is_not(None), spans.wanted(checks.c.name, standing))
        .order_by(outcomes.c.run_id)
    )
    found: dict[str, list[Earlier]] = {}
    for row in connection.execute(rows):
        found.setdefault(row.name, []).append(_earlier(row, rows=row.rows, unexpected=row.unexpected))
    return found


def _facts(
    connection: sa.Connection, entities: Collection[str], spans: _Spans, standing: Mapping[str, datetime]
) -> Mapping[str, Sequence[Earlier]]:
    if not entities:
        return {}
    rows = (
        sa.select(entity_facts.c.entity, entity_facts.c.rows, entity_facts.c.newest, *_MOMENTS)
        .join(runs, runs.c.id == entity_facts.c.run_id)
        .where(entity_facts.c.entity.in_(entities), spans.wanted(entity_facts.c.entity, standing))
        .order_by(entity_facts.c.run_id)
    )
    found: dict[str, list[Earlier]] = {}
    for row in connection.execute(rows):
        found.setdefault(row.entity, []).append(_earlier(row, rows=row.rows, newest=row.newest))
    return found


def _earlier(row: Any, **seen: Any) -> Earlier:
    at = min(row.as_of or row.started_at, row.started_at)
    return Earlier(at, row.finished_at or row.started_at, **seen)


def _troubles(connection: sa.Connection, names: Collection[str]) -> dict[str, list[Trouble]]:
    """From an incident's beginning (that it pends counts too) to its end, once for each time that it came back."""
    if not names:
        return {}
    rows = (
        sa.select(
            incidents.c.subject,
            incidents.c.id,
            incidents.c.state,
            incidents.c.resolved_at,
            incident_events.c.at,
            incident_events.c.kind,
            incident_events.c.status,
            incident_events.c.notify,
        )
        .join(incident_events, incident_events.c.incident_id == incidents.c.id)
        .where(incidents.c.kind == IncidentKind.DATA, incidents.c.subject.in_(names))
        .order_by(incidents.c.id, incident_events.c.id)
    )
    found: dict[str, list[Trouble]] = {}
    begun: dict[int, tuple[str, datetime]] = {}
    ended: dict[int, datetime] = {}
    for row in connection.execute(rows):
        if row.kind in _BEGINS:
            begun.setdefault(row.id, (row.subject, row.at))
        elif row.kind == EventKind.RESOLVED and row.id in begun:
            accepted = row.status in _FAILING and row.notify == Reason.RESOLVED
            found.setdefault(row.subject, []).append(Trouble(begun.pop(row.id)[1], row.at, accepted))
        if row.state == IncidentState.RESOLVED and row.resolved_at is not None:
            ended[row.id] = row.resolved_at
    for number, (subject, since) in begun.items():
        found.setdefault(subject, []).append(Trouble(since, ended.get(number)))
    return found
