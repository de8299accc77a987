"""A digest as plain text: the second half of an e-mail, and what a terminal shows."""

from __future__ import annotations

from collections.abc import Iterator

from monitor.digest import words
from monitor.digest.parts import facts, parts
from monitor.digest.snapshot import Snapshot
from monitor.digest.tree import closing
from monitor.language import Language
from monitor.messages.clean import clean
from monitor.messages.text import to_text
from monitor.messages.tree import Message

WIDTH = 78


def to_plain(snapshot: Snapshot, language: Language, *, width: int = WIDTH) -> str:
    """The whole digest in lines of at most ``width`` characters (an address may be longer), ended by a line break."""
    return "\n".join(_lines(snapshot, language, width)) + "\n"


def _lines(snapshot: Snapshot, language: Language, width: int) -> Iterator[str]:
    title = clean(words.digest_title(snapshot, language))
    yield title
    yield "=" * min(len(title), width)
    yield clean(" · ".join(facts(snapshot, language)))
    for part in parts(snapshot, language, full=True):
        yield ""
        yield part.title.upper()
        yield to_text(Message("", part.blocks), width=width)
    yield ""
    yield "-- "  # what follows is a signature to a mail reader
    yield from (clean(text) for text in closing(snapshot, language))
