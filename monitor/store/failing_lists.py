"""What fails each check now and failed it about a week before, of some owners: what fix lists are made of.

"Now" is the newest closed comparable run that judged the check. It is compared with the newest one that is as much
older as was asked for and kept the check's complete list: without such a list nothing is said of then.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

import sqlalchemy as sa

from monitor.store.comparable import CLOSED_COMPARABLE
from monitor.store.database import Database
from monitor.store.tables import checks, failing_records, outcome_owners, outcomes, owners, runs
from monitor.store.unnamed import FORGOTTEN
from monitor.store.write_entity import VERDICTS

_MOST_NAMED = 400  # owners in one query; beyond, all are read
_SEEN = sa.func.coalesce(runs.c.as_of, runs.c.started_at)


@dataclass(frozen=True, slots=True)
class KeptRecord:
    """A record that fails ``now``, or failed ``then``, or both; its owner and amount are the newest known."""

    key: str  # or its keyed hash
    owner: str  # empty: nobody, or somebody who is not kept any more
    amount: Decimal | None
    created_at: datetime | None
    now: bool
    then: bool
    older: bool = False  # the first of some duplicates


@dataclass(frozen=True, slots=True)
class KeptList:
    """One check's records of the owners asked for, as the run that looked at ``seen`` left them.

    Not ``complete``: too many failed for their keys to be kept, so none of ``records`` fails "now", and ``counts`` says
    how many each owner has. ``since`` is the moment of then, None where nothing is known of then; ``had`` has the
    counts of that time, as far as there was a run.
    """

    check: str
    seen: datetime
    complete: bool
    since: datetime | None
    records: tuple[KeptRecord, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    had: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Verdict:
    """One outcome of a check, and the run that it is of; ``complete``: the run kept the list of what failed."""

    check: int
    name: str
    run: int
    seen: datetime
    outcome: int
    complete: bool


class FailingLists:
    """Reads the kept lists."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def now_and_then(
        self, names: Collection[str], people: Collection[str] | None, apart: timedelta
    ) -> Sequence[KeptList]:
        """The lists of these checks and owners (None: of all). Checks that were never judged are left out, and so are
        those on an entity as a whole."""
        with self._database.read() as connection:
            found = [one for one in _verdicts(connection, _JUDGED) if one.name in names]
            then: dict[int, _Verdict] = {}
            for seen in {one.seen for one in found}:
                numbers = [one.check for one in found if one.seen == seen]
                then |= _then(connection, numbers, seen - apart)
            return [_kept(connection, one, then.get(one.check), people) for one in found]

    def owners(self, names: Collection[str]) -> frozenset[str]:
        """Everybody who owns a record that fails one of these checks now, as far as that was told apart by owner."""
        with self._database.read() as connection:
            newest = [one.outcome for one in _verdicts(connection, _JUDGED) if one.name in names]
            rows = sa.select(owners.c.key).distinct().join(outcome_owners)
            rows = rows.where(outcome_owners.c.outcome_id.in_(newest), outcome_owners.c.unexpected > 0)
            found = frozenset(connection.execute(rows).scalars()) - {""}
        return frozenset(owner for owner in found if not owner.startswith(FORGOTTEN))  # those are sums, and nobody's


_JUDGED = (CLOSED_COMPARABLE, outcomes.c.status.in_(VERDICTS), outcomes.c.unexpected.is_not(None))


def _verdicts(connection: sa.Connection, wanted: Iterable[sa.ColumnElement[bool]]) -> list[_Verdict]:
    """Per check the newest of the wanted outcomes."""
    last = (
        sa.select(outcomes.c.check_id, sa.func.max(outcomes.c.run_id).label("run_id"))
        .join(runs, runs.c.id == outcomes.c.run_id)
        .where(*wanted)
        .group_by(outcomes.c.check_id)
        .subquery()
    )
    rows = (
        sa.select(outcomes.c.check_id, checks.c.name, outcomes.c.run_id, _SEEN, outcomes.c.id, outcomes.c.complete)
        .select_from(outcomes)
        .join(last, sa.and_(last.c.check_id == outcomes.c.check_id, last.c.run_id == outcomes.c.run_id))
        .join(checks, checks.c.id == outcomes.c.check_id)
        .join(runs, runs.c.id == outcomes.c.run_id)
        .order_by(outcomes.c.id)
    )
    return [_Verdict(*row) for row in connection.execute(rows)]


def _then(connection: sa.Connection, numbers: Sequence[int], until: datetime) -> dict[int, _Verdict]:
    """Per check the newest verdict of ``until`` or earlier."""
    judged = (*_JUDGED, until >= _SEEN, outcomes.c.check_id.in_(numbers))
    return {one.check: one for one in _verdicts(connection, judged)}


def _kept(connection: sa.Connection, now: _Verdict, then: _Verdict | None, people: Collection[str] | None) -> KeptList:
    since = then.seen if then is not None and then.complete else None
    return KeptList(
        check=now.name,
        seen=now.seen,
        complete=now.complete,
        since=since,
        records=_records(connection, now, then.run if then is not None and since is not None else None, people),
        counts={} if now.complete else _counts(connection, now.outcome, people),
        had=_counts(connection, then.outcome, people) if then is not None and since is None else {},
    )


def _records(
    connection: sa.Connection, now: _Verdict, then: int | None, people: Collection[str] | None
) -> tuple[KeptRecord, ...]:
    failed = _failing_in(then) if then is not None else sa.false()
    fails = _failing_in(now.run)
    rows = (
        sa.select(
            failing_records.c.key,
            sa.func.coalesce(owners.c.key, ""),
            failing_records.c.amount,
            failing_records.c.created_at,
            sa.case((fails, 1), else_=0),
            sa.case((failed, 1), else_=0),
            failing_records.c.older,
        )
        .outerjoin(owners, owners.c.id == failing_records.c.owner_id)
        .where(failing_records.c.check_id == now.check, sa.or_(fails, failed), *_theirs(now.check, people))
        .order_by(failing_records.c.id)
    )
    found: dict[str, KeptRecord] = {}
    for key, owner, amount, created_at, is_now, was_then, older in connection.execute(rows):
        earlier = found.get(key)  # it was mended in between, and failed again
        then_too = bool(was_then) or (earlier is not None and earlier.then)
        found[key] = KeptRecord(key, owner, amount, created_at, bool(is_now), then_too, older)
    return tuple(one for one in found.values() if people is None or one.owner in people)


def _failing_in(run: int) -> sa.ColumnElement[bool]:
    gone = failing_records.c.gone_run_id
    return sa.and_(failing_records.c.first_run_id <= run, sa.or_(gone.is_(None), gone > run))


def _counts(connection: sa.Connection, outcome: int, people: Collection[str] | None) -> Mapping[str, int]:
    rows = (
        sa.select(owners.c.key, outcome_owners.c.unexpected)
        .join(owners, owners.c.id == outcome_owners.c.owner_id)
        .where(outcome_owners.c.outcome_id == outcome, outcome_owners.c.unexpected > 0, *_of(people))
    )
    counts: dict[str, int] = {row.key: row.unexpected for row in connection.execute(rows)}
    return {key: count for key, count in counts.items() if people is None or key in people}


def _of(people: Collection[str] | None) -> list[sa.ColumnElement[bool]]:
    return [] if people is None or len(people) > _MOST_NAMED else [owners.c.key.in_(sorted(people))]


def _theirs(check: int, people: Collection[str] | None) -> list[sa.ColumnElement[bool]]:
    """The rows of records that some row of the check says are theirs: a later one may say otherwise."""
    if people is None or len(people) > _MOST_NAMED:
        return []
    other, whose = failing_records.alias(), owners.alias()
    theirs = sa.select(other.c.key).join(whose, whose.c.id == other.c.owner_id)
    theirs = theirs.where(other.c.check_id == check, whose.c.key.in_(sorted(people)))
    return [failing_records.c.key.in_(theirs)]
