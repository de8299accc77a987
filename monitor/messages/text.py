"""Message trees as plain text, for logs of what was sent, for pipes and for platforms without markup."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from monitor.messages.clean import clean, clean_span, safe_link
from monitor.messages.tree import (
    Block,
    Bullets,
    Buttons,
    Divider,
    Fields,
    Footer,
    Heading,
    Mention,
    Message,
    Paragraph,
    Span,
)

WIDTH = 96
_UNBROKEN = "\u00a0"  # within a command, so that it can be copied in one piece


def to_text(message: Message, *, width: int = WIDTH) -> str:
    """The message in lines of at most ``width`` characters (a single long word may exceed it)."""
    parts = ["\n".join(_lines(block, width)) for block in message.blocks]
    return "\n".join(part for part in parts if part) or clean(message.summary)


def _lines(block: Block, width: int) -> Iterator[str]:
    match block:
        case Heading(text):
            yield from _wrap(clean(text), width)
        case Paragraph(spans):
            yield from _wrap(_inline(spans), width)
        case Fields(items):
            for item in items:
                yield from _wrap(f"{clean(item.label)}: {_inline(item.spans)}", width, later="  ")
        case Bullets(items):
            for spans in items:
                yield from _wrap(f"- {_inline(spans)}", width, later="  ")
        case Divider():
            yield "-" * min(width, 40)
        case Footer(parts):
            yield from _wrap(" · ".join(clean(part) for part in parts if clean(part)), width)
        case Mention() | Buttons():
            return  # plain text calls nobody and has nothing to press


def _inline(spans: Sequence[Span]) -> str:
    return "".join(_span(span) for span in spans).strip()


def _span(span: Span) -> str:
    text = clean_span(span.text)
    if span.code:
        text = text.replace(" ", _UNBROKEN)
    link = safe_link(span.link) if span.link else ""
    return f"{text} ({link})" if link else text


def _wrap(text: str, width: int, later: str = "") -> list[str]:
    lines = textwrap.wrap(text, width, subsequent_indent=later, break_long_words=False, break_on_hyphens=False)
    return [line.replace(_UNBROKEN, " ") for line in lines]
