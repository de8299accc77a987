"""Who asked for fix lists, and what each was told: one message per person and ISO week, whatever dies in between.

The list and its message are written in one transaction. What is stored are keys of records and counts; the message is
made when it goes out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from monitor.messages.outgoing import Action, DeliveryState, Outgoing, thread_of_fixlist
from monitor.store.database import Database
from monitor.store.outbox import Draft, outgoing, queue
from monitor.store.tables import outbox
from monitor.store.tables_fixlists import fixlist_subscriptions, fixlists


@dataclass(frozen=True, slots=True)
class Subscription:
    """Somebody (a user's key) who asked for the own fix list; ``asked_by`` typed it."""

    person: str
    asked_at: datetime
    asked_by: str = ""


@dataclass(frozen=True, slots=True)
class StoredFixList:
    """What a person was told, or is to be told, in one week; ``told`` as ``monitor.fixlist.told`` writes it."""

    id: int
    person: str
    week: str
    created_at: datetime
    told: Mapping[str, Any]

    @property
    def thread(self) -> str:
        """The thread of its message in the outbox."""
        return thread_of_fixlist(self.id)


@dataclass(frozen=True, slots=True)
class Delivered:
    """A stored list with the messages that carry it, oldest first."""

    fixlist: StoredFixList
    messages: tuple[Outgoing, ...] = ()
    fresh: bool = False  # it was stored just now

    @property
    def sent_at(self) -> datetime | None:
        """When it arrived; None when it did not, or when nobody can tell."""
        sent = (one.changed_at for one in self.messages if one.state is DeliveryState.SENT)
        return min((at for at in sent if at), default=None)


class FixLists:
    """The subscriptions, and the lists that were told."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def subscribe(self, person: str, by: str, now: datetime) -> bool:
        """Notes that somebody asks for the list; False when that was so already."""
        values = {"person": person, "asked_at": now, "asked_by": by}
        with self._database.write() as connection:
            if _asks(connection, person):
                return False
            connection.execute(sa.insert(fixlist_subscriptions).values(values))
            return True

    def unsubscribe(self, person: str, now: datetime) -> bool:
        """Ends it, and drops what waits to be sent; False when the person had not asked."""
        mine = outbox.c.fixlist_id.in_(sa.select(fixlists.c.id).where(fixlists.c.person == person))
        waiting = outbox.c.state.in_((DeliveryState.QUEUED, DeliveryState.FAILED))
        dropped = {"state": DeliveryState.SUPERSEDED, "changed_at": now, "error": "not wanted any more"}
        ours = fixlist_subscriptions.c.person == person
        with self._database.write() as connection:
            connection.execute(sa.update(outbox).where(mine, waiting).values(dropped))
            return connection.execute(sa.delete(fixlist_subscriptions).where(ours)).rowcount == 1

    def subscriptions(self) -> Sequence[Subscription]:
        """Everybody who asked, by key."""
        rows = sa.select(fixlist_subscriptions).order_by(fixlist_subscriptions.c.person)
        with self._database.read() as connection:
            return [Subscription(row.person, row.asked_at, row.asked_by) for row in connection.execute(rows)]

    def create(
        self, person: str, week: str, told: Mapping[str, Any], target: str, payload: Mapping[str, Any], now: datetime
    ) -> Delivered | None:
        """Stores what a person is told in a week and queues its message; where there is one of that week, that one.

        None: the person does not ask for it any more.
        """
        with self._database.write() as connection:
            if not _asks(connection, person):
                return None
            if (found := _of_week(connection, person, week)) is not None:
                return found
            values = {"person": person, "week": week, "created_at": now, "told": dict(told)}
            made = sa.insert(fixlists).values(values).returning(fixlists.c.id)
            stored = StoredFixList(int(connection.execute(made).scalar_one()), person, week, now, told)
            queue(connection, stored.thread, Draft(target, Action.POST, dict(payload)), now)
            return Delivered(stored, _messages(connection, stored), fresh=True)

    def get(self, number: int) -> StoredFixList | None:
        """One list by its number."""
        with self._database.read() as connection:
            row = connection.execute(sa.select(fixlists).where(fixlists.c.id == number)).first()
        return _stored(row) if row else None

    def of_week(self, person: str, week: str) -> Delivered | None:
        """What a person was told in a week, with what became of the message."""
        with self._database.read() as connection:
            return _of_week(connection, person, week)

    def latest(self) -> Mapping[str, Delivered]:
        """Per person the newest list there is, with what became of its message."""
        newest = sa.select(sa.func.max(fixlists.c.id)).group_by(fixlists.c.person)
        with self._database.read() as connection:
            rows = connection.execute(sa.select(fixlists).where(fixlists.c.id.in_(newest))).all()
            found = [_stored(row) for row in rows]
            return {one.person: Delivered(one, _messages(connection, one)) for one in found}


def _asks(connection: sa.Connection, person: str) -> bool:
    rows = sa.select(fixlist_subscriptions.c.person).where(fixlist_subscriptions.c.person == person)
    return connection.execute(rows).first() is not None


def _of_week(connection: sa.Connection, person: str, week: str) -> Delivered | None:
    rows = sa.select(fixlists).where(fixlists.c.person == person, fixlists.c.week == week)
    row = connection.execute(rows).first()
    return Delivered(_stored(row), _messages(connection, _stored(row))) if row else None


def _messages(connection: sa.Connection, stored: StoredFixList) -> tuple[Outgoing, ...]:
    rows = sa.select(outbox).where(outbox.c.thread == stored.thread).order_by(outbox.c.id)
    return tuple(map(outgoing, connection.execute(rows)))


def _stored(row: sa.Row[Any]) -> StoredFixList:
    return StoredFixList(row.id, row.person, row.week, row.created_at, row.told)
