"""The Web API's methods for modals, for Socket Mode, and for asking whether blocks are right."""

from __future__ import annotations

import json
from typing import Any

from tests.delivery.fake_slack.limits import check_content
from tests.delivery.fake_slack.limits_views import check_view
from tests.delivery.fake_slack.registry import OF_THE_APP, Fields, method
from tests.delivery.fake_slack.workspace import SlackError, View, Workspace

_TRIGGER_LIVES = 3.0  # seconds


@method("views.open", "trigger_id", "interactivity_pointer", "view")
def _open(workspace: Workspace, fields: Fields) -> Fields:
    trigger = workspace.triggers.get(str(fields.get("trigger_id")))
    if trigger is None:
        raise SlackError("invalid_trigger_id")
    if workspace.now() - trigger.at > _TRIGGER_LIVES:
        raise SlackError("expired_trigger_id")
    if trigger.used:
        raise SlackError("exchanged_trigger_id")
    content = _view(fields.get("view"))
    trigger.used = True
    view = workspace.show(View(f"V{len(workspace.views):04}", trigger.user, content, trigger.channel))
    return {"view": view.as_slack()}


@method("views.update", "view_id", "external_id", "hash", "view")
def _update(workspace: Workspace, fields: Fields) -> Fields:
    view = workspace.views.get(str(fields.get("view_id")))
    if view is None or not view.open:
        raise SlackError("not_found")
    if fields.get("hash", view.hash) != view.hash:
        raise SlackError("hash_conflict")
    view.change(_view(fields.get("view")))
    return {"view": view.as_slack()}


@method("blocks.validate", "blocks", "message", "view")
def _validate(workspace: Workspace, fields: Fields) -> Fields:
    if len(fields) != 1:
        raise SlackError("invalid_arguments", "exactly one of blocks, message, view")
    ((kind, text),) = fields.items()
    given = _json(text)
    if kind == "view":
        return _found("invalid_view", lambda: check_view(given))
    blocks = given if kind == "blocks" else given.get("blocks", [])
    above = "" if kind == "blocks" else "/blocks"
    for index, block in enumerate(blocks):
        pointer = f"{above}/{index}"
        _found(f"invalid_{kind}", lambda block=block: check_content("x", [block]), pointer)
    return {}


@method(OF_THE_APP)
def _connections_open(workspace: Workspace, fields: Fields) -> Fields:
    if "connections:write" not in workspace.app_scopes:
        raise SlackError("missing_scope", "connections:write")
    address = workspace.address.replace("http://", "ws://")
    return {"url": f"{address}/link/?ticket={workspace.links.ticket()}&app_id=A0FAKE001"}


def _found(name: str, check: Any, pointer: str = "") -> Fields:
    try:
        check()
    except SlackError as error:
        one = {"pointer": pointer, "code": "failed_constraint", "message": error.detail or error.name}
        raise SlackError(name, more={"errors": [one]}) from None
    return {}


def _view(given: Any) -> Fields:
    view = _json(given) if isinstance(given, str) else given
    check_view(view)
    return dict(view)


def _json(text: Any) -> Any:
    try:
        return json.loads(text)
    except (TypeError, ValueError):
        raise SlackError("invalid_arguments", "no JSON") from None
