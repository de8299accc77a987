"""The state database as the rest of the program sees it: one object, with a part per subject."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from types import TracebackType

import sqlalchemy as sa

from monitor.store.accepted import Accepted
from monitor.store.activity import Activities
from monitor.store.adoption import Adoption
from monitor.store.baselines import Baselines
from monitor.store.database import PATIENCE, Database
from monitor.store.described import Described
from monitor.store.digests import Digests
from monitor.store.emptied import Emptied
from monitor.store.failing import Failing
from monitor.store.incidents import Incidents
from monitor.store.keeping import Keeping
from monitor.store.looks import Looks
from monitor.store.migrate import upgrade
from monitor.store.outbox import StoredOutbox, utc_now
from monitor.store.people import HASH_KEY, hash_key
from monitor.store.processes import release
from monitor.store.results import Results
from monitor.store.runs import Runs
from monitor.store.tables import meta


class State:
    """An opened state database; a context manager. Every operation raises StateUnavailable when it cannot be done."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = utc_now) -> None:
        self.database = database
        self.runs = Runs(database)
        self.results = Results(database)
        self.failing = Failing(database)
        self.baselines = Baselines(database, self.results)
        self.accepted = Accepted(database)
        self.emptied = Emptied(database)
        self.described = Described(database)
        self.incidents = Incidents(database)
        self.outbox = StoredOutbox(database, clock)
        self.activity = Activities(database)
        self.adoption = Adoption(database)
        self.digests = Digests(database)
        self.looks = Looks(database)
        self.keeping = Keeping(database)

    @classmethod
    def open(
        cls,
        url: str | sa.URL,
        *,
        migrate: bool = True,
        clock: Callable[[], datetime] = utc_now,
        patience: float = PATIENCE,
    ) -> State:
        """Opens a SQLite file (its folder is made) or a PostgreSQL database, and brings its tables up to date.

        ``patience`` is how many seconds to wait for another process's lock.
        With ``migrate`` False nothing is changed: a database that is empty or older is refused.
        Raises StateUnavailable, in words, for everything that can be wrong with it.
        """
        database = Database(url, patience, create=migrate)
        try:
            upgrade(database, migrate=migrate)
        except BaseException:
            database.close()
            release(database.holder)
            raise
        return cls(database, clock)

    def hash_key(self) -> bytes:
        """32 random bytes, made once: the secret with which personal keys are hashed."""
        row = sa.select(meta.c.value).where(meta.c.key == HASH_KEY)
        with self.database.read() as connection:
            stored = connection.execute(row).scalar()
        if stored is not None:
            return bytes.fromhex(stored)
        with self.database.write() as connection:
            return hash_key(connection)

    def close(self) -> None:
        """Gives the connections back; what this process had begun and not finished then counts as left behind."""
        self.database.close()
        release(self.database.holder)

    def __enter__(self) -> State:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
