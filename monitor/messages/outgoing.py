"""One message on its way out, and what a store of such messages must be able to do.

``queued -> sending -> sent | failed | unknown``; an edit that a newer edit supersedes is ``superseded``.
Ordered per (incident, target): a later message waits for the earlier one; a reply waits for its root.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol


class Action(StrEnum):
    """What the message does on its platform: a new root, an edit of the root, a reply in its thread."""

    POST = "post"
    UPDATE = "update"
    REPLY = "reply"


class DeliveryState(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True)
class Remote:
    """Where a message stands on its platform: Slack's channel ID and ts."""

    channel: str
    ts: str


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A row of the outbox. ``payload`` is a message tree as JSON (no customer value in it).

    ``event`` is unique to this message and goes into the platform's metadata, so that a message whose
    fate is unknown can be looked for. ``target`` names a configured route, e.g. ``slack:C0123ABC``.
    """

    id: int
    event: str
    incident_id: int
    target: str
    action: Action
    payload: dict[str, Any]
    state: DeliveryState
    created_at: datetime
    attempts: int = 0
    not_before: datetime | None = None
    error: str = ""
    remote: Remote | None = None


class Outbox(Protocol):
    """The stored queue. Each call is one committed transaction."""

    def due(self, now: datetime) -> Sequence[Outgoing]:
        """Queued messages that may go now: at most one (the oldest) per incident and target, oldest first."""
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

    def root(self, incident_id: int, target: str) -> Remote | None:
        """Where the incident's root message stands, if it was sent."""
        ...

    def undelivered(self) -> Sequence[Outgoing]:
        """Everything queued, sending, failed or unknown: what ``doctor`` and exit code 4 are about."""
        ...
