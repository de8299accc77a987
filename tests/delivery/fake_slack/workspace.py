"""The workspace behind the fake: channels, and every message with everything it ever said."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


class SlackError(Exception):
    """``ok: false`` with this name."""

    def __init__(self, name: str, detail: str = "") -> None:
        super().__init__(f"{name} {detail}".strip())
        self.name = name
        self.detail = detail


@dataclass
class Posted:
    """One message; ``history`` holds what it said before it was edited, oldest first."""

    ts: str
    content: dict[str, Any]
    thread_ts: str | None = None
    metadata: dict[str, Any] | None = None
    history: list[dict[str, Any]] = field(default_factory=list)
    deleted: bool = False

    @property
    def text(self) -> str:
        return str(self.content["text"])

    @property
    def event(self) -> str:
        return str((self.metadata or {}).get("event_payload", {}).get("event"))


@dataclass
class Channel:
    id: str
    name: str
    member: bool = True
    archived: bool = False
    shared: bool = False
    messages: list[Posted] = field(default_factory=list)

    def live(self) -> list[Posted]:
        return [message for message in self.messages if not message.deleted]

    def roots(self) -> list[Posted]:
        return [message for message in self.live() if message.thread_ts is None]

    def replies(self, ts: str) -> list[Posted]:
        return [message for message in self.live() if message.thread_ts == ts]

    def find(self, ts: str, error: str) -> Posted:
        for message in self.live():
            if message.ts == ts:
                return message
        raise SlackError(error, ts)


@dataclass
class File:
    """An upload: nobody sees it before it is shared."""

    id: str
    name: str
    length: int
    alt: str
    data: bytes = b""
    title: str = ""
    shared: Posted | None = None


class Workspace:
    """Thread-safe through ``lock``, which the server holds during each call."""

    def __init__(self, token: str = "xoxb-fake-0001") -> None:
        self.token = token
        self.scopes = {"chat:write", "channels:history", "channels:read"}
        self.channels = {"C0CRM0001": Channel("C0CRM0001", "crm-data-quality")}
        self.users = {"U0MANAGER1": "D0MANAGER1"}
        self.emails: dict[str, str] = {}  # address -> user
        self.files: dict[str, File] = {}
        self.webhooks = {"T1/B1/s3cr3t": "C0CRM0001"}
        self.lock = threading.Lock()
        self.address = ""  # of the server, which knows it
        self.now: Callable[[], float] = time.time
        self._count = 0

    def add(self, channel: Channel) -> Channel:
        self.channels[channel.id] = channel
        return channel

    def channel(self, wanted: object, *, by_name: bool = False) -> Channel:
        for channel in self.channels.values():
            if channel.id == wanted or (by_name and f"#{channel.name}" == wanted):
                return channel
        if by_name and wanted in self.users:
            return self.direct(str(wanted))
        raise SlackError("channel_not_found", str(wanted))

    def direct(self, user: str) -> Channel:
        """The channel of direct messages to a user, made when it is first needed."""
        if user not in self.users:
            raise SlackError("user_not_found", user)
        number = self.users[user]
        return self.channels.get(number) or self.add(Channel(number, ""))

    def need(self, scope: str) -> None:
        if scope not in self.scopes:
            raise SlackError("missing_scope", scope)

    def post(self, channel: Channel, content: dict[str, Any], **rest: Any) -> Posted:
        if channel.archived:
            raise SlackError("is_archived")
        if not channel.member:
            raise SlackError("not_in_channel")
        self._count += 1
        message = Posted(f"{int(self.now())}.{self._count:06d}", content, **rest)
        channel.messages.append(message)
        return message
