"""Who a user of the CRM is on Slack, as Slack last said; that somebody is not there is kept as well."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa

from monitor.store.database import Database
from monitor.store.tables import meta
from monitor.store.upsert import upsert

_PREFIX = "slack-user:"
AS_LONG = timedelta(days=90)
"""For how long it counts what Slack said, and is kept: a digest or a fix list asks it anew every week."""


def slack_user_key(user: str) -> str:
    """The key of ``meta`` under which it stands who somebody is on Slack."""
    return f"{_PREFIX}{user}"


def asked_before(connection: sa.Connection, moment: datetime) -> list[str]:
    """The keys of ``meta`` of those whom Slack was last asked for before a moment."""
    rows = sa.select(meta.c.key, meta.c.value).where(meta.c.key.startswith(_PREFIX, autoescape=True))
    found = connection.execute(rows).all()
    return [row.key for row in found if datetime.fromisoformat(json.loads(row.value)["at"]) < moment]


class SlackUsers:
    """Slack user IDs by CRM user, with the moment at which Slack was asked. No e-mail address is kept."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def known(self, since: datetime) -> Mapping[str, str]:
        """CRM user -> Slack user ID (empty: not on Slack), as far as it was asked since a moment."""
        rows = sa.select(meta.c.key, meta.c.value).where(meta.c.key.startswith(_PREFIX, autoescape=True))
        with self._database.read() as connection:
            stored = {key.removeprefix(_PREFIX): json.loads(value) for key, value in connection.execute(rows)}
        return {user: one["id"] for user, one in stored.items() if datetime.fromisoformat(one["at"]) >= since}

    def note(self, user: str, found: str, now: datetime) -> None:
        """Slack said who somebody is."""
        value = json.dumps({"id": found, "at": now.isoformat()})
        with self._database.write() as connection:
            upsert(connection, meta, ("key",), {"key": slack_user_key(user), "value": value})
