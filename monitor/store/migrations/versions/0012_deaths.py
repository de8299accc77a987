"""How many processes died at a run of a job; none that is known, until one does."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("job_runs", sa.Column("deaths", sa.Integer(), server_default="0", nullable=False))
