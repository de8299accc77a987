"""How many of the open deals have an amount; null where that was not asked for yet."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("deal_standing", sa.Column("valued", sa.BigInteger(), nullable=True))
