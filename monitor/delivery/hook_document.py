"""What a webhook of the project's own is sent: one JSON document per message, and its published schema."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from monitor.incidents.model import IncidentKind, IncidentState
from monitor.messages.clean import clean_span, safe_link
from monitor.messages.outgoing import ABOUT, Action, Outgoing
from monitor.messages.slack_text import neutral, plain
from monitor.messages.text import to_text
from monitor.messages.tree import Buttons, Mention, Message, Tone
from monitor.messages.treejson import to_json
from monitor.quality.check import Severity
from monitor.quality.outcome import Status

VERSION = 1
ACTIONS = (Action.POST, Action.UPDATE, Action.REPLY)


def document(outgoing: Outgoing, message: Message, at: datetime) -> dict[str, Any]:
    """The document of one message that is sent ``at`` (aware). Nothing of the CRM is in it but what the message says.

    Texts are made harmless as for every platform, mentions included, should the receiver hand them on to a chat. What
    only Slack can do, calling and naming somebody and buttons, is left out.
    """
    told = Message(
        message.summary, tuple(one for one in message.blocks if not isinstance(one, Mention | Buttons)), message.tone
    )
    return {
        "version": VERSION,
        "event": outgoing.event,
        "action": outgoing.action.value,
        "thread": outgoing.thread,
        "incident": None if outgoing.incident_id is None else {"id": outgoing.incident_id, **_about(outgoing)},
        "message": {
            "summary": plain(told.summary),
            "text": neutral(to_text(told)),
            "tone": told.tone.value,
            "blocks": _harmless(to_json(told)["blocks"]),
        },
        "sent_at": at.astimezone(UTC).isoformat(timespec="seconds"),
    }


def _about(outgoing: Outgoing) -> dict[str, Any]:
    """How the incident stood when the message was made; nothing of one that an older version made."""
    known = outgoing.payload.get(ABOUT)
    return {key: _harmless(known[key]) for key in _INCIDENT if key in known} if isinstance(known, dict) else {}


def _harmless(value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        made = {key: _harmless(item, key) for key, item in value.items() if key != "user"}
        return {key: item for key, item in made.items() if key != "link" or item}
    if isinstance(value, list):
        return [_harmless(item, name) for item in value]
    if isinstance(value, str) and name != "type":
        return safe_link(value) if name == "link" else neutral(clean_span(value))
    return value


def _object(about: str = "", *, optional: dict[str, Any] | None = None, **required: Any) -> dict[str, Any]:
    described = {"description": about} if about else {}
    return {"type": "object", **described, "properties": {**required, **(optional or {})}, "required": list(required)}


def _list(item: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": item}


_TEXT = {"type": "string"}
_SPAN = _object(
    "a stretch of text in one style",
    text=_TEXT,
    optional={
        "bold": {"const": True},
        "code": {"const": True},
        "link": {"type": "string", "pattern": "^https?://", "description": "where it leads"},
    },
)
_MOMENT = {"type": ["string", "null"], "format": "date-time"}
_NUMBER = {"type": ["integer", "null"], "minimum": 0}
_INCIDENT: dict[str, Any] = {
    "kind": {
        "enum": [kind.value for kind in IncidentKind],
        "description": "data: records; system: what cannot be checked",
    },
    "state": {"enum": [state.value for state in IncidentState if state is not IncidentState.PENDING]},
    "check": {"type": "string", "description": "the check's id; crm or entity:NAME where that cannot be read"},
    "entity": _TEXT,
    "severity": {"enum": [severity.value for severity in Severity]},
    "status": {"enum": [status.value for status in Status], "description": "of the last run"},
    "rows": {**_NUMBER, "description": "records that the check applies to; null for a table as a whole"},
    "unexpected": {**_NUMBER, "description": "those that fail; null for a table as a whole"},
    "opened_at": _MOMENT,
    "resolved_at": _MOMENT,
    "snoozed_until": {**_MOMENT, "description": "from the year 9999 on: until it is mended"},
    "due": {"type": ["string", "null"], "format": "date", "description": "by when somebody is to mend it"},
    "flapping": {"type": "boolean", "description": "it comes and goes"},
}
_BLOCKS = (
    _object(type={"const": "heading"}, text=_TEXT),
    _object(type={"const": "paragraph"}, spans=_list(_SPAN)),
    _object(type={"const": "fields"}, items=_list(_object(label=_TEXT, spans=_list(_SPAN)))),
    _object(type={"const": "bullets"}, items=_list(_list(_SPAN))),
    _object(type={"const": "divider"}),
    _object("small print", type={"const": "footer"}, parts=_list(_TEXT)),
)
SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": f"crm-monitor/hook/{VERSION}",
    "title": "CRM Monitor: what a webhook is sent",
    **_object(
        "Fields may be added within a version: ignore those that you do not know.",
        version={"const": VERSION},
        event={"type": "string", "minLength": 1, "description": "unique to this message: take each event once"},
        action={
            "enum": [action.value for action in ACTIONS],
            "description": "post: something new; update: how it stands now; reply: what happened to it",
        },
        thread={"type": "string", "description": "the same in all messages about one thing: incident:12"},
        incident={
            "anyOf": [
                {"type": "null", "description": "it is about none, or about several"},
                _object(
                    "how it stood when the message was made",
                    id={"type": "integer", "minimum": 1},
                    optional=_INCIDENT,
                ),
            ]
        },
        message=_object(
            summary={"type": "string", "description": "the message in one line"},
            text={"type": "string", "description": "the message as plain text"},
            tone={"enum": [tone.value for tone in Tone]},
            blocks=_list({"oneOf": list(_BLOCKS)}),
        ),
        sent_at={"type": "string", "format": "date-time", "description": "UTC"},
    ),
}
