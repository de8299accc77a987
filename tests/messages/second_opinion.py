"""Slack's limits as the package ``slackblocks`` knows them: it builds each block anew, and refuses what breaks one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from slackblocks import (
    ActionsBlock,
    Button,
    ContextBlock,
    DatePicker,
    DividerBlock,
    HeaderBlock,
    InputBlock,
    Message,
    ModalView,
    Option,
    PlainText,
    PlainTextInput,
    RichText,
    RichTextBlock,
    RichTextLink,
    RichTextList,
    RichTextSection,
    RichTextUser,
    RichTextUserGroup,
    SectionBlock,
    StaticSelectMenu,
    UserSelectMenu,
)


def rebuild(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The blocks as ``slackblocks`` would write them; raises its InvalidUsageError for a broken limit."""
    made = [_block(block) for block in content.get("blocks", [])]
    message = Message(channel="C1", text=content["text"], blocks=made or None)
    return [_bare(block) for block in message.to_dict().get("blocks", [])]


def rebuild_view(view: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A modal's blocks as ``slackblocks`` would write them; raises its InvalidUsageError for a broken limit."""
    named = {name: _text(view[name]) for name in ("title", "submit", "close")}
    more = {name: view[name] for name in ("private_metadata", "callback_id")}
    made = ModalView(blocks=[_block(block) for block in view["blocks"]], **named, **more)
    return [_bare(block) for block in made.to_dict()["blocks"]]


def bare(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The message's own blocks, without what ``slackblocks`` leaves out because it is the default."""
    return [_bare(block) for block in content.get("blocks", [])]


def _bare(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _bare(item) for name, item in value.items() if not _default(name, item)}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_bare(item) for item in value]
    return value


def _default(name: str, item: Any) -> bool:
    return (
        name == "block_id"
        or (name == "emoji" and item is False)
        or (name in ("offset", "border") and item == 0)
        or item is False
    )


def _block(block: Mapping[str, Any]) -> Any:
    match block["type"]:
        case "header":
            return HeaderBlock.from_dict(block)
        case "divider":
            return DividerBlock.from_dict(block)
        case "context":
            return ContextBlock.from_dict(block)
        case "rich_text":
            return RichTextBlock([_rich(element) for element in block["elements"]])
        case "section":
            return SectionBlock(_text(block["text"]))
        case "input":
            hint = _text(block["hint"]) if "hint" in block else None
            return InputBlock(
                _text(block["label"]),
                _asked(block["element"]),
                block_id=block["block_id"],
                hint=hint,
                optional=block["optional"],
            )
        case "actions":
            return ActionsBlock([_pressed(element) for element in block["elements"]])
    raise AssertionError(f"a block of a type that this test does not know: {block['type']}")


def _pressed(element: Mapping[str, Any]) -> Any:
    named = {name: element[name] for name in ("action_id", "value", "style", "url") if name in element}
    if element["type"] == "static_select":
        options = [Option(_text(option["text"]), option["value"]) for option in element["options"]]
        return StaticSelectMenu(placeholder=_text(element["placeholder"]), options=options, **named)
    return Button(_text(element["text"]), **named)


def _asked(element: Mapping[str, Any]) -> Any:
    given = {name: value for name, value in element.items() if name != "type"}
    match element["type"]:
        case "static_select":
            made = {value["value"]: Option(_text(value["text"]), value["value"]) for value in given["options"]}
            given["options"] = [made[value["value"]] for value in given["options"]]
            if "initial_option" in given:
                given["initial_option"] = made[given["initial_option"]["value"]]
            return StaticSelectMenu(**given)
        case "datepicker":
            return DatePicker(**given)
        case "users_select":
            return UserSelectMenu(**given)
        case _:
            return PlainTextInput(**given)


def _text(text: Mapping[str, Any]) -> Any:
    return PlainText(text["text"], emoji=text["emoji"])


def _rich(element: Mapping[str, Any]) -> Any:
    if element["type"] == "rich_text_list":
        return RichTextList(element["style"], [_rich(section) for section in element["elements"]])
    return RichTextSection([_inline(inline) for inline in element["elements"]])


def _inline(element: Mapping[str, Any]) -> Any:
    style = element.get("style", {})
    if element["type"] == "link":
        return RichTextLink(element["url"], element["text"], **style)
    if element["type"] == "user":
        return RichTextUser(element["user_id"])
    if element["type"] == "usergroup":
        return RichTextUserGroup(element["usergroup_id"])
    return RichText(element["text"], **style)
