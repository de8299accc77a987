"""How often Slack lets itself be called: a post per second and channel, and so many calls a minute of each method."""

from __future__ import annotations

from collections import defaultdict, deque
from math import ceil

POST = "chat.postMessage"
A_SECOND, A_MINUTE = 1.0, 60.0
# https://docs.slack.dev/apis/web-api/rate-limits: tiers 1 to 4, and what the methods' own pages say of theirs.
A_MINUTE_OF = {
    "apps.connections.open": 1,
    "users.list": 20,
    "usergroups.list": 20,
    "usergroups.users.list": 20,
    "chat.update": 50,
    "conversations.history": 50,
    "conversations.info": 50,
    "conversations.open": 50,
    "conversations.replies": 50,
    "users.lookupByEmail": 50,
}
OTHERS = 100


class Rates:
    """Calls as they were let in. No burst is let through: the strictest way to read Slack's page."""

    def __init__(self) -> None:
        self._posted: defaultdict[str, float] = defaultdict(lambda: float("-inf"))
        self._called: defaultdict[str, deque[float]] = defaultdict(deque)
        self.refused: list[str] = []

    def wait(self, method: str, channel: str, now: float) -> int:
        """0 where a call at ``now`` (in seconds) is let in, else the seconds after which it may come again."""
        recent = self._called[method]
        while recent and now - recent[0] >= A_MINUTE:
            recent.popleft()
        left = recent[0] + A_MINUTE - now if len(recent) >= A_MINUTE_OF.get(method, OTHERS) else 0.0
        if method == POST:
            left = max(left, self._posted[channel] + A_SECOND - now)
        if left > 0:
            self.refused.append(method)
            return ceil(left)
        recent.append(now)
        if method == POST:
            self._posted[channel] = now
        return 0
