"""What takes persons out of messages that went out, once they are out of the digest that the messages show."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from monitor.messages.outgoing import Action, DeliveryState, Outgoing, thread_of_digest
from monitor.store.outbox import Draft, outgoing, queue
from monitor.store.tables import outbox


def correct(connection: sa.Connection, digest_id: int, now: datetime) -> tuple[list[int], list[Outgoing]]:
    """Queues what corrects a digest's messages; the numbers of what is queued, and messages that nobody can take back.

    One that has not gone out needs nothing: it is rendered from what is stored when it goes.
    """
    queued: list[int] = []
    beyond: list[Outgoing] = []
    for message in messages_of(connection, thread_of_digest(digest_id)):
        if (draft := _correction(message)) is not None:
            queued.append(queue(connection, message.thread, draft, now))
        elif stands_somewhere(message):
            beyond.append(message)
    return queued, beyond


def messages_of(connection: sa.Connection, thread: str) -> list[Outgoing]:
    """The messages of a thread, oldest first."""
    rows = sa.select(outbox).where(outbox.c.thread == thread).order_by(outbox.c.id)
    return [outgoing(row) for row in connection.execute(rows)]


def stands_somewhere(message: Outgoing) -> bool:
    """Whether a message or an image went out, or may have."""
    told = message.action in (Action.POST, Action.FILE)
    return told and message.state in (DeliveryState.SENT, DeliveryState.SENDING, DeliveryState.UNKNOWN)


def _correction(message: Outgoing) -> Draft | None:
    """The edit of a message, or an end to an image of people."""
    if not stands_somewhere(message):
        return None
    if message.action is Action.FILE:
        gone = message.remote is not None and message.payload.get("people", True)
        return Draft(message.target, Action.DELETE, {"file": message.remote.ts}) if gone and message.remote else None
    if message.remote is not None or (message.state is not DeliveryState.SENT and message.target.startswith("slack:")):
        return Draft(message.target, Action.UPDATE, message.payload)
    return None
