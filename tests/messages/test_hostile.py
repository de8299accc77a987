"""Thousands of incidents with hostile names: every platform takes them, and nothing in a name is more than text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import SMTP
from random import Random
from typing import Any

import jsonschema
import pytest

from monitor.delivery.hook_document import SCHEMA, document
from monitor.messages.clean import safe_link
from monitor.messages.html import to_barred_html
from monitor.messages.mail import Content, Envelope, letter
from monitor.messages.outgoing import Action, DeliveryState, Outgoing
from monitor.messages.slack import BUDGET, to_slack
from monitor.messages.slack_text import size
from monitor.messages.text import to_text
from monitor.messages.tree import Message
from monitor.messages.treejson import from_json, to_json
from tests.delivery.fake_slack.limits import check_content
from tests.delivery.html_page import read_page
from tests.messages.hostile import TELLINGS, view
from tests.messages.second_opinion import bare, rebuild

AT = datetime(2026, 11, 21, 6, 10, tzinfo=UTC)
MENTION = re.compile(r"<[!@#]|@(?:here|channel|everyone)\b", re.IGNORECASE)
FORBIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c\ud800-\udfff]")
TAGS = {"html", "head", "meta", "title", "body", "div", "h2", "p", "strong", "code", "a", "table", "tr", "th", "td"}
ATTRIBUTES = {"lang", "charset", "name", "content", "style", "scope", "href"}
HEADERS = {"From", "To", "Subject", "Date", "Message-ID", "References", "Auto-Submitted", "X-Auto-Response-Suppress"}
HEADERS |= {"MIME-Version", "Content-Type", "Content-Language"}
VALID = jsonschema.Draft202012Validator(SCHEMA)
CALLED = {"U0ANNA001", "S0CRMTEAM"}


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _strings(item)


def _called(value: Any) -> Iterator[str]:
    """Everybody whom Slack would call."""
    if isinstance(value, dict):
        if value.get("type") in ("user", "usergroup", "broadcast", "channel"):
            yield str(value.get("user_id") or value.get("usergroup_id") or value)
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _called(item)


def _harmless(strings: Iterator[str]) -> None:
    for text in strings:
        assert not MENTION.search(text), text[:200]
        assert not FORBIDDEN.search(text), text[:200]


def _slack(message: Message) -> None:
    content = to_slack(message)
    check_content(content["text"], content.get("blocks"))
    assert rebuild(content) == bare(content)
    assert size(content) <= BUDGET
    _harmless(_strings(content))
    assert set(_called(content)) <= CALLED


def _page(message: Message, link: str) -> None:
    page = read_page(to_barred_html(message, "en"))
    assert set(page.tags) <= TAGS
    assert page.attributes <= ATTRIBUTES
    assert page.fetched == []
    assert set(page.links) <= {safe_link(link)}
    assert not FORBIDDEN.search("".join(page.text))


def _mail(message: Message) -> None:
    envelope = Envelope("incident", 12, "crm@example.com", "anna@example.com", "e1")
    made = letter(Content(message.summary, f"{to_text(message)}\n", to_barred_html(message, "en"), "en", AT), envelope)
    came = message_from_bytes(made.as_bytes(policy=SMTP.clone(cte_type="7bit")), policy=SMTP)
    assert set(came.keys()) <= HEADERS
    assert str(came["To"]) == "anna@example.com"
    assert [part.get_content_type() for part in came.walk()] == ["multipart/alternative", "text/plain", "text/html"]


def _hook(message: Message) -> None:
    outgoing = Outgoing(1, "e1", "incident:12", "hook:x", Action.POST, {}, DeliveryState.SENDING, AT, incident_id=12)
    sent = document(outgoing, message, AT)
    VALID.validate(sent)
    assert json.loads(json.dumps(sent).encode("ascii")) == sent
    _harmless(_strings(sent))
    assert not any(person in text for text in _strings(sent) for person in CALLED)


def _all(first: int, number: int) -> None:
    for seed in range(first, first + number):
        incident = view(Random(seed))
        for telling, tell in TELLINGS.items():
            message = from_json(to_json(tell(incident)))
            try:
                _slack(message)
                _page(message, incident.link)
                _hook(message)
                _mail(message)
            except Exception as error:
                raise AssertionError(f"incident {seed}, {telling}: {error!r:.500}") from error


@pytest.mark.parametrize("part", range(2))
def test_incidents_with_hostile_names_are_told_as_text_and_nothing_else(part: int) -> None:
    _all(first=part * 100, number=100)


@pytest.mark.faults
@pytest.mark.parametrize("part", range(20))
def test_10_000_incidents_with_hostile_names_are_told_as_text_and_nothing_else(part: int) -> None:
    _all(first=10_000 + part * 500, number=500)
