"""Who is in a user group on Slack, as Slack last said."""

from __future__ import annotations

import time
from collections.abc import Callable, Set
from threading import Lock

from slack_sdk.errors import SlackApiError
from slack_sdk.web import WebClient

from monitor.delivery import transport
from monitor.delivery.quiet import quiet_logger

TIMEOUT = 2  # seconds: somebody waits for an answer
AS_LONG = 300.0
"""Seconds for which an answer counts."""


class SlackGroups:
    """The user groups of one workspace. Where Slack cannot be asked, what it last said counts, and nothing before.

    The token appears in no error and no repr. ``monotonic`` counts seconds.
    """

    def __init__(
        self, token: str, *, base_url: str = WebClient.BASE_URL, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._client = WebClient(
            token=token, base_url=base_url, timeout=TIMEOUT, retry_handlers=[], logger=quiet_logger()
        )
        self._monotonic, self._lock = monotonic, Lock()
        self._known: dict[str, tuple[float, frozenset[str]]] = {}

    def __repr__(self) -> str:
        return "SlackGroups()"

    def members(self, group: str) -> Set[str]:
        """The user IDs of a group (``S…``); of one that is not known, nobody."""
        with self._lock:
            asked, found = self._known.get(group, (float("-inf"), frozenset[str]()))
            if self._monotonic() - asked < AS_LONG:
                return found
            found = self._ask(group, found)
            self._known[group] = self._monotonic(), found
            return found

    def _ask(self, group: str, known: frozenset[str]) -> frozenset[str]:
        try:
            users = self._client.usergroups_users_list(usergroup=group).get("users")
        except (SlackApiError, *transport.FAILURES):
            return known
        return frozenset(str(user) for user in users) if isinstance(users, list) else known
