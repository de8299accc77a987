"""What Slack hands over when somebody presses a button, sends a form or types ``/crm``: envelopes of Socket Mode.

An input is one envelope as JSON, as it comes over the wire. slack_sdk reads it, the program handles it on a project
with an open incident, and what it would answer is made ready for Slack. Whatever
stands in the envelope, nothing is raised.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from hypothesis import strategies as st
from slack_sdk.socket_mode.request import SocketModeRequest

from monitor.app.project import open_project
from monitor.app.slack_app.app import SlackApp
from monitor.delivery.slack_payloads import Received, read
from monitor.messages.interaction import Ask, Mistakes, Private, Reaction
from monitor.messages.slack import to_slack
from monitor.messages.slack_form import mistakes, to_view
from monitor.messages.text import to_text
from tests.acceptance import small_crm
from tests.acceptance.program import crm_monitor
from tests.fuzz import mutate
from tests.fuzz.judge import SECRET, Unfit, bounded, fit, loud
from tests.fuzz.surface import Surface, Try

ANN = "U0ANNA001"
_WHO = {
    "user": {"id": ANN, "username": "ann", "team_id": "T1"},
    "team": {"id": "T1", "domain": "fake"},
    "api_app_id": "A0FAKE001",
}
_SETTINGS = f"""\
slack: {{token: xoxb-{SECRET}, app_token: xapp-1-{SECRET}, channel: C0CRM0001, permissions: {{default: [{ANN}]}}}}
alerts: {{failing_runs: 1}}
"""


def _press(action: str, value: str, **more: Any) -> dict[str, Any]:
    button = {
        "type": "button",
        "action_id": action,
        "block_id": "b1",
        "text": {"type": "plain_text", "text": "x"},
        "value": value,
    }
    container = {"type": "message", "message_ts": "1764230400.000100", "channel_id": "C0CRM0001", "is_ephemeral": False}
    payload = {
        **_WHO,
        "type": "block_actions",
        "container": container,
        "channel": {"id": "C0CRM0001", "name": "crm"},
        "message": {"type": "message", "ts": "1764230400.000100", "text": "x", "blocks": []},
        "state": {"values": {}},
        "actions": [{**button, "action_ts": "1764230401.1", **more}],
        "trigger_id": "13345224609.1.8fd",
        "response_url": "http://127.0.0.1:1/actions/T1/1/d00r",
    }
    return _envelope("interactive", payload)


def _form(form: str, value: str, fields: dict[str, Any]) -> dict[str, Any]:
    view = {
        "id": "V1",
        "type": "modal",
        "callback_id": form,
        "private_metadata": json.dumps([value, "C0CRM0001", ""]),
        "blocks": [
            {"type": "input", "block_id": name, "element": {"type": "plain_text_input", "action_id": "answer"}}
            for name in fields
        ],
        "state": {"values": {name: {"answer": answer} for name, answer in fields.items()}},
    }
    payload = {**_WHO, "type": "view_submission", "view": view, "trigger_id": "13345224609.2.8fd", "response_urls": []}
    return _envelope("interactive", payload)


def _command(text: str) -> dict[str, Any]:
    payload = {
        **{
            "team_id": "T1",
            "channel_id": "C0CRM0001",
            "channel_name": "crm",
            "user_id": ANN,
            "user_name": "ann",
            "command": "/crm",
        },
        **{"text": text, "response_url": "http://127.0.0.1:1/actions/T1/3/d00r", "trigger_id": "13345224609.3.8fd"},
    }
    return _envelope("slash_commands", payload)


def _envelope(kind: str, payload: dict[str, Any]) -> dict[str, Any]:
    return {"envelope_id": "e-1", "type": kind, "accepts_response_payload": True, "payload": payload}


def _text(value: str) -> dict[str, Any]:
    return {"type": "plain_text_input", "value": value}


SEEDS: tuple[dict[str, Any], ...] = (
    *(_press(f"incident:{action}", "1") for action in ("assign", "acknowledge", "accept", "wrong", "show", "recheck")),
    _press(
        "incident:snooze",
        "",
        type="static_select",
        selected_option={"text": {"type": "plain_text", "text": "1 day"}, "value": "1:1d"},
    ),
    *(_press(f"digest:{action}", "1:1") for action in ("read", "done", "wrong", "done#2")),
    _press("link:open", "1", url="https://crm.example/1"),
    _form(
        "incident:assign",
        "1",
        {
            "to": {"type": "users_select", "selected_user": ANN},
            "due": {"type": "datepicker", "selected_date": "2099-01-01"},
        },
    ),
    _form(
        "incident:accept",
        "1",
        {
            "which": {"type": "static_select", "selected_option": {"value": "all"}},
            "reason": _text("so it is"),
            "until": {"type": "datepicker"},
        },
    ),
    _form("incident:wrong", "1", {"why": _text("consumers have none")}),
    _form(
        "digest:wrong",
        "1",
        {"action": {"type": "static_select", "selected_option": {"value": "1"}}, "why": _text("not ours")},
    ),
    *(
        _command(text)
        for text in (
            "",
            "help",
            "status",
            "me",
            "check opportunities",
            "failing deal-without-account",
            "chek",
            "check x",
            "failing x",
        )
    ),
    {"type": "hello", "num_connections": 1, "connection_info": {"app_id": "A0FAKE001"}},
    {"type": "disconnect", "reason": "warning", "debug_info": {"host": "x"}},
)
_WORDS = (
    *(
        "1:1w",
        "1:mended",
        "1:",
        ":",
        "1:²",
        "²",
        "٣",
        "-1",
        "0",
        "9" * 19,
        "9" * 25,
        "9" * 5_000,
        "1:" + "9" * 25,
        "1" + "0" * 300,
        "01",
        " 1",
    ),
    *(
        "incident:snooze",
        "incident:",
        "digest:",
        "digest:done",
        "#2",
        "link:",
        "all",
        "new",
        "2026-02-30",
        "0001-01-01",
        "9999-12-31",
        "20260101",
    ),
    *(
        "failing",
        "check",
        "me",
        "status",
        "U",
        "W0BO00001",
        "S0ADMINS1",
        "[]",
        '["1"]',
        '["1","C0CRM0001",null]',
        "[" * 2_000,
        "null",
        "NaN",
        "1e999",
    ),
)


@contextmanager
def _opened(folder: Path) -> Iterator[Try]:
    project = folder / "project"
    project.mkdir()
    crm = small_crm.make(sa.URL.create("sqlite", database=str(project / "crm.db")), project)
    crm.watched_as(sa.make_url("sqlite:///crm.db"))
    crm.settings(_SETTINGS)
    for deals in ((1, 1), (11, 40)):
        crm.without_account(*deals)
        result = crm_monitor("check", "--count", "--no-notify", "--fail-on", "never", project=project)
        assert result.exit_code == 0, result.said
    environ = {"CRM_MONITOR_SLACK_API": "http://127.0.0.1:1/api/"}
    now = lambda: datetime.now(UTC)  # noqa: E731
    with open_project(project, environ, clock=now) as opened, open_project(project, environ, clock=now) as behind:
        app = SlackApp(opened, behind, {"S0ADMINS1": {ANN}}.get)  # type: ignore[arg-type]

        def tried(data: bytes) -> str:
            with bounded(), loud():
                return _handled(app, data)

        log = logging.getLogger("monitor")
        before = log.level
        log.setLevel(logging.CRITICAL)
        try:
            yield tried
        finally:
            log.setLevel(before)


def _handled(app: SlackApp, data: bytes) -> str:
    try:
        message = json.loads(data)
    except (ValueError, RecursionError):
        return "no JSON: slack_sdk drops it before the program hears of it"
    try:
        request = SocketModeRequest.from_dict(message) if isinstance(message, dict) else None
    except (
        ValueError,
        TypeError,
    ):  # raised by slack_sdk itself, in the thread that reads from Slack: the program hears nothing
        return "no payload, says slack_sdk"
    if request is None:
        return "no envelope"
    received = read(request.type, request.payload)
    if received is None:
        return "not for this program"
    fit(received.name, typed=True)
    if len(received.name) > 100 or not received.name.isprintable():
        raise Unfit(f"the log would say {received.name[:200]!r}")
    reaction = app.handle(received.interaction)
    return _ready(reaction, received)


def _ready(reaction: Reaction, received: Received) -> str:
    """What is answered, as far as it would go out."""
    if isinstance(reaction, Private):
        json.dumps(to_slack(reaction.message), allow_nan=False).encode()
        text = to_text(reaction.message)
        fit(text, (SECRET,), typed=True)
        return text
    if isinstance(reaction, Ask):
        with suppress(ValueError):  # told to the log: a form that could not come back
            json.dumps(to_view(reaction.form, received.place), allow_nan=False).encode()
    if isinstance(reaction, Mistakes):
        json.dumps(mistakes(reaction.fields)).encode()
        return " ".join(reaction.fields.values())
    return ""


def _json(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


_ODD = st.sampled_from((*_WORDS, *mutate.TEXTS)) | st.text(max_size=8)
_ACTIONS = st.sampled_from(
    [seed["payload"]["actions"][0]["action_id"] for seed in SEEDS if "actions" in seed.get("payload", {})]
)
_FORMS = st.sampled_from(("incident:assign", "incident:accept", "incident:wrong", "digest:wrong"))
_FIELDS = st.dictionaries(
    st.sampled_from(("to", "due", "which", "reason", "until", "why", "action", "other")),
    st.fixed_dictionaries(
        {"type": st.just("x")}, optional={"value": _ODD, "selected_date": _ODD, "selected_user": _ODD}
    ),
)
_OWN_VALUES = st.one_of(
    st.builds(_press, _ACTIONS, _ODD),
    st.builds(lambda action, before, after: _press(action, f"{before}:{after}"), _ACTIONS, st.just("1") | _ODD, _ODD),
    st.builds(_form, _FORMS, st.just("1") | _ODD, _FIELDS),
    st.builds(
        lambda word, rest: _command(f"{word} {rest}"),
        st.sampled_from(("status", "check", "failing", "me", "help")) | _ODD,
        _ODD,
    ),
).map(lambda envelope: _json(json.dumps(envelope)))
_TREES = mutate.trees(SEEDS, _WORDS, json_only=True).map(_json)
SURFACE = Surface(
    "slack",
    st.one_of(
        _TREES,
        _TREES,
        _OWN_VALUES,
        _OWN_VALUES,
        mutate.texts([json.dumps(one) for one in SEEDS]).map(_json),
        st.binary(max_size=60),
    ),
    _opened,
    examples=300,
)
