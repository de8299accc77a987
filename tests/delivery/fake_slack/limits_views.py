"""Slack's limits on modals, as its documentation states them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from tests.delivery.fake_slack.limits import check_content, keys, need, static_select, string, text_object
from tests.delivery.fake_slack.workspace import SlackError

_FIELDS = {"type", "title", "blocks"}
_MORE = {"submit", "close", "private_metadata", "callback_id", "external_id", "clear_on_close", "notify_on_close"}


def check_view(view: Any) -> None:
    """Raises SlackError with Slack's own name for what is wrong."""
    try:
        _check(view)
    except SlackError as error:
        raise SlackError("invalid_arguments", error.detail or error.name) from None


def _check(view: Any) -> None:
    need(isinstance(view, dict) and view.get("type") == "modal", "a view of type modal")
    need(_FIELDS <= set(view) <= _FIELDS | _MORE, f"fields {sorted(view)}")
    for name in ("title", "submit", "close"):
        if name in view:
            text_object(view[name], 24)
    for name, most in (("private_metadata", 3000), ("callback_id", 255), ("external_id", 255)):
        if name in view:
            string(view[name], most)
    blocks = view["blocks"]
    need(isinstance(blocks, list) and len(blocks) <= 100, "at most 100 blocks")
    named = [block["block_id"] for block in blocks if isinstance(block, dict) and "block_id" in block]
    need(len(set(named)) == len(named), "a block_id twice")
    for block in blocks:
        need(isinstance(block, dict), "a block")
        if block.get("type") == "input":
            _input(block)
        else:
            check_content("x", [block])
    need("submit" in view or not any(block["type"] == "input" for block in blocks), "submit, where there are inputs")


def _input(block: Mapping[str, Any]) -> None:
    keys(block, {"label", "element"}, {"hint", "optional", "dispatch_action"})
    if "block_id" in block:
        string(block["block_id"], 255)
    text_object(block["label"], 2000)
    if "hint" in block:
        text_object(block["hint"], 2000)
    element = block["element"]
    need(isinstance(element, dict) and element.get("type") in _ELEMENTS, f"an input's element: {element!r:.60}")
    string(element.get("action_id"), 255)
    _ELEMENTS[element["type"]](element)


def _typed(element: Mapping[str, Any]) -> None:
    more = {"placeholder", "initial_value", "multiline", "min_length", "max_length", "focus_on_load"}
    keys(element, {"action_id"}, more)
    if "placeholder" in element:
        text_object(element["placeholder"], 150)
    most = element.get("max_length", 3000)
    need(isinstance(most, int) and 1 <= most <= 3000, "max_length of 1 to 3000")
    if "initial_value" in element:
        string(element["initial_value"], most)


def _day(element: Mapping[str, Any]) -> None:
    keys(element, {"action_id"}, {"placeholder", "initial_date", "focus_on_load"})
    if "initial_date" in element:
        need(re.fullmatch(r"\d{4}-\d\d-\d\d", str(element["initial_date"])), "a date")


def _person(element: Mapping[str, Any]) -> None:
    keys(element, {"action_id"}, {"placeholder", "initial_user", "focus_on_load"})
    if "initial_user" in element:
        need(re.fullmatch(r"[UW][A-Z0-9]{6,30}", str(element["initial_user"])), "a user's ID")


_ELEMENTS: dict[str, Callable[[Mapping[str, Any]], None]] = {
    "plain_text_input": _typed,
    "static_select": static_select,
    "datepicker": _day,
    "users_select": _person,
}
