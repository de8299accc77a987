"""The tables of the service: who leads, which jobs there are, and what became of each of their runs."""

from __future__ import annotations

import sqlalchemy as sa

from monitor.store.columns import identity, metadata, moment, text

leases = sa.Table(
    "leases",
    metadata,
    text("name", key=True),
    text("holder"),
    sa.Column("term", sa.BigInteger, nullable=False),  # one more with every new holder: an old one is told by it
    moment("expires_at"),
    moment("taken_at"),
)

jobs = sa.Table(
    "jobs",
    metadata,
    text("name", key=True),
    text("times"),  # what its due times follow from
    moment("since"),  # everything due until then is in the ledger, or was due before the job was known so
)

job_runs = sa.Table(
    "job_runs",
    metadata,
    identity(),
    text("job"),
    moment("due_at"),
    text("state"),
    text("how"),  # on schedule, caught up, by hand
    sa.Column("attempt", sa.Integer, nullable=False, server_default="1"),  # an earlier holder is told by it
    sa.Column("deaths", sa.Integer, nullable=False, server_default="0"),  # of its processes
    text("holder"),
    moment("alive_until", null=True),  # unless it says more, its holder is gone by then
    moment("started_at", null=True),
    moment("finished_at", null=True),
    sa.Column("exit_code", sa.Integer),
    text("why"),  # missed, or failed
    sa.UniqueConstraint("job", "due_at"),
    sa.Index(None, "state"),
    sa.Index(None, "finished_at"),
    sqlite_autoincrement=True,
)
