"""Which runs may be compared: whole ones about the present, never a filtered one or a replay."""

from __future__ import annotations

from enum import StrEnum

import sqlalchemy as sa

from monitor.store.tables import runs


class RunStatus(StrEnum):
    """``died`` is presumed of a run whose process is gone; it may still be closed if it lives after all."""

    RUNNING = "running"
    CLOSED = "closed"
    FAILED = "failed"
    DIED = "died"


COMPARABLE = sa.and_(~runs.c.replay, ~runs.c.filtered)
CLOSED_COMPARABLE = sa.and_(COMPARABLE, runs.c.status == RunStatus.CLOSED)
