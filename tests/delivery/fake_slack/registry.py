"""Which methods the Web API has, and which fields each of them knows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.delivery.fake_slack.workspace import SlackError, Workspace

Fields = dict[str, Any]
Method = Callable[[Workspace, Fields], Fields]
_METHODS: dict[str, tuple[Method, frozenset[str]]] = {}
OF_THE_APP = "apps.connections.open"
"""The one method that wants the app's own token instead of the bot's."""


def call(workspace: Workspace, name: str, fields: Fields) -> Fields:
    """The method's answer without ``ok``. Raises SlackError."""
    if name not in _METHODS:
        raise SlackError("unknown_method", name)
    method, known = _METHODS[name]
    if unknown := set(fields) - known:
        raise SlackError("invalid_arguments", f"unknown: {sorted(unknown)}")
    return method(workspace, fields)


def method(name: str, *fields: str) -> Callable[[Method], Method]:
    """Registers a method with the fields it knows."""

    def register(made: Method) -> Method:
        _METHODS[name] = (made, frozenset(fields))
        return made

    return register


def authorize(workspace: Workspace, name: str, header: str) -> None:
    """Raises SlackError unless the header holds the token that the method wants."""
    if not header:
        raise SlackError("not_authed")
    token = header.removeprefix("Bearer ")
    if token in workspace.revoked:
        raise SlackError("token_revoked")
    if token not in (workspace.token, workspace.app_token):
        raise SlackError("invalid_auth")
    if (token == workspace.app_token) != (name == OF_THE_APP):
        raise SlackError("not_allowed_token_type")
