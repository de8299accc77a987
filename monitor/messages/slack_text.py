"""Text as Slack counts and takes it: lengths, cuts, and ``plain_text`` objects in which nothing is parsed."""

from __future__ import annotations

import json
import re
from typing import Any

from monitor.messages.clean import clean

Json = dict[str, Any]
_MENTION = re.compile(r"<(?=[!@#])|@(?=(?:here|channel|everyone)\b)", re.IGNORECASE)
_WORD_JOINER = "\u2060"


def length(text: str) -> int:
    """Characters as Slack may count them at worst (UTF-16 units: an emoji is two)."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def size(value: object) -> int:
    """Characters of ``value`` as JSON: more than Slack counts, never less."""
    return length(json.dumps(value, ensure_ascii=False))


def cut(text: str, most: int, mark: str = "…") -> str:
    """``text`` in at most ``most`` characters; where something is cut off, ``mark`` says so."""
    if length(text) <= most:
        return text
    room = most - length(mark)
    kept: list[str] = []
    for character in text:
        room -= length(character)
        if room < 0:
            break
        kept.append(character)
    return "".join(kept).rstrip(" \u200c\u200d") + mark


def plain(text: str) -> str:
    """``text`` on one line, harmless even where Slack would parse it."""
    return neutral(clean(text))


def plain_object(text: str) -> Json:
    """Slack's object for text that is no markup."""
    return {"type": "plain_text", "text": text, "emoji": False}


def neutral(text: str) -> str:
    """``text`` without mentions: Slack parses none in plain text, and should it ever, there are none to find."""
    return _MENTION.sub(lambda match: match[0] + _WORD_JOINER, text)
