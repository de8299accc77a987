"""Sends to one Slack channel through the Web API, with a bot token."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse, WebClient

from monitor.delivery import advice, transport
from monitor.delivery.quiet import quiet_logger
from monitor.delivery.target import Absent, Accepted, Answer, CannotTell, Fate, Found, Lost, NotAccepted, Refused
from monitor.messages.outgoing import Action, Outgoing, Remote
from monitor.messages.slack import to_slack
from monitor.messages.treejson import from_json

_EVENT_TYPE = "crm_monitor_"  # and what the message is about
TIMEOUT = 10  # seconds
_CHANNEL_ID = re.compile(r"[CGD][A-Z0-9]{6,}")
_PAGE = 200
_MOST_PAGES = 25
_CLOCKS_APART = timedelta(hours=1)


class SlackTarget:
    """One channel of one workspace. The token appears in no error and no repr."""

    def __init__(self, token: str, channel: str, *, base_url: str = WebClient.BASE_URL, timeout: int = TIMEOUT) -> None:
        self._channel = channel
        # No retry handlers: slack_sdk's own would post again when only the answer was lost.
        # A rate limit is kept to by the sender, which can meanwhile serve other channels.
        self._client = WebClient(
            token=token.strip(), base_url=base_url, timeout=timeout, retry_handlers=[], logger=quiet_logger()
        )

    def __repr__(self) -> str:
        return f"SlackTarget({self._channel!r})"

    def send(self, message: Outgoing, root: Remote | None) -> Answer:
        """See Target. An edit of a message that is gone becomes a new root."""
        try:
            content = to_slack(from_json(message.payload))
        except ValueError as error:
            return Refused(f"the stored message cannot be read: {error}", only_this=True)
        if message.action is Action.REPLY and root is not None:
            return self._post(message, content, root.channel, root.ts)
        if message.action is Action.UPDATE and root is not None:
            answer = self._update(content, root)
            return self._post(message, content, root.channel) if answer is None else answer
        return self._post(message, content, self._channel)

    def settle(self, message: Outgoing, root: Remote | None) -> Fate:
        """Looks for the message's event among the channel's (or the thread's) messages."""
        fate = self._look(message, root)
        if isinstance(fate, CannotTell) and message.action is Action.UPDATE and root is not None:
            # An edit may be made twice: where we cannot look, make it again (and post nothing).
            try:
                answer = self._update(to_slack(from_json(message.payload)), root)
            except ValueError:
                return fate
            return Found(root) if isinstance(answer, Accepted) else fate
        return fate

    def _post(self, message: Outgoing, content: dict[str, Any], channel: str, thread_ts: str | None = None) -> Answer:
        kind, _, number = message.thread.partition(":")
        payload = {kind: int(number), "event": message.event}
        try:
            response = self._client.chat_postMessage(
                channel=channel,
                thread_ts=thread_ts,
                metadata={"event_type": f"{_EVENT_TYPE}{kind}", "event_payload": payload},
                parse="none",
                link_names=False,
                unfurl_links=False,
                unfurl_media=False,
                **content,
            )
        except SlackApiError as error:
            return _of_api_error(error)
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
            answer = _of_api_error(error)
        except transport.FAILURES as error:
            answer = transport.of_exception(error)
        else:
            return Accepted(root)
        return NotAccepted(answer.error) if isinstance(answer, Lost) else answer

    def _look(self, message: Outgoing, root: Remote | None) -> Fate:
        channel = root.channel if root is not None else self._channel
        if not is_channel_id(channel):
            return CannotTell(f"to look for it, configure the channel's ID (C…) instead of its name {channel!r}")
        thread = root.ts if root is not None and message.action is Action.REPLY else None
        oldest = f"{(message.created_at - _CLOCKS_APART).timestamp():.6f}"
        try:
            for found in self._messages(channel, thread, oldest):
                if _event(found) == message.event:
                    return Found(Remote(channel, str(found["ts"])))
        except SlackApiError as error:
            name = name_of(error)
            if name == "missing_scope":
                return CannotTell(
                    f"the app may not read the channel (scope channels:history or groups:history): {_LOOK}"
                )
            passing = not name or name in advice.AGAIN or name in advice.UNCLEAR
            return CannotTell(
                f"Slack does not show the channel's messages ({name or _status(error)}): {_LOOK}", passing
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


_LOOK = "look yourself whether it stands there"


class _TooMany(Exception):
    pass


def _event(message: Mapping[str, Any]) -> str | None:
    metadata = message.get("metadata") or {}
    if not str(metadata.get("event_type")).startswith(_EVENT_TYPE):
        return None
    event = (metadata.get("event_payload") or {}).get("event")
    return event if isinstance(event, str) else None


def _of_api_error(error: SlackApiError) -> Answer:
    """HTTP 200 with ``ok: false`` is a failure like any other; its name decides which."""
    status = _status(error)
    if (answer := transport.of_status(status, _header(error, "retry-after"))) is not None:
        return answer
    name = name_of(error)
    if name in advice.AGAIN:
        return NotAccepted(f"Slack asks to wait ({name})", transport.seconds(_header(error, "retry-after")))
    if name in advice.UNCLEAR:
        return Lost(f"Slack failed while working on it ({name})")
    if name:
        return advice.refusal(name)
    if status >= 400:
        return NotAccepted(f"something between here and Slack answered instead (HTTP {status}): check the proxy")
    return Lost(f"the answer was not Slack's (HTTP {status})")


def is_channel_id(channel: str) -> bool:
    """Whether it is an ID (``C0123ABC``), which unlike a name never changes and can be asked about."""
    return _CHANNEL_ID.fullmatch(channel) is not None


def name_of(error: SlackApiError) -> str:
    """Slack's name of what went wrong, or nothing where the answer was not Slack's."""
    data = error.response.data if isinstance(error.response, SlackResponse) else None
    return advice.error_name(data.get("error")) if isinstance(data, dict) else ""


def _status(error: SlackApiError) -> int:
    return int(error.response.status_code) if isinstance(error.response, SlackResponse) else 0


def _header(error: SlackApiError, name: str) -> str | None:
    if not isinstance(error.response, SlackResponse):
        return None
    return next((value for key, value in error.response.headers.items() if key.lower() == name), None)
