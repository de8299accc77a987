"""Since when the owner of a failing record has it, where another one had it before; whether the CRM's history told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from monitor.store.types import UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("failing_records", sa.Column("handed_at", UtcDateTime(), nullable=True))
    op.add_column("entity_facts", sa.Column("owner_history", sa.Boolean(), server_default=sa.false(), nullable=False))
