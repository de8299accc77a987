"""What comes in beside the Web API: incoming webhooks, and answers to a ``response_url``."""

from __future__ import annotations

from typing import Any

from tests.delivery.fake_slack.limits import check_content
from tests.delivery.fake_slack.workspace import Posted, SlackError, Workspace

_DOOR_LIVES = 1800  # seconds
_DOOR_USES = 5
_CONTENT = ("text", "blocks")
_DOOR_KNOWS = {*_CONTENT, "response_type", "replace_original", "delete_original", "thread_ts"}
_UNFURL = {"unfurl_links", "unfurl_media"}


def webhook(workspace: Workspace, name: str, fields: dict[str, Any]) -> tuple[int, str]:
    """HTTP status and text of an incoming webhook's answer."""
    channel = workspace.webhooks.get(name)
    if channel is None:
        return 404, "no_service"
    if set(fields) - {*_CONTENT, *_UNFURL}:
        return 400, "invalid_payload"
    try:
        check_content(fields.get("text"), fields.get("blocks"))
        workspace.post(workspace.channels[channel], _content(fields))
    except SlackError as error:
        return (410, "channel_is_archived") if error.name == "is_archived" else (400, error.name)
    return 200, "ok"


def answer(workspace: Workspace, name: str, fields: dict[str, Any]) -> tuple[int, str]:
    """HTTP status and text of a ``response_url``'s answer: it may be used five times within half an hour."""
    door = workspace.doors.get(name)
    if door is None or workspace.now() - door.at > _DOOR_LIVES:
        return 404, "expired_url"
    if door.uses >= _DOOR_USES:
        return 404, "used_url"
    if set(fields) - _DOOR_KNOWS - _UNFURL or fields.get("response_type", "ephemeral") not in (
        "ephemeral",
        "in_channel",
    ):
        return 400, "invalid_payload"
    channel = workspace.channels[door.channel]
    try:
        check_content(fields.get("text"), fields.get("blocks"))
        if fields.get("replace_original") and isinstance(door.message, Posted):
            workspace.edit(channel, door.message, _content(fields))
        elif fields.get("response_type") == "in_channel":
            workspace.post(channel, _content(fields), thread_ts=fields.get("thread_ts"))
        else:
            workspace.whisper(channel, door.user, _content(fields), fields.get("thread_ts"))
    except SlackError as error:
        return 400, error.name
    door.uses += 1
    return 200, "ok"


def _content(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: fields[name] for name in _CONTENT if name in fields}
