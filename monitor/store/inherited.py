"""Failing records that their owners took over from others lately: the one place that knows what is not yet one's own.

When a record was taken over is known from the CRM's history of changes, and else from a record that failed a check
under another owner before. Where the keys of what fails are not kept, nothing is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa

from monitor.quality.outcome import OwnerCount
from monitor.store.database import Database
from monitor.store.owner_results import ByOwner, Looks, by_run
from monitor.store.tables import checks, entity_facts, failing_records, outcomes, owners


@dataclass(frozen=True, slots=True)
class Inherited:
    """Of the failing records of some looks those taken over lately.

    Of checks in ``known`` the CRM's history told all of them; of those in ``kept`` are known those that failed under
    another owner before; of any other, none.
    """

    counts: ByOwner = field(default_factory=dict)
    known: frozenset[str] = frozenset()
    kept: frozenset[str] = frozenset()

    def of(self, check: str) -> Mapping[str | None, OwnerCount]:
        """Per owner; nobody takes nothing over."""
        return self.counts.get(check, {})

    def only(self, of: Set[str]) -> Inherited:
        """The same of these checks alone."""
        counts = {check: owners for check, owners in self.counts.items() if check in of}
        return Inherited(counts, self.known & of, self.kept & of)


def inherited(database: Database, looks: Looks, since: datetime, until: datetime) -> Inherited:
    """The records failing in these looks that their owners took over after ``since``, up to ``until``."""
    return together(_in_run(database, run, since, until).only(of) for run, of in by_run(looks).items())


def together(parts: Iterable[Inherited]) -> Inherited:
    """Of several, which are about different checks."""
    counts: dict[str, Mapping[str | None, OwnerCount]] = {}
    known: frozenset[str] = frozenset()
    kept: frozenset[str] = frozenset()
    for part in parts:
        counts, known, kept = counts | dict(part.counts), known | part.known, kept | part.kept
    return Inherited(counts, known, kept)


def _in_run(database: Database, run_id: int, since: datetime, until: datetime) -> Inherited:
    failing = failing_records.c
    rows = (
        sa.select(checks.c.name, owners.c.key, failing.amount)
        .join(owners, owners.c.id == failing.owner_id)
        .join(checks, checks.c.id == failing.check_id)
        .join(outcomes, sa.and_(outcomes.c.check_id == failing.check_id, outcomes.c.run_id == run_id))
        .where(failing.first_run_id <= run_id, sa.or_(failing.gone_run_id.is_(None), failing.gone_run_id > run_id))
        .where(failing.handed_at > since, failing.handed_at <= until, outcomes.c.complete)
    )
    lists = (
        sa.select(checks.c.name, sa.or_(entity_facts.c.owner_history, outcomes.c.unexpected == 0))
        .join(outcomes, outcomes.c.check_id == checks.c.id)
        .join(entity_facts, sa.and_(entity_facts.c.entity == checks.c.entity, entity_facts.c.run_id == run_id))
        .where(outcomes.c.run_id == run_id, outcomes.c.complete)
    )
    found: dict[str, dict[str | None, OwnerCount]] = {}
    with database.read() as connection:
        kept = {check: bool(told) for check, told in connection.execute(lists)}
        for check, owner, amount in connection.execute(rows):
            counts = found.setdefault(check, {})
            before = counts.get(owner, OwnerCount(owner, 0, 0, None))
            counts[owner] = OwnerCount(owner, before.rows + 1, before.unexpected + 1, _plus(before.amount, amount))
    return Inherited(found, frozenset(check for check, told in kept.items() if told), frozenset(kept))


def _plus(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return other if one is None else one + (other or 0)
