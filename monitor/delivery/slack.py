"""Sends to one Slack channel, or straight to one person, through the Web API, with a bot token."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse, WebClient

from monitor.delivery import advice, slack_files, transport
from monitor.delivery.quiet import quiet_logger
from monitor.delivery.slack_answers import name_of, of_api_error, status_of
from monitor.delivery.slack_files import Image
from monitor.delivery.target import (
    Absent,
    Accepted,
    Answer,
    CannotTell,
    Failure,
    Fate,
    Found,
    Lost,
    NotAccepted,
    NothingToSend,
    Refused,
)
from monitor.messages.outgoing import Action, Outgoing, Remote
from monitor.messages.slack import to_slack
from monitor.messages.tree import Message
from monitor.messages.treejson import from_json

_EVENT_TYPE = "crm_monitor_"  # and what the message is about
TIMEOUT = 10  # seconds
_CHANNEL_ID = re.compile(r"[CGD][A-Z0-9]{6,}")
_USER_ID = re.compile(r"[UW][A-Z0-9]{6,}")
_PAGE = 200
_MOST_PAGES = 25
_CLOCKS_APART = timedelta(hours=1)


class SlackTarget:
    """One channel of one workspace, or one person (``U…``). The token appears in no error and no repr.

    A payload with a ``type`` is not the message itself: ``render`` makes it from what is stored when it goes out, and
    ``draw`` an image, or None where it is not wanted any more. Both raise ValueError where that cannot be done.
    """

    def __init__(
        self,
        token: str,
        channel: str,
        *,
        base_url: str = WebClient.BASE_URL,
        timeout: int = TIMEOUT,
        render: Callable[[Outgoing], Message] | None = None,
        draw: Callable[[Outgoing], Image | None] | None = None,
    ) -> None:
        self._channel, self._timeout = channel, timeout
        self._render, self._draw = render, draw
        # No retry handlers: slack_sdk's own would post again when only the answer was lost.
        # A rate limit is kept to by the sender, which can meanwhile serve other channels.
        self._client = WebClient(
            token=token.strip(), base_url=base_url, timeout=timeout, retry_handlers=[], logger=quiet_logger()
        )

    def __repr__(self) -> str:
        return f"SlackTarget({self._channel!r})"

    def send(self, message: Outgoing, root: Remote | None) -> Answer:
        """See Target. An edit of an incident's message that is gone becomes a new root; a digest is told once."""
        try:
            if message.action in (Action.FILE, Action.DELETE):
                return self._file(message, root)
            content = self._content(message)
        except ValueError as error:
            return Refused(f"the stored message cannot be read: {error}", only_this=True, failure=Failure.MESSAGE)
        if message.action is Action.REPLY and root is not None:
            return self._post(message, content, root.channel, root.ts)
        if message.action is Action.UPDATE and root is not None:
            answer = self._update(content, root)
            if answer is None and message.digest_id is not None:
                return NothingToSend("the message is gone, or too old to be edited")
            return self._post(message, content, root.channel) if answer is None else answer
        if message.action is Action.UPDATE and message.digest_id is not None:
            return NothingToSend("where the message stands is not known")
        return self._post(message, content, self._channel)

    def settle(self, message: Outgoing, root: Remote | None) -> Fate:
        """Looks for the message's event among the channel's (or the thread's) messages."""
        if message.action is Action.DELETE:  # it may be repeated safely
            answer = slack_files.delete(self._client, str(message.payload.get("file")))
            if isinstance(answer, Accepted | NothingToSend):
                return Found(root or Remote("", ""))
            return CannotTell("Slack did not take the image away", later=True)
        fate = self._look(message, root)
        if isinstance(fate, CannotTell) and message.action is Action.UPDATE and root is not None:
            # An edit may be made twice: where we cannot look, make it again (and post nothing).
            try:
                again = self._update(self._content(message), root)
            except ValueError:
                return fate
            return Found(root) if isinstance(again, Accepted) else fate
        return fate

    def _content(self, message: Outgoing) -> dict[str, Any]:
        if "type" not in message.payload:
            return to_slack(from_json(message.payload))
        if self._render is None:
            raise ValueError(f"nobody here renders a {message.payload['type']!r}")
        return to_slack(self._render(message))

    def _file(self, message: Outgoing, root: Remote | None) -> Answer:
        if message.action is Action.DELETE:
            return slack_files.delete(self._client, str(message.payload.get("file")))
        if self._draw is None or root is None:
            raise ValueError("nobody here draws images, or there is no thread for one")
        if (image := self._draw(message)) is None:
            return NothingToSend("the digest does not have this chart any more")
        return slack_files.share(self._client, message, image, root, self._timeout)

    def _post(self, message: Outgoing, content: dict[str, Any], channel: str, thread_ts: str | None = None) -> Answer:
        kind, _, number = message.thread.partition(":")
        payload = {kind: int(number), "event": message.event}
        try:
            response = self._client.chat_postMessage(
                channel=channel,
                thread_ts=thread_ts,
                reply_broadcast=True if thread_ts and message.payload.get("broadcast") is True else None,
                metadata={"event_type": f"{_EVENT_TYPE}{kind}", "event_payload": payload},
                parse="none",
                link_names=False,
                unfurl_links=False,
                unfurl_media=False,
                **content,
            )
        except SlackApiError as error:
            return of_api_error(error)
        except transport.FAILURES as error:
            return transport.of_exception(error)
        return Accepted(Remote(str(response["channel"]), str(response["ts"])))

    def _update(self, content: dict[str, Any], root: Remote) -> Answer | None:
        """None: the message is gone. A lost answer is no doubt here, for the same edit may be made again."""
        try:
            # No blocks would keep the old ones out of sight but not out of the message.
            self._client.chat_update(
                channel=root.channel, ts=root.ts, parse="none", link_names=False, **{"blocks": [], **content}
            )
        except SlackApiError as error:
            if name_of(error) in advice.GONE:
                return None
            answer = of_api_error(error)
        except transport.FAILURES as error:
            answer = transport.of_exception(error)
        else:
            return Accepted(root)
        return NotAccepted(answer.error, failure=answer.failure) if isinstance(answer, Lost) else answer

    def _look(self, message: Outgoing, root: Remote | None) -> Fate:
        channel = root.channel if root is not None else self._channel
        if not is_channel_id(channel) and not _USER_ID.fullmatch(channel):
            return CannotTell(f"to look for it, configure the channel's ID (C…) instead of its name {channel!r}")
        thread = root.ts if root is not None and message.action in _IN_THREAD else None
        oldest = f"{(message.created_at - _CLOCKS_APART).timestamp():.6f}"
        try:
            if _USER_ID.fullmatch(channel):
                channel = str(self._client.conversations_open(users=channel)["channel"]["id"])
            for found in self._messages(channel, thread, oldest):
                if _event(found) == message.event:
                    return Found(Remote(channel, str(found["ts"])))
                if message.action is Action.FILE and (file := slack_files.find(message, (found,))):
                    return Found(Remote(channel, file))
        except SlackApiError as error:
            name = name_of(error)
            if name == "missing_scope":
                return CannotTell(f"the app may not read there ({_SCOPES}): {_LOOK}")
            passing = not name or name in advice.AGAIN or name in advice.UNCLEAR
            return CannotTell(
                f"Slack does not show the channel's messages ({name or status_of(error)}): {_LOOK}", passing
            )
        except transport.FAILURES as error:
            return CannotTell(f"Slack cannot be asked ({type(error).__name__}): {_LOOK}", later=True)
        except _TooMany:
            return CannotTell(f"there are too many messages since to look through: {_LOOK}")
        return Absent()

    def _messages(self, channel: str, thread: str | None, oldest: str) -> Iterator[Mapping[str, Any]]:
        cursor = ""
        for _ in range(_MOST_PAGES):
            response = self._page(channel, thread, oldest, cursor)
            yield from response.get("messages") or []
            cursor = (response.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return
        raise _TooMany

    def _page(self, channel: str, thread: str | None, oldest: str, cursor: str) -> SlackResponse:
        window: dict[str, Any] = {"oldest": oldest, "limit": _PAGE, "cursor": cursor or None}
        if thread is None:
            return self._client.conversations_history(channel=channel, include_all_metadata=True, **window)
        return self._client.conversations_replies(channel=channel, ts=thread, include_all_metadata=True, **window)


_IN_THREAD = (Action.REPLY, Action.FILE)
_SCOPES = "scope channels:history or groups:history; im:history and im:write for direct messages"
_LOOK = "look yourself whether it stands there"


class _TooMany(Exception):
    pass


def _event(message: Mapping[str, Any]) -> str | None:
    metadata = message.get("metadata") or {}
    if not str(metadata.get("event_type")).startswith(_EVENT_TYPE):
        return None
    event = (metadata.get("event_payload") or {}).get("event")
    return event if isinstance(event, str) else None


def is_channel_id(channel: str) -> bool:
    """Whether it is an ID (``C0123ABC``), which unlike a name never changes and can be asked about."""
    return _CHANNEL_ID.fullmatch(channel) is not None


def is_user_id(channel: str) -> bool:
    """Whether it is a person (``U0123ABC``), who is told directly."""
    return _USER_ID.fullmatch(channel) is not None
