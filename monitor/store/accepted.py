"""Single records that somebody accepted as they are, with a reason and an end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from monitor.store.database import Database
from monitor.store.names import check_number, check_numbers
from monitor.store.tables import accepted_records, checks
from monitor.store.upsert import upsert


@dataclass(frozen=True, slots=True)
class AcceptedRecord:
    """A record that does not count as failing until ``until`` (exclusive; None: for good).

    ``key`` is as stored: hashed where keys are personal.
    """

    check_id: str
    key: str
    reason: str
    accepted_by: str
    accepted_at: datetime
    until: datetime | None = None


def _accepted(row: sa.Row[Any]) -> AcceptedRecord:
    return AcceptedRecord(row.name, row.key, row.reason, row.accepted_by, row.accepted_at, row.until)


class Accepted:
    """The list of accepted records."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, record: AcceptedRecord, entity: str = "") -> None:
        """Accepts a record, or accepts it anew with another reason and end."""
        with self._database.write() as connection:
            number = check_numbers(connection, {record.check_id: entity})[record.check_id]
            values = {
                "check_id": number,
                "key": record.key,
                "reason": record.reason,
                "accepted_by": record.accepted_by,
                "accepted_at": record.accepted_at,
                "until": record.until,
            }
            upsert(connection, accepted_records, ("check_id", "key"), values)

    def remove(self, check_id: str, key: str) -> bool:
        """Takes an acceptance back; False when there was none."""
        with self._database.write() as connection:
            gone = connection.execute(
                sa.delete(accepted_records).where(
                    accepted_records.c.check_id == check_number(connection, check_id), accepted_records.c.key == key
                )
            )
            return gone.rowcount > 0

    def list(self, now: datetime, check_id: str | None = None) -> Sequence[AcceptedRecord]:
        """What is accepted at this moment, of one check or of all, in the order it was accepted."""
        rows = (
            sa.select(accepted_records, checks.c.name)
            .join(checks)
            .where(_in_force(now))
            .order_by(accepted_records.c.accepted_at, accepted_records.c.id)
        )
        if check_id is not None:
            rows = rows.where(checks.c.name == check_id)
        with self._database.read() as connection:
            return [_accepted(row) for row in connection.execute(rows)]

    def keys(self, now: datetime) -> Mapping[str, frozenset[str]]:
        """The accepted keys per check at this moment, as the engine wants them."""
        found: dict[str, set[str]] = {}
        for record in self.list(now):
            found.setdefault(record.check_id, set()).add(record.key)
        return {check_id: frozenset(keys) for check_id, keys in found.items()}

    def expire(self, now: datetime) -> int:
        """Removes what has come to its end; returns how many."""
        with self._database.write() as connection:
            return connection.execute(sa.delete(accepted_records).where(~_in_force(now))).rowcount


def _in_force(now: datetime) -> sa.ColumnElement[bool]:
    return sa.or_(accepted_records.c.until.is_(None), accepted_records.c.until > now)
