"""Runs: begun, seen alive, closed once. Closing writes incidents, their events and their messages as one."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from monitor.errors import StateUnavailable
from monitor.incidents.decide import Decision
from monitor.incidents.model import Incident, IncidentKind
from monitor.quality.outcome import Selection
from monitor.store import baselines, incidents
from monitor.store.comparable import COMPARABLE, RunStatus
from monitor.store.database import Database
from monitor.store.names import check_number
from monitor.store.processes import has_died
from monitor.store.tables import outcomes, runs


@dataclass(frozen=True, slots=True)
class Run:
    """One run. ``counts`` says whether it counts towards an incident's N and M."""

    id: int
    started_at: datetime
    status: RunStatus
    trigger: str
    finished_at: datetime | None = None
    as_of: datetime | None = None
    replay: bool = False
    filtered: bool = False
    counts: bool = True
    reason: str = ""

    @property
    def comparable(self) -> bool:
        """Whether later runs may be compared with it."""
        return not (self.replay or self.filtered)

    @property
    def seen_until(self) -> datetime:
        """The moment up to which the run saw records."""
        return min(self.as_of or self.started_at, self.started_at)


@dataclass(frozen=True, slots=True)
class Applied:
    """A decision as it was stored: the incident with its number."""

    decision: Decision
    incident: Incident | None


@dataclass(frozen=True, slots=True)
class Described:
    """What messages say of an incident, and what routes know it by, as JSON; no customer's value in either."""

    view: Mapping[str, Any]
    labels: Mapping[str, Any]


Descriptions = Mapping[tuple[IncidentKind, str], Described]
"""By kind and subject."""

Then = Callable[[sa.Connection], None]
"""What else belongs into the transaction, such as queueing messages; it must not open the state itself."""


def nothing_else(connection: sa.Connection) -> None:
    """A ``Then`` for a run that tells nobody."""


def _run(row: sa.Row[Any]) -> Run:
    return Run(
        id=row.id,
        started_at=row.started_at,
        status=RunStatus(row.status),
        trigger=row.trigger,
        finished_at=row.finished_at,
        as_of=row.as_of,
        replay=row.replay,
        filtered=row.filtered,
        counts=row.counts,
        reason=row.reason,
    )


def _selection(selection: Selection) -> str:
    """What a run looked at; of owners, who are persons, only how many."""
    parts = {"entities": selection.entities, "checks": selection.checks, "teams": selection.teams}
    parts |= {"tags": selection.tags}
    named: dict[str, list[str] | int] = {name: sorted(values) for name, values in parts.items() if values}
    return json.dumps(named | ({"owners": len(selection.owners)} if selection.owners else {}))


class Runs:
    """The ledger of runs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def start(
        self,
        trigger: str,
        now: datetime,
        *,
        selection: Selection | None = None,
        as_of: datetime | None = None,
        replay: bool = False,
        counts: bool = True,
    ) -> int:
        """Begins a run and returns its number; ``trigger`` says what began it ("manual", "schedule").

        Runs whose process is gone, or silent for hours on another host, are marked as died.
        """
        selection = selection or Selection()
        with self._database.write() as connection:
            _bury(connection, now)
            made = connection.execute(
                sa.insert(runs)
                .values(
                    started_at=now,
                    seen_at=now,
                    status=RunStatus.RUNNING,
                    trigger=trigger,
                    as_of=as_of,
                    replay=replay,
                    filtered=selection.filtered,
                    counts=counts,
                    selection=_selection(selection),
                    holder=self._database.holder,
                )
                .returning(runs.c.id)
            )
            return int(made.scalar_one())

    def is_replay(self, as_of: datetime) -> bool:
        """Whether a run as of this moment would look at less than the last comparable one did."""
        last = self.last(comparable=True)
        return last is not None and as_of < last.seen_until

    def close(
        self,
        run_id: int,
        decisions: Sequence[Decision],
        now: datetime,
        descriptions: Descriptions | None = None,
        then: Then = nothing_else,
    ) -> tuple[Applied, ...] | None:
        """Closes a run: baselines, incidents, events and what ``then`` does in one transaction, or none of them.

        Returns what was stored, or None when the run was closed before (nothing is done twice). Raises
        StateConflict when another run changed one of the incidents meanwhile.
        """
        return self._end(run_id, RunStatus.CLOSED, "", decisions, now, descriptions, then)

    def fail(
        self,
        run_id: int,
        reason: str,
        now: datetime,
        decisions: Sequence[Decision] = (),
        descriptions: Descriptions | None = None,
        then: Then = nothing_else,
    ) -> tuple[Applied, ...] | None:
        """Ends a run that could not be done; ``reason`` is shown to people, so it holds no value of the CRM.

        Its decisions are those of the system incident about the failure.
        """
        return self._end(run_id, RunStatus.FAILED, reason, decisions, now, descriptions, then)

    def get(self, run_id: int) -> Run | None:
        """One run, or None."""
        found = self._select(1, runs.c.id == run_id)
        return found[0] if found else None

    def last(self, *, comparable: bool = False, counted: bool = False) -> Run | None:
        """The newest closed run; with ``comparable`` neither filtered nor a replay, with ``counted`` no mere look."""
        conditions = [runs.c.status == RunStatus.CLOSED]
        if comparable or counted:
            conditions.append(COMPARABLE)
        if counted:
            conditions.append(runs.c.counts)
        found = self._select(1, *conditions)
        return found[0] if found else None

    def list(self, limit: int = 20) -> Sequence[Run]:
        """The newest runs, whatever became of them."""
        return self._select(limit)

    def _select(self, limit: int, *conditions: sa.ColumnElement[bool]) -> Sequence[Run]:
        rows = sa.select(runs).where(*conditions).order_by(runs.c.id.desc()).limit(limit)
        with self._database.read() as connection:
            return [_run(row) for row in connection.execute(rows)]

    def _end(
        self,
        run_id: int,
        status: RunStatus,
        reason: str,
        decisions: Sequence[Decision],
        now: datetime,
        descriptions: Descriptions | None,
        then: Then,
    ) -> tuple[Applied, ...] | None:
        with self._database.write() as connection:
            ended = connection.execute(
                sa.update(runs)
                .where(runs.c.id == run_id, runs.c.status.in_((RunStatus.RUNNING, RunStatus.DIED)))
                .values(status=status, finished_at=now, seen_at=now, reason=reason)
            )
            if ended.rowcount != 1:
                if connection.execute(sa.select(runs.c.id).where(runs.c.id == run_id)).scalar() is None:
                    raise StateUnavailable(f"the state database {self._database.place} has no run {run_id}")
                return None
            applied = tuple(apply(connection, run_id, decision, descriptions or {}) for decision in decisions)
            then(connection)
            return applied


def _bury(connection: sa.Connection, now: datetime) -> None:
    alive = sa.select(runs.c.id, runs.c.holder, runs.c.seen_at).where(runs.c.status == RunStatus.RUNNING)
    one = connection.dialect.name == "sqlite"
    died = [row.id for row in connection.execute(alive) if has_died(row.holder, row.seen_at, now, one_machine=one)]
    if died:
        connection.execute(
            sa.update(runs)
            .where(runs.c.id.in_(died))
            .values(status=RunStatus.DIED, finished_at=now, reason="its process ended before the run did")
        )


def apply(connection: sa.Connection, run_id: int | None, decision: Decision, descriptions: Descriptions) -> Applied:
    """Writes what was decided about one incident. ``run_id`` None: no run of the checks led to it."""
    if decision.baseline is not None:
        baselines.write(connection, decision.baseline)
    if decision.kind is IncidentKind.DATA and run_id is not None:
        _note(connection, run_id, decision)
    if decision.drop and decision.before is not None:
        incidents.delete(connection, decision.before)
        return Applied(decision, None)
    incident = decision.incident
    if incident is None or not decision.changed:
        return Applied(decision, incident)
    incident = replace(incident, id=incidents.write(connection, incident), version=incident.version + 1)
    incidents.write_events(connection, incident.id, decision.events)
    if described := descriptions.get((decision.kind, decision.subject)):
        incidents.describe(connection, incident.id, described.view, described.labels)
    return Applied(decision, incident)


def _note(connection: sa.Connection, run_id: int, decision: Decision) -> None:
    """Keeps the reason with the outcome, so that it can be explained later."""
    connection.execute(
        sa.update(outcomes)
        .where(outcomes.c.run_id == run_id, outcomes.c.check_id == check_number(connection, decision.subject))
        .values(notify=decision.reason)
    )
