"""Of which due day a target was told that it is over; a person's mail apart from the mail of a route."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("incident_targets", sa.Column("due", sa.Date(), nullable=True))
    op.execute(
        "UPDATE outbox SET target = 'mail:' || substr(target, 7) WHERE target LIKE 'email:%' "
        "AND (digest_id IS NOT NULL OR fixlist_id IS NOT NULL)"
    )
