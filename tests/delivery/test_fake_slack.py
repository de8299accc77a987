"""The fake is as strict as Slack: what it lets through may go to the real one."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.delivery.fake_slack import FakeSlack

CHANNEL = "C0CRM0001"
LONG = "x" * 3001


@pytest.fixture
def client(slack: FakeSlack) -> WebClient:
    return WebClient(slack.workspace.token, base_url=slack.base_url, retry_handlers=[])


def _rich(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(elements)}]}


def _pressed(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements)}


def _button(**more: Any) -> dict[str, Any]:
    return {"type": "button", "action_id": "a", "text": {"type": "plain_text", "text": "x"}, **more}


def _menu() -> dict[str, Any]:
    option = {"text": {"type": "plain_text", "text": "x"}, "value": "1"}
    return {"type": "static_select", "action_id": "m", "options": [option]}


@pytest.mark.parametrize(
    ("method", "fields", "error"),
    [
        ("chat.scheduleMessage", {"channel": CHANNEL, "text": "a"}, "unknown_method"),
        ("chat.postMessage", {"channel": CHANNEL, "text": "a", "colour": "red"}, "invalid_arguments"),
        ("chat.postMessage", {"channel": "C0NOWHERE", "text": "a"}, "channel_not_found"),
        ("chat.postMessage", {"channel": CHANNEL}, "no_text"),
        ("chat.postMessage", {"channel": CHANNEL, "text": "x" * 40_001}, "msg_too_long"),
        ("chat.postMessage", {"channel": CHANNEL, "text": "a", "thread_ts": "1.2"}, "thread_not_found"),
        ("chat.postMessage", {"channel": CHANNEL, "text": "a", "metadata": {"event": 1}}, "invalid_metadata_format"),
        ("chat.update", {"channel": CHANNEL, "ts": "1.2", "text": "a"}, "message_not_found"),
        ("chat.update", {"channel": "#crm-data-quality", "ts": "1.2", "text": "a"}, "channel_not_found"),
        ("conversations.replies", {"channel": CHANNEL, "ts": "1.2"}, "thread_not_found"),
    ],
)
def test_what_slack_refuses_is_refused_by_the_same_name(
    client: WebClient, method: str, fields: dict[str, Any], error: str
) -> None:
    with pytest.raises(SlackApiError) as raised:
        client.api_call(method, json=fields)
    assert raised.value.response["error"] == error


@pytest.mark.parametrize(
    "blocks",
    [
        [{"type": "marquee"}],
        [{"type": "divider"}] * 51,
        [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}],
        [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}],
        [{"type": "header", "text": {"type": "plain_text", "text": ""}}],
        [{"type": "header", "text": {"type": "plain_text", "text": "x"}, "colour": "red"}],
        [{"type": "context", "elements": []}],
        [{"type": "context", "elements": [{"type": "plain_text", "text": "x"}] * 11}],
        [{"type": "section"}],
        [{"type": "section", "text": {"type": "mrkdwn", "text": LONG}}],
        [{"type": "section", "fields": [{"type": "mrkdwn", "text": "x" * 2001}]}],
        [_rich()],
        [_rich({"type": "text", "text": ""})],
        [_rich({"type": "text", "text": "bell \x07"})],
        [_rich({"type": "text", "text": "x", "style": {"blink": True}})],
        [_rich({"type": "link", "url": "javascript:x", "text": "x"})],
        [_rich({"type": "text", "text": "x" * 2000}, {"type": "text", "text": "x" * 2000})],
        [_rich({"type": "user", "user_id": "S0GROUP01"})],
        [_rich({"type": "usergroup", "usergroup_id": "S0GROUP01", "text": "x"})],
        [_pressed()],
        [_pressed(*[_button(action_id=f"a{number}") for number in range(26)])],
        [_pressed(_button(), _button())],
        [_pressed(_button(action_id=""))],
        [_pressed(_button(action_id="a" * 256))],
        [_pressed(_button(text={"type": "plain_text", "text": "x" * 76}))],
        [_pressed(_button(text={"type": "mrkdwn", "text": "x"}))],
        [_pressed(_button(value="x" * 2001))],
        [_pressed(_button(style="loud"))],
        [_pressed(_button(url="https://x/" + "x" * 3000))],
        [_pressed(_button(url="javascript:alert(1)"))],
        [_pressed(_button(colour="red"))],
        [_pressed({**_menu(), "options": []})],
        [_pressed({**_menu(), "options": [{"text": {"type": "plain_text", "text": "x" * 76}, "value": "1"}]})],
        [_pressed({**_menu(), "options": [{"text": {"type": "plain_text", "text": "x"}, "value": "1" * 151}]})],
        [_pressed({**_menu(), "placeholder": {"type": "plain_text", "text": "x" * 151}})],
    ],
)
def test_blocks_beyond_a_limit_are_refused(client: WebClient, blocks: list[dict[str, Any]]) -> None:
    with pytest.raises(SlackApiError) as raised:
        client.chat_postMessage(channel=CHANNEL, text="a", blocks=blocks)
    assert raised.value.response["error"] == "invalid_blocks"


def test_a_message_too_long_as_a_whole_is_refused(client: WebClient) -> None:
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2900}}
    with pytest.raises(SlackApiError) as raised:
        client.chat_postMessage(channel=CHANNEL, text="a", blocks=[section] * 5)
    assert raised.value.response["error"] == "msg_blocks_too_long"


def test_a_wrong_token_is_refused(slack: FakeSlack) -> None:
    with pytest.raises(SlackApiError) as raised:
        WebClient("xoxb-wrong", base_url=slack.base_url, retry_handlers=[]).auth_test()
    assert raised.value.response["error"] == "invalid_auth"


def test_an_edit_keeps_what_the_message_said_before_and_its_metadata(slack: FakeSlack, client: WebClient) -> None:
    metadata = {"event_type": "x", "event_payload": {"event": "e1"}}
    ts = client.chat_postMessage(channel=CHANNEL, text="one", metadata=metadata)["ts"]
    client.chat_update(channel=CHANNEL, ts=ts, text="two")
    (message,) = slack.workspace.channels[CHANNEL].messages
    assert (message.text, message.history, message.event) == ("two", [{"text": "one"}], "e1")


def test_history_shows_roots_newest_first_and_metadata_only_when_asked(client: WebClient) -> None:
    metadata = {"event_type": "x", "event_payload": {"event": "e1"}}
    first = client.chat_postMessage(channel=CHANNEL, text="one", metadata=metadata)["ts"]
    client.chat_postMessage(channel=CHANNEL, text="two")
    client.chat_postMessage(channel=CHANNEL, text="answer", thread_ts=first)
    plain = client.conversations_history(channel=CHANNEL)["messages"]
    assert [message["text"] for message in plain] == ["two", "one"]
    assert "metadata" not in plain[1]
    full = client.conversations_history(channel=CHANNEL, include_all_metadata=True)["messages"]
    assert full[1]["metadata"] == metadata
    assert [m["text"] for m in client.conversations_replies(channel=CHANNEL, ts=first)["messages"]] == ["one", "answer"]


def test_the_channel_tells_whether_the_app_is_in_it(client: WebClient) -> None:
    assert client.conversations_info(channel=CHANNEL)["channel"]["is_member"] is True


def test_what_comes_faster_than_slack_allows_is_refused_until_its_time(client: WebClient, slack: FakeSlack) -> None:
    now = 1000.0
    slack.workspace.now = lambda: now
    rates = slack.keep_to_its_rates()
    first = client.chat_postMessage(channel=CHANNEL, text="a")
    now += 0.9
    with pytest.raises(SlackApiError) as raised:
        client.chat_postMessage(channel=CHANNEL, text="b")
    assert (raised.value.response.status_code, raised.value.response.headers["Retry-After"]) == (429, "1")
    now += 0.1
    client.chat_postMessage(channel=CHANNEL, text="b")
    for _ in range(50):
        client.chat_update(channel=CHANNEL, ts=first["ts"], text="c")
    with pytest.raises(SlackApiError) as raised:
        client.chat_update(channel=CHANNEL, ts=first["ts"], text="c")
    assert raised.value.response.headers["Retry-After"] == "60"
    assert rates.refused == ["chat.postMessage", "chat.update"]
