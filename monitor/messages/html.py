"""Message trees as HTML for mail programs: plain elements, a style on each, links only to ordinary web addresses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby

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
    Tone,
)

WIDTH = 640
_BODY = "margin:0;padding:0;background:#ffffff;color:#1d2733"
_MAIN = f"max-width:{WIDTH}px;margin:0 auto;padding:16px;font:16px/1.5 'Segoe UI',Helvetica,Arial,sans-serif"
_H1 = "font-size:24px;line-height:1.25;margin:0 0 4px"
H2 = "font-size:17px;line-height:1.3;margin:28px 0 8px;padding-top:12px;border-top:1px solid #d9dee3"
P = "margin:0 0 10px"
QUIET = "margin:0 0 10px;color:#56616e;font-size:14px"
_UL = "margin:0 0 10px;padding:0 0 0 20px"
_TH = "text-align:left;font-weight:normal;color:#56616e;padding:3px 16px 3px 0;vertical-align:top"
_TD = "text-align:left;padding:3px 0;vertical-align:top"
_A = "color:#0b6475"
_CODE = "font:13px Consolas,Menlo,monospace"
_HEADLINE = "font-size:19px;line-height:1.3;margin:0 0 8px"
_BAR = "padding:2px 0 2px 14px;border-left:4px solid"
_COLOURS = {Tone.FAILING: "#c22f3d", Tone.WARNING: "#c77700", Tone.RESOLVED: "#2c7a4b", Tone.SYSTEM: "#7a4bb5"}


def to_html(message: Message, code: str) -> str:
    """The whole mail as HTML; ``code`` is its language. A first heading is its title."""
    head = message.blocks[0] if message.blocks and isinstance(message.blocks[0], Heading) else Heading(message.summary)
    rest = message.blocks[1:] if message.blocks and message.blocks[0] is head else message.blocks
    return (
        "\n".join((*opening(head.text, code), *(line for one in _joined(rest) for line in block(one)), CLOSING)) + "\n"
    )


def to_barred_html(message: Message, code: str) -> str:
    """The whole mail as HTML, the message as it stands in a channel: with a bar in the colour of its tone."""
    blocks = message.blocks or (Paragraph((Span(message.summary),)),)
    lines = (line for one in _joined(blocks) for line in block(one, heading=_HEADLINE))
    bar = f'<div style="{_BAR} {_COLOURS[message.tone]}">'
    return "\n".join((*_beginning(message.summary, code), bar, *lines, "</div>", CLOSING)) + "\n"


def _joined(blocks: Sequence[Block]) -> Iterator[Block]:
    """With lists that follow each other as one: a long one is cut where Slack takes only so much, not for a reader."""
    for is_list, group in groupby(blocks, key=lambda one: isinstance(one, Bullets)):
        if is_list:
            yield Bullets(tuple(item for one in group if isinstance(one, Bullets) for item in one.items))
        else:
            yield from group


def opening(title: str, code: str) -> Iterator[str]:
    """The beginning of a mail, its title included."""
    yield from _beginning(title, code)
    yield f'<h1 style="{_H1}">{safe(title)}</h1>'


def _beginning(title: str, code: str) -> Iterator[str]:
    yield f'<!doctype html>\n<html lang="{code}"><head><meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f'<title>{safe(title)}</title></head><body style="{_BODY}"><div style="{_MAIN}">'


CLOSING = "</div></body></html>"


def block(one: Block, *, heading: str = H2) -> Iterator[str]:
    """One block in lines of HTML; ``heading`` is the style of its headings."""
    match one:
        case Heading(text):
            yield f'<h2 style="{heading}">{safe(text)}</h2>'
        case Paragraph(spans):
            yield f'<p style="{P}">{_inline(spans)}</p>'
        case Bullets(items):
            yield f'<ul style="{_UL}">'
            yield from (f"<li>{_inline(item)}</li>" for item in items)
            yield "</ul>"
        case Fields(items):
            yield '<table style="border-collapse:collapse;margin:0 0 10px">'
            for item in items:
                label = f'<th scope="row" style="{_TH}">{safe(item.label)}</th>'
                yield f'<tr>{label}<td style="{_TD}">{_inline(item.spans)}</td></tr>'
            yield "</table>"
        case Divider():
            yield '<hr style="border:0;border-top:1px solid #d9dee3">'
        case Footer(texts):
            yield f'<p style="{QUIET}">{" · ".join(safe(text) for text in texts)}</p>'
        case Mention() | Buttons():
            return  # a mail calls nobody and has nothing to press


def _inline(spans: Sequence[Span]) -> str:
    return "".join(_span(span) for span in spans)


def _span(span: Span) -> str:
    text = escape(clean_span(span.text))
    if span.code:
        text = f'<code style="{_CODE}">{text}</code>'
    if span.link and (link := safe_link(span.link)):
        text = f'<a href="{escape(link)}" style="{_A}">{text}</a>'
    return f"<strong>{text}</strong>" if span.bold else text


def safe(text: str) -> str:
    """A text that may be shown, escaped."""
    return escape(clean(text))
