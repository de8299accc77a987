"""Asks Slack whether it would take a message, without showing it to anybody: ``blocks.validate``, which needs no scope.

For a person who looks, never on the way of a message: it is one more thing that can fail, and its rate is limited.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse, WebClient

from monitor.delivery import advice, transport
from monitor.delivery.quiet import quiet_logger
from monitor.delivery.slack import TIMEOUT
from monitor.delivery.slack_answers import name_of
from monitor.messages.slack import to_slack
from monitor.messages.tree import Message

_JUDGED = ("invalid_message", "invalid_blocks")
_MOST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether Slack would take it; if not, or if it could not be asked, ``text`` says why."""

    good: bool
    text: str = ""


def validate(
    token: str, messages: Sequence[Message], *, base_url: str = WebClient.BASE_URL, timeout: int = TIMEOUT
) -> list[Verdict]:
    """One verdict per message, in their order. Raises nothing for Slack's answers."""
    client = WebClient(token.strip(), base_url=base_url, timeout=timeout, retry_handlers=[], logger=quiet_logger())
    return [_verdict(client, to_slack(message)) for message in messages]


def _verdict(client: WebClient, content: Mapping[str, Any]) -> Verdict:
    try:
        client.blocks_validate(message=dict(content))
    except SlackApiError as error:
        name = name_of(error) or "no answer of Slack's"
        if name in _JUDGED:
            return Verdict(False, f"Slack would refuse it: {'; '.join(_errors(error.response)) or name}")
        hint = f": {advice.ADVICE[name]}" if name in advice.ADVICE else ""
        return Verdict(False, f"Slack could not be asked ({name}){hint}")
    except transport.FAILURES as error:
        return Verdict(False, f"Slack could not be asked: {transport.of_exception(error).error}")
    return Verdict(True)


def _errors(response: SlackResponse | Any) -> Iterable[str]:
    """``/blocks/0/text: …``: where, as a JSON pointer, and what. Slack's own words; they quote the message at most."""
    found = response.get("errors") if isinstance(response, SlackResponse) else None
    for one in (found if isinstance(found, list) else ())[:_MOST_SHOWN]:
        if isinstance(one, Mapping):
            yield f"{one.get('pointer', '')}: {one.get('message') or one.get('code')}"
