"""Looks whether messages would arrive in a Slack channel, without posting any: for ``doctor``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse, WebClient

from monitor.delivery import advice, transport
from monitor.delivery.examine_readers import examine_readers
from monitor.delivery.findings import Finding, Level
from monitor.delivery.quiet import quiet_logger
from monitor.delivery.slack import TIMEOUT, is_channel_id, is_user_id
from monitor.delivery.slack_answers import name_of

_NAMES = "names can change, and who else reads it cannot be told"


def examine(
    token: str,
    channel: str,
    *,
    allow_shared: bool = False,
    base_url: str = WebClient.BASE_URL,
    timeout: int = TIMEOUT,
) -> tuple[Finding, ...]:
    """Token, channel, who else reads it, and whether the app may look for messages of unknown fate.

    ``allow_shared``: channels with guests or other companies in them will do. Raises nothing for Slack's answers.
    """
    client = WebClient(token.strip(), base_url=base_url, timeout=timeout, retry_handlers=[], logger=quiet_logger())
    return tuple(_findings(client, channel, allow_shared=allow_shared))


def _findings(client: WebClient, channel: str, *, allow_shared: bool) -> Iterator[Finding]:
    me = _ask(client.auth_test)
    if isinstance(me, str):
        yield Finding(Level.BAD, f"Slack does not let the app in: {me}")
        return
    yield Finding(Level.GOOD, f"the token is valid: app {me.get('user')} in the workspace {me.get('team')}")
    if is_user_id(channel):
        return
    if not is_channel_id(channel):
        yield Finding(Level.WARNING, f"use the ID (C…) of the channel {channel!r} under config/: {_NAMES}")
        return
    yield from _channel(client, channel, allow_shared=allow_shared)
    history = _ask(lambda: client.conversations_history(channel=channel, limit=1, include_all_metadata=True))
    if isinstance(history, str):
        why = "a message whose answer is lost cannot be looked for, and stays unknown until you look yourself"
        yield Finding(Level.WARNING, f"the app may not read the channel's history ({history}): {why}")
    else:
        yield Finding(Level.GOOD, "messages whose answer is lost can be looked for")


def _channel(client: WebClient, channel: str, *, allow_shared: bool) -> Iterator[Finding]:
    answer = _ask(lambda: client.conversations_info(channel=channel))
    if isinstance(answer, str):
        level = Level.WARNING if answer.startswith("missing_scope") else Level.BAD
        yield Finding(level, f"the channel {channel} cannot be seen: {answer}")
        return
    seen: dict[str, Any] = answer.get("channel") or {}
    name = f"#{seen.get('name', channel)}"
    if seen.get("is_archived"):
        yield Finding(Level.BAD, f"{name} is archived: {advice.ADVICE['is_archived']}")
    elif not seen.get("is_member"):
        yield Finding(Level.WARNING, f"the app is not in {name}: {advice.ADVICE['not_in_channel']}")
    else:
        yield Finding(Level.GOOD, f"the app is in {name}")
    yield from examine_readers(client, channel, seen, allowed=allow_shared)


def _ask(call: Callable[[], SlackResponse]) -> SlackResponse | str:
    """Slack's answer, or in words why there is none."""
    try:
        return call()
    except SlackApiError as error:
        name = name_of(error)
        return f"{name}: {advice.ADVICE[name]}" if name in advice.ADVICE else name or "no answer of Slack's"
    except transport.FAILURES as error:
        return transport.of_exception(error).error
