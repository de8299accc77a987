"""What runs found: one row per check and run, and per owner and team. Written one entity at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from monitor.crm.source import Directory
from monitor.quality.outcome import EntityFacts, EntityResult, OwnerCount, Status
from monitor.store.comparable import CLOSED_COMPARABLE, COMPARABLE
from monitor.store.database import Database
from monitor.store.failing import Difference
from monitor.store.tables import (
    accepted_empty,
    checks,
    column_sets,
    entity_facts,
    fact_owners,
    outcome_owners,
    outcome_teams,
    outcomes,
    owners,
    runs,
    teams,
)
from monitor.store.write_entity import VERDICTS, write_entity


@dataclass(frozen=True, slots=True)
class StoredTeamPart:
    """One team's part of an outcome as it was stored; the key is empty for owners without a team."""

    key: str
    name: str
    rows: int
    unexpected: int
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class StoredOutcome:
    """An outcome as an earlier run left it. ``new`` and ``fixed`` are against ``base_run_id``; None: not available."""

    run_id: int
    check_id: str
    entity: str
    status: Status
    severity: str
    rows: int | None
    unexpected: int | None
    accepted: int
    amount: Decimal | None
    observed: str
    reason: str
    attributed: bool
    complete: bool
    new: int | None
    fixed: int | None
    base_run_id: int | None
    notify: str  # why a message did or did not go out

    @property
    def share(self) -> float | None:
        """Unexpected rows as a share (0 to 1); None without rows."""
        return None if not self.rows or self.unexpected is None else self.unexpected / self.rows


class Results:
    """Facts and outcomes of runs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save_entity(
        self, run_id: int, entity: str, result: EntityResult, directory: Directory, now: datetime
    ) -> Mapping[str, Difference | None]:
        """Stores one entity's part of a run as a whole, and says per check what is new and fixed.

        Rows that came back end that the entity is accepted as empty.

        None for a check is "not available"; a filtered run or a replay compares nothing and leaves the
        kept lists alone.
        """
        with self._database.write() as connection:
            if result.facts and result.facts.rows:
                connection.execute(sa.delete(accepted_empty).where(accepted_empty.c.entity == entity))
            return write_entity(connection, run_id, entity, result, directory, now)

    def of_run(self, run_id: int) -> Sequence[StoredOutcome]:
        """Every outcome of one run, in the order they were written."""
        return self._outcomes(outcomes.c.run_id == run_id)

    def previous(self, before: int | None = None, *, counted: bool = False) -> Mapping[str, StoredOutcome]:
        """Per check the newest outcome of a closed comparable run (before the run with that number).

        With ``counted``, of the runs that counted only.
        """
        newest = (
            sa.select(outcomes.c.check_id, sa.func.max(outcomes.c.run_id))
            .join(runs, runs.c.id == outcomes.c.run_id)
            .where(CLOSED_COMPARABLE, *_before(before))
            .group_by(outcomes.c.check_id)
        )
        if counted:
            newest = newest.where(runs.c.counts)
        each = sa.tuple_(outcomes.c.check_id, outcomes.c.run_id)
        return {found.check_id: found for found in self._outcomes(each.in_(newest))}

    def ever_judged(self, before: int | None = None) -> Set[str]:
        """The checks of which any closed comparable run (before the run with that number) gave a verdict."""
        earlier = sa.select(runs.c.id).where(CLOSED_COMPARABLE, *_before(before))
        judged = sa.exists().where(
            outcomes.c.check_id == checks.c.id, outcomes.c.status.in_(VERDICTS), outcomes.c.run_id.in_(earlier)
        )
        with self._database.read() as connection:
            return set(connection.execute(sa.select(checks.c.name).where(judged)).scalars())

    def ever_read(self, before: int | None = None) -> Set[str]:
        """The entities that any closed comparable run (before the run with that number) could read."""
        rows = (
            sa.select(entity_facts.c.entity)
            .distinct()
            .join(runs, runs.c.id == entity_facts.c.run_id)
            .where(CLOSED_COMPARABLE, *_before(before))
        )
        with self._database.read() as connection:
            return set(connection.execute(rows).scalars())

    def trend(self, check_id: str, most: int) -> tuple[int, ...]:
        """Failing records in the newest comparable runs that counted (at most ``most``), oldest first.

        The run that is being closed is among them.
        """
        rows = (
            sa.select(outcomes.c.unexpected)
            .join(checks, checks.c.id == outcomes.c.check_id)
            .join(runs, runs.c.id == outcomes.c.run_id)
            .where(checks.c.name == check_id, COMPARABLE, runs.c.counts, outcomes.c.unexpected.is_not(None))
            .where(outcomes.c.status.in_(VERDICTS))
            .order_by(outcomes.c.run_id.desc())
            .limit(most)
        )
        with self._database.read() as connection:
            return tuple(reversed(connection.execute(rows).scalars().all()))

    def owner_parts(self, run_id: int, check_id: str) -> Sequence[OwnerCount]:
        """A check's outcome per owner, worst first."""
        rows = (
            sa.select(outcome_owners, owners.c.key)
            .select_from(outcome_owners)
            .join(outcomes, outcomes.c.id == outcome_owners.c.outcome_id)
            .join(checks, checks.c.id == outcomes.c.check_id)
            .join(owners, owners.c.id == outcome_owners.c.owner_id)
            .where(outcomes.c.run_id == run_id, checks.c.name == check_id)
            .order_by(outcome_owners.c.unexpected.desc(), owners.c.key)
        )
        with self._database.read() as connection:
            return [
                OwnerCount(row.key or None, row.rows, row.unexpected, row.amount) for row in connection.execute(rows)
            ]

    def team_parts(self, run_id: int, check_id: str) -> Sequence[StoredTeamPart]:
        """A check's outcome per team, worst first."""
        rows = (
            sa.select(outcome_teams, teams.c.key, teams.c.name)
            .select_from(outcome_teams)
            .join(outcomes, outcomes.c.id == outcome_teams.c.outcome_id)
            .join(checks, checks.c.id == outcomes.c.check_id)
            .join(teams, teams.c.id == outcome_teams.c.team_id)
            .where(outcomes.c.run_id == run_id, checks.c.name == check_id)
            .order_by(outcome_teams.c.unexpected.desc(), teams.c.key)
        )
        with self._database.read() as connection:
            return [
                StoredTeamPart(row.key, row.name, row.rows, row.unexpected, row.amount)
                for row in connection.execute(rows)
            ]

    def entities_read(self, run_id: int) -> Set[str]:
        """The entities that could be read in one run."""
        rows = sa.select(entity_facts.c.entity).where(entity_facts.c.run_id == run_id)
        with self._database.read() as connection:
            return set(connection.execute(rows).scalars())

    def earlier_facts(self, entity: str, limit: int = 60, *, owners: bool = False) -> Sequence[EntityFacts]:
        """What comparable runs noted of an entity, newest first; rows per owner only when asked for."""
        rows = (
            sa.select(entity_facts, column_sets.c.columns)
            .join(column_sets)
            .join(runs, runs.c.id == entity_facts.c.run_id)
            .where(entity_facts.c.entity == entity, COMPARABLE)
            .order_by(entity_facts.c.run_id.desc())
            .limit(limit)
        )
        with self._database.read() as connection:
            found = connection.execute(rows).all()
            parts = _fact_owners(connection, [row.id for row in found]) if owners else {}
        return [EntityFacts(entity, row.rows, row.newest, row.columns, parts.get(row.id, {})) for row in found]

    def _outcomes(self, condition: sa.ColumnElement[bool]) -> Sequence[StoredOutcome]:
        rows = sa.select(outcomes, checks.c.name, checks.c.entity).join(checks).where(condition).order_by(outcomes.c.id)
        with self._database.read() as connection:
            return [_stored(row) for row in connection.execute(rows)]


def _before(run_id: int | None) -> Sequence[sa.ColumnElement[bool]]:
    return () if run_id is None else (runs.c.id < run_id,)


def _stored(row: sa.Row[Any]) -> StoredOutcome:
    return StoredOutcome(
        run_id=row.run_id,
        check_id=row.name,
        entity=row.entity,
        status=Status(row.status),
        severity=row.severity,
        rows=row.rows,
        unexpected=row.unexpected,
        accepted=row.accepted,
        amount=row.amount,
        observed=row.observed,
        reason=row.reason,
        attributed=row.attributed,
        complete=row.complete,
        new=row.new,
        fixed=row.fixed,
        base_run_id=row.base_run_id,
        notify=row.notify,
    )


def _fact_owners(connection: sa.Connection, facts: Sequence[int]) -> dict[int, dict[str | None, int]]:
    found: dict[int, dict[str | None, int]] = {}
    rows = sa.select(fact_owners, owners.c.key).join(owners).where(fact_owners.c.fact_id.in_(facts))
    for row in connection.execute(rows):
        found.setdefault(row.fact_id, {})[row.key or None] = row.rows
    return found
