"""Fix lists: who asked for them, and what was told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from monitor.store.types import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "fixlist_subscriptions",
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("asked_by", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_fixlist_subscriptions")),
    )
    op.create_table(
        "fixlists",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person", sa.Text(), server_default="", nullable=False),
        sa.Column("week", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fixlists")),
        sa.UniqueConstraint("person", "week", name=op.f("uq_fixlists_person_week")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_fixlists_created_at"), "fixlists", ["created_at"], unique=False)
    with op.batch_alter_table("outbox", table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.add_column(sa.Column("fixlist_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_outbox_fixlist_id"), "fixlists", ["fixlist_id"], ["id"], ondelete="CASCADE"
        )
    op.create_index(op.f("ix_outbox_fixlist_id"), "outbox", ["fixlist_id"], unique=False)
