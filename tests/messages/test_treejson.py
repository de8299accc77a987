"""Messages are kept as JSON in the outbox, and come back the same."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from monitor.messages.tree import Message, Tone
from monitor.messages.treejson import from_json, to_json
from tests.messages.strategies import messages


@given(messages)
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_message_comes_back_exactly(message: Message) -> None:
    assert from_json(json.loads(json.dumps(to_json(message)))) == message


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"version": 2},
        {"version": 1, "summary": "x", "tone": "failing"},
        {"version": 1, "summary": 1, "tone": "failing", "blocks": []},
        {"version": 1, "summary": "x", "tone": "shrill", "blocks": []},
        {"version": 1, "summary": "x", "tone": "failing", "blocks": [{"type": "marquee"}]},
        {"version": 1, "summary": "x", "tone": "failing", "blocks": ["x"]},
        {"version": 1, "summary": "x", "tone": "failing", "blocks": [{"type": "paragraph", "spans": [{"text": 1}]}]},
        {"version": 1, "summary": "x", "tone": "failing", "blocks": None},
    ],
)
def test_what_is_no_message_is_refused_as_a_value_error(data: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="message"):
        from_json(data)


def test_plain_styles_take_no_room() -> None:
    assert to_json(Message("x", (), Tone.RESOLVED)) == {"version": 1, "summary": "x", "tone": "resolved", "blocks": []}
