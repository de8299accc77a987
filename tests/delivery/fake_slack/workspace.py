"""The workspace behind the fake: people, channels, and every message with everything it ever said."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.delivery.fake_slack.life import Event, What
from tests.delivery.fake_slack.links import Links

BOT_USER = "U0BOT0001"


class SlackError(Exception):
    """``ok: false`` with this name, and with what more the answer says."""

    def __init__(self, name: str, detail: str = "", more: dict[str, Any] | None = None) -> None:
        super().__init__(f"{name} {detail}".strip())
        self.name = name
        self.detail = detail
        self.more = more or {}


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
class Whisper:
    """A message that one person sees."""

    ts: str
    user: str
    content: dict[str, Any]
    thread_ts: str | None = None

    @property
    def text(self) -> str:
        return str(self.content["text"])


@dataclass
class Channel:
    id: str
    name: str
    member: bool = True  # whether the app is in it
    archived: bool = False
    shared: bool = False  # with another company
    messages: list[Posted] = field(default_factory=list)
    private: bool = False
    org_shared: bool = False  # with other workspaces of the same company
    pending_shared: bool = False
    members: set[str] | None = None  # None: everybody
    whispers: list[Whisper] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

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

    def holds(self, user: str) -> bool:
        return self.members is None or user in self.members


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


@dataclass
class Trigger:
    """What a person did that lets the app open a modal: once, and within three seconds."""

    user: str
    channel: str
    at: float
    used: bool = False


@dataclass
class Door:
    """A ``response_url``: five answers, within half an hour."""

    user: str
    channel: str
    at: float
    message: Posted | Whisper | None = None
    uses: int = 0


@dataclass
class View:
    """A modal that was opened for somebody."""

    id: str
    user: str
    content: dict[str, Any]
    channel: str = ""
    open: bool = True
    edits: int = 0

    @property
    def hash(self) -> str:
        return f"{self.id}.{self.edits}"

    def change(self, content: dict[str, Any]) -> None:
        self.content, self.edits = content, self.edits + 1

    def as_slack(self) -> dict[str, Any]:
        own = {"id": self.id, "team_id": "T1", "hash": self.hash, "root_view_id": self.id, "app_id": "A0FAKE001"}
        return {**self.content, **own, "previous_view_id": None, "bot_id": "B1"}


class Workspace:
    """Thread-safe through ``lock``, which the server holds during each call."""

    def __init__(self, token: str = "xoxb-fake-0001", app_token: str = "xapp-fake-0001") -> None:
        self.token, self.app_token = token, app_token
        self.revoked: set[str] = set()
        self.scopes = {"chat:write", "channels:history", "channels:read", "users:read"}
        self.app_scopes = {"connections:write"}
        self.channels = {"C0CRM0001": Channel("C0CRM0001", "crm-data-quality")}
        self.users = {"U0MANAGER1": "D0MANAGER1"}  # user -> channel of direct messages
        self.names: dict[str, str] = {}  # user -> name, where it is not the ID
        self.guests: dict[str, str] = {}  # user -> "single-channel" or "multi-channel"
        self.groups: dict[str, list[str]] = {}  # user group -> users
        self.emails: dict[str, str] = {}  # address -> user
        self.files: dict[str, File] = {}
        self.webhooks = {"T1/B1/s3cr3t": "C0CRM0001"}
        self.triggers: dict[str, Trigger] = {}
        self.doors: dict[str, Door] = {}
        self.views: dict[str, View] = {}
        self.links = Links()
        self.lock = threading.Lock()
        self.address = ""  # of the server, which knows it
        self.now: Callable[[], float] = time.time
        self._count = 0

    def add(self, channel: Channel) -> Channel:
        self.channels[channel.id] = channel
        return channel

    def join(self, user: str, name: str = "", guest: str = "") -> str:
        """A person who is in the workspace from now on; ``guest`` is empty, ``single-channel`` or ``multi-channel``."""
        self.users[user] = f"D{user[1:]}"
        if name:
            self.names[user] = name
        if guest:
            self.guests[user] = guest
        return user

    def name(self, user: str) -> str:
        return "CRM Monitor" if user == BOT_USER else self.names.get(user, user)

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

    def ts(self) -> str:
        self._count += 1
        return f"{int(self.now())}.{self._count:06d}"

    def post(self, channel: Channel, content: dict[str, Any], **rest: Any) -> Posted:
        if channel.archived:
            raise SlackError("is_archived")
        if not channel.member:
            raise SlackError("not_in_channel")
        message = Posted(self.ts(), content, **rest)
        channel.messages.append(message)
        self._note(channel, What.POSTED, message, content=content)
        return message

    def edit(self, channel: Channel, message: Posted, content: dict[str, Any]) -> None:
        message.history.append(message.content)
        self._note(channel, What.EDITED, message, content=content, before=message.content)
        message.content = content

    def whisper(self, channel: Channel, user: str, content: dict[str, Any], thread_ts: str | None = None) -> Whisper:
        said = Whisper(self.ts(), user, content, thread_ts)
        channel.whispers.append(said)
        self._note(channel, What.WHISPERED, said, who=user, content=content)
        return said

    def show(self, view: View) -> View:
        self.views[view.id] = view
        if view.channel in self.channels:
            event = Event(self.now(), What.ASKED, view.user, content=view.content)
            self.channels[view.channel].events.append(event)
        return view

    def _note(self, channel: Channel, what: What, message: Posted | Whisper, **more: Any) -> None:
        thread = message.thread_ts or message.ts
        channel.events.append(Event(self.now(), what, ts=message.ts, thread=thread, **more))
