"""Who else reads a channel, as ``doctor`` says it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web import WebClient

from monitor.delivery import transport
from monitor.delivery.findings import Finding, Level
from monitor.delivery.slack_answers import name_of
from monitor.delivery.slack_readers import CHOOSE, TooManyToAsk, company, guests_in, words_for


def examine_readers(client: WebClient, channel: str, seen: Mapping[str, Any], *, allowed: bool) -> Iterator[Finding]:
    """What ``conversations.info`` said of the channel, and its members. ``allowed``: shared channels will do."""
    name = f"#{seen.get('name', channel)}"
    level = Level.WARNING if allowed else Level.BAD
    advice = "as slack.allow_shared allows" if allowed else CHOOSE
    if said := company(seen):
        yield Finding(level, f"{name} {said}: {advice}")
    elif seen.get("is_org_shared"):
        text = f"{name} is shared with other workspaces of your organisation: people there read the alerts too"
        yield Finding(Level.WARNING, text)
    yield _guests(client, channel, name, level, advice)


def _guests(client: WebClient, channel: str, name: str, level: Level, advice: str) -> Finding:
    unknown = f"whether guests are in {name} cannot be told"
    try:
        guests = guests_in(client, channel)
    except SlackApiError as error:
        why = name_of(error) or "no answer of Slack's"
        hint = ": give the app the scope users:read" if why == "missing_scope" else ""
        return Finding(Level.WARNING, f"{unknown} ({why}){hint}")
    except transport.FAILURES as error:
        return Finding(Level.WARNING, f"{unknown}: {transport.of_exception(error).error}")
    except TooManyToAsk:
        return Finding(Level.WARNING, f"{unknown}: too many people are in it; look yourself")
    if guests:
        return Finding(level, f"{words_for(guests, name)}: {advice}")
    return Finding(Level.GOOD, f"no guest is in {name}")
