"""What a run found per owner, of every check at once: what a scope of people is told of its own records."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from monitor.quality.outcome import OwnerCount
from monitor.store.comparable import CLOSED_COMPARABLE
from monitor.store.database import Database
from monitor.store.tables import checks, entity_facts, outcome_owners, outcomes, owners, runs

ByOwner = Mapping[str, Mapping[str | None, OwnerCount]]
"""Check -> owner -> count; the owner None is nobody."""


class OwnerResults:
    """Counts per check and owner."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of_run(self, run_id: int) -> ByOwner:
        """Every attributed outcome of a run, by check and owner."""
        rows = (
            sa.select(
                checks.c.name,
                owners.c.key,
                outcome_owners.c.rows,
                outcome_owners.c.unexpected,
                outcome_owners.c.amount,
            )
            .select_from(outcome_owners)
            .join(outcomes, outcomes.c.id == outcome_owners.c.outcome_id)
            .join(checks, checks.c.id == outcomes.c.check_id)
            .join(owners, owners.c.id == outcome_owners.c.owner_id)
            .where(outcomes.c.run_id == run_id)
        )
        found: dict[str, dict[str | None, OwnerCount]] = {}
        with self._database.read() as connection:
            for check, key, count, unexpected, amount in connection.execute(rows):
                owner = key or None
                found.setdefault(check, {})[owner] = OwnerCount(owner, count, unexpected, amount)
        return found

    def newest(self, run_id: int) -> datetime | None:
        """When the newest record was entered that a run saw: how old the CRM's data is."""
        newest = sa.select(sa.func.max(entity_facts.c.newest)).where(entity_facts.c.run_id == run_id)
        with self._database.read() as connection:
            found: datetime | None = connection.execute(newest).scalar()
        return found

    def run_at(self, moment: datetime, since: datetime | None = None) -> int | None:
        """The newest closed run of everything that saw the CRM as of ``moment`` or before (but not before ``since``);
        None: there is none."""
        seen = sa.func.coalesce(runs.c.as_of, runs.c.started_at)
        newest = sa.select(runs.c.id).where(CLOSED_COMPARABLE, seen <= moment).order_by(seen.desc(), runs.c.id.desc())
        if since is not None:
            newest = newest.where(seen >= since)
        with self._database.read() as connection:
            found: int | None = connection.execute(newest.limit(1)).scalar()
        return found
