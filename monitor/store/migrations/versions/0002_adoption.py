"""People's use: facts per user and day, weeks, scorecards, figures; digests, whose messages share the outbox."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from monitor.store.types import ExactDecimal, UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "digests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.Text(), server_default="", nullable=False),
        sa.Column("kind", sa.Text(), server_default="", nullable=False),
        sa.Column("period", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("snapshot", sa.JSON(), nullable=False),
        sa.Column("acknowledged_at", UtcDateTime(), nullable=True),
        sa.Column("acknowledged_by", sa.Text(), server_default="", nullable=False),
        sa.Column("redacted_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digests")),
        sa.UniqueConstraint("recipient", "kind", "period", name=op.f("uq_digests_recipient_kind_period")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_digests_created_at"), "digests", ["created_at"], unique=False)

    op.create_table(
        "forgotten",
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_forgotten")),
    )
    op.create_table(
        "measures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("definition", sa.Text(), server_default="", nullable=False),
        sa.Column("read_to", sa.Date(), nullable=True),
        sa.Column("availability", sa.Text(), server_default="", nullable=False),
        sa.Column("rows", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("attributed", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("oldest", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measures")),
        sa.UniqueConstraint("name", name=op.f("uq_measures_name")),
    )
    op.create_table(
        "use_figures",
        sa.Column("scope", sa.Text(), server_default="", nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("figure", sa.Text(), server_default="", nullable=False),
        sa.Column("value", sa.Float(), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "week", "figure", name=op.f("pk_use_figures")),
    )
    op.create_index(op.f("ix_use_figures_week"), "use_figures", ["week"], unique=False)

    op.create_table(
        "activity",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("measure_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), server_default="", nullable=False),
        sa.Column("count", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["measure_id"], ["measures.id"], name=op.f("fk_activity_measure_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["owners.id"], name=op.f("fk_activity_owner_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("day", "measure_id", "owner_id", "source", name=op.f("pk_activity")),
        sqlite_with_rowid=False,
    )

    op.create_table(
        "activity_lags",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("measure_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("count", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["measure_id"], ["measures.id"], name=op.f("fk_activity_lags_measure_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["owners.id"], name=op.f("fk_activity_lags_owner_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("day", "measure_id", "owner_id", "days", name=op.f("pk_activity_lags")),
        sqlite_with_rowid=False,
    )

    op.create_table(
        "deal_standing",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("deals", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("value", ExactDecimal(), nullable=False),
        sa.Column("touched", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("touched_value", ExactDecimal(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["owners.id"], name=op.f("fk_deal_standing_owner_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("day", "owner_id", name=op.f("pk_deal_standing")),
    )
    op.create_index(op.f("ix_deal_standing_owner_id"), "deal_standing", ["owner_id"], unique=False)

    op.create_table(
        "digest_actions",
        sa.Column("digest_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), server_default="", nullable=False),
        sa.Column("subject", sa.Text(), server_default="", nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("outcome", sa.Text(), server_default="", nullable=False),
        sa.Column("decided_by", sa.Text(), server_default="", nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["digest_id"], ["digests.id"], name=op.f("fk_digest_actions_digest_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("digest_id", "number", name=op.f("pk_digest_actions")),
    )
    op.create_table(
        "looks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.Text(), server_default="", nullable=False),
        sa.Column("looker", sa.Text(), server_default="", nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("how", sa.Text(), server_default="", nullable=False),
        sa.Column("digest_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["digest_id"], ["digests.id"], name=op.f("fk_looks_digest_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_looks")),
    )
    op.create_index(op.f("ix_looks_digest_id"), "looks", ["digest_id"], unique=False)
    op.create_index(op.f("ix_looks_subject_at"), "looks", ["subject", "at"], unique=False)

    op.create_table(
        "new_records",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("entity", sa.Text(), server_default="", nullable=False),
        sa.Column("records", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("asked", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("filled", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["owners.id"], name=op.f("fk_new_records_owner_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("day", "owner_id", "entity", name=op.f("pk_new_records")),
    )
    op.create_index(op.f("ix_new_records_owner_id"), "new_records", ["owner_id"], unique=False)

    op.create_table(
        "person_weeks",
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["owners.id"], name=op.f("fk_person_weeks_owner_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("week", "owner_id", name=op.f("pk_person_weeks")),
    )
    op.create_index(op.f("ix_person_weeks_owner_id"), "person_weeks", ["owner_id"], unique=False)

    op.create_table(
        "scorecards",
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), server_default="", nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["owners.id"], name=op.f("fk_scorecards_owner_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("week", "owner_id", name=op.f("pk_scorecards")),
    )
    op.create_index(op.f("ix_scorecards_owner_id"), "scorecards", ["owner_id"], unique=False)

    op.create_table(
        "won_deals",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("won", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("quick", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["owners.id"], name=op.f("fk_won_deals_owner_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("day", "owner_id", name=op.f("pk_won_deals")),
    )
    op.create_index(op.f("ix_won_deals_owner_id"), "won_deals", ["owner_id"], unique=False)
    with op.batch_alter_table("outbox", table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.add_column(sa.Column("thread", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("digest_id", sa.Integer(), nullable=True))
        batch_op.alter_column("incident_id", existing_type=sa.INTEGER(), nullable=True)
        batch_op.drop_index(op.f("ix_outbox_incident_id_target"))
        batch_op.create_foreign_key(op.f("fk_outbox_digest_id"), "digests", ["digest_id"], ["id"], ondelete="CASCADE")
    op.execute("UPDATE outbox SET thread = 'incident:' || incident_id")
    op.create_index(op.f("ix_outbox_digest_id"), "outbox", ["digest_id"], unique=False)
    op.create_index(op.f("ix_outbox_incident_id"), "outbox", ["incident_id"], unique=False)
    op.create_index(op.f("ix_outbox_thread_target"), "outbox", ["thread", "target"], unique=False)
