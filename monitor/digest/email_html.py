"""A digest as HTML for mail programs: plain elements, a style on each, images by Content-ID, links only to the CRM."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from monitor.digest import words
from monitor.digest.parts import facts, parts
from monitor.digest.snapshot import Snapshot
from monitor.digest.tree import closing
from monitor.language import Language
from monitor.messages.html import CLOSING, H2, QUIET, WIDTH, P, block, opening, safe

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
    yield from opening(words.digest_title(snapshot, language), language.code)
    yield f'<p style="{QUIET}">{safe(" · ".join(facts(snapshot, language)))}</p>'
    for part in parts(snapshot, language, full=True):
        yield f'<h2 style="{H2}">{safe(part.title)}</h2>'
        for one in part.blocks:
            yield from block(one)
    for picture in pictures:
        yield f'<h2 style="{H2}">{safe(picture.title)}</h2>'
        yield f'<img src="cid:{picture.cid}" alt="{safe(picture.text)}" width="{WIDTH}" style="{_IMG}">'
    yield f'<h2 style="{H2}">{safe(language.text("How it is counted, and what for"))}</h2>'
    if snapshot.mandate and snapshot.mandate.purpose:
        yield f'<p style="{P}">{safe(snapshot.mandate.purpose)}</p>'
    yield f'<p style="{QUIET}">{" · ".join(safe(text) for text in closing(snapshot, language))}</p>'
    yield CLOSING
