"""The life of an incident: who has it, snoozes, what each target was told, roll-ups."""

from __future__ import annotations

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled in with the tables of its subject."""
