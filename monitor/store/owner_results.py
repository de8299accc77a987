"""What was found per owner, of every check at once: what a scope of people is told of its own records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Set
from datetime import datetime

import sqlalchemy as sa

from monitor.quality.outcome import OwnerCount, Status
from monitor.store.comparable import CLOSED_COMPARABLE
from monitor.store.database import Database
from monitor.store.tables import checks, entity_facts, outcome_owners, outcomes, owners, runs
from monitor.store.write_entity import VERDICTS

ByOwner = Mapping[str, Mapping[str | None, OwnerCount]]
"""Check -> owner -> count; the owner None is nobody."""
Looks = Mapping[str, int]
"""Check -> the run in which it was looked at: an entity may have a run of its own, more often than the others."""

# As of the end of a day that is not over a run sees what there is when it begins.
_seen = sa.case((runs.c.as_of < runs.c.started_at, runs.c.as_of), else_=runs.c.started_at)


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

    def of(self, looks: Looks) -> ByOwner:
        """The same of several runs, of each the checks that were looked at in it."""
        found = {run: self.of_run(run) for run in set(looks.values())}
        return {check: found[run][check] for check, run in looks.items() if check in found[run]}

    def newest(self, runs_of: Collection[int]) -> datetime | None:
        """When the newest record was entered that these runs saw: how old the CRM's data is."""
        newest = sa.select(sa.func.max(entity_facts.c.newest)).where(entity_facts.c.run_id.in_(runs_of))
        with self._database.read() as connection:
            found: datetime | None = connection.execute(newest).scalar()
        return found

    def seen_at(self, moment: datetime) -> datetime | None:
        """As of when the newest closed run saw the CRM, up to ``moment``; None: there is none."""
        newest = sa.select(sa.func.max(_seen)).where(CLOSED_COMPARABLE, _seen <= moment)
        with self._database.read() as connection:
            found: datetime | None = connection.execute(newest).scalar()
        return found

    def looks(
        self, of: Collection[str], since: datetime, until: datetime, statuses: Collection[Status] = VERDICTS
    ) -> Looks:
        """Of each check the newest closed run with such a result that saw the CRM as of ``since`` to ``until``."""
        place = sa.func.row_number().over(partition_by=outcomes.c.check_id, order_by=(_seen.desc(), runs.c.id.desc()))
        ranked = (
            sa.select(outcomes.c.check_id, outcomes.c.run_id, place.label("place"))
            .join(runs, runs.c.id == outcomes.c.run_id)
            .join(checks, checks.c.id == outcomes.c.check_id)
            .where(CLOSED_COMPARABLE, _seen >= since, _seen <= until)
            .where(checks.c.name.in_(of), outcomes.c.status.in_(statuses))
            .subquery()
        )
        newest = sa.select(checks.c.name, ranked.c.run_id).join(checks, checks.c.id == ranked.c.check_id)
        with self._database.read() as connection:
            return {str(check): int(run) for check, run in connection.execute(newest.where(ranked.c.place == 1))}

    def seen_by(self, runs_of: Collection[int]) -> Mapping[int, datetime]:
        """As of when each of these runs saw the CRM."""
        with self._database.read() as connection:
            found = connection.execute(sa.select(runs.c.id, _seen).where(runs.c.id.in_(runs_of)))
            return {int(run): seen for run, seen in found}


def by_run(looks: Looks) -> Mapping[int, Set[str]]:
    """The checks that were looked at in each run."""
    found: dict[int, set[str]] = defaultdict(set)
    for check, run in looks.items():
        found[run].add(check)
    return found
