"""One message on its way out, and what a store of such messages must be able to do.

``queued -> sending -> sent | failed | unknown``; an edit that a newer edit supersedes is ``superseded``.
Ordered per (thread, target): a later message waits for the earlier one; a reply waits for its root. A thread is all
that is told of one thing: ``incident:12``, ``digest:34``, ``rollup:5``, ``fixlist:56``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

HOOK = "hook:"
"""How the names of webhooks begin among targets."""
SHOWN = "shown:"
"""How the name of the demo's target begins: it stands in for a channel, shows what would be sent, and sends nothing."""
ABOUT = "incident"
"""In a payload beside the message: how the incident stood, for a receiver that is a program."""


class Action(StrEnum):
    """What the message does on its platform: a new root, an edit of the root; a reply, an image in its thread.

    ``delete`` takes an image away again (``payload``: ``{"file": ID}``), because a person in it was forgotten.
    """

    POST = "post"
    UPDATE = "update"
    REPLY = "reply"
    FILE = "file"
    DELETE = "delete"


class DeliveryState(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True)
class Remote:
    """Where a message stands on its platform: Slack's channel ID and ts (of an image, the file's ID)."""

    channel: str
    ts: str


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A row of the outbox. ``payload`` is a message tree as JSON (no customer value in it), or says of what stored
    digest or fix list the message is made when it goes out: ``{"type": "digest", ...}``.

    ``event`` is unique to this message and goes into the platform's metadata, so that a message whose
    fate is unknown can be looked for. ``target`` names a configured route, e.g. ``slack:C0123ABC``.
    """

    id: int
    event: str
    thread: str
    target: str
    action: Action
    payload: dict[str, Any]
    state: DeliveryState
    created_at: datetime
    attempts: int = 0
    not_before: datetime | None = None
    error: str = ""
    remote: Remote | None = None
    incident_id: int | None = None
    digest_id: int | None = None
    rollup_id: int | None = None
    fixlist_id: int | None = None
    changed_at: datetime | None = None  # when its state last changed: of a sent message, when it was sent

    @property
    def about(self) -> str:
        """What its thread is about, in words: ``incident 12``, ``digest 34``."""
        return self.thread.replace(":", " ")

    def scheduled(self, now: datetime) -> bool:
        """Whether it waits for its own time, and not because something went wrong."""
        waits = self.state is DeliveryState.QUEUED and self.attempts == 0
        return waits and self.not_before is not None and self.not_before > now


def in_words(target: str) -> str:
    """A target's name in the outbox, for a person: ``Slack C0123ABC``, ``e-mail ops``, ``mail to 7``."""
    if target == "webhook":
        return "Slack's incoming webhook"
    if target.startswith(SHOWN):
        return f"{target.removeprefix(SHOWN)} (shown only)"
    kind, separator, name = target.partition(":")
    known = {"slack": "Slack", "email": "e-mail", "mail": "mail to", "hook": "webhook"}
    return f"{known[kind]} {name}" if separator and kind in known else target


def needs_root(target: str) -> bool:
    """Whether what follows a message needs to know where that stands: Slack's threads do; a mail, or a webhook's
    document, is whole by itself."""
    return target.partition(":")[0] not in ("webhook", "email", "mail", "hook")


def thread_of_incident(number: int) -> str:
    """The thread in which everything about an incident is told."""
    return f"incident:{number}"


def thread_of_digest(number: int) -> str:
    """The thread of a digest: its message, and its charts beneath."""
    return f"digest:{number}"


def thread_of_rollup(number: int) -> str:
    """The thread of a day's collected message."""
    return f"rollup:{number}"


def thread_of_fixlist(number: int) -> str:
    """The thread of a fix list: its message."""
    return f"fixlist:{number}"


class Outbox(Protocol):
    """The stored queue. Each call is one committed transaction."""

    def due(self, now: datetime) -> Sequence[Outgoing]:
        """Queued messages that may go now: at most one (the oldest) per thread and target, oldest first."""
        ...

    def claim(self, message_id: int, now: datetime) -> bool:
        """queued -> sending by a conditional write; False when somebody else was first."""
        ...

    def sent(self, message_id: int, now: datetime, remote: Remote | None) -> None:
        """sending or unknown -> sent; ``remote`` None where the platform tells nothing (a webhook)."""
        ...

    def retry(self, message_id: int, now: datetime, not_before: datetime, error: str) -> None:
        """sending or unknown -> queued again: it surely was not accepted."""
        ...

    def failed(self, message_id: int, now: datetime, error: str) -> None:
        """sending -> failed: trying again cannot help; a person must act."""
        ...

    def superseded(self, message_id: int, now: datetime, reason: str) -> None:
        """sending -> superseded: its platform has nothing to send it with (a webhook edits nothing)."""
        ...

    def unknown(self, message_id: int, now: datetime, error: str) -> None:
        """sending -> unknown: it may or may not have been accepted."""
        ...

    def in_doubt(self) -> Sequence[Outgoing]:
        """Messages ``unknown``, or left in ``sending`` by a process that died."""
        ...

    def root(self, thread: str, target: str) -> Remote | None:
        """Where the thread's root message stands, if it was sent."""
        ...

    def undelivered(self) -> Sequence[Outgoing]:
        """Everything queued, sending, failed or unknown: what ``doctor`` and exit code 4 are about."""
        ...
