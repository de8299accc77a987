"""What ``doctor`` says of Slack, without posting anything."""

from __future__ import annotations

import pytest

from monitor.delivery.examine import Level, examine
from tests.delivery.conftest import CHANNEL
from tests.delivery.fake_slack import FakeSlack, Html


def _seen(slack: FakeSlack, *, token: str = "", channel: str = CHANNEL) -> list[tuple[Level, str]]:
    found = examine(token or slack.workspace.token, channel, base_url=slack.base_url, timeout=1)
    assert slack.count("chat.postMessage") == 0
    return [(finding.level, finding.text) for finding in found]


def test_a_channel_in_order_is_good_in_every_point(slack: FakeSlack) -> None:
    assert _seen(slack) == [
        (Level.GOOD, "the token is valid: app crm-monitor in the workspace Fake"),
        (Level.GOOD, "the app is in #crm-data-quality"),
        (Level.GOOD, "messages whose answer is lost can be looked for"),
    ]


def test_a_wrong_token_is_the_end_of_it(slack: FakeSlack) -> None:
    ((level, text),) = _seen(slack, token="xoxb-wrong")
    assert level is Level.BAD
    assert "invalid_auth: put a valid bot token" in text
    assert "xoxb-wrong" not in text


@pytest.mark.parametrize(
    ("attribute", "value", "level", "words"),
    [
        ("archived", True, Level.BAD, "is archived"),
        ("member", False, Level.WARNING, "/invite @CRM Monitor"),
        ("shared", True, Level.WARNING, "shared with another organisation"),
    ],
)
def test_what_is_wrong_with_the_channel_is_said(
    slack: FakeSlack, attribute: str, value: bool, level: Level, words: str
) -> None:
    setattr(slack.workspace.channels[CHANNEL], attribute, value)
    assert any(seen is level and words in text for seen, text in _seen(slack))


def test_a_missing_history_scope_is_a_warning_with_its_consequence(slack: FakeSlack) -> None:
    slack.workspace.scopes.discard("channels:history")
    level, text = _seen(slack)[-1]
    assert level is Level.WARNING
    assert "missing_scope" in text
    assert "stays unknown" in text


def test_an_unknown_channel_and_a_channel_by_name_are_told_apart(slack: FakeSlack) -> None:
    assert "channel_not_found" in _seen(slack, channel="C0NOWHERE1")[1][1]
    assert "use the ID (C…)" in _seen(slack, channel="#crm-data-quality")[-1][1]


def test_a_server_that_is_down_is_said_to_be_down(slack: FakeSlack) -> None:
    slack.fail("auth.test", Html(503))
    ((level, text),) = _seen(slack)
    assert (level, text) == (Level.BAD, "Slack does not let the app in: no answer of Slack's")
