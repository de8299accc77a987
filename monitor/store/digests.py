"""Digests as they were told: their snapshot, the actions they asked for, and what became of these.

There is one digest per recipient, kind and period. It, its actions and its messages are written in one transaction, so
that whatever dies in between, the second attempt finds all of it or nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from monitor.digest.snapshot import Outcome
from monitor.messages.outgoing import Action, DeliveryState, Outgoing, thread_of_digest
from monitor.store.database import Database
from monitor.store.outbox import Draft, has_root, outgoing, queue
from monitor.store.tables import outbox
from monitor.store.tables_adoption import digest_actions, digests


@dataclass(frozen=True, slots=True)
class NewAction:
    """An action to be asked for. ``subject`` says what it is about: ``check:ID``, ``team:KEY``, ``person:KEY``."""

    number: int
    kind: str
    subject: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StoredAction:
    """An action of a digest, and what became of it: who said so (as given), when, and why."""

    digest_id: int
    number: int
    kind: str
    subject: str
    data: Mapping[str, Any]
    outcome: Outcome = Outcome.OPEN
    decided_by: str = ""
    decided_at: datetime | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Digest:
    """A stored digest. ``recipient`` is a user's key, ``snapshot`` what it is rendered from."""

    id: int
    recipient: str
    kind: str
    period: str
    created_at: datetime
    snapshot: Mapping[str, Any]
    acknowledged_at: datetime | None = None
    acknowledged_by: str = ""
    redacted_at: datetime | None = None

    @property
    def thread(self) -> str:
        """The thread of its messages in the outbox."""
        return thread_of_digest(self.id)


@dataclass(frozen=True, slots=True)
class Already:
    """The digest was there before; ``messages`` are those that carry it, oldest first."""

    digest: Digest
    messages: tuple[Outgoing, ...] = ()

    @property
    def sent_at(self) -> datetime | None:
        """When it first arrived somewhere; None when it did not, or when nobody can tell."""
        roots = (one for one in self.messages if one.action is Action.POST and one.state is DeliveryState.SENT)
        return min((one.changed_at for one in roots if one.changed_at), default=None)


class Digests:
    """The stored digests."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(
        self,
        recipient: str,
        kind: str,
        period: str,
        snapshot: Mapping[str, Any],
        actions: Sequence[NewAction],
        messages: Sequence[Draft],
        now: datetime,
    ) -> Digest | Already:
        """Stores a digest with its actions and queues its messages; where there is one already, says which.

        A message's payload may hold ``"digest": None``: the digest's number is put there.
        """
        values = {"recipient": recipient, "kind": kind, "period": period, "snapshot": dict(snapshot)}
        with self._database.write() as connection:
            if (found := _find(connection, recipient, kind, period)) is not None:
                return Already(found, _messages(connection, found))
            made = sa.insert(digests).values(**values, created_at=now).returning(digests.c.id)
            number = int(connection.execute(made).scalar_one())
            _add_actions(connection, number, actions)
            _queue(connection, number, messages, now)
        return Digest(number, recipient, kind, period, now, snapshot)

    def send(self, digest_id: int, messages: Sequence[Draft], now: datetime) -> Digest | Already | None:
        """Queues messages of a digest that is stored (by a preview, say) for targets that have none of it yet.

        Already: every one of these targets has its message. None: there is no such digest.
        """
        with self._database.write() as connection:
            found = _one(connection, digests.c.id == digest_id)
            if found is None:
                return None
            fresh = [draft for draft in messages if not has_root(connection, found.thread, draft.target)]
            if not fresh:
                return Already(found, _messages(connection, found))
            _queue(connection, digest_id, fresh, now)
        return found

    def get(self, digest_id: int) -> Digest | None:
        """One digest by its number."""
        return next(iter(self._select(digests.c.id == digest_id)), None)

    def find(self, recipient: str, kind: str, period: str) -> Already | None:
        """The digest of a recipient and period, with what became of its messages."""
        with self._database.read() as connection:
            found = _find(connection, recipient, kind, period)
            return Already(found, _messages(connection, found)) if found else None

    def latest(self, recipient: str, kind: str, *, before: str = "") -> Digest | None:
        """The newest digest of a recipient and kind, or the newest of a period before ``before``."""
        ours = sa.and_(digests.c.recipient == recipient, digests.c.kind == kind)
        found = self._select(sa.and_(ours, digests.c.period < before) if before else ours)
        return max(found, key=lambda one: one.period, default=None)

    def of_period(self, period: str, kind: str | None = None) -> Sequence[Digest]:
        """All digests of a period (of one kind)."""
        ours = digests.c.period == period
        return self._select(ours if kind is None else sa.and_(ours, digests.c.kind == kind))

    def list(self, since: datetime | None = None, recipient: str | None = None) -> Sequence[Digest]:
        """Digests (made since a moment, for one recipient), oldest first."""
        wanted = [digests.c.created_at >= since] if since else []
        if recipient is not None:
            wanted.append(digests.c.recipient == recipient)
        return self._select(*wanted)

    def messages(self, digest_id: int) -> Sequence[Outgoing]:
        """The messages that carry a digest, oldest first."""
        with self._database.read() as connection:
            found = _one(connection, digests.c.id == digest_id)
            return _messages(connection, found) if found else ()

    def actions(self, digest_id: int) -> Sequence[StoredAction]:
        """What a digest asked for, by number."""
        rows = sa.select(digest_actions).where(digest_actions.c.digest_id == digest_id)
        with self._database.read() as connection:
            return [_action(row) for row in connection.execute(rows.order_by(digest_actions.c.number))]

    def mark(self, digest_id: int, number: int, outcome: Outcome, by: str, now: datetime, note: str = "") -> bool:
        """Says what became of an action; False when the digest has no such action. ``open`` takes it back."""
        is_open = outcome is Outcome.OPEN
        values = {
            "outcome": str(outcome),
            "decided_by": "" if is_open else by,
            "decided_at": None if is_open else now,
            "note": note,
        }
        ours = sa.and_(digest_actions.c.digest_id == digest_id, digest_actions.c.number == number)
        with self._database.write() as connection:
            return connection.execute(sa.update(digest_actions).where(ours).values(values)).rowcount == 1

    def acknowledge(self, digest_id: int, by: str, now: datetime) -> bool:
        """Notes that a digest was seen; the first time counts. False when there is no such digest."""
        unseen = sa.and_(digests.c.id == digest_id, digests.c.acknowledged_at.is_(None))
        with self._database.write() as connection:
            values = {"acknowledged_at": now, "acknowledged_by": by}
            if connection.execute(sa.update(digests).where(unseen).values(values)).rowcount:
                return True
            return _one(connection, digests.c.id == digest_id) is not None

    def _select(self, *conditions: sa.ColumnElement[bool]) -> Sequence[Digest]:
        with self._database.read() as connection:
            rows = connection.execute(sa.select(digests).where(*conditions).order_by(digests.c.id))
            return [_digest(row) for row in rows]


def _add_actions(connection: sa.Connection, digest_id: int, actions: Sequence[NewAction]) -> None:
    for action in actions:
        values = {"number": action.number, "kind": action.kind, "subject": action.subject, "data": dict(action.data)}
        made = sa.insert(digest_actions).values(digest_id=digest_id, outcome=str(Outcome.OPEN), **values)
        connection.execute(made)


def _queue(connection: sa.Connection, digest_id: int, messages: Sequence[Draft], now: datetime) -> None:
    for draft in messages:
        payload = dict(draft.payload)
        if "digest" in payload:
            payload["digest"] = digest_id
        queue(
            connection, thread_of_digest(digest_id), Draft(draft.target, draft.action, payload, draft.not_before), now
        )


def _find(connection: sa.Connection, recipient: str, kind: str, period: str) -> Digest | None:
    where = (digests.c.recipient == recipient, digests.c.kind == kind, digests.c.period == period)
    return _one(connection, *where)


def _one(connection: sa.Connection, *where: sa.ColumnElement[bool]) -> Digest | None:
    row = connection.execute(sa.select(digests).where(*where)).first()
    return _digest(row) if row else None


def _messages(connection: sa.Connection, digest: Digest) -> tuple[Outgoing, ...]:
    rows = connection.execute(sa.select(outbox).where(outbox.c.thread == digest.thread).order_by(outbox.c.id))
    return tuple(outgoing(row) for row in rows)


def _digest(row: sa.Row[Any]) -> Digest:
    return Digest(
        id=row.id,
        recipient=row.recipient,
        kind=row.kind,
        period=row.period,
        created_at=row.created_at,
        snapshot=row.snapshot,
        acknowledged_at=row.acknowledged_at,
        acknowledged_by=row.acknowledged_by,
        redacted_at=row.redacted_at,
    )


def _action(row: sa.Row[Any]) -> StoredAction:
    return StoredAction(
        digest_id=row.digest_id,
        number=row.number,
        kind=row.kind,
        subject=row.subject,
        data=row.data,
        outcome=Outcome(row.outcome),
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        note=row.note,
    )
