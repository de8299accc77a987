"""The keys of failing records, and which of them are new or fixed.

Each row lives from the run that first saw the record fail to the run that no longer did. A list over the
cap is not kept, so nothing is claimed about it: "new" and "fixed" compare complete lists only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from monitor.quality.outcome import FailingRecord, FailingRecords
from monitor.store.comparable import CLOSED_COMPARABLE
from monitor.store.database import Database
from monitor.store.names import NOBODY, check_number
from monitor.store.tables import failing_records, outcomes, owners, runs

_CHUNK = 500
_creators = owners.alias("creators")


@dataclass(frozen=True, slots=True)
class Difference:
    """Keys that fail now and did not in ``base_run_id``, and the other way round."""

    base_run_id: int
    new: frozenset[str]
    fixed: frozenset[str]


@dataclass(frozen=True, slots=True)
class Compared:
    """The records behind a difference. ``since`` is the moment that the base run looked at."""

    base_run_id: int
    since: datetime
    new: tuple[FailingRecord, ...]
    fixed: tuple[FailingRecord, ...]


def _at(run_id: int) -> sa.ColumnElement[bool]:
    """The rows that were failing in a run."""
    gone = failing_records.c.gone_run_id
    return sa.and_(failing_records.c.first_run_id <= run_id, sa.or_(gone.is_(None), gone > run_id))


def _keys(connection: sa.Connection, check: int, run_id: int) -> frozenset[str]:
    rows = sa.select(failing_records.c.key).where(failing_records.c.check_id == check, _at(run_id))
    return frozenset(connection.execute(rows).scalars())


def base_run(connection: sa.Connection, check: int, before: int) -> int | None:
    """The newest closed comparable run before this one that kept the check's complete list.

    A run that counts is compared with the last that counted, not with somebody's look in between.
    """
    lists = (
        sa.select(sa.func.max(outcomes.c.run_id))
        .join(runs, runs.c.id == outcomes.c.run_id)
        .where(outcomes.c.check_id == check, outcomes.c.run_id < before, outcomes.c.complete, CLOSED_COMPARABLE)
    )
    if connection.execute(sa.select(runs.c.counts).where(runs.c.id == before)).scalar():
        counted = connection.execute(lists.where(runs.c.counts)).scalar()
        if counted is not None:
            return int(counted)
    return connection.execute(lists).scalar()


def store(
    connection: sa.Connection, run_id: int, check: int, failing: FailingRecords | None, people: Mapping[str, int]
) -> Difference | None:
    """Brings the list of one check up to what a comparable run saw; None stands for a list that is not complete.

    ``people`` has the numbers of the records' owners and creators.
    Returns the difference to the newest complete list before it, or None where there is none to compare.
    """
    current = _current(connection, check)
    records = {record.key: record for record in failing.records} if failing else {}
    _end(connection, run_id, [row.id for key, row in current.items() if key not in records])
    if failing is None:
        return None
    fresh = [record for key, record in records.items() if key not in current]
    if fresh:
        values = [_values(record, people) | {"check_id": check, "first_run_id": run_id} for record in fresh]
        connection.execute(sa.insert(failing_records), values)
    still = [(current[key], record) for key, record in records.items() if key in current]
    _refresh(connection, still, people, _seen(connection, run_id))
    base = base_run(connection, check, run_id)
    if base is None:
        return None
    before, now = _keys(connection, check, base), frozenset(records)
    return Difference(base, now - before, before - now)


def _current(connection: sa.Connection, check: int) -> Mapping[str, sa.Row[Any]]:
    rows = sa.select(failing_records).where(
        failing_records.c.check_id == check, failing_records.c.gone_run_id.is_(None)
    )
    return {row.key: row for row in connection.execute(rows)}


def _end(connection: sa.Connection, run_id: int, numbers: Sequence[int]) -> None:
    for start in range(0, len(numbers), _CHUNK):
        part = numbers[start : start + _CHUNK]
        connection.execute(sa.update(failing_records).where(failing_records.c.id.in_(part)).values(gone_run_id=run_id))


def _values(record: FailingRecord, numbers: Mapping[str, int]) -> dict[str, Any]:
    return {
        "key": record.key,
        "owner_id": numbers[record.owner_key or NOBODY],
        "created_at": record.created_at,
        "created_by_id": numbers[record.created_by or NOBODY],
        "amount": record.amount,
        "disclosed": dict(record.disclosed),
        "handed_at": record.handed_at,
        "older": record.older,
    }


def _seen(connection: sa.Connection, run_id: int) -> datetime:
    """The moment that a run looked at."""
    seen: datetime = connection.execute(
        sa.select(sa.func.coalesce(runs.c.as_of, runs.c.started_at)).where(runs.c.id == run_id)
    ).scalar_one()
    return seen


def _refresh(
    connection: sa.Connection,
    pairs: Iterable[tuple[sa.Row[Any], FailingRecord]],
    numbers: Mapping[str, int],
    seen: datetime,
) -> None:
    """A record that still fails may have another owner, amount or stage by now; ``seen`` is now.

    Where the CRM has no history of owners, that the owner is another one than before says when it was handed over.
    """
    nobody = {None, connection.execute(sa.select(owners.c.id).where(owners.c.key == NOBODY)).scalar()}
    for row, record in pairs:
        values = _values(record, numbers)
        if record.handed_at is None:
            changed = row.owner_id != values["owner_id"] and not {row.owner_id, values["owner_id"]} & nobody
            values["handed_at"] = seen if changed else row.handed_at
        if any(getattr(row, name) != value for name, value in values.items()):
            connection.execute(sa.update(failing_records).where(failing_records.c.id == row.id).values(values))


def _record(row: sa.Row[Any]) -> FailingRecord:
    return FailingRecord(
        key=row.key,
        owner_key=row.owner_key or None,
        created_at=row.created_at,
        created_by=row.creator_key or None,
        amount=row.amount,
        disclosed=row.disclosed,
        handed_at=row.handed_at,
        older=row.older,
    )


def _select(check: int, *conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
    return (
        sa.select(failing_records, owners.c.key.label("owner_key"), _creators.c.key.label("creator_key"))
        .outerjoin(owners, owners.c.id == failing_records.c.owner_id)
        .outerjoin(_creators, _creators.c.id == failing_records.c.created_by_id)
        .where(failing_records.c.check_id == check, *conditions)
        .order_by(failing_records.c.id)
    )


class Failing:
    """Reads the kept failing records."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def at(self, check_id: str, run_id: int) -> tuple[FailingRecord, ...] | None:
        """What failed a check in one comparable run; None when that is not available."""
        with self._database.read() as connection:
            check = check_number(connection, check_id)
            if check is None or not _is_complete(connection, check, run_id):
                return None
            return tuple(_record(row) for row in connection.execute(_select(check, _at(run_id))))

    def compared(self, check_id: str, run_id: int, base_run_id: int | None = None) -> Compared | None:
        """What is new and fixed in a run against another; None when one of the two lists is not complete.

        Without ``base_run_id`` it is the newest run before that has a complete list.
        """
        with self._database.read() as connection:
            check = check_number(connection, check_id)
            if check is None or not _is_complete(connection, check, run_id):
                return None
            base = base_run(connection, check, run_id) if base_run_id is None else base_run_id
            if base is None or not _is_complete(connection, check, base):
                return None
            now = {row.key: _record(row) for row in connection.execute(_select(check, _at(run_id)))}
            before = {row.key: _record(row) for row in connection.execute(_select(check, _at(base)))}
            moments = sa.select(runs.c.as_of, runs.c.started_at).where(runs.c.id == base)
            as_of, started_at = connection.execute(moments).one()
        return Compared(
            base_run_id=base,
            since=min(as_of or started_at, started_at),
            new=tuple(record for key, record in now.items() if key not in before),
            fixed=tuple(record for key, record in before.items() if key not in now),
        )


def _is_complete(connection: sa.Connection, check: int, run_id: int) -> bool:
    found = sa.select(outcomes.c.complete).where(outcomes.c.check_id == check, outcomes.c.run_id == run_id)
    return bool(connection.execute(found).scalar())
