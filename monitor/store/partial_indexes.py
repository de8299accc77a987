"""Unique indexes over a part of a table's rows.

They stand apart from their tables because their conditions make SQLAlchemy load the dialects of both databases, which
only a migration needs.
"""

from __future__ import annotations

import sqlalchemy as sa

from monitor.store.tables import failing_records, incidents

_CURRENT = sa.text("gone_run_id IS NULL")
_LIVE = sa.text("state <> 'resolved'")

sa.Index(
    "uq_failing_records_current",
    failing_records.c.check_id,
    failing_records.c.key,
    unique=True,
    sqlite_where=_CURRENT,
    postgresql_where=_CURRENT,
)
sa.Index(
    "uq_incidents_live",
    incidents.c.kind,
    incidents.c.subject,
    unique=True,
    sqlite_where=_LIVE,
    postgresql_where=_LIVE,
)
