"""Slack's limits on what a message holds, as its documentation and those who met them state them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence, Set
from typing import Any

from tests.delivery.fake_slack.workspace import SlackError

_LONGEST_TEXT = 40_000
_LONGEST_MESSAGE = 13_200
_STYLES = {"bold", "code", "italic", "strike"}
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


def length(text: str) -> int:
    """UTF-16 units, the strictest way to count."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def check_content(text: Any, blocks: Any) -> None:
    """Raises SlackError with Slack's own name for what is wrong."""
    if not isinstance(text, str) or not text.strip():
        raise SlackError("no_text")
    if length(text) > _LONGEST_TEXT:
        raise SlackError("msg_too_long")
    if blocks is None:
        return
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    need(len(blocks) <= 50, "more than 50 blocks")
    for block in blocks:
        need(isinstance(block, dict) and block.get("type") in _BLOCKS, f"unknown block {block!r:.80}")
        _BLOCKS[block["type"]](block)
    if length(text) + sum(_weight(block) for block in blocks) > _LONGEST_MESSAGE:
        raise SlackError("msg_blocks_too_long")


def _weight(value: Any) -> int:
    if isinstance(value, str):
        return length(value)
    if isinstance(value, Mapping):
        return sum(_weight(item) for item in value.values())
    if isinstance(value, Sequence):
        return sum(_weight(item) for item in value)
    return 0


def need(condition: object, detail: str) -> None:
    """Raises SlackError for what is not so."""
    if not condition:
        raise SlackError("invalid_blocks", detail)


def keys(value: Mapping[str, Any], required: Set[str], optional: Set[str] = frozenset()) -> None:
    """The object has these fields and no others."""
    names = set(value) - {"type", "block_id"}
    need(required <= names <= required | optional, f"{value.get('type')}: fields {sorted(names)}")


def string(value: Any, most: int) -> None:
    """A text that is not empty and not too long."""
    need(isinstance(value, str) and 1 <= length(value) <= most, f"a text of 1 to {most}: {value!r:.60}")
    need(not _CONTROL.search(value), "a control character")


def text_object(value: Any, most: int, types: tuple[str, ...] = ("plain_text",)) -> None:
    """Slack's object for a text."""
    need(isinstance(value, dict) and value.get("type") in types, f"a text object: {value!r:.60}")
    keys(value, {"text"}, {"emoji"} if value["type"] == "plain_text" else {"verbatim"})
    string(value["text"], most)
    need(value["text"].strip(), "a blank text")


def _header(block: Mapping[str, Any]) -> None:
    keys(block, {"text"})
    text_object(block["text"], 150)


def _divider(block: Mapping[str, Any]) -> None:
    keys(block, set())


def _context(block: Mapping[str, Any]) -> None:
    keys(block, {"elements"})
    need(1 <= len(block["elements"]) <= 10, "1 to 10 elements in a context")
    for element in block["elements"]:
        text_object(element, 2000, ("plain_text", "mrkdwn"))


def _section(block: Mapping[str, Any]) -> None:
    keys(block, set(), {"text", "fields"})
    need("text" in block or "fields" in block, "a section of nothing")
    if "text" in block:
        text_object(block["text"], 3000, ("plain_text", "mrkdwn"))
    for item in block.get("fields", []):
        text_object(item, 2000, ("plain_text", "mrkdwn"))
    need(len(block.get("fields", [])) <= 10, "more than 10 fields")


def _rich_text(block: Mapping[str, Any]) -> None:
    keys(block, {"elements"})
    need(block["elements"], "a rich text of nothing")
    for element in block["elements"]:
        if element.get("type") == "rich_text_list":
            keys(element, {"elements", "style"}, {"indent", "border"})
            need(element["style"] in ("bullet", "ordered"), "a list style")
            for section in element["elements"]:
                _rich_section(section)
        else:
            _rich_section(element)
    need(_shown(block) <= 3000 + 200, "a rich text of more than 3000")


def _shown(value: Mapping[str, Any]) -> int:
    """The length of the text in it, and of the links beneath."""
    own = sum(length(str(value.get(name, ""))) for name in ("text", "url", "user_id", "usergroup_id"))
    return own + sum(_shown(element) for element in value.get("elements", ()))


def _rich_section(section: Mapping[str, Any]) -> None:
    need(section.get("type") == "rich_text_section", f"a rich text element: {section!r:.60}")
    keys(section, {"elements"})
    need(section["elements"], "a section of nothing")
    for element in section["elements"]:
        if element.get("type") in _CALLED:
            name, first = _CALLED[element["type"]]
            keys(element, {name}, {"style"})
            need(re.fullmatch(f"[{first}][A-Z0-9]{{6,30}}", str(element[name])), f"an ID: {element[name]!r:.60}")
            continue
        need(element.get("type") in ("text", "link"), f"an inline element: {element!r:.60}")
        keys(element, {"text"} if element["type"] == "text" else {"url"}, {"style", "text"})
        string(element["text"], 3000)
        if element["type"] == "link":
            string(element["url"], 3000)
            need(element["url"].startswith(("http://", "https://")), "a web address")
        need(set(element.get("style", {})) <= _STYLES, "a style")


_CALLED = {"user": ("user_id", "UW"), "usergroup": ("usergroup_id", "S")}


def _actions(block: Mapping[str, Any]) -> None:
    keys(block, {"elements"})
    need(1 <= len(block["elements"]) <= 25, "1 to 25 elements in actions")
    for element in block["elements"]:
        need(isinstance(element, dict) and element.get("type") in _PRESSED, f"an element: {element!r:.60}")
        _PRESSED[element["type"]](element)
    names = [element["action_id"] for element in block["elements"]]
    need(len(set(names)) == len(names), "an action_id twice in a block")


def _button(element: Mapping[str, Any]) -> None:
    keys(element, {"action_id", "text"}, {"value", "style", "url"})
    string(element["action_id"], 255)
    text_object(element["text"], 75)
    if "value" in element:
        string(element["value"], 2000)
    if "url" in element:
        string(element["url"], 3000)
        need(element["url"].startswith(("http://", "https://")), "a web address")
    need(element.get("style") in (None, "primary", "danger"), "a style")


def static_select(element: Mapping[str, Any]) -> None:
    """A menu, in a message or in a modal."""
    keys(element, {"action_id", "options"}, {"placeholder", "initial_option"})
    string(element["action_id"], 255)
    if "placeholder" in element:
        text_object(element["placeholder"], 150)
    need(1 <= len(element["options"]) <= 100, "1 to 100 options")
    for option in element["options"]:
        keys(option, {"text", "value"})
        text_object(option["text"], 75)
        string(option["value"], 150)
    if "initial_option" in element:
        need(element["initial_option"] in element["options"], "an initial option that is none of the options")


_PRESSED: dict[str, Callable[[Mapping[str, Any]], None]] = {"button": _button, "static_select": static_select}
_BLOCKS: dict[str, Callable[[Mapping[str, Any]], None]] = {
    "header": _header,
    "divider": _divider,
    "context": _context,
    "section": _section,
    "rich_text": _rich_text,
    "actions": _actions,
}
