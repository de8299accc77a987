"""A digest as HTML for mail programs: plain elements, a style on each, images by Content-ID, links only to the CRM."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from monitor.digest import words
from monitor.digest.parts import facts, parts
from monitor.digest.snapshot import Snapshot
from monitor.digest.tree import closing
from monitor.language import Language
from monitor.messages.clean import clean, clean_span, safe_link
from monitor.messages.tree import Block, Bullets, Buttons, Divider, Fields, Footer, Heading, Mention, Paragraph, Span

WIDTH = 640
_BODY = "margin:0;padding:0;background:#ffffff;color:#1d2733"
_MAIN = f"max-width:{WIDTH}px;margin:0 auto;padding:16px;font:16px/1.5 'Segoe UI',Helvetica,Arial,sans-serif"
_H1 = "font-size:24px;line-height:1.25;margin:0 0 4px"
_H2 = "font-size:17px;line-height:1.3;margin:28px 0 8px;padding-top:12px;border-top:1px solid #d9dee3"
_P = "margin:0 0 10px"
_UL = "margin:0 0 10px;padding:0 0 0 20px"
_QUIET = "margin:0 0 10px;color:#56616e;font-size:14px"
_TH = "text-align:left;font-weight:normal;color:#56616e;padding:3px 16px 3px 0;vertical-align:top"
_TD = "text-align:left;padding:3px 0;vertical-align:top"
_A = "color:#0b6475"
_CODE = "font:13px Consolas,Menlo,monospace"
_IMG = "max-width:100%;height:auto;border:0;display:block"


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart as an image; ``text`` says the same in words."""

    id: str
    title: str
    text: str
    png: bytes

    @property
    def cid(self) -> str:
        return f"{self.id}@charts.crm-monitor"


def to_email_html(snapshot: Snapshot, language: Language, pictures: Sequence[Picture] = ()) -> str:
    """The whole mail as HTML; it refers to its images as ``cid:``."""
    return "\n".join(_lines(snapshot, language, pictures)) + "\n"


def _lines(snapshot: Snapshot, language: Language, pictures: Sequence[Picture]) -> Iterator[str]:
    title = _text(words.digest_title(snapshot, language))
    yield f'<!doctype html>\n<html lang="{language.code}"><head><meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f'<title>{title}</title></head><body style="{_BODY}"><div style="{_MAIN}">'
    yield f'<h1 style="{_H1}">{title}</h1>'
    yield f'<p style="{_QUIET}">{_text(" · ".join(facts(snapshot, language)))}</p>'
    for part in parts(snapshot, language, full=True):
        yield f'<h2 style="{_H2}">{_text(part.title)}</h2>'
        for block in part.blocks:
            yield from _block(block)
    for picture in pictures:
        yield f'<h2 style="{_H2}">{_text(picture.title)}</h2>'
        yield f'<img src="cid:{picture.cid}" alt="{_text(picture.text)}" width="{WIDTH}" style="{_IMG}">'
    yield f'<h2 style="{_H2}">{_text(language.text("How it is counted, and what for"))}</h2>'
    if snapshot.mandate and snapshot.mandate.purpose:
        yield f'<p style="{_P}">{_text(snapshot.mandate.purpose)}</p>'
    yield f'<p style="{_QUIET}">{" · ".join(_text(text) for text in closing(snapshot, language))}</p>'
    yield "</div></body></html>"


def _block(block: Block) -> Iterator[str]:
    match block:
        case Heading(text):
            yield f'<h2 style="{_H2}">{_text(text)}</h2>'
        case Paragraph(spans):
            yield f'<p style="{_P}">{_inline(spans)}</p>'
        case Bullets(items):
            yield f'<ul style="{_UL}">'
            yield from (f"<li>{_inline(item)}</li>" for item in items)
            yield "</ul>"
        case Fields(items):
            yield '<table style="border-collapse:collapse;margin:0 0 10px">'
            for item in items:
                label = f'<th scope="row" style="{_TH}">{_text(item.label)}</th>'
                yield f'<tr>{label}<td style="{_TD}">{_inline(item.spans)}</td></tr>'
            yield "</table>"
        case Divider():
            yield '<hr style="border:0;border-top:1px solid #d9dee3">'
        case Footer(texts):
            yield f'<p style="{_QUIET}">{" · ".join(_text(text) for text in texts)}</p>'
        case Mention() | Buttons():
            return  # a mail calls nobody and has nothing to press


def _inline(spans: Sequence[Span]) -> str:
    return "".join(_span(span) for span in spans)


def _span(span: Span) -> str:
    text = escape(clean_span(span.text))
    if span.code:
        text = f'<code style="{_CODE}">{text}</code>'
    if span.link and safe_link(span.link):
        text = f'<a href="{escape(span.link)}" style="{_A}">{text}</a>'
    return f"<strong>{text}</strong>" if span.bold else text


def _text(text: str) -> str:
    return escape(clean(text))
