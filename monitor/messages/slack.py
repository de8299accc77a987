"""Message trees as Slack's ``text`` and ``blocks``, within Slack's limits whatever they hold.

Running text goes into ``rich_text`` blocks and ``plain_text`` objects, where Slack parses nothing: no name can
restyle a message or mention anyone. Only the top-level ``text`` is markup, and there ``& < >`` are escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from monitor.messages.clean import clean, clean_span, safe_link, visible
from monitor.messages.slack_buttons import buttons, is_person, mention
from monitor.messages.slack_text import Json, cut, length, neutral, plain, plain_object, size
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

BUDGET = 12_000  # characters of a whole message as JSON; Slack refuses somewhat above
MOST_BLOCKS = 50
HEADER_LENGTH = 150
TEXT_LENGTH = 3_000  # of one block
SUMMARY_LENGTH = 1_000
FOOTER_PARTS = 10
FOOTER_PART_LENGTH = 200
REST = "… the rest in the full list"
_NOTHING = "(an empty message)"

_MOST_FOOTERS = 3
_OPENING = re.compile(r"(?<!\w)[*_~`]+")
_LOOKALIKES = str.maketrans({"*": "\u2217", "_": "\u02cd", "~": "\u223c", "`": "\u02cb"})


def to_slack(message: Message) -> Json:
    """``{"text", "blocks"}`` for chat.postMessage, chat.update and incoming webhooks.

    What does not fit is cut, and the message says so; buttons and the last footers stay where they are.
    """
    text = _escape(cut(_harmless(clean(message.summary)), SUMMARY_LENGTH)) or _NOTHING
    parts = [(block, made) for block in message.blocks for made in _render(block)]
    room = BUDGET - length(text) - size({"text": "", "blocks": []})
    blocks = _fitting([block for block, _ in parts], [made for _, made in parts], room)
    return {"text": text, "blocks": blocks} if blocks else {"text": text}


def _fitting(origins: Sequence[Block], made: Sequence[Json], room: int) -> list[Json]:
    """What fits, in order: first buttons and the last footers, then the others up to the first that does not."""
    left, most = room - size([_rest()]), MOST_BLOCKS - 1
    kept: set[int] = set()
    first, others = _by_weight(origins)
    for index in (*first, *others):
        needed = size(made[index]) + 2
        if needed <= left and len(kept) < most:
            kept.add(index)
            left -= needed
        elif index in others:
            break
    gap = next((index for index in range(len(made)) if index not in kept), None)
    before = [made[index] for index in sorted(kept) if gap is None or index < gap]
    after = [made[index] for index in sorted(kept) if gap is not None and index > gap]
    return [*before, *([] if gap is None else [_rest()]), *after]


def _by_weight(origins: Sequence[Block]) -> tuple[list[int], list[int]]:
    """Indexes of what is never cut off while there is any room, and of the rest."""
    pressed = [index for index, block in enumerate(origins) if isinstance(block, Buttons)]
    footers = [index for index, block in enumerate(origins) if isinstance(block, Footer)][-_MOST_FOOTERS:]
    first = [*pressed, *reversed(footers)]
    return first, [index for index in range(len(origins)) if index not in first]


def _render(block: Block) -> Iterator[Json]:
    match block:
        case Heading(text):
            header = cut(plain(text), HEADER_LENGTH)
            if visible(header):
                yield {"type": "header", "text": plain_object(header)}
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
            yield from _context(parts)
        case Mention(who):
            yield from mention(who)
        case Buttons(items):
            yield from buttons(items)


def _context(parts: Sequence[str]) -> Iterator[Json]:
    texts = [cut(plain(part), FOOTER_PART_LENGTH) for part in parts]
    elements = [plain_object(text) for text in texts if visible(text)][:FOOTER_PARTS]
    if elements:
        yield {"type": "context", "elements": elements}


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
    if is_person(span.user):
        return {"type": "user", "user_id": span.user}
    text = neutral(clean_span(span.text))
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
    return {"type": "context", "elements": [plain_object(REST)]}


def _harmless(text: str) -> str:
    """For the markup of the top-level ``text``: what would open bold, italic, strike or code becomes its lookalike."""
    return _OPENING.sub(lambda match: match[0].translate(_LOOKALIKES), neutral(text))


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
