"""The manifest from which Slack makes the app: its name, and just what the chosen features take.

Slack's own description of the format: https://docs.slack.dev/reference/app-manifest
"""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any
from urllib.parse import quote

from monitor.delivery.slack_scopes import FEATURES, INTERACTIVE, Feature, needed

NAME = "CRM Monitor"
COMMAND = "/crm"
HINT = "status | check ENTITY | failing CHECK | me | help"
_ABOUT = "Says what got worse in the CRM, where it came from and how to mend it."
_COLOUR = "#1f7a5c"
_NEW_APP = "https://api.slack.com/apps?new_app=1&manifest_json="
_PERSONAL = frozenset({Feature.DIGESTS, Feature.FIXLISTS})


def manifest(features: Collection[Feature]) -> dict[str, Any]:
    """The manifest, as Slack takes it in JSON."""
    chosen = set(features)
    live = bool(chosen & INTERACTIVE)
    shown: dict[str, Any] = {"bot_user": {"display_name": NAME, "always_online": False}}
    if (
        chosen & _PERSONAL
    ):  # without its Messages tab Slack says that "sending messages to this app has been turned off"
        tab = {"messages_tab_enabled": True, "messages_tab_read_only_enabled": True}
        shown["app_home"] = {"home_tab_enabled": False, **tab}
    if Feature.COMMANDS in chosen:
        about = "What is wrong in the CRM, and what of it is yours"
        shown["slash_commands"] = [
            {"command": COMMAND, "description": about, "usage_hint": HINT, "should_escape": False}
        ]
    return {
        "_metadata": {"major_version": 1, "minor_version": 1},
        "display_information": {"name": NAME, "description": _ABOUT, "background_color": _COLOUR},
        "features": shown,
        "oauth_config": {"scopes": {"bot": [scope.name for scope in needed(chosen)]}},
        "settings": {
            "interactivity": {"is_enabled": live},
            "socket_mode_enabled": live,
            "org_deploy_enabled": False,
            "token_rotation_enabled": False,
        },
    }


def manifest_yaml(features: Collection[Feature]) -> str:
    """The same in YAML, with the reason beside each scope."""
    whys = {scope.name: scope.why for scope in needed(features)}
    chosen = [feature for feature in Feature if feature in features]
    head = [
        f"# The Slack app of {NAME}: at https://api.slack.com/apps choose Create New App, From a manifest.",
        "# It may do what these features take, and nothing else:",
        *(f"#   {feature.value}: {FEATURES[feature]}" for feature in chosen),
    ]
    return "\n".join([*head, *_lines(manifest(features), 0, whys)]) + "\n"


def new_app_link(features: Collection[Feature]) -> str:
    """A page of Slack's that asks only for the workspace and shows the manifest filled in."""
    return _NEW_APP + quote(json.dumps(manifest(features), separators=(",", ":")), safe="")


def _lines(value: dict[str, Any], depth: int, whys: dict[str, str]) -> list[str]:
    lines: list[str] = []
    for name, item in value.items():
        start = f"{'  ' * depth}{name}:"
        if isinstance(item, dict):
            lines += [start, *_lines(item, depth + 1, whys)]
        elif isinstance(item, list):
            lines += [start, *(line for one in item for line in _item(one, depth + 1, whys))]
        else:
            lines.append(f"{start} {json.dumps(item, ensure_ascii=False)}")
    return lines


def _item(one: Any, depth: int, whys: dict[str, str]) -> list[str]:
    if isinstance(one, dict):
        first, *rest = _lines(one, depth + 1, whys)
        return [f"{'  ' * depth}- {first.lstrip()}", *rest]
    return [f"{'  ' * depth}- {one}  # {whys[one]}" if one in whys else f"{'  ' * depth}- {json.dumps(one)}"]
