"""Whatever a message holds, Slack takes it, and nothing in it is markup."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.messages.alert import AlertView
from monitor.messages.alerts import alert_message, changed_reply, resolved_message, resolved_reply
from monitor.messages.slack import BUDGET, HEADER_LENGTH, REST, to_slack
from monitor.messages.slack_buttons import action_of
from monitor.messages.slack_text import cut, length, size
from monitor.messages.tree import (
    Block,
    Bullets,
    Button,
    Buttons,
    Choice,
    Divider,
    Fields,
    Footer,
    Heading,
    Mention,
    Message,
    Paragraph,
    Span,
)
from tests.delivery.fake_slack.limits import check_content
from tests.messages.second_opinion import bare, rebuild
from tests.messages.strategies import HOSTILE, alerts, messages, texts

thorough = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
_MENTION = re.compile(r"<[!@#]|@(?:here|channel|everyone)\b", re.IGNORECASE)
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c\ud800-\udfff]")


def _strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return [text for item in items for text in _strings(item)]


def _check(content: dict[str, Any]) -> None:
    check_content(content["text"], content.get("blocks"))
    assert rebuild(content) == bare(content)
    assert size(content) <= BUDGET
    assert len(content.get("blocks", [])) <= 50
    for text in _strings(content):
        assert not _MENTION.search(text)
        assert not _FORBIDDEN.search(text)


@given(messages)
@thorough
def test_any_message_is_within_every_limit_and_mentions_nobody(message: Message) -> None:
    _check(to_slack(message))


@given(alerts)
@thorough
def test_any_alert_is_within_every_limit_and_mentions_nobody(view: AlertView) -> None:
    for tell in (alert_message, changed_reply, resolved_message, resolved_reply):
        _check(to_slack(tell(view)))


@given(messages)
@thorough
def test_a_message_is_valid_unicode_that_survives_the_wire(message: Message) -> None:
    content = to_slack(message)
    assert json.loads(json.dumps(content).encode()) == content


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_hostile_name_is_shown_as_text_wherever_it_stands(hostile: str) -> None:
    span = Span(hostile)
    blocks: tuple[Block, ...] = (Heading(hostile), Paragraph((span,)), Bullets(((span,),)), Footer((hostile,)))
    content = to_slack(Message(hostile, blocks))
    _check(content)
    assert all(element.get("type") != "mrkdwn" for element in _objects(content))


def _objects(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, dict):
        return [value, *(found for item in value.values() for found in _objects(item))]
    return [found for item in value for found in _objects(item)] if isinstance(value, list) else []


def test_the_markup_of_the_summary_is_escaped_exactly() -> None:
    assert to_slack(Message("A & B < C > D &amp;", ()))["text"] == "A &amp; B &lt; C &gt; D &amp;amp;"


def test_names_with_underscores_inside_stay_as_they_are() -> None:
    assert to_slack(Message("crm_lead.expected_revenue", ()))["text"] == "crm_lead.expected_revenue"


@given(texts)
@thorough
def test_nothing_in_the_summary_opens_bold_italic_strike_or_code(text: str) -> None:
    shown = to_slack(Message(text, ()))["text"]
    assert not re.search(r"(?<!\w)[*_~`]", shown)


def test_running_text_is_left_exactly_as_it_is() -> None:
    text = "R&D <5 * 3 = `15` _so_ ~"
    (block,) = to_slack(Message("x", (Paragraph((Span(text),)),)))["blocks"]
    assert block["elements"][0]["elements"] == [{"type": "text", "text": text}]


def test_styles_and_links_are_kept() -> None:
    spans = (Span("b", bold=True), Span("c", code=True), Span("l", link="https://crm.example.com/?a=1&b=2"))
    (block,) = to_slack(Message("x", (Paragraph(spans),)))["blocks"]
    assert block["elements"][0]["elements"] == [
        {"type": "text", "text": "b", "style": {"bold": True}},
        {"type": "text", "text": "c", "style": {"code": True}},
        {"type": "link", "url": "https://crm.example.com/?a=1&b=2", "text": "l"},
    ]


@pytest.mark.parametrize("link", ["javascript:alert(1)", "file:///etc/passwd", "https://", "//x", "https://a b", "x"])
def test_only_web_addresses_become_links(link: str) -> None:
    (block,) = to_slack(Message("x", (Paragraph((Span("here", link=link),)),)))["blocks"]
    assert block["elements"][0]["elements"] == [{"type": "text", "text": "here"}]


def test_what_does_not_fit_is_cut_and_said_and_the_footer_stays() -> None:
    paragraphs = tuple(Paragraph((Span(f"{number} " + "x" * 500),)) for number in range(100))
    content = to_slack(Message("x", (Heading("h"), *paragraphs, Footer(("Data as of now",)))))
    _check(content)
    assert content["blocks"][0]["type"] == "header"
    assert content["blocks"][-2]["elements"][0]["text"] == REST
    assert content["blocks"][-1]["elements"][0]["text"] == "Data as of now"


def test_fifty_blocks_are_the_most() -> None:
    content = to_slack(Message("x", (*[Divider()] * 80, Footer(("Data as of now",)))))
    assert len(content["blocks"]) == 50
    assert content["blocks"][-2]["elements"][0]["text"] == REST


def test_a_long_paragraph_ends_with_a_word_about_the_rest() -> None:
    (block,) = to_slack(Message("x", (Paragraph((Span("y" * 5000),)),)))["blocks"]
    elements = block["elements"][0]["elements"]
    assert "".join(element["text"] for element in elements).endswith(REST)


def test_a_long_list_is_cut_after_a_whole_bullet() -> None:
    (block,) = to_slack(Message("x", (Bullets(tuple((Span(f"bullet {n} " + "y" * 90),) for n in range(60))),)))[
        "blocks"
    ]
    bullets = [section["elements"][0]["text"] for section in block["elements"][0]["elements"]]
    assert bullets[-1] == REST
    assert all(bullet.endswith("y" * 90) for bullet in bullets[:-1])


def test_a_message_of_nothing_still_has_a_text() -> None:
    assert to_slack(Message("", (Heading(" "), Paragraph(()), Fields(()), Footer(("",))))) == {
        "text": "(an empty message)"
    }


def test_a_heading_is_cut_to_what_slack_takes() -> None:
    (block,) = to_slack(Message("x", (Heading("\U0001f534" * 200),)))["blocks"]
    assert length(block["text"]["text"]) <= HEADER_LENGTH
    assert block["text"]["text"].endswith("…")


@given(st.text(), st.integers(1, 40))
@thorough
def test_a_cut_is_never_longer_than_asked_and_leaves_short_texts_alone(text: str, most: int) -> None:
    shown = cut(text, most)
    assert length(shown) <= most
    assert shown == text or shown.endswith("…")


def _pressed(*items: Button | Choice) -> list[dict[str, Any]]:
    content = to_slack(Message("x", (Buttons(items),)))
    _check(content)
    return [element for block in content.get("blocks", []) for element in block["elements"]]


def test_buttons_stay_where_they_are_and_are_never_cut_off() -> None:
    long = tuple(Paragraph((Span("x" * 2000),)) for _ in range(40))
    first, last = Buttons((Button("Done", "digest:done", "1:1"),)), Buttons((Button("Show", "incident:show", "7"),))
    footers = tuple(Footer((f"small print {number}",)) for number in range(5))
    content = to_slack(Message("x", (Heading("h"), first, *long, last, *footers)))
    _check(content)
    kinds = [block["type"] for block in content["blocks"]]
    assert kinds[:2] == ["header", "actions"]
    assert kinds[-4:] == ["actions", "context", "context", "context"]
    assert content["blocks"][-5]["elements"][0]["text"] == REST


def test_the_same_action_twice_in_a_row_of_buttons_is_told_apart_and_known_again() -> None:
    elements = _pressed(*(Button("Done", "digest:done", f"34:{number}") for number in range(3)))
    assert [element["action_id"] for element in elements] == ["digest:done", "digest:done#2", "digest:done#3"]
    assert {action_of(element["action_id"]) for element in elements} == {"digest:done"}


def test_a_button_that_opens_a_page_is_no_action() -> None:
    (element,) = _pressed(Button("Open", "incident:open", link="https://crm.example.com/1"))
    assert (element["url"], action_of(element["action_id"])) == ("https://crm.example.com/1", "")


@pytest.mark.parametrize(
    "item",
    [
        Button("", "incident:show", "7"),
        Button("Show", ""),
        Button("Show", "x" * 300),
        Button("Show", "incident:show", "7" * 2001),
        Button("Show", "incident:show", "7\n8"),
        Button("Open", "incident:open", link="javascript:alert(1)"),
        Choice("Snooze", "incident:snooze", ()),
        Choice("Snooze", "incident:snooze", (("", "7:1d"), ("1 day", ""), ("1 week", "7" * 151))),
    ],
)
def test_what_cannot_be_pressed_as_it_is_meant_is_left_out(item: Button | Choice) -> None:
    assert _pressed(item) == []


def test_a_choice_shows_its_options_in_order_and_five_at_most() -> None:
    (element,) = _pressed(Choice("Snooze", "incident:snooze", tuple((f"{n} days", f"7:{n}d") for n in range(1, 9))))
    assert [option["value"] for option in element["options"]] == ["7:1d", "7:2d", "7:3d", "7:4d", "7:5d"]
    assert element["placeholder"]["text"] == "Snooze"


@pytest.mark.parametrize("who", ["S0CRMTEAM", "U0ANNA001", "W0ENTERPRISE"])
def test_whom_the_configuration_names_is_called(who: str) -> None:
    (block,) = to_slack(Message("x", (Mention(who),)))["blocks"]
    (element,) = block["elements"][0]["elements"]
    assert who in element.values()


@pytest.mark.parametrize("who", ["", "here", "<!channel>", "C0GENERAL", "U1", "U0ANNA001 U0ANNA002"])
def test_what_is_nobodys_id_calls_nobody(who: str) -> None:
    assert to_slack(Message("x", (Mention(who),))) == {"text": "x"}
