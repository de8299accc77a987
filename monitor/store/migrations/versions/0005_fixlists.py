"""Fix lists: who asked for them, and what was told."""

from __future__ import annotations

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled in with the tables of its subject."""
