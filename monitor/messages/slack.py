"""Message trees as Slack's ``text`` and ``blocks``, within Slack's limits whatever they hold.

Running text goes into ``rich_text`` blocks and ``plain_text`` objects, where Slack parses nothing: no name can
restyle a message or mention anyone. Only the top-level ``text`` is markup, and there ``& < >`` are escaped.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from monitor.messages.clean import clean, clean_span, safe_link, visible
from monitor.messages.tree import (
    Block,
    Bullets,
    Button,
    Buttons,
    Choice,
    Divider,
    Fields,
    Footer,
    Heading,
    Mention,
    Message,
    Paragraph,
    Span,
)

BUDGET = 12_000  # characters of a whole message as JSON; Slack refuses somewhat above
MOST_BLOCKS = 50
HEADER_LENGTH = 150
TEXT_LENGTH = 3_000  # of one block
SUMMARY_LENGTH = 1_000
FOOTER_PARTS = 10
FOOTER_PART_LENGTH = 200
MOST_BUTTONS = 25
BUTTON_LENGTH = 75
BUTTON_VALUE_LENGTH = 2_000
OPTION_VALUE_LENGTH = 150
MOST_OPTIONS = 5
REST = "… the rest in the full list"
_NOTHING = "(an empty message)"

_LAST = (Footer, Buttons)
_MOST_LAST = 3
_PERSON = re.compile(r"[UW][A-Z0-9]{6,}")
_MENTIONED = re.compile(r"[SUW][A-Z0-9]{6,}")
_MENTION = re.compile(r"<(?=[!@#])|@(?=(?:here|channel|everyone)\b)", re.IGNORECASE)
_OPENING = re.compile(r"(?<!\w)[*_~`]+")
_LOOKALIKES = str.maketrans({"*": "\u2217", "_": "\u02cd", "~": "\u223c", "`": "\u02cb"})
_WORD_JOINER = "\u2060"

Json = dict[str, Any]


def to_slack(message: Message) -> Json:
    """``{"text", "blocks"}`` for chat.postMessage, chat.update and incoming webhooks.

    What does not fit is cut, and the message says so; the last footers and buttons are kept.
    """
    text = _escape(cut(_harmless(clean(message.summary)), SUMMARY_LENGTH)) or _NOTHING
    ending = _rendered([block for block in message.blocks if isinstance(block, _LAST)])[-_MOST_LAST:]
    body = _rendered([block for block in message.blocks if not isinstance(block, _LAST)])
    left = BUDGET - length(text) - size(ending) - size([_rest()]) - size({"text": "", "blocks": []})
    most = MOST_BLOCKS - len(ending) - 1
    kept = list(_fitting(body, left, most))
    rest = [_rest()] if len(kept) < len(body) else []
    blocks = [*kept, *rest, *ending]
    return {"text": text, "blocks": blocks} if blocks else {"text": text}


def _rendered(blocks: Sequence[Block]) -> list[Json]:
    return [rendered for block in blocks for rendered in _render(block)]


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


def _fitting(blocks: Sequence[Json], left: int, most: int) -> Iterator[Json]:
    for block in blocks[:most]:
        left -= size(block) + 2
        if left < 0:
            return
        yield block


def _render(block: Block) -> Iterator[Json]:
    match block:
        case Heading(text):
            header = cut(_plain(text), HEADER_LENGTH)
            if visible(header):
                yield {"type": "header", "text": _plain_object(header)}
        case Paragraph(spans):
            yield from _rich_text([spans])
        case Fields(items):
            lines = [(Span(f"{clean(item.label)}: ", bold=True), *item.spans) for item in items]
            yield from _rich_text(lines)
        case Bullets(items):
            yield from _bullets(items)
        case Divider():
            yield {"type": "divider"}
        case Footer(parts):
            texts = [cut(_plain(part), FOOTER_PART_LENGTH) for part in parts]
            elements = [_plain_object(text) for text in texts if visible(text)][:FOOTER_PARTS]
            if elements:
                yield {"type": "context", "elements": elements}
        case _:
            yield from _interactive(block)


def _interactive(block: Mention | Buttons) -> Iterator[Json]:
    if isinstance(block, Mention):
        yield from _mention(block.who)
        return
    elements = [_button(button) for button in block.items if visible(_plain(button.label))][:MOST_BUTTONS]
    if elements:
        yield {"type": "actions", "elements": elements}


def _mention(who: str) -> Iterator[Json]:
    """Slack's own element for calling somebody; what is no ID of a person or a group calls nobody."""
    if not _MENTIONED.fullmatch(who):
        return
    kind = {"type": "usergroup", "usergroup_id": who} if who[0] == "S" else {"type": "user", "user_id": who}
    yield {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [kind]}]}


def _button(button: Button | Choice) -> Json:
    if isinstance(button, Choice):
        options = [
            {"text": _plain_object(cut(_plain(shown), BUTTON_LENGTH)), "value": cut(value, OPTION_VALUE_LENGTH, "")}
            for shown, value in button.options[:MOST_OPTIONS]
        ]
        label = _plain_object(cut(_plain(button.label), BUTTON_LENGTH))
        return {"type": "static_select", "action_id": button.action, "placeholder": label, "options": options}
    made = {
        "type": "button",
        "action_id": button.action,
        "text": _plain_object(cut(_plain(button.label), BUTTON_LENGTH)),
        "value": cut(button.value, BUTTON_VALUE_LENGTH, ""),
        "style": button.style if button.style in ("primary", "danger") else "",
        "url": safe_link(button.link) if button.link else "",
    }
    return {name: value for name, value in made.items() if value}


def _rich_text(lines: Sequence[Sequence[Span]]) -> Iterator[Json]:
    """One block of one section; its lines are parted by line breaks."""
    elements: list[Json] = []
    for line in lines:
        if rendered := _elements(line):
            elements += [_text_element("\n")] if elements else []
            elements += rendered
    if elements := _within(elements):
        yield {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": elements}]}


def _bullets(items: Sequence[Sequence[Span]]) -> Iterator[Json]:
    """One block per bullet list; a list beyond a block's length is cut after a whole bullet where it can be."""
    sections: list[Json] = []
    left = TEXT_LENGTH - length(REST)
    for item in items:
        elements = _elements(item)
        needed = sum(_element_length(element) for element in elements)
        if needed > left:
            remainder = _within(elements, left) if not sections else [_text_element(REST)]
            sections.append({"type": "rich_text_section", "elements": remainder})
            break
        if elements:
            sections.append({"type": "rich_text_section", "elements": elements})
            left -= needed
    if sections:
        yield {"type": "rich_text", "elements": [{"type": "rich_text_list", "style": "bullet", "elements": sections}]}


def _elements(spans: Sequence[Span]) -> list[Json]:
    found = [_element(span) for span in spans]
    shown = [element for element in found if element["type"] == "user" or element["text"]]
    return shown if any(element["type"] == "user" or visible(element["text"]) for element in shown) else []


def _element(span: Span) -> Json:
    if _PERSON.fullmatch(span.user):
        return {"type": "user", "user_id": span.user}
    text = _neutral(clean_span(span.text))
    style = {name: True for name, wanted in (("bold", span.bold), ("code", span.code)) if wanted}
    link = safe_link(span.link) if span.link else ""
    element: Json = {"type": "link", "url": link, "text": text} if link else _text_element(text)
    return {**element, "style": style} if style else element


def _within(elements: Sequence[Json], most: int = TEXT_LENGTH) -> list[Json]:
    """The elements whose text fits into ``most`` characters; the one at the edge is cut, with a word about it."""
    kept: list[Json] = []
    left = most
    total = sum(_element_length(element) for element in elements)
    reserve = length(REST) if total > most else 0
    for element in elements:
        needed = _element_length(element)
        if needed > left - reserve:
            if element["type"] == "text" and left - reserve > 0:
                kept.append({**element, "text": cut(element["text"], left - reserve, "")})
            kept.append(_text_element(REST))
            return [part for part in kept if part["type"] == "user" or part["text"]]
        kept.append(element)
        left -= needed
    return kept


def _element_length(element: Json) -> int:
    return length(element.get("text", "")) + length(element.get("url", "")) + length(element.get("user_id", ""))


def _text_element(text: str) -> Json:
    return {"type": "text", "text": text}


def _rest() -> Json:
    return {"type": "context", "elements": [_plain_object(REST)]}


def _plain(text: str) -> str:
    return _neutral(clean(text))


def _plain_object(text: str) -> Json:
    return {"type": "plain_text", "text": text, "emoji": False}


def _neutral(text: str) -> str:
    # Slack parses no mentions here; should it ever, there are none to find.
    return _MENTION.sub(lambda match: match[0] + _WORD_JOINER, text)


def _harmless(text: str) -> str:
    """For the markup of the top-level ``text``: what would open bold, italic, strike or code becomes its lookalike."""
    return _OPENING.sub(lambda match: match[0].translate(_LOOKALIKES), _neutral(text))


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
