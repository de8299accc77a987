"""The life of an incident: what people do with it, what each target was told and why, and roll-ups."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from monitor.store.types import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _incidents()
    _tables()
    with op.batch_alter_table("outbox", table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.add_column(sa.Column("rollup_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(op.f("fk_outbox_rollup_id"), "rollups", ["rollup_id"], ["id"], ondelete="CASCADE")
    op.create_index(op.f("ix_outbox_rollup_id"), "outbox", ["rollup_id"], unique=False)
    _what_was_told()


def _incidents() -> None:
    for name in ("told_severity", "newest", "acknowledged_by", "assignee", "snoozed_by"):
        op.add_column("incidents", sa.Column(name, sa.Text(), server_default="", nullable=False))
    op.add_column("incidents", sa.Column("news", sa.Integer(), server_default="0", nullable=False))
    op.add_column("incidents", sa.Column("due", sa.Date(), nullable=True))
    op.add_column("incidents", sa.Column("snoozed_until", UtcDateTime(), nullable=True))
    op.add_column("incidents", sa.Column("view", sa.JSON(), nullable=True))
    op.add_column("incidents", sa.Column("labels", sa.JSON(), nullable=True))
    op.add_column("incident_events", sa.Column("by", sa.Text(), server_default="", nullable=False))
    op.add_column("incident_events", sa.Column("key", sa.Text(), nullable=True))
    op.create_index(op.f("ix_incident_events_key"), "incident_events", ["key"], unique=True)


def _tables() -> None:
    op.create_table(
        "rollups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("target", sa.Text(), server_default="", nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("shown", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rollups")),
        sa.UniqueConstraint("target", "day", name=op.f("uq_rollups_target_day")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "incident_notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("target", sa.Text(), server_default="", nullable=False),
        sa.Column("tell", sa.Text(), server_default="", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("until", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incidents.id"], name=op.f("fk_incident_notices_incident_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_incident_notices_run_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_notices")),
    )
    op.create_index(op.f("ix_incident_notices_incident_id"), "incident_notices", ["incident_id"], unique=False)
    op.create_table(
        "incident_targets",
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("target", sa.Text(), server_default="", nullable=False),
        sa.Column("news", sa.Integer(), server_default="0", nullable=False),
        sa.Column("live", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("told_at", UtcDateTime(), nullable=True),
        sa.Column("posted_at", UtcDateTime(), nullable=True),
        sa.Column("rollup_id", sa.Integer(), nullable=True),
        sa.Column("shown", sa.Text(), server_default="", nullable=False),
        sa.Column("snoozed_until", UtcDateTime(), nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incidents.id"], name=op.f("fk_incident_targets_incident_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["rollup_id"], ["rollups.id"], name=op.f("fk_incident_targets_rollup_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("incident_id", "target", name=op.f("pk_incident_targets")),
    )
    op.create_index(
        op.f("ix_incident_targets_target_posted_at"), "incident_targets", ["target", "posted_at"], unique=False
    )


def _what_was_told() -> None:
    """What an older version told is known to have been told: nothing of it goes out again."""
    op.execute("UPDATE incidents SET news = 1, newest = 'first' WHERE state IN ('open', 'acknowledged')")
    op.execute("UPDATE incidents SET news = 2, newest = 'resolved' WHERE state = 'resolved'")
    op.execute("UPDATE incidents SET told_severity = severity WHERE state <> 'pending'")
    op.execute(
        """
        INSERT INTO incident_targets (incident_id, target, news, live, told_at, posted_at, reason)
        SELECT incidents.id, outbox.target, incidents.news, incidents.state IN ('open', 'acknowledged'),
               incidents.told_at, MIN(outbox.created_at), 'first'
        FROM incidents JOIN outbox ON outbox.incident_id = incidents.id
        WHERE outbox.action = 'post' AND outbox.state <> 'superseded'
        GROUP BY incidents.id, outbox.target, incidents.news, incidents.state, incidents.told_at
        """
    )
