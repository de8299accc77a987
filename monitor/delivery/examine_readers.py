"""Who else reads a channel: guests, and people of other companies. What alerts say of a CRM is not theirs to read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web import WebClient

from monitor.delivery import transport
from monitor.delivery.findings import Finding, Level
from monitor.delivery.slack_answers import name_of

MOST_MEMBERS = 100
"""How many members are looked up: Slack answers about a hundred such questions a minute."""

_CHOOSE = "use another channel, or set slack.allow_shared: true in config/monitor.yaml if they may"


def examine_readers(client: WebClient, channel: str, seen: Mapping[str, Any], *, allowed: bool) -> Iterator[Finding]:
    """What ``conversations.info`` said of the channel, and its members. ``allowed``: shared channels will do."""
    name = f"#{seen.get('name', channel)}"
    level = Level.WARNING if allowed else Level.BAD
    advice = "as slack.allow_shared allows" if allowed else _CHOOSE
    if seen.get("is_ext_shared"):
        yield Finding(level, f"{name} is shared with another company, which reads the alerts too: {advice}")
    elif seen.get("is_pending_ext_shared"):
        yield Finding(level, f"{name} is about to be shared with another company: {advice}")
    elif seen.get("is_org_shared"):
        text = f"{name} is shared with other workspaces of your organisation: people there read the alerts too"
        yield Finding(Level.WARNING, text)
    try:
        yield from _guests(client, channel, name, level, advice)
    except SlackApiError as error:
        why = name_of(error) or "no answer of Slack's"
        hint = ": give the app the scope users:read" if why == "missing_scope" else ""
        yield Finding(Level.WARNING, f"whether guests are in {name} cannot be told ({why}){hint}")
    except transport.FAILURES as error:
        why = transport.of_exception(error).error
        yield Finding(Level.WARNING, f"whether guests are in {name} cannot be told: {why}")


def _guests(client: WebClient, channel: str, name: str, level: Level, advice: str) -> Iterator[Finding]:
    answer = client.conversations_members(channel=channel, limit=MOST_MEMBERS)
    members = [str(member) for member in answer.get("members") or ()]
    guests = sum(_is_guest(client, member) for member in members)
    if guests:
        who = "1 guest is" if guests == 1 else f"{guests} guests are"
        yield Finding(level, f"{who} in {name}, reading the alerts too: {advice}")
    elif (answer.get("response_metadata") or {}).get("next_cursor"):
        text = f"no guest is among the first {MOST_MEMBERS} members of {name}; the others were not looked at"
        yield Finding(Level.WARNING, text)
    else:
        yield Finding(Level.GOOD, f"no guest is in {name}")


def _is_guest(client: WebClient, member: str) -> bool:
    user = client.users_info(user=member).get("user") or {}
    # A stranger is a member of another company's workspace, seen through a shared channel.
    return bool(user.get("is_restricted") or user.get("is_ultra_restricted") or user.get("is_stranger"))
