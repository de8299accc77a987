"""Message trees to JSON and back, exactly: the outbox keeps messages so, and renders them when they go out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from monitor.messages.tree import (
    Block,
    Bullets,
    Button,
    Buttons,
    Choice,
    Divider,
    Field,
    Fields,
    Footer,
    Heading,
    Mention,
    Message,
    Paragraph,
    Span,
    Tone,
)

VERSION = 1


def to_json(message: Message) -> dict[str, Any]:
    """``{"version", "summary", "tone", "blocks": [{"type", ...}]}``, of JSON's own types only."""
    return {
        "version": VERSION,
        "summary": message.summary,
        "tone": message.tone.value,
        "blocks": [_block_to_json(block) for block in message.blocks],
    }


def from_json(data: Mapping[str, Any]) -> Message:
    """The tree that ``to_json`` wrote. Raises ValueError when ``data`` is nothing of the kind."""
    if data.get("version") != VERSION:
        raise ValueError(f"a message of version {data.get('version')!r}; this program knows version {VERSION}")
    try:
        blocks = tuple(_block_from_json(block) for block in data["blocks"])
        return Message(_text(data["summary"]), blocks, Tone(data["tone"]))
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ValueError(f"not a message: {type(error).__name__} {error}") from error


def _block_to_json(block: Block) -> dict[str, Any]:
    match block:
        case Heading(text):
            return {"type": "heading", "text": text}
        case Paragraph(spans):
            return {"type": "paragraph", "spans": _spans_to_json(spans)}
        case Fields(items):
            fields = [{"label": item.label, "spans": _spans_to_json(item.spans)} for item in items]
            return {"type": "fields", "items": fields}
        case Bullets(items):
            return {"type": "bullets", "items": [_spans_to_json(item) for item in items]}
        case Divider():
            return {"type": "divider"}
        case Footer(parts):
            return {"type": "footer", "parts": list(parts)}
        case Mention(who):
            return {"type": "mention", "who": who}
        case Buttons(buttons):
            return {"type": "buttons", "items": [_button_to_json(button) for button in buttons]}


def _block_from_json(data: Mapping[str, Any]) -> Block:
    match data["type"]:
        case "heading":
            return Heading(_text(data["text"]))
        case "paragraph":
            return Paragraph(_spans_from_json(data["spans"]))
        case "fields":
            items = data["items"]
            return Fields(tuple(Field(_text(item["label"]), _spans_from_json(item["spans"])) for item in items))
        case "bullets":
            return Bullets(tuple(_spans_from_json(item) for item in data["items"]))
        case "divider":
            return Divider()
        case "footer":
            return Footer(tuple(_text(part) for part in data["parts"]))
        case "mention":
            return Mention(_text(data["who"]))
        case "buttons":
            return Buttons(tuple(_button_from_json(item) for item in data["items"]))
        case other:
            raise ValueError(f"no block is of type {other!r}")


def _button_to_json(button: Button | Choice) -> dict[str, Any]:
    data: dict[str, Any] = {"label": button.label, "action": button.action}
    if isinstance(button, Choice):
        return {**data, "options": [list(option) for option in button.options]}
    more = {"value": button.value, "style": button.style, "link": button.link}
    return {**data, **{name: value for name, value in more.items() if value}}


def _button_from_json(data: Mapping[str, Any]) -> Button | Choice:
    label, action = _text(data["label"]), _text(data["action"])
    if "options" in data:
        return Choice(label, action, tuple((_text(shown), _text(value)) for shown, value in data["options"]))
    return Button(label, action, *(_text(data.get(name, "")) for name in ("value", "style", "link")))


def _spans_to_json(spans: Sequence[Span]) -> list[dict[str, Any]]:
    return [_span_to_json(span) for span in spans]


def _span_to_json(span: Span) -> dict[str, Any]:
    data: dict[str, Any] = {"text": span.text}
    if span.bold:
        data["bold"] = True
    if span.code:
        data["code"] = True
    if span.link:
        data["link"] = span.link
    if span.user:
        data["user"] = span.user
    return data


def _spans_from_json(data: Sequence[Mapping[str, Any]]) -> tuple[Span, ...]:
    return tuple(
        Span(
            _text(item["text"]),
            item.get("bold") is True,
            item.get("code") is True,
            _text(item.get("link", "")),
            _text(item.get("user", "")),
        )
        for item in data
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"text expected, not {type(value).__name__}")
    return value
