"""Alembic's entry point: runs inside the transaction that monitor.store.migrate opened."""

from __future__ import annotations

from alembic import context

from monitor.store.all_tables import metadata
from monitor.store.migrate import VERSION_TABLE

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    render_as_batch=True,
    transactional_ddl=False,  # the caller's transaction holds all of it
)
context.run_migrations()
