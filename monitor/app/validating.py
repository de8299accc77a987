"""Asks Slack of messages whether it would take them."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.app.project import OpenProject
from monitor.delivery.slack_validate import Verdict, validate
from monitor.errors import UsageError
from monitor.messages.tree import Message


def validated(opened: OpenProject, messages: Sequence[Message]) -> list[Verdict]:
    """A verdict for each. Raises UsageError where the project has no bot token to ask with."""
    slack = opened.project.settings.slack
    if slack is None or slack.token is None:
        raise UsageError("Slack cannot be asked without a bot token.", hint="set slack.token in config/monitor.yaml")
    return validate(slack.token.get_secret_value(), messages, base_url=opened.slack_address)
