"""What becomes of what is known of people, as the rest of the program sees it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any

from monitor.store.database import Database
from monitor.store.forget import Forgotten, export, forget, remember
from monitor.store.retention import Redact, Retention, prune


class Keeping:
    """What becomes of what is known of people: kept for a time, then deleted; forgotten, or handed out, when asked."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def prune(self, now: datetime, retention: Retention, redact: Redact, zone: tzinfo = UTC) -> Mapping[str, int]:
        """Deletes what is past its time, in one transaction; see ``prune``. Days and weeks are those of ``zone``."""
        with self._database.write() as connection:
            return prune(connection, now, retention, redact, zone)

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
