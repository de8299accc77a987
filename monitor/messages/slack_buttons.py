"""What a reader can press, and whom a message calls, as Slack's elements.

Within one block Slack wants every ``action_id`` once: the second ``digest:done`` goes out as ``digest:done#2``. For
Slack a button that only opens a page is pressed, too: its id begins with ``link:``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from monitor.messages.clean import safe_link, visible
from monitor.messages.slack_text import Json, cut, length, plain, plain_object
from monitor.messages.tree import Button, Choice

MOST_BUTTONS = 25
MOST_OPTIONS = 5
_LABEL_LENGTH = 75
_VALUE_LENGTH = 2_000
_OPTION_VALUE_LENGTH = 150
_ACTION_LENGTH = 240  # Slack takes 255; a number may follow
_STYLES = ("primary", "danger")
_LINK = "link:"
_NUMBERED = re.compile(r"#\d+$")
_PERSON = re.compile(r"[UW][A-Z0-9]{6,30}")
_MENTIONED = re.compile(r"[SUW][A-Z0-9]{6,30}")


def buttons(items: Iterable[Button | Choice]) -> Iterator[Json]:
    """One ``actions`` block, or none where nothing can be shown.

    A value that Slack does not take is never cut (it would say something else): its button or option is left out.
    """
    elements = [element for item in items if (element := _element(item)) is not None][:MOST_BUTTONS]
    used: dict[str, int] = {}
    for element in elements:
        action = element["action_id"]
        used[action] = used.get(action, 0) + 1
        if used[action] > 1:
            element["action_id"] = f"{action}#{used[action]}"
    if elements:
        yield {"type": "actions", "elements": elements}


def action_of(action_id: str) -> str:
    """The action that a button's ``action_id`` stands for; empty for a button that only opens a page."""
    return "" if action_id.startswith(_LINK) else _NUMBERED.sub("", action_id)


def is_person(who: str) -> bool:
    """Whether it is a person's ID, as Slack writes them."""
    return _PERSON.fullmatch(who) is not None


def mention(who: str) -> Iterator[Json]:
    """Slack's own element for calling somebody; what is no ID of a person or a group calls nobody."""
    if not _MENTIONED.fullmatch(who):
        return
    kind = {"type": "usergroup", "usergroup_id": who} if who[0] == "S" else {"type": "user", "user_id": who}
    yield {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [kind]}]}


def _element(item: Button | Choice) -> Json | None:
    label = cut(plain(item.label), _LABEL_LENGTH)
    action = _NUMBERED.sub("", plain(item.action).removeprefix(_LINK))
    if not visible(label) or not action or length(action) > _ACTION_LENGTH:
        return None
    return _choice(item, label, action) if isinstance(item, Choice) else _button(item, label, action)


def _button(button: Button, label: str, action: str) -> Json | None:
    if button.value and not _taken(button.value, _VALUE_LENGTH):
        return None
    link = safe_link(button.link) if button.link else ""
    if button.link and not link:
        return None
    made = {
        "type": "button",
        "action_id": f"{_LINK}{action}" if link else action,
        "text": plain_object(label),
        "value": button.value,
        "style": button.style if button.style in _STYLES else "",
        "url": link,
    }
    return {name: value for name, value in made.items() if value}


def _choice(choice: Choice, label: str, action: str) -> Json | None:
    made = options(choice.options)[:MOST_OPTIONS]
    if not made:
        return None
    return {"type": "static_select", "action_id": action, "placeholder": plain_object(label), "options": made}


def options(pairs: Iterable[tuple[str, str]]) -> list[Json]:
    """(label, value) pairs as Slack's options, without those that it would not take; the first of each value."""
    texts = [(cut(plain(shown), _LABEL_LENGTH), value) for shown, value in pairs]
    made: dict[str, Json] = {}
    for text, value in texts:
        if visible(text) and _taken(value, _OPTION_VALUE_LENGTH):
            made.setdefault(value, {"text": plain_object(text), "value": value})
    return list(made.values())


def _taken(value: str, most: int) -> bool:
    return bool(value) and length(value) <= most and plain(value) == value
