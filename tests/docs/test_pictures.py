"""The README's pictures: small, and drawn from what the program really says."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pytest

from monitor.messages.interaction import ChoiceField, DateField, Form, PersonField, TextField
from monitor.messages.slack import to_slack
from monitor.messages.slack_form import Place, to_view
from monitor.messages.tree import (
    Bullets,
    Button,
    Buttons,
    Choice,
    Divider,
    Field,
    Fields,
    Footer,
    Heading,
    Mention,
    Message,
    Paragraph,
    Span,
    Tone,
)
from tests.docs.pages import PAGES
from tests.docs.pictures import PICTURES, chosen
from tests.docs.slack_forms import windows
from tests.docs.slack_page import page


def test_the_pictures_are_small_and_fetch_nothing() -> None:
    for path in PICTURES.glob("*.png"):
        assert path.read_bytes().startswith(b"\x89PNG")
        assert path.stat().st_size < 250_000
    for path in PICTURES.glob("*.svg"):
        svg = path.read_text(encoding="utf-8")
        assert "@font-face" not in svg
        assert "url(http" not in svg
        assert len(svg) < 200_000


def test_every_picture_is_shown_somewhere_and_described() -> None:
    shown = [pair for one in PAGES for pair in re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", one.read_text(encoding="utf-8"))]
    assert {target.rpartition("/")[2] for _, target in shown} == {path.name for path in PICTURES.iterdir()}
    assert all(len(text) > 10 for text, _ in shown)


def _message(tone: Tone, *labels: str) -> Message:
    return Message("", (Heading("h"), Fields(tuple(Field(label, (Span("x"),)) for label in labels))), tone)


def test_a_failing_message_with_an_origin_comes_first_and_one_with_money_second() -> None:
    warning, failing = _message(Tone.WARNING, "Where from"), _message(Tone.FAILING, "Where from", "Money")
    money = _message(Tone.WARNING, "Money")
    assert list(chosen([warning, money, failing])) == [failing, money]
    assert list(chosen([])) == []


def test_the_channel_shows_every_word_of_a_message_and_marks_up_none_of_them() -> None:
    spans = (
        Span("<b>bold?</b>", bold=True),
        Span("code & more", code=True),
        Span("here", link="https://crm.example.com"),
    )
    blocks = (
        Heading("A \N{LARGE RED CIRCLE} heading"),
        Paragraph(spans),
        Divider(),
        Bullets((spans,)),
        Mention("S0CRMTEAM"),
        Buttons((Button("Show", "show", "7", "primary"), Choice("Snooze", "snooze", (("1 day", "7:1d"),)))),
        Footer(("a", "b")),
    )
    html = page([to_slack(Message("", blocks))], channel="c", topic="t", day="d", time="12:00")
    assert "<b>bold?</b>" not in html
    text = unescape(re.sub(r"<[^>]+>", " ", html.partition("</style>")[2]))
    for word in (
        "CRM Monitor",
        "12:00",
        "A",
        "heading",
        "<b>bold?</b>",
        "code & more",
        "here",
        "Show",
        "Snooze",
        "@somebody",
        "a",
        "b",
    ):
        assert word in text


def test_a_form_shows_every_word_of_it_and_marks_up_none() -> None:
    fields = (
        PersonField("to", "Who <takes> it", optional=True, hint="Empty: nobody."),
        ChoiceField("which", "Which", (("all & more", "all"),), initial="all"),
        TextField("why", "Why", lines=True),
        DateField("due", "By when", initial=date(2026, 11, 23)),
    )
    html = windows([to_view(Form("f", "Assign", fields, submit="Tell"), Place())])
    text = unescape(re.sub(r"<[^>]+>", " ", html.partition("</style>")[2]))
    words = (
        "Who <takes> it",
        "Empty: nobody.",
        "all & more",
        "Why",
        "2026-11-23",
        "(optional)",
        "Assign",
        "Tell",
        "Cancel",
    )
    assert all(word in text for word in words)
    with pytest.raises(ValueError, match="no block of type 'image'"):
        windows([{"title": {"text": "t"}, "blocks": [{"type": "image"}]}])


def test_a_block_that_cannot_be_drawn_is_no_blank() -> None:
    with pytest.raises(ValueError, match="no block of type 'image'"):
        page([{"blocks": [{"type": "image"}]}], channel="c", topic="t", day="d", time="12:00")
