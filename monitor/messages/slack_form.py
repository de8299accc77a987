"""Forms as Slack's modals, within Slack's limits whatever they hold.

Each field is an input whose ``block_id`` is the field's name. Beside the form's value the modal carries where it was
asked for, so that an answer can be given there: Slack does not say so when a modal is sent.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from monitor.messages.clean import storable, visible
from monitor.messages.interaction import ChoiceField, DateField, Form, FormField, PersonField, TextField
from monitor.messages.slack_buttons import is_person, options
from monitor.messages.slack_text import Json, cut, length, plain, plain_object

MOST_FIELDS = 90  # Slack takes 100 blocks
TITLE_LENGTH = 24
LABEL_LENGTH = 200  # Slack takes 2,000, and nobody reads them
TEXT_LENGTH = 3_000
MISTAKE_LENGTH = 300
METADATA_LENGTH = 3_000
_NAME_LENGTH = 255
_CLOSE = "Cancel"
_ACTION = "answer"
_UNNAMED = "Answer"
_MOST_OPTIONS = 100


@dataclass(frozen=True, slots=True)
class Place:
    """Where the person was: a channel, and perhaps a thread in it."""

    channel: str = ""
    thread: str = ""


def to_view(form: Form, place: Place) -> Json:
    """The modal for views.open. Raises ValueError where the form could not come back as it is.

    That is: an id or a name of a field beyond 255 characters, two fields of one name, a choice between nothing, a value
    that is too long or holds what cannot be seen.
    """
    names = [one.name for one in form.fields]
    if len(set(names)) != len(names) or not all(0 < length(name) <= _NAME_LENGTH for name in (form.id, *names)):
        raise ValueError(f"form {form.id!r:.60}: an id, or the names of its fields, cannot be used")
    metadata = json.dumps([form.value, place.channel, place.thread], ensure_ascii=False, separators=(",", ":"))
    if length(metadata) > METADATA_LENGTH or plain(form.value) != form.value:
        raise ValueError(f"form {form.id!r:.60}: its value cannot be carried")
    intro = cut(plain(form.intro), TEXT_LENGTH)
    blocks = [{"type": "section", "text": plain_object(intro)}] if visible(intro) else []
    return {
        "type": "modal",
        "callback_id": form.id,
        "title": plain_object(_short(form.title, "CRM Monitor")),
        "submit": plain_object(_short(form.submit, "Save")),
        "close": plain_object(_CLOSE),
        "private_metadata": metadata,
        "blocks": [*blocks, *(_input(one) for one in form.fields[:MOST_FIELDS])],
    }


def carried(metadata: str) -> tuple[str, Place]:
    """The form's value and the place that a modal carries. Raises ValueError when it is none of ours."""
    found = json.loads(metadata)
    if not isinstance(found, list) or len(found) != 3 or not all(isinstance(one, str) for one in found):
        raise ValueError("the modal is none of this program's")
    return found[0], Place(found[1], found[2])


def answers(state: Mapping[str, Any]) -> dict[str, str]:
    """Field name -> what was answered, from a modal's ``state.values``; empty where nothing was."""
    return {name: _answer(block.get(_ACTION) or {}) for name, block in state.items()}


def mistakes(fields: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with each field, as Slack shows it beneath."""
    return {name: cut(plain(text), MISTAKE_LENGTH) or "please look again" for name, text in fields.items()}


_ANSWERS = ("selected_date", "selected_user", "value")


def _answer(element: Mapping[str, Any]) -> str:
    chosen = element.get("selected_option")
    plain_answer = next((element[name] for name in _ANSWERS if name in element), None)
    found = chosen.get("value") if isinstance(chosen, Mapping) else plain_answer
    return storable(found) if isinstance(found, str) else ""


def _short(text: str, otherwise: str) -> str:
    shown = cut(plain(text), TITLE_LENGTH)
    return shown if visible(shown) else otherwise


def _input(one: FormField) -> Json:
    label = cut(plain(one.label), LABEL_LENGTH)
    hint = cut(plain(one.hint), LABEL_LENGTH)
    block: Json = {
        "type": "input",
        "block_id": one.name,
        "label": plain_object(label if visible(label) else _UNNAMED),
        "optional": one.optional,
        "element": {"action_id": _ACTION, **_element(one)},
    }
    return {**block, "hint": plain_object(hint)} if visible(hint) else block


def _element(one: FormField) -> Json:
    match one:
        case TextField():
            most = max(1, min(one.most, TEXT_LENGTH))
            made: Json = {"type": "plain_text_input", "multiline": one.lines, "max_length": most}
            initial = cut("\n".join(plain(line) for line in one.initial.splitlines()), most, "")
            return {**made, "initial_value": initial} if visible(initial) else made
        case ChoiceField():
            shown = options(one.options)[:_MOST_OPTIONS]
            if not shown:
                raise ValueError(f"field {one.name!r:.60}: there is nothing to choose from")
            first = next((option for option in shown if option["value"] == one.initial), None)
            made = {"type": "static_select", "options": shown}
            return {**made, "initial_option": first} if first else made
        case DateField():
            made = {"type": "datepicker"}
            return {**made, "initial_date": one.initial.isoformat()} if one.initial else made
        case PersonField():
            made = {"type": "users_select"}
            return {**made, "initial_user": one.initial} if is_person(one.initial) else made
