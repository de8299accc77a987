"""Spans that are short enough: a title that a user wrote may be of any length."""

from __future__ import annotations

from monitor.language import Language
from monitor.messages.clean import clean_span, safe_link
from monitor.messages.slack_text import cut
from monitor.messages.tree import Span

LONGEST_TEXT = 240
LONGEST_NAME = 100  # of what heads a line in a list
LONGEST_LINK = 350


def short(text: str, most: int = LONGEST_TEXT) -> str:
    """``text``, cut where it is longer than anybody reads."""
    return cut(clean_span(text), most)


def plain(text: str) -> Span:
    return Span(short(text))


def bold(text: str, most: int = LONGEST_TEXT) -> Span:
    return Span(short(text, most), bold=True)


def link_spans(url: str, command: str, language: Language) -> tuple[Span, ...]:
    """Where the records are: a link into the CRM, else the command that lists them, else nothing."""
    if safe_link(url) and len(url) <= LONGEST_LINK:
        return (Span(" · "), Span(language.text("Open in the CRM"), link=url))
    return (Span(" · "), Span(short(command), code=True)) if command else ()
