"""Whether Slack would take a message is asked without posting it, and its answer is told with its place."""

from __future__ import annotations

import json
from typing import Any

import pytest

from monitor.delivery import slack_validate
from monitor.delivery.slack_validate import validate
from monitor.messages.tree import Heading, Message
from tests.delivery.fake_slack import FakeSlack

GOOD = Message("good", (Heading("Offers without amount"),))


def test_each_message_gets_a_verdict_and_none_is_posted(slack: FakeSlack) -> None:
    verdicts = validate(slack.workspace.token, [GOOD, GOOD], base_url=slack.base_url, timeout=1)
    assert [verdict.good for verdict in verdicts] == [True, True]
    assert [name for name, _ in slack.calls] == ["blocks.validate"] * 2
    assert json.loads(slack.calls[0][1]["message"])["text"] == "good"


def test_what_is_wrong_is_told_with_its_place(slack: FakeSlack, monkeypatch: pytest.MonkeyPatch) -> None:
    def too_long(message: Message) -> dict[str, Any]:
        header = {"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}
        return {"text": message.summary, "blocks": [{"type": "divider"}, header]}

    monkeypatch.setattr(slack_validate, "to_slack", too_long)
    (verdict,) = validate(slack.workspace.token, [GOOD], base_url=slack.base_url, timeout=1)
    assert not verdict.good
    assert verdict.text.startswith("Slack would refuse it: /blocks/1: a text of 1 to 150")
