"""What people do in Slack: they press buttons, send modals and type commands; the app hears of it by Socket Mode.

Each ``Doing`` has been acknowledged in time. AssertionError: a person could not have done it (there is no such button),
or Slack would show a sign of warning.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.delivery.fake_slack.life import Event, What
from tests.delivery.fake_slack.links import Envelope
from tests.delivery.fake_slack.workspace import BOT_USER, Channel, Door, Posted, Trigger, View, Whisper, Workspace

Json = dict[str, Any]
_ENDS = re.compile(r"#\d+$")


@dataclass
class Doing:
    """What somebody did, as it went to the app."""

    envelope: Envelope
    trigger: str

    @property
    def errors(self) -> dict[str, str]:
        """What the app says is wrong with a modal that was sent."""
        return dict((self.envelope.answer or {}).get("errors", {}))


def press(workspace: Workspace, message: Posted | Whisper, action: str, user: str, value: str | None) -> Doing:
    """``action`` as the program calls it, or as it is written; ``value`` picks one of several, or the option."""
    with workspace.lock:
        channel = _channel_of(workspace, message)
        done = _done(message, action, value) | {"action_ts": workspace.ts()}
        trigger, door = _entrance(workspace, user, channel, message)
        payload = _pressed(workspace, channel, message, user) | {
            "actions": [done],
            "trigger_id": trigger,
            "response_url": door,
        }
        _note(workspace, channel, What.PRESSED, user, _label(done), message)
    return Doing(workspace.links.deliver("interactive", payload, answers=False), trigger)


def submit(workspace: Workspace, view: View, user: str, values: Mapping[str, str]) -> Doing:
    """Sends the modal with ``values`` by the ``block_id`` of its inputs; what is left out stays as it was."""
    with workspace.lock:
        assert view.open, "the modal is closed"
        assert view.user == user, "the modal is somebody else's"
        inputs = {block["block_id"]: block for block in view.content["blocks"] if block["type"] == "input"}
        assert set(values) <= set(inputs), f"the modal has the inputs {sorted(inputs)}"
        state = {name: _filled(block, values.get(name)) for name, block in inputs.items()}
        trigger, _ = _entrance(workspace, user, None, None)
        workspace.triggers[trigger].channel = view.channel
        shown = view.as_slack() | {"state": {"values": state}}
        payload = {**_who(workspace, user), "type": "view_submission", "view": shown}
        payload |= {"trigger_id": trigger, "response_urls": []}
        if view.channel:
            text = ", ".join(f"{name}: {value}" for name, value in values.items())
            _note(workspace, workspace.channels[view.channel], What.SUBMITTED, user, text, None)
    doing = Doing(workspace.links.deliver("interactive", payload, answers=True), trigger)
    _answered(view, doing.envelope.answer, set(inputs))
    return doing


def command(workspace: Workspace, text: str, user: str, channel_id: str) -> Doing:
    """Types ``/crm text``."""
    with workspace.lock:
        assert "commands" in workspace.scopes, "the app has no command: it lacks the scope commands"
        channel = workspace.channels[channel_id]
        trigger, door = _entrance(workspace, user, channel, None)
        payload = {
            **{"team_id": "T1", "team_domain": "fake", "api_app_id": "A0FAKE001", "is_enterprise_install": "false"},
            **{"channel_id": channel.id, "channel_name": channel.name, "user_id": user, "user_name": user.lower()},
            **{"command": "/crm", "text": text, "response_url": door, "trigger_id": trigger},
        }
        _note(workspace, channel, What.COMMANDED, user, f"/crm {text}".strip(), None)
    return Doing(workspace.links.deliver("slash_commands", payload, answers=True), trigger)


def buttons(message: Posted | Whisper) -> list[Json]:
    """The elements that can be pressed, as they are shown now."""
    blocks = message.content.get("blocks", [])
    return [
        element | {"block_id": block.get("block_id", f"b{index}")}
        for index, block in enumerate(blocks)
        if block["type"] == "actions"
        for element in block["elements"]
    ]


def _done(message: Posted | Whisper, action: str, value: str | None) -> Json:
    known = buttons(message)
    named = [one for one in known if action in (one["action_id"], _ENDS.sub("", one["action_id"]))]
    assert named, f"there is no button {action!r}: there are {[one['action_id'] for one in known]}"
    for element in named:
        if element["type"] == "static_select":
            chosen = next((option for option in element["options"] if option["value"] == value), None)
            if chosen is not None:
                rest = {name: element[name] for name in ("type", "action_id", "block_id", "placeholder")}
                return rest | {"selected_option": chosen}
        elif value is None or element.get("value") == value:
            return {name: item for name, item in element.items() if name not in ("url", "style")}
    raise AssertionError(f"no button or option {action!r} has the value {value!r}")


def _label(done: Json) -> str:
    chosen = done.get("selected_option")
    if chosen:
        return f"{done['placeholder']['text']}: {chosen['text']['text']}"
    return str(done["text"]["text"])


def _pressed(workspace: Workspace, channel: Channel, message: Posted | Whisper, user: str) -> Json:
    ephemeral = isinstance(message, Whisper)
    container: Json = {"type": "message", "message_ts": message.ts, "channel_id": channel.id, "is_ephemeral": ephemeral}
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    payload = {**_who(workspace, user), "type": "block_actions", "container": container, "state": {"values": {}}}
    payload["channel"] = {"id": channel.id, "name": channel.name}
    if not ephemeral:
        payload["message"] = {**message.content, "type": "message", "user": BOT_USER, "ts": message.ts}
    return payload


def _who(workspace: Workspace, user: str) -> Json:
    assert user in workspace.users, f"nobody in the workspace is {user}: let them join"
    person = {"id": user, "username": user.lower(), "name": user.lower(), "team_id": "T1"}
    team = {"id": "T1", "domain": "fake"}
    return {"user": person, "team": team, "api_app_id": "A0FAKE001", "enterprise": None, "is_enterprise_install": False}


def _entrance(
    workspace: Workspace, user: str, channel: Channel | None, message: Posted | Whisper | None
) -> tuple[str, str]:
    """A fresh trigger_id and response_url."""
    number, now = len(workspace.triggers), workspace.now()
    trigger, door = f"13345224609.{number}.8fd", f"T1/{number}/d00r"
    where = channel.id if channel else ""
    workspace.triggers[trigger] = Trigger(user, where, now)
    if channel is not None:
        workspace.doors[door] = Door(user, where, now, message)
    return trigger, f"{workspace.address}/actions/{door}"


def _filled(block: Json, value: str | None) -> Json:
    """One input's state, as Slack's own window lets a person fill it in."""
    element = block["element"]
    kind = element["type"]
    if kind == "static_select":
        given = next((option for option in element["options"] if option["value"] == value), None)
        assert given or value is None, f"there is no option {value!r}"
        state: Json = {"selected_option": given or element.get("initial_option")}
    elif kind == "datepicker":
        state = {"selected_date": value if value is not None else element.get("initial_date")}
    elif kind == "users_select":
        state = {"selected_user": (value or None) if value is not None else element.get("initial_user")}
    else:
        given_text = value if value is not None else element.get("initial_value")
        assert len(given_text or "") <= element.get("max_length", 3000), f"{block['block_id']} is too long"
        state = {"value": given_text or None}
    assert block.get("optional") or any(state.values()), f"{block['block_id']} must be filled in"
    return {element["action_id"]: {"type": kind, **state}}


def _answered(view: View, answer: Json | None, inputs: set[str]) -> None:
    if not answer:
        view.open = False
        return
    kind = answer.get("response_action")
    assert kind in ("errors", "clear"), f"an answer that Slack does not know: {answer}"
    if kind == "clear":
        assert set(answer) == {"response_action"}
        view.open = False
        return
    assert set(answer) == {"response_action", "errors"}
    errors = answer["errors"]
    assert errors, "errors that name no field"
    assert set(errors) <= inputs, f"errors of {sorted(errors)}, where the inputs are {sorted(inputs)}"
    assert all(isinstance(text, str) and text.strip() for text in errors.values())


def _channel_of(workspace: Workspace, message: Posted | Whisper) -> Channel:
    for channel in workspace.channels.values():
        if message in channel.whispers or any(message is one for one in channel.live()):
            return channel
    raise AssertionError("the message stands nowhere")


def _note(
    workspace: Workspace, channel: Channel, what: What, who: str, text: str, message: Posted | Whisper | None
) -> None:
    thread = (message.thread_ts or message.ts) if message else ""
    channel.events.append(Event(workspace.now(), what, who, thread=thread, text=text))
