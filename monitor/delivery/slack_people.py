"""Finds a person on Slack by e-mail address."""

from __future__ import annotations

from dataclasses import dataclass

from slack_sdk.errors import SlackApiError
from slack_sdk.web import WebClient

from monitor.delivery import transport
from monitor.delivery.quiet import quiet_logger
from monitor.delivery.slack_answers import name_of

TIMEOUT = 10  # seconds
_NOT_THERE = ("users_not_found", "user_not_found", "user_not_visible", "account_inactive")


@dataclass(frozen=True, slots=True)
class NotTold:
    """Slack could not be asked, or does not tell: nothing is known of the person. ``reason`` says what helps."""

    reason: str


class SlackPeople:
    """The members of one workspace. The token appears in no error and no repr."""

    def __init__(self, token: str, *, base_url: str = WebClient.BASE_URL, timeout: int = TIMEOUT) -> None:
        self._client = WebClient(
            token=token, base_url=base_url, timeout=timeout, retry_handlers=[], logger=quiet_logger()
        )

    def __repr__(self) -> str:
        return "SlackPeople()"

    def find(self, email: str) -> str | NotTold:
        """The user ID of whoever has the address; empty where nobody has it."""
        try:
            answer = self._client.users_lookupByEmail(email=email)
        except SlackApiError as error:
            name = name_of(error)
            if name in _NOT_THERE:
                return ""
            if name == "missing_scope":
                return NotTold("the app may not look people up: give it the scopes users:read and users:read.email")
            return NotTold(f"Slack does not say who has an address ({name or 'no clear answer'})")
        except transport.FAILURES as error:
            return NotTold(f"Slack cannot be asked who has an address ({type(error).__name__})")
        user = answer.get("user")
        found = user.get("id") if isinstance(user, dict) else None
        return found if isinstance(found, str) else ""
