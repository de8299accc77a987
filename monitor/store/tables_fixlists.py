"""The tables of fix lists: who asked for them, and what each person was told in which week."""

from __future__ import annotations

import sqlalchemy as sa

from monitor.store.columns import identity, json, metadata, moment, text

fixlist_subscriptions = sa.Table(
    "fixlist_subscriptions",
    metadata,
    sa.Column("person", sa.Text, primary_key=True),  # a user's key
    moment("asked_at"),
    text("asked_by"),  # a user's key, or a login of the operating system
)
fixlists = sa.Table(
    "fixlists",
    metadata,
    identity(),
    text("person"),  # a user's key
    text("week"),  # an ISO week: one message per person and week
    moment("created_at"),
    json("told"),  # keys of records and counts; names are read when the message goes out
    sa.UniqueConstraint("person", "week"),
    sa.Index(None, "created_at"),
    sqlite_autoincrement=True,  # a number is in messages that outlive the row
)
