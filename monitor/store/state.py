"""The state database as the rest of the program sees it: one object, with a part per subject."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING

import sqlalchemy as sa

from monitor.store.database import PATIENCE, Database, Guards
from monitor.store.migrate import upgrade
from monitor.store.processes import release, utc_now

if TYPE_CHECKING:
    from monitor.store.accepted import Accepted
    from monitor.store.activity import Activities
    from monitor.store.adoption import Adoption
    from monitor.store.baselines import Baselines
    from monitor.store.described import Described
    from monitor.store.digests import Digests
    from monitor.store.emptied import Emptied
    from monitor.store.failing import Failing
    from monitor.store.failing_lists import FailingLists
    from monitor.store.fixlists import FixLists
    from monitor.store.history import Histories
    from monitor.store.incidents import Incidents
    from monitor.store.keeping import Keeping
    from monitor.store.lease import Leases
    from monitor.store.ledger import Ledger
    from monitor.store.looks import Looks
    from monitor.store.notices import Notices
    from monitor.store.outbox import StoredOutbox
    from monitor.store.results import Results
    from monitor.store.runs import Runs
    from monitor.store.silences import Silences


class State:
    """An opened state database; a context manager. Every operation raises StateUnavailable when it cannot be done.

    Its parts are imported when first used: a command that only looks needs one or two of them, and answers sooner.
    """

    def __init__(self, database: Database, clock: Callable[[], datetime] = utc_now) -> None:
        self.database = database
        self._clock = clock

    @cached_property
    def runs(self) -> Runs:
        """The ledger of runs."""
        from monitor.store.runs import Runs

        return Runs(self.database)

    @cached_property
    def ledger(self) -> Ledger:
        """What became of the runs of jobs."""
        from monitor.store.ledger import Ledger

        return Ledger(self.database, self._clock)

    @cached_property
    def leases(self) -> Leases:
        """Who leads."""
        from monitor.store.lease import Leases

        return Leases(self.database, self._clock)

    @cached_property
    def results(self) -> Results:
        """Facts and outcomes of runs."""
        from monitor.store.results import Results

        return Results(self.database)

    @cached_property
    def failing(self) -> Failing:
        """The keys of failing records."""
        from monitor.store.failing import Failing

        return Failing(self.database)

    @cached_property
    def failing_lists(self) -> FailingLists:
        """What fails now and failed a week before, by owner."""
        from monitor.store.failing_lists import FailingLists

        return FailingLists(self.database)

    @cached_property
    def baselines(self) -> Baselines:
        """The debt that was there on the first day."""
        from monitor.store.baselines import Baselines

        return Baselines(self.database, self.results)

    @cached_property
    def accepted(self) -> Accepted:
        """Records that are accepted as they are."""
        from monitor.store.accepted import Accepted

        return Accepted(self.database)

    @cached_property
    def emptied(self) -> Emptied:
        """Entities that are accepted as empty."""
        from monitor.store.emptied import Emptied

        return Emptied(self.database)

    @cached_property
    def described(self) -> Described:
        """Checks as they were last run, in words."""
        from monitor.store.described import Described

        return Described(self.database)

    @cached_property
    def histories(self) -> Histories:
        """What earlier runs saw that a check may be compared with."""
        from monitor.store.history import Histories

        return Histories(self.database)

    @cached_property
    def incidents(self) -> Incidents:
        """Problems, and what became of them."""
        from monitor.store.incidents import Incidents

        return Incidents(self.database)

    @cached_property
    def notices(self) -> Notices:
        """Who was told what of an incident, and why."""
        from monitor.store.notices import Notices

        return Notices(self.database)

    @cached_property
    def silences(self) -> Silences:
        """What nobody needs to be told of for a while."""
        from monitor.store.silences import Silences

        return Silences(self.database)

    @cached_property
    def outbox(self) -> StoredOutbox:
        """Messages, and what became of them."""
        from monitor.store.outbox import StoredOutbox

        return StoredOutbox(self.database, self._clock)

    @cached_property
    def activity(self) -> Activities:
        """What was read of people's use."""
        from monitor.store.activity import Activities

        return Activities(self.database)

    @cached_property
    def adoption(self) -> Adoption:
        """Person weeks, scorecards and figures."""
        from monitor.store.adoption import Adoption

        return Adoption(self.database)

    @cached_property
    def digests(self) -> Digests:
        """Digests and their actions."""
        from monitor.store.digests import Digests

        return Digests(self.database)

    @cached_property
    def fixlists(self) -> FixLists:
        """Who asked for fix lists, and what each was told."""
        from monitor.store.fixlists import FixLists

        return FixLists(self.database)

    @cached_property
    def looks(self) -> Looks:
        """Who looked at whose page."""
        from monitor.store.looks import Looks

        return Looks(self.database)

    @cached_property
    def keeping(self) -> Keeping:
        """Retention, forgetting, and what is stored of one person."""
        from monitor.store.keeping import Keeping

        return Keeping(self.database)

    @classmethod
    def open(
        cls,
        url: str | sa.URL,
        *,
        migrate: bool = True,
        clock: Callable[[], datetime] = utc_now,
        patience: float = PATIENCE,
        guards: Guards = (),
    ) -> State:
        """Opens a SQLite file (its folder is made) or a PostgreSQL database, and brings its tables up to date.

        ``patience`` is how many seconds to wait for another process's lock; ``guards`` as Database has them.
        With ``migrate`` False nothing is changed: a database that is empty or older is refused.
        Raises StateUnavailable, in words, for everything that can be wrong with it.
        """
        database = Database(url, patience, create=migrate, guards=guards)
        try:
            upgrade(database, migrate=migrate)
        except BaseException:
            database.close()
            release(database.holder)
            raise
        return cls(database, clock)

    def hash_key(self) -> bytes:
        """32 random bytes, made once: the secret with which personal keys are hashed."""
        from monitor.store.people import HASH_KEY, hash_key
        from monitor.store.tables import meta

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
