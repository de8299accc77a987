"""Which failing record is the first of some duplicates; false until a run has looked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("failing_records", sa.Column("older", sa.Boolean(), server_default=sa.false(), nullable=False))
