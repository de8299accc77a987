"""What Slack says that somebody did, as the program's own interactions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from monitor.messages.clean import storable
from monitor.messages.interaction import Commanded, Interaction, Pressed, Submitted
from monitor.messages.slack_buttons import action_of
from monitor.messages.slack_form import Place, answers, carried

_INTERACTIVE, _COMMAND = "interactive", "slash_commands"
_MOST_NAMED = 60


@dataclass(frozen=True, slots=True)
class Received:
    """An interaction, and how the person who did it is answered. ``fields``: of a form that was sent, in order."""

    interaction: Interaction
    place: Place
    response_url: str = ""
    fields: tuple[str, ...] = ()

    @property
    def trigger(self) -> str:
        """What a form can be opened with; empty where none can be."""
        return "" if isinstance(self.interaction, Submitted) else self.interaction.trigger

    @property
    def name(self) -> str:
        """What was done, for the log: no value, no text and no person in it."""
        match self.interaction:
            case Pressed(action=action):
                return f"button {_in_a_line(action)}"
            case Submitted(form=form):
                return f"form {_in_a_line(form)}"
            case _:
                return "command"


def _in_a_line(text: str) -> str:
    """Its beginning, with whatever a terminal does not print as an escape."""
    seen = (one if one.isprintable() else one.encode("unicode_escape").decode() for one in text[:_MOST_NAMED])
    return "".join(seen)[:_MOST_NAMED]


def read(kind: str, payload: Mapping[str, Any]) -> Received | None:
    """What is in an envelope of Socket Mode; None for what this program has no use for or cannot read.

    The key is made of Slack's ``trigger_id``, which is the doing's own: an envelope's ID may change when it is
    delivered once more.
    """
    try:
        if kind == _COMMAND:
            return _commanded(payload)
        if kind == _INTERACTIVE and payload["type"] == "block_actions":
            return _pressed(payload)
        if kind == _INTERACTIVE and payload["type"] == "view_submission":
            return _submitted(payload)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError):
        return None
    return None


def _commanded(payload: Mapping[str, Any]) -> Received:
    trigger, channel = _text(payload["trigger_id"]), _text(payload["channel_id"])
    text = " ".join(_text(payload.get("text", "")).split())
    done = Commanded(f"command:{trigger}", _text(payload["user_id"]), text, channel, trigger)
    return Received(done, Place(channel), _text(payload.get("response_url", "")))


def _pressed(payload: Mapping[str, Any]) -> Received | None:
    (pressed, *_), container = payload["actions"], payload["container"]
    action = action_of(_text(pressed["action_id"]))
    if not action or container["type"] != "message":
        return None
    chosen = pressed.get("selected_option") or {}
    value = _text(chosen.get("value", pressed.get("value", "")))
    trigger, channel, ts = _text(payload["trigger_id"]), _text(container["channel_id"]), _text(container["message_ts"])
    key = f"press:{trigger}:{action}"
    done = Pressed(key, _text(payload["user"]["id"]), action, value, channel, ts, trigger)
    thread = _text(container.get("thread_ts", ""))
    return Received(done, Place(channel, thread if thread != ts else ""), _text(payload.get("response_url", "")))


def _submitted(payload: Mapping[str, Any]) -> Received:
    view = payload["view"]
    value, place = carried(_text(view["private_metadata"]))
    given = answers(view["state"]["values"])
    key = f"form:{_text(payload['trigger_id'])}:{_text(view['id'])}"
    done = Submitted(key, _text(payload["user"]["id"]), _text(view["callback_id"]), value, given)
    order = [block["block_id"] for block in view["blocks"] if block["type"] == "input"]
    return Received(done, place, fields=tuple(name for name in order if name in given))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return storable(value)
