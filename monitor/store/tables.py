"""The tables of the state database.

Checks, owners and teams are written once and pointed at by a number, because a run adds a row per
check and owner. Nothing here holds a customer's value: keys, counts, sums, dates, and what a map discloses.
"""

from __future__ import annotations

import sqlalchemy as sa

from monitor.store.columns import count as _count
from monitor.store.columns import flag as _flag
from monitor.store.columns import identity as _id
from monitor.store.columns import metadata
from monitor.store.columns import text as _text
from monitor.store.columns import to as _to
from monitor.store.types import ExactDecimal, UtcDateTime

meta = sa.Table("meta", metadata, sa.Column("key", sa.Text, primary_key=True), _text("value"))

checks = sa.Table(
    "checks",
    metadata,
    _id(),
    sa.Column("name", sa.Text, nullable=False, unique=True),
    _text("entity"),
    _text("title"),  # this and the next two as the suite said them when the check last ran
    _text("why"),
    _text("fix"),
)
owners = sa.Table("owners", metadata, _id(), sa.Column("key", sa.Text, nullable=False, unique=True))
teams = sa.Table("teams", metadata, _id(), sa.Column("key", sa.Text, nullable=False, unique=True), _text("name"))

runs = sa.Table(
    "runs",
    metadata,
    _id(),
    sa.Column("started_at", UtcDateTime, nullable=False),
    sa.Column("seen_at", UtcDateTime, nullable=False),  # the last sign of life
    sa.Column("finished_at", UtcDateTime),
    _text("status"),
    _text("trigger"),
    sa.Column("as_of", UtcDateTime),
    _flag("replay"),
    _flag("filtered"),
    _flag("counts"),  # towards an incident's N and M
    _text("selection"),
    _text("holder"),  # the process that runs it
    _text("reason"),
    sqlite_autoincrement=True,
)

column_sets = sa.Table(
    "column_sets",
    metadata,
    _id(),
    sa.Column("digest", sa.Text, nullable=False, unique=True),
    sa.Column("columns", sa.JSON, nullable=False),
)
entity_facts = sa.Table(
    "entity_facts",
    metadata,
    _id(),
    _to("runs"),
    _text("entity"),
    _count("rows"),
    sa.Column("newest", UtcDateTime),
    _to("column_sets"),
    sa.Column("seconds", sa.Float, nullable=False, server_default="0"),
    sa.Column("scans", sa.Integer, nullable=False, server_default="0"),
    _flag("owner_history"),  # the CRM told who had its failing records before
    sa.UniqueConstraint("run_id", "entity"),
    sa.Index(None, "entity", "run_id"),
)
fact_owners = sa.Table(
    "fact_owners",
    metadata,
    _to("entity_facts", "fact_id", key=True),
    _to("owners", key=True),
    _count("rows"),
)

outcomes = sa.Table(
    "outcomes",
    metadata,
    _id(),
    _to("runs"),
    _to("checks"),
    _text("status"),
    _text("severity"),
    _count("rows"),
    _count("unexpected"),
    _count("accepted"),
    sa.Column("warn", sa.Float),
    sa.Column("fail", sa.Float),
    sa.Column("amount", ExactDecimal),
    _text("observed"),
    _text("reason"),
    _flag("attributed"),
    _flag("complete"),  # every failing key is kept
    _count("new"),  # against base_run; null: not available
    _count("fixed"),
    _to("runs", "base_run_id", null=True, gone="SET NULL"),
    _text("notify"),  # why a message did or did not go out
    sa.UniqueConstraint("run_id", "check_id"),
    sa.Index(None, "check_id", "run_id"),
)
outcome_owners = sa.Table(
    "outcome_owners",
    metadata,
    _to("outcomes", key=True),
    _to("owners", key=True),
    _count("rows"),
    _count("unexpected"),
    sa.Column("amount", ExactDecimal),
)
outcome_teams = sa.Table(
    "outcome_teams",
    metadata,
    _to("outcomes", key=True),
    _to("teams", key=True),
    _count("rows"),
    _count("unexpected"),
    sa.Column("amount", ExactDecimal),
    sa.Column("people", sa.Integer),  # of the team then; few, or not known: it is kept as a person's is
)

failing_records = sa.Table(
    "failing_records",
    metadata,
    _id(),
    _to("checks"),
    sa.Column("key", sa.Text, nullable=False),  # or its keyed hash
    _to("owners", null=True, gone="NO ACTION"),
    sa.Column("created_at", UtcDateTime),
    _to("owners", "created_by_id", null=True, gone="NO ACTION"),
    sa.Column("amount", ExactDecimal),
    sa.Column("disclosed", sa.JSON, nullable=False),
    _to("runs", "first_run_id", gone="NO ACTION"),
    _to("runs", "gone_run_id", null=True, gone="NO ACTION"),
    sa.Column("handed_at", UtcDateTime),  # when its owner took it over from another one, as far as that is known
    # the first of some duplicates: the owners of the newer ones are to merge them
    sa.Column("older", sa.Boolean, server_default=sa.false(), nullable=False),
    sa.Index(None, "check_id", "gone_run_id"),
)

baselines = sa.Table(
    "baselines",
    metadata,
    _to("checks", key=True),
    _to("runs", null=True, gone="SET NULL"),
    sa.Column("set_at", UtcDateTime, nullable=False),
    _text("status"),
    _count("rows"),
    _count("unexpected"),
    sa.Column("share", sa.Float),
)
accepted_records = sa.Table(
    "accepted_records",
    metadata,
    _id(),
    _to("checks"),
    sa.Column("key", sa.Text, nullable=False),
    _text("reason"),
    _text("accepted_by"),
    sa.Column("accepted_at", UtcDateTime, nullable=False),
    sa.Column("until", UtcDateTime),
    sa.UniqueConstraint("check_id", "key"),
)
accepted_empty = sa.Table(
    "accepted_empty",
    metadata,
    sa.Column("entity", sa.Text, primary_key=True),
    _text("reason"),
    _text("accepted_by"),
    sa.Column("accepted_at", UtcDateTime, nullable=False),
    sa.Column("until", UtcDateTime),
)

incidents = sa.Table(
    "incidents",
    metadata,
    _id(),
    _text("kind"),
    _text("subject"),
    _text("entity"),
    _text("severity"),
    _text("state"),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("opened_at", UtcDateTime),
    sa.Column("acknowledged_at", UtcDateTime),
    sa.Column("resolved_at", UtcDateTime),
    sa.Column("failing", sa.Integer, nullable=False, server_default="0"),
    sa.Column("passing", sa.Integer, nullable=False, server_default="0"),
    _flag("flapping"),
    _text("status"),
    _count("rows"),
    _count("unexpected"),
    _text("observed"),
    _text("told_status"),
    _text("told_severity"),
    _count("told_unexpected"),
    sa.Column("told_at", UtcDateTime),
    sa.Column("news", sa.Integer, nullable=False, server_default="0"),
    _text("newest"),
    _text("acknowledged_by"),
    _text("assignee"),
    sa.Column("due", sa.Date),
    sa.Column("snoozed_until", UtcDateTime),
    _text("snoozed_by"),
    sa.Column("view", sa.JSON),  # what a message says of it, as the last run saw it; no customer's value
    sa.Column("labels", sa.JSON),  # what routes and silences know it by
    sa.Column("version", sa.Integer, nullable=False, server_default="0"),
    sa.Index(None, "kind", "subject"),
    sqlite_autoincrement=True,
)
incident_events = sa.Table(
    "incident_events",
    metadata,
    _id(),
    _to("incidents"),
    _to("runs", null=True, gone="SET NULL"),
    sa.Column("at", UtcDateTime, nullable=False),
    _text("kind"),
    _text("notify"),
    _text("status"),
    _count("rows"),
    _count("unexpected"),
    _text("note"),
    _text("by"),
    sa.Column("key", sa.Text),
    sa.Index(None, "incident_id"),
    sa.Index(None, "key", unique=True),
)

outbox = sa.Table(
    "outbox",
    metadata,
    _id(),
    sa.Column("event", sa.Text, nullable=False, unique=True),
    _text("thread"),  # incident:12, digest:34, rollup:5, fixlist:56
    _to("incidents", null=True),
    _to("digests", null=True),
    _to("rollups", null=True),
    _to("fixlists", null=True),
    _text("target"),
    _text("action"),
    sa.Column("payload", sa.JSON, nullable=False),
    _text("state"),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("not_before", UtcDateTime),
    _text("error"),
    sa.Column("remote_channel", sa.Text),
    sa.Column("remote_ts", sa.Text),
    _text("holder"),  # the process that is sending it
    sa.Column("changed_at", UtcDateTime, nullable=False),
    sa.Index(None, "state"),
    sa.Index(None, "thread", "target"),
    sa.Index(None, "incident_id"),
    sa.Index(None, "digest_id"),
    sa.Index(None, "rollup_id"),
    sa.Index(None, "fixlist_id"),
    sqlite_autoincrement=True,
)
