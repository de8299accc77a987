"""Makes any text harmless to show: one line, no control characters, nothing that turns its direction.

Names of teams, sources and stages come out of a CRM, where anybody may have typed anything.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit

_JOINERS = frozenset("\u200c\u200d")  # needed inside emoji and in several scripts
_SPACES = re.compile(r"\s+")
LONGEST_LINK = 2000


def clean(text: str) -> str:
    """``text`` on one line, without control, formatting, private, unassigned and surrogate characters.

    Bidirectional controls go too (a name must not turn the figures beside it around), joiners stay.
    """
    spaced = _SPACES.sub(" ", text)
    kept = "".join(character for character in spaced if character in _JOINERS or not _hidden(character))
    return _SPACES.sub(" ", kept).strip(" ")


def clean_span(text: str) -> str:
    """As ``clean``, but a space at either end stays: it parts a span from its neighbours."""
    inner = clean(text)
    if not inner:
        return " " if text and not text.strip() else ""
    return (" " if text[:1].isspace() else "") + inner + (" " if text[-1:].isspace() else "")


def storable(text: str) -> str:
    """``text`` as every database takes it: without NUL, and half a character (as JSON may hold one) is a mark."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "")


def visible(text: str) -> bool:
    """Whether anything of ``text`` can be seen."""
    return any(not character.isspace() and character not in _JOINERS for character in text)


def safe_link(url: str) -> str:
    """``url`` when it is an ordinary web address, else nothing (never ``javascript:`` and the like).

    It begins with ``http://`` or ``https://`` in small letters, as not every platform knows other ones.
    """
    if len(url) > LONGEST_LINK or any(_hidden(c) or c.isspace() or c in '<>|"' for c in url):
        return ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    ordinary = parts.scheme in ("http", "https") and parts.netloc
    return parts.scheme + url[len(parts.scheme) :] if ordinary else ""


def _hidden(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn")
