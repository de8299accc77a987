"""The life of a channel as text that a person can read, for golden files: what was posted, edited, whispered, pressed.

An edit shows the lines that changed. Beneath everything stands how each root message reads in the end.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from tests.delivery.fake_slack.life import Event, What
from tests.delivery.fake_slack.workspace import Workspace

Json = Mapping[str, Any]


def transcript(workspace: Workspace, channel: str) -> str:
    """Everything that happened in the channel (by ID), in order; times in UTC."""
    place = workspace.channels[channel]
    lines = [f"#{place.name}" if place.name else f"direct messages {place.id}"]
    roots: dict[str, str] = {}  # ts -> what the transcript calls it
    for event in place.events:
        if event.what is What.POSTED and event.ts == event.thread:
            roots[event.ts] = f"message {len(roots) + 1}"
        lines += ["", f"{_time(event)}  {_head(workspace, event, roots)}", *_body(event)]
    for message in place.roots():
        if message.history:
            lines += ["", f"In the end {roots[message.ts]} reads:", *_set_in(read(message.content))]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def read(content: Json) -> list[str]:
    """A message's or a modal's content, line by line."""
    lines = [line for block in content.get("blocks", ()) for line in _block(block)]
    files = [f"[image: {file['title']}]" for file in content.get("files", ())]
    return lines or files or [str(content.get("text", ""))]


def _time(event: Event) -> str:
    return f"{datetime.fromtimestamp(event.at, UTC):%Y-%m-%d %H:%M}"


def _head(workspace: Workspace, event: Event, roots: Mapping[str, str]) -> str:
    who, root = workspace.name(event.who), roots.get(event.thread, "")
    in_thread = bool(event.ts) and event.ts != event.thread
    match event.what:
        case What.POSTED:
            return f"reply to {root}" if in_thread else root
        case What.EDITED:
            return f"reply to {root}, edited" if in_thread else f"{root}, edited"
        case What.WHISPERED:
            return f"only {who} sees" + (f", in the thread of {root}" if in_thread and root else "")
        case What.PRESSED:
            return f"{who} presses [{event.text}]" + (f" of {root}" if root else "")
        case What.ASKED:
            return f"{who} is asked: {event.content['title']['text']}"
        case What.SUBMITTED:
            return f"{who} sends: {event.text}"
        case What.COMMANDED:
            return f"{who} types {event.text}"


def _body(event: Event) -> Iterator[str]:
    if event.what is What.EDITED:
        yield from _set_in(_changes(read(event.before), read(event.content)))
    elif event.content:
        yield from _set_in(read(event.content))


def _changes(before: Sequence[str], after: Sequence[str]) -> list[str]:
    lines = [line for line in difflib.ndiff(before, after) if line[:1] in "+-"]
    return lines or ["(as it was)"]


def _set_in(lines: Sequence[str]) -> list[str]:
    return [f"    {line}" for line in lines]


def _block(block: Json) -> Iterator[str]:
    match block["type"]:
        case "header":
            yield f"# {block['text']['text']}"
        case "divider":
            yield "---"
        case "context":
            yield f"({' · '.join(element['text'] for element in block['elements'])})"
        case "section":
            yield from (one["text"] for one in (block.get("text"), *block.get("fields", ())) if one)
        case "actions":
            yield " ".join(_pressed(element) for element in block["elements"])
        case "input":
            optional = " (optional)" if block.get("optional") else ""
            yield f"{block['label']['text']}{optional}: {_asked(block['element'])}"
        case _:
            for element in block["elements"]:
                yield from _rich(element)


def _pressed(element: Json) -> str:
    if element["type"] == "static_select":
        return f"[{element['placeholder']['text']}: {_options(element)}]"
    return f"[{element['text']['text']}]"


def _options(element: Json) -> str:
    return " | ".join(option["text"]["text"] for option in element["options"])


def _asked(element: Json) -> str:
    match element["type"]:
        case "static_select":
            return f"[{_options(element)}]"
        case "datepicker":
            return f"[{element.get('initial_date', 'a day')}]"
        case "users_select":
            return f"[{element.get('initial_user', 'a person')}]"
        case _:
            return f"[{element.get('initial_value', '')}]"


def _rich(element: Json) -> Iterator[str]:
    if element["type"] == "rich_text_list":
        for section in element["elements"]:
            yield f"- {_inline(section)}"
    else:
        yield from _inline(element).split("\n")


def _inline(section: Json) -> str:
    return "".join(_span(element) for element in section["elements"])


def _span(element: Json) -> str:
    if element["type"] in ("user", "usergroup"):
        return f"@{element.get('user_id') or element.get('usergroup_id')}"
    text = str(element["text"])
    if element["type"] == "link":
        text = f"{text} <{element['url']}>"
    style = element.get("style", {})
    return f"`{text}`" if style.get("code") else f"*{text}*" if style.get("bold") else text
