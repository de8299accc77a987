"""Of how many people a team's figure is, as one of few goes when persons' weeks go; no names of owners in runs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("use_figures", "outcome_teams"):
        op.add_column(table, sa.Column("people", sa.Integer(), nullable=True))
    op.execute("""UPDATE runs SET selection = '' WHERE selection LIKE '%"owners"%'""")
