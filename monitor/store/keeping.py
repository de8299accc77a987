"""What becomes of what is known of people, as the rest of the program sees it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import UTC, date, datetime, tzinfo
from typing import Any

import sqlalchemy as sa

from monitor.store.database import Database
from monitor.store.export import export
from monitor.store.forget import Forgotten, forget, remember
from monitor.store.people import forgotten_among
from monitor.store.retention import Redact, Redacting, Retention, prune
from monitor.store.tables import meta
from monitor.store.upsert import upsert
from monitor.store.write_activity import PRUNED_BY

PRUNED = "pruned_on"
"""A key of ``meta``, as is PRUNED_BY."""


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

    def pruned_by(self) -> str:
        """The times by which it was done then, as ``str(Retention)``; nothing before the first time."""
        row = sa.select(meta.c.value).where(meta.c.key == PRUNED_BY)
        with self._database.read() as connection:
            return connection.execute(row).scalar() or ""

    def prune(self, now: datetime, retention: Retention, redacting: Redacting, zone: tzinfo = UTC) -> Mapping[str, int]:
        """Deletes what is past its time, in one transaction; see ``prune``. Days and weeks are those of ``zone``."""
        with self._database.write() as connection:
            counts = prune(connection, now, retention, redacting, zone)
            today = now.astimezone(zone).date().isoformat()
            for key, value in ((PRUNED, today), (PRUNED_BY, str(retention))):
                upsert(connection, meta, ("key",), {"key": key, "value": value})
            return counts

    def forget(self, user: str, redact: Redact, now: datetime, names: Collection[str] = ()) -> Forgotten:
        """Deletes everything about a person in one transaction; see ``forget``."""
        with self._database.write() as connection:
            return forget(connection, user, redact, now, names)

    def forgotten(self, users: Iterable[str]) -> frozenset[str]:
        """Those of these users who were forgotten."""
        with self._database.read() as connection:
            return forgotten_among(connection, users)

    def remember(self, user: str) -> bool:
        """Lets facts about somebody who was forgotten be stored again; False when nobody of that key was."""
        with self._database.write() as connection:
            return remember(connection, user)

    def export(
        self,
        user: str,
        mentions: Callable[[Mapping[str, Any]], bool],
        own_copy: Redact,
        names: Collection[str] = (),
    ) -> dict[str, Any]:
        """Everything that is stored about a person; see ``export``."""
        with self._database.read() as connection:
            return export(connection, user, mentions, own_copy, names)
