"""Slack's refusals by name, each with what a person can do about it."""

from __future__ import annotations

import re

from monitor.delivery.target import Failure, Refused

AGAIN = frozenset({"ratelimited", "rate_limited", "service_unavailable", "team_added_to_org", "request_timeout"})
"""Surely not accepted, and worth another attempt."""
TOO_MANY = frozenset({"ratelimited", "rate_limited"})
"""Of these, what says that too much was asked."""

UNCLEAR = frozenset({"internal_error", "fatal_error"})
"""Slack says of these that a part of the work may have been done: for a post that is doubt, not failure."""

GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})
"""The message can be edited no more: post a new one."""

OF_ONE_MESSAGE = frozenset(
    {
        "thread_not_found",
        "restricted_action_thread_locked",
        "msg_too_long",
        "msg_blocks_too_long",
        "invalid_blocks",
        "invalid_blocks_format",
        "invalid_arguments",
        "invalid_payload",
        "metadata_too_large",
        "no_text",
    }
)
"""Refusals that say nothing about other messages to the same channel."""

_TOKEN = "put a valid bot token (xoxb-…) into the configuration; Slack shows it under OAuth & Permissions of the app"
_SCOPE = "add the scope to the app under OAuth & Permissions, and install the app to the workspace again"
_CHANNEL = "check the channel under config/: use the channel's ID (C…), shown at the end of its details"
_BUG = "this is a fault of crm-monitor: please report it with the name of the check"
_ADMIN = "ask an administrator of the Slack workspace"

ADVICE = {
    "invalid_auth": _TOKEN,
    "not_authed": _TOKEN,
    "account_inactive": f"the bot was removed or the workspace closed; install the app again, then {_TOKEN}",
    "token_revoked": f"the token was revoked; {_TOKEN}",
    "token_expired": f"the token has expired; {_TOKEN}",
    "not_allowed_token_type": f"this is another kind of token; {_TOKEN}",
    "missing_scope": _SCOPE,
    "no_permission": _SCOPE,
    "channel_not_found": f"{_CHANNEL}; a private channel must first invite the app: /invite @CRM Monitor",
    "not_in_channel": "invite the app into the channel: /invite @CRM Monitor (or give it the scope chat:write.public)",
    "is_archived": "the channel is archived; unarchive it, or configure another",
    "channel_is_archived": "the channel is archived; unarchive it, or configure another",
    "restricted_action": f"a workspace setting keeps the app from posting there; {_ADMIN}",
    "restricted_action_read_only_channel": f"the channel is read-only; {_ADMIN}",
    "restricted_action_thread_locked": f"the thread is locked; {_ADMIN}",
    "restricted_action_thread_only_channel": f"the channel takes replies only; {_ADMIN}, or configure another",
    "ekm_access_denied": f"the workspace has suspended posting; {_ADMIN}",
    "access_denied": _ADMIN,
    "org_login_required": f"the workspace is being moved to an organisation; {_ADMIN}",
    "team_access_not_granted": f"the app may not act in this workspace; {_ADMIN}",
    "two_factor_setup_required": f"the account must set up two-factor login; {_ADMIN}",
    "accesslimited": f"the network's address is not allowed to call Slack; {_ADMIN}",
    "thread_not_found": "somebody deleted the message that this one answers; the incident itself is unchanged",
    "msg_too_long": _BUG,
    "msg_blocks_too_long": _BUG,
    "invalid_blocks": _BUG,
    "invalid_blocks_format": _BUG,
    "invalid_arguments": _BUG,
    "metadata_too_large": _BUG,
    "no_text": _BUG,
    # Incoming webhooks answer with names of their own.
    "invalid_payload": _BUG,
    "invalid_token": "the webhook's address is no longer valid; make a new one in the Slack app and configure it",
    "no_service": "the webhook was removed or disabled; make a new one in the Slack app and configure it",
    "no_team": "the webhook's workspace is gone; make a new one in the Slack app and configure it",
    "team_disabled": f"the workspace is disabled; {_ADMIN}",
    "action_prohibited": f"a workspace setting keeps the webhook from posting; {_ADMIN}",
    "posting_to_general_channel_denied": f"the webhook may not post to #general; {_ADMIN}",
}
_APP_TOKEN = (
    "put a valid app-level token (xapp-…) into slack.app_token; Slack shows it under Basic Information of the app"
)
APP_ADVICE = {
    "invalid_auth": _APP_TOKEN,
    "not_authed": _APP_TOKEN,
    "account_inactive": f"the app was removed; install it again, then {_APP_TOKEN}",
    "token_revoked": f"the app-level token was revoked; {_APP_TOKEN}",
    "token_expired": f"the app-level token has expired; {_APP_TOKEN}",
    "not_allowed_token_type": f"this is another kind of token; {_APP_TOKEN}",
    "missing_scope": f"the token lacks the scope connections:write: make another that has it; {_APP_TOKEN}",
    "no_permission": f"the token lacks the scope connections:write: make another that has it; {_APP_TOKEN}",
    "too_many_websockets": "ten connections are open already: is the monitor running more than once?",
}
"""What helps where a connection for Socket Mode is refused."""

_NAME = re.compile(r"[a-z][a-z0-9_]{1,63}")


def error_name(error: object) -> str:
    """Slack's name of an error, or nothing where the answer held something else (a proxy's page, say)."""
    return error if isinstance(error, str) and _NAME.fullmatch(error) else ""


def refusal(name: str) -> Refused:
    """``Slack refused it (not_in_channel): invite the app …``."""
    advice = ADVICE.get(name, "see the errors of chat.postMessage in Slack's documentation")
    text = f"Slack refused it ({name}): {advice}"
    return Refused(text, only_this=name in OF_ONE_MESSAGE, failure=_failure(name, advice))


def _failure(name: str, advice: str) -> Failure:
    if name in OF_ONE_MESSAGE:
        return Failure.MESSAGE
    if advice.endswith(_TOKEN):
        return Failure.CREDENTIALS
    return Failure.PERMISSION if advice == _SCOPE or _ADMIN in advice else Failure.DESTINATION
