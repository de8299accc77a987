"""The tables of people's use: facts per user and day, weeks, scorecards, figures, digests, and who looked.

Users are the CRM's keys, numbered in ``owners`` like the owners of records. What is kept for how long: retention.py.
"""

from __future__ import annotations

import sqlalchemy as sa

from monitor.store.columns import day, identity, json, metadata, moment, sure, text, to
from monitor.store.types import ExactDecimal

measures = sa.Table(
    "measures",
    metadata,
    identity(),
    sa.Column("name", sa.Text, nullable=False, unique=True),
    text("definition"),  # a digest of what decides which rows count; another one makes stored rows void
    day("read_to", null=True),
    text("availability"),
    sure("rows"),
    sure("attributed"),
    day("oldest", null=True),
    text("reason"),
)
activity = sa.Table(
    "activity",
    metadata,
    day("day", key=True),
    to("measures", key=True),
    to("owners", key=True),
    text("source", key=True),
    sure("count"),
    sqlite_with_rowid=False,  # the largest table: its key is all there is to it
)
activity_lags = sa.Table(
    "activity_lags",
    metadata,
    day("day", key=True),
    to("measures", key=True),
    to("owners", key=True),
    sa.Column("days", sa.Integer, primary_key=True, autoincrement=False),
    sure("count"),
    sqlite_with_rowid=False,
)
new_records = sa.Table(
    "new_records",
    metadata,
    day("day", key=True),
    to("owners", key=True),
    text("entity", key=True),
    sure("records"),
    sure("asked"),
    sure("filled"),
    sa.Index(None, "owner_id"),
)
won_deals = sa.Table(
    "won_deals",
    metadata,
    day("day", key=True),
    to("owners", key=True),
    sure("won"),
    sure("quick"),
    sa.Index(None, "owner_id"),
)
deal_standing = sa.Table(
    "deal_standing",
    metadata,
    day("day", key=True),
    to("owners", key=True),
    sure("deals"),
    sa.Column("value", ExactDecimal, nullable=False),
    sure("touched"),
    sa.Column("touched_value", ExactDecimal, nullable=False),
    sa.Column("valued", sa.BigInteger),
    sa.Index(None, "owner_id"),
)

person_weeks = sa.Table(
    "person_weeks",
    metadata,
    day("week", key=True),  # its Monday
    to("owners", key=True),
    json("data"),
    sa.Index(None, "owner_id"),
)
scorecards = sa.Table(
    "scorecards",
    metadata,
    day("week", key=True),
    to("owners", key=True),
    text("status"),
    day("since", null=True),  # the Monday of the first week with this status
    json("data"),
    sa.Index(None, "owner_id"),
)
use_figures = sa.Table(
    "use_figures",
    metadata,
    text("scope", key=True),  # whole, team:KEY, manager:KEY
    day("week", key=True),
    text("figure", key=True),
    sa.Column("value", sa.Float),
    json("data"),
    sa.Column("people", sa.Integer),  # in the scope then; few, or not known: it is kept as a person's is
    sa.Index(None, "week"),
)

digests = sa.Table(
    "digests",
    metadata,
    identity(),
    text("recipient"),  # a user's key
    text("kind"),
    text("period"),
    moment("created_at"),
    json("snapshot"),
    moment("acknowledged_at", null=True),
    text("acknowledged_by"),
    moment("redacted_at", null=True),  # when a person was last taken out of it
    sa.UniqueConstraint("recipient", "kind", "period"),
    sa.Index(None, "created_at"),
    sqlite_autoincrement=True,  # a number is in messages that outlive the row
)
digest_actions = sa.Table(
    "digest_actions",
    metadata,
    to("digests", key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    text("kind"),
    text("subject"),  # check:ID, team:KEY, person:KEY, ...
    json("data"),
    text("outcome"),
    text("decided_by"),
    moment("decided_at", null=True),
    text("note"),
)
looks = sa.Table(
    "looks",
    metadata,
    identity(),
    text("subject"),  # the user whose page or row was seen
    text("looker"),
    moment("at"),
    text("how"),  # a command, or a digest
    to("digests", null=True, gone="SET NULL"),
    sa.Index(None, "subject", "at"),
    sa.Index(None, "digest_id"),
)
forgotten = sa.Table(
    "forgotten",
    metadata,
    sa.Column("person", sa.Text, primary_key=True),  # a keyed hash: it says who must not come back, and names nobody
    moment("at"),
)
