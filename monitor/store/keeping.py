"""What becomes of what is known of people, as the rest of the program sees it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, tzinfo
from typing import Any

import sqlalchemy as sa

from monitor.store.database import Database
from monitor.store.forget import Forgotten, export, forget, remember
from monitor.store.retention import Redact, Retention, prune
from monitor.store.tables import meta
from monitor.store.upsert import upsert

PRUNED = "pruned_on"


class Keeping:
    """What becomes of what is known of people: kept for a time, then deleted; forgotten, or handed out, when asked."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def pruned_on(self) -> date | None:
        """The day on which what is past its time was last deleted."""
        row = sa.select(meta.c.value).where(meta.c.key == PRUNED)
        with self._database.read() as connection:
            stored = connection.execute(row).scalar()
        return date.fromisoformat(stored) if stored else None

    def prune(self, now: datetime, retention: Retention, redact: Redact, zone: tzinfo = UTC) -> Mapping[str, int]:
        """Deletes what is past its time, in one transaction; see ``prune``. Days and weeks are those of ``zone``."""
        with self._database.write() as connection:
            counts = prune(connection, now, retention, redact, zone)
            today = now.astimezone(zone).date().isoformat()
            upsert(connection, meta, ("key",), {"key": PRUNED, "value": today})
            return counts

    def forget(self, user: str, redact: Redact, now: datetime) -> Forgotten:
        """Deletes everything about a person in one transaction; see ``forget``."""
        with self._database.write() as connection:
            return forget(connection, user, redact, now)

    def remember(self, user: str) -> bool:
        """Lets facts about somebody who was forgotten be stored again; False when nobody of that key was."""
        with self._database.write() as connection:
            return remember(connection, user)

    def export(self, user: str, mentions: Callable[[Mapping[str, Any]], bool]) -> dict[str, Any]:
        """Everything that is stored about a person; see ``export``."""
        with self._database.read() as connection:
            return export(connection, user, mentions)
