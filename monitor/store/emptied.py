"""Entities that somebody accepted as empty, with a reason and an end: theirs is no reading that went wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from monitor.store.database import Database
from monitor.store.tables import accepted_empty
from monitor.store.upsert import upsert


@dataclass(frozen=True, slots=True)
class AcceptedEmpty:
    """An entity that may read 0 rows until ``until`` (exclusive; None: for good), or until rows come back."""

    entity: str
    reason: str
    accepted_by: str
    accepted_at: datetime
    until: datetime | None = None

    def lapsed(self, now: datetime) -> bool:
        """Whether its last day is past: then an entity that is still empty is an error again."""
        return self.until is not None and self.until <= now


class Emptied:
    """The list of such entities. What has lapsed stays listed until rows come back, so that it can be told."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, accepted: AcceptedEmpty) -> None:
        """Accepts an entity as empty, or accepts it anew with another reason and end."""
        values = {
            "entity": accepted.entity,
            "reason": accepted.reason,
            "accepted_by": accepted.accepted_by,
            "accepted_at": accepted.accepted_at,
            "until": accepted.until,
        }
        with self._database.write() as connection:
            upsert(connection, accepted_empty, ("entity",), values)

    def remove(self, entity: str) -> bool:
        """Takes an acceptance back, or ends it as rows came back; False when there was none."""
        with self._database.write() as connection:
            gone = connection.execute(sa.delete(accepted_empty).where(accepted_empty.c.entity == entity))
            return gone.rowcount > 0

    def all(self) -> Mapping[str, AcceptedEmpty]:
        """Every acceptance by its entity, lapsed or not."""
        with self._database.read() as connection:
            return {
                row.entity: AcceptedEmpty(row.entity, row.reason, row.accepted_by, row.accepted_at, row.until)
                for row in connection.execute(sa.select(accepted_empty).order_by(accepted_empty.c.entity))
            }
