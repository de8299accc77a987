"""Who looked at whose named figures, when, and by what: people may see who saw them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from monitor.store.database import Database
from monitor.store.tables_adoption import looks


@dataclass(frozen=True, slots=True)
class Look:
    """``looker`` saw figures of ``subject`` (a user's key): by a command, or in a digest."""

    subject: str
    looker: str
    at: datetime
    how: str
    digest_id: int | None = None


class Looks:
    """The ledger of looks."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self, looker: str, subjects: Collection[str], how: str, now: datetime, digest_id: int | None = None
    ) -> None:
        """Notes that somebody saw these persons' figures; one's own are nobody else's business."""
        rows = [
            {"subject": subject, "looker": looker, "at": now, "how": how, "digest_id": digest_id}
            for subject in sorted(set(subjects) - {looker})
        ]
        if rows:
            with self._database.write() as connection:
                connection.execute(sa.insert(looks), rows)

    def of(self, subject: str, since: datetime | None = None) -> Sequence[Look]:
        """Who saw this person's figures, newest first."""
        rows = sa.select(looks.c.subject, looks.c.looker, looks.c.at, looks.c.how, looks.c.digest_id)
        rows = rows.where(looks.c.subject == subject)
        if since is not None:
            rows = rows.where(looks.c.at >= since)
        with self._database.read() as connection:
            found = connection.execute(rows.order_by(looks.c.at.desc(), looks.c.id.desc()))
            return [Look(row.subject, row.looker, row.at, row.how, row.digest_id) for row in found]
