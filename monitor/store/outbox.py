"""The stored queue of messages; see ``monitor.messages.outgoing.Outbox`` for what each call promises."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from monitor.messages.outgoing import Action, DeliveryState, Outgoing, Remote, needs_root, thread_of_incident
from monitor.store.database import Database
from monitor.store.processes import has_died, utc_now
from monitor.store.tables import outbox

_SILENT_AFTER = timedelta(minutes=15)  # far beyond any request's timeout
_OPEN = (DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.FAILED, DeliveryState.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Draft:
    """A message to be queued, before it has a number. ``payload`` is as in Outgoing; it waits for ``not_before``."""

    target: str
    action: Action
    payload: Mapping[str, Any]
    not_before: datetime | None = None


def outgoing(row: sa.Row[Any]) -> Outgoing:
    """A row of the outbox as the rest of the program sees it."""
    remote = Remote(row.remote_channel, row.remote_ts) if row.remote_ts else None
    return Outgoing(
        id=row.id,
        event=row.event,
        thread=row.thread,
        target=row.target,
        action=Action(row.action),
        payload=row.payload,
        state=DeliveryState(row.state),
        created_at=row.created_at,
        attempts=row.attempts,
        not_before=row.not_before,
        error=row.error,
        remote=remote,
        incident_id=row.incident_id,
        digest_id=row.digest_id,
        rollup_id=row.rollup_id,
        fixlist_id=row.fixlist_id,
        changed_at=row.changed_at,
    )


def _pointer(thread: str) -> dict[str, int]:
    """The row that a thread is about, so that its messages go when it goes."""
    kind, _, number = thread.partition(":")
    columns = {"incident": "incident_id", "digest": "digest_id", "rollup": "rollup_id", "fixlist": "fixlist_id"}
    if kind not in columns or not number.isdigit():
        raise ValueError(f"no thread is called {thread!r}")
    return {columns[kind]: int(number)}


def has_root(connection: sa.Connection, thread: str, target: str) -> bool:
    """Whether a thread has, or will have, its first message at a target."""
    roots = sa.select(outbox.c.id).where(
        outbox.c.thread == thread,
        outbox.c.target == target,
        outbox.c.action == Action.POST,
        outbox.c.state != DeliveryState.SUPERSEDED,
    )
    return connection.execute(roots.limit(1)).first() is not None


def queue(connection: sa.Connection, thread: str, draft: Draft, now: datetime) -> int:
    """Adds a message inside the caller's transaction and drops the edits that it makes pointless."""
    if draft.action is Action.UPDATE:
        connection.execute(
            sa.update(outbox)
            .where(
                outbox.c.thread == thread,
                outbox.c.target == draft.target,
                outbox.c.action == Action.UPDATE,
                outbox.c.state.in_((DeliveryState.QUEUED, DeliveryState.FAILED)),
            )
            .values(state=DeliveryState.SUPERSEDED, changed_at=now)
        )
    written = connection.execute(
        sa.insert(outbox)
        .values(
            event=uuid.uuid4().hex,
            thread=thread,
            target=draft.target,
            action=draft.action,
            payload=dict(draft.payload),
            state=DeliveryState.QUEUED,
            not_before=draft.not_before,
            **_pointer(thread),
            created_at=now,
            changed_at=now,
        )
        .returning(outbox.c.id)
    )
    return int(written.scalar_one())


def _may_go(message: Outgoing, earlier: Sequence[Outgoing], now: datetime) -> bool:
    """Whether nothing that came before, of the same thread and target, holds the message back.

    A root that may or may not stand holds everything, but where each message is whole by itself; a reply or an edit of
    unknown fate holds nothing here, as there are platforms where nobody will ever know. Where it may yet be found, the
    sender waits with what follows.
    """
    if message.not_before is not None and message.not_before > now:
        return False
    for other in earlier:
        if other.state in (DeliveryState.QUEUED, DeliveryState.SENDING):
            return False
        if other.action is Action.POST and other.state is DeliveryState.UNKNOWN and needs_root(message.target):
            return False
    if message.action is Action.POST:
        return True
    stands = (DeliveryState.SENT,) if needs_root(message.target) else (DeliveryState.SENT, DeliveryState.UNKNOWN)
    return any(other.action is Action.POST and other.state in stands for other in earlier)


class StoredOutbox:
    """The outbox in the state database. One thread at a time drains it through one opened state."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._clock = clock

    def add(self, thread: str, draft: Draft, now: datetime) -> int:
        """Queues one message by itself and returns its number; a run queues its own when it closes."""
        with self._database.write() as connection:
            return queue(connection, thread, draft, now)

    def due(self, now: datetime) -> Sequence[Outgoing]:
        """Queued messages that may go now: at most one (the oldest) per thread and target, oldest first."""
        waiting = (
            sa.select(outbox.c.thread, outbox.c.target)
            .where(outbox.c.state == DeliveryState.QUEUED)
            .distinct()
            .subquery()
        )
        rows = (
            sa.select(outbox)
            .join(
                waiting,
                (waiting.c.thread == outbox.c.thread) & (waiting.c.target == outbox.c.target),
            )
            .where(outbox.c.state != DeliveryState.SUPERSEDED)
            .order_by(outbox.c.id)
        )
        with self._database.read() as connection:
            messages = [outgoing(row) for row in connection.execute(rows)]
        groups: dict[tuple[str, str], list[Outgoing]] = {}
        found: list[Outgoing] = []
        for message in messages:
            earlier = groups.setdefault((message.thread, message.target), [])
            if message.state is DeliveryState.QUEUED and _may_go(message, earlier, now):
                found.append(message)
            earlier.append(message)
        return found

    def claim(self, message_id: int, now: datetime) -> bool:
        """queued -> sending by a conditional write; False when somebody else was first."""
        return self._move(
            message_id,
            (DeliveryState.QUEUED,),
            DeliveryState.SENDING,
            now,
            attempts=outbox.c.attempts + 1,
            holder=self._database.holder,
        )

    def sent(self, message_id: int, now: datetime, remote: Remote | None) -> None:
        """sending or unknown -> sent."""
        where = {} if remote is None else {"remote_channel": remote.channel, "remote_ts": remote.ts}
        with self._database.write() as connection:
            self._end(connection, message_id, DeliveryState.SENT, now, error="", **where)

    def retry(self, message_id: int, now: datetime, not_before: datetime, error: str) -> None:
        """sending or unknown -> queued again; an edit that a newer edit has overtaken is dropped instead."""
        with self._database.write() as connection:
            state = DeliveryState.SUPERSEDED if _overtaken(connection, message_id) else DeliveryState.QUEUED
            self._end(connection, message_id, state, now, not_before=not_before, error=error)

    def failed(self, message_id: int, now: datetime, error: str) -> None:
        """sending -> failed: a person must act, then ``requeue``."""
        with self._database.write() as connection:
            self._end(connection, message_id, DeliveryState.FAILED, now, error=error)

    def superseded(self, message_id: int, now: datetime, reason: str) -> None:
        """sending -> superseded: its platform has nothing to send it with."""
        with self._database.write() as connection:
            self._end(connection, message_id, DeliveryState.SUPERSEDED, now, error=reason)

    def unknown(self, message_id: int, now: datetime, error: str) -> None:
        """sending -> unknown."""
        with self._database.write() as connection:
            self._end(connection, message_id, DeliveryState.UNKNOWN, now, error=error)

    def in_doubt(self) -> Sequence[Outgoing]:
        """Messages ``unknown`` or left in ``sending``, by a process that died or by this state itself.

        They are this state's from now on: two senders that settled one message could each send it again.
        """
        now, mine = self._clock(), self._database.holder
        if not (found := self._in_doubt(now)):
            return []
        with self._database.write() as connection:
            for row in found:
                if row.holder != mine:
                    connection.execute(
                        sa.update(outbox)
                        .where(outbox.c.id == row.id, outbox.c.holder == row.holder, outbox.c.state == row.state)
                        .values(holder=mine, changed_at=now)
                    )
        return [outgoing(row) for row in self._in_doubt(now) if row.holder == mine]

    def _in_doubt(self, now: datetime) -> list[sa.Row[Any]]:
        return [
            row
            for row in self._select(outbox.c.state.in_(_UNDERWAY))
            if row.holder == self._database.holder or self._is_gone(row, now)
        ]

    def _is_gone(self, row: sa.Row[Any], now: datetime) -> bool:
        return has_died(row.holder, row.changed_at, now, _SILENT_AFTER, one_machine=self._database.sqlite)

    def root(self, thread: str, target: str) -> Remote | None:
        """Where the thread's root message stands: the newest, where an edit had to become a post of its own."""
        rows = self._select(
            outbox.c.thread == thread,
            outbox.c.target == target,
            outbox.c.action.in_((Action.POST, Action.UPDATE)),
            outbox.c.state == DeliveryState.SENT,
            outbox.c.remote_ts.is_not(None),
        )
        return outgoing(rows[-1]).remote if rows else None

    def undelivered(self) -> Sequence[Outgoing]:
        """Everything queued, sending, failed or unknown, oldest first."""
        return [outgoing(row) for row in self._select(outbox.c.state.in_(_OPEN))]

    def of_incident(self, incident_id: int) -> Sequence[Outgoing]:
        """Every message about one incident, oldest first."""
        return self.of_thread(thread_of_incident(incident_id))

    def of_thread(self, thread: str) -> Sequence[Outgoing]:
        """Every message of one thread, oldest first."""
        return [outgoing(row) for row in self._select(outbox.c.thread == thread)]

    def requeue(self, message_id: int, now: datetime) -> bool:
        """failed or unknown -> queued, because a person said so; False when it is neither."""
        states = (DeliveryState.FAILED, DeliveryState.UNKNOWN)
        return self._move(message_id, states, DeliveryState.QUEUED, now, not_before=None)

    def arrived(self, message_id: int, now: datetime) -> bool:
        """unknown -> sent, because a person saw it stand there; False when it is not unknown."""
        return self._move(message_id, (DeliveryState.UNKNOWN,), DeliveryState.SENT, now, error="")

    def drop(self, message_id: int, now: datetime) -> bool:
        """queued, failed or unknown -> superseded, because a person gave it up; False when it is none of these."""
        states = (DeliveryState.QUEUED, DeliveryState.FAILED, DeliveryState.UNKNOWN)
        return self._move(message_id, states, DeliveryState.SUPERSEDED, now, error="given up by hand")

    def _end(
        self, connection: sa.Connection, message_id: int, after: DeliveryState, now: datetime, **values: Any
    ) -> None:
        """Ends the sending of a message that is this state's; one that another sender took meanwhile stays as it is."""
        connection.execute(
            sa.update(outbox)
            .where(
                outbox.c.id == message_id,
                outbox.c.state.in_(_UNDERWAY),
                outbox.c.holder == self._database.holder,
            )
            .values(state=after, changed_at=now, **values)
        )

    def _select(self, *conditions: sa.ColumnElement[bool]) -> Sequence[sa.Row[Any]]:
        with self._database.read() as connection:
            return connection.execute(sa.select(outbox).where(*conditions).order_by(outbox.c.id)).all()

    def _move(
        self, message_id: int, before: Sequence[DeliveryState], after: DeliveryState, now: datetime, **values: Any
    ) -> bool:
        with self._database.write() as connection:
            changed = connection.execute(
                sa.update(outbox)
                .where(outbox.c.id == message_id, outbox.c.state.in_(before))
                .values(state=after, changed_at=now, **values)
            )
        return changed.rowcount == 1


_UNDERWAY = (DeliveryState.SENDING, DeliveryState.UNKNOWN)


def _overtaken(connection: sa.Connection, message_id: int) -> bool:
    """Whether the message is an edit and a newer edit of the same root exists."""
    newer = outbox.alias("newer")
    return bool(
        connection.execute(
            sa.select(sa.func.count())
            .select_from(outbox)
            .join(
                newer,
                (newer.c.thread == outbox.c.thread)
                & (newer.c.target == outbox.c.target)
                & (newer.c.action == Action.UPDATE)
                & (newer.c.id > outbox.c.id),
            )
            .where(outbox.c.id == message_id, outbox.c.action == Action.UPDATE)
        ).scalar()
    )
