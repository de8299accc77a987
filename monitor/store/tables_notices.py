"""The tables of who was told what of an incident, and why or why not."""

from __future__ import annotations

import sqlalchemy as sa

from monitor.store.columns import day, flag, identity, json, metadata, moment, text, to

rollups = sa.Table(
    "rollups",
    metadata,
    identity(),
    text("target"),
    day("day"),  # in the project's zone
    moment("created_at"),
    json("shown"),  # the message as it was last queued
    sa.UniqueConstraint("target", "day"),
    sqlite_autoincrement=True,
)

incident_targets = sa.Table(
    "incident_targets",
    metadata,
    to("incidents", key=True),
    text("target", key=True),
    sa.Column("news", sa.Integer, nullable=False, server_default="0"),
    flag("live"),
    moment("told_at", null=True),
    moment("posted_at", null=True),
    to("rollups", null=True, gone="SET NULL"),
    text("shown"),
    moment("snoozed_until", null=True),
    day("due", null=True),
    text("reason"),
    sa.Index(None, "target", "posted_at"),
)

incident_notices = sa.Table(
    "incident_notices",
    metadata,
    identity(),
    to("incidents"),
    to("runs", null=True, gone="SET NULL"),
    moment("at"),
    text("target"),
    text("tell"),
    text("reason"),
    text("note"),
    moment("until", null=True),
    sa.Index(None, "incident_id"),
)
