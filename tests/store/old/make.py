"""Keeps the state of the version that runs this, for the tests of all later ones: ``python -m tests.store.old.make``.

Run once per released version, before its tables change.
"""

from __future__ import annotations

import gzip
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa

from monitor.store.migrate import REVISIONS
from tests.acceptance import small_crm
from tests.acceptance.channel import posting

HERE = Path(__file__).parent


def main() -> None:
    """Two runs, a problem and its message, an accepted record; dumped as SQL."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        crm = small_crm.make(sa.URL.create("sqlite", database=str(folder / "crm.db")), folder / "project")
        with posting(crm) as slack:
            slack.check()
            crm.without_account(1, 60)
            slack.check()
            slack.run("accept", "61", "--check", "deal-without-account", "--reason", "a test")
            slack.run("adoption")
        with closing(sqlite3.connect(crm.folder / "state" / "monitor.db")) as state:
            lines = "\n".join(state.iterdump())
    path = HERE / f"{REVISIONS[-1]}.sql.gz"
    path.write_bytes(gzip.compress(lines.encode(), mtime=0))


if __name__ == "__main__":
    main()
