"""The table of silences. None is ever deleted: why nobody was told is part of an incident's story."""

from __future__ import annotations

import sqlalchemy as sa

from monitor.store.columns import identity, json, metadata, moment, text

silences = sa.Table(
    "silences",
    metadata,
    identity(),
    json("matcher"),  # the lists that are not empty
    moment("starts_at"),
    moment("ends_at"),
    text("said_by"),
    text("why"),
    moment("ended_at", null=True),  # before its time
    text("ended_by"),
    sa.Index(None, "ends_at"),
    sqlite_autoincrement=True,
)
