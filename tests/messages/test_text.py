"""Plain text for terminals and logs."""

from __future__ import annotations

from monitor.messages.text import to_text
from monitor.messages.tree import Bullets, Divider, Field, Fields, Footer, Heading, Message, Paragraph, Span


def test_every_kind_of_block_has_its_lines() -> None:
    message = Message(
        "summary",
        (
            Heading("Heading"),
            Paragraph((Span("bold", bold=True), Span(" and "), Span("linked", link="https://x.example/"))),
            Divider(),
            Fields((Field("Label", (Span("value"),)),)),
            Bullets(((Span("one"),), (Span("two"),))),
            Footer(("left", "right")),
        ),
    )
    assert to_text(message, width=40).splitlines() == [
        "Heading",
        "bold and linked (https://x.example/)",
        "-" * 40,
        "Label: value",
        "- one",
        "- two",
        "left · right",
    ]


def test_a_command_is_never_broken_over_two_lines() -> None:
    command = "crm-monitor failing offer-without-amount --team Nord"
    message = Message("x", (Fields((Field("Full list of them", (Span(command, code=True),)),)),))
    assert command in to_text(message, width=60).splitlines()[-1]


def test_long_lines_are_wrapped_with_their_continuation_set_in() -> None:
    message = Message("x", (Fields((Field("Why", (Span("word " * 20),)),)),))
    lines = to_text(message, width=40).splitlines()
    assert all(len(line) <= 40 for line in lines)
    assert all(line.startswith("  ") for line in lines[1:])


def test_a_message_without_blocks_is_its_summary() -> None:
    assert to_text(Message("the summary", ())) == "the summary"
