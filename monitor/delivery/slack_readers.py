"""Who else reads a channel: guests, and people of other companies. What alerts say of a CRM is not theirs to read.

Asked by ``doctor``, and before anything is posted: people are invited into channels long after somebody looked.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse, WebClient

from monitor.delivery import advice, transport
from monitor.delivery.quiet import quiet_logger
from monitor.delivery.slack_answers import name_of, of_api_error
from monitor.delivery.target import Answer, Fate, Lost, NotAccepted, Refused, Target
from monitor.messages.outgoing import Outgoing, Remote

CHOOSE = "use another channel, or set slack.allow_shared: true in config/monitor.yaml if they may"
_PAGE = 500
_MOST_PAGES = 50
_FEW = 20
"""Of so many members each is asked about by itself; of more, the list of all people of the workspace is read."""
_MOST_ASKED = 100
"""Slack answers about a hundred such questions a minute."""
_COUNTS_FOR = 600.0  # seconds


class TooManyToAsk(Exception):
    """More members than Slack can be asked about in a reasonable time."""


def company(seen: Mapping[str, Any]) -> str:
    """What ``conversations.info`` says of other companies that read the channel, now or soon; or nothing."""
    if seen.get("is_ext_shared"):
        return "is shared with another company, which reads the alerts too"
    return "is about to be shared with another company" if seen.get("is_pending_ext_shared") else ""


def guests_in(client: WebClient, channel: str) -> int:
    """How many members are guests, or of another company.

    Raises SlackApiError, ``transport.FAILURES``, and TooManyToAsk.
    """
    members = {
        str(one) for one in _pages(lambda at: client.conversations_members(channel=channel, limit=_PAGE, cursor=at))
    }
    listed = _pages(lambda at: client.users_list(limit=_PAGE, cursor=at)) if len(members) > _FEW else ()
    known = {str(user.get("id")): _is_guest(user) for user in listed}
    if len(asked := members - known.keys()) > _MOST_ASKED:
        raise TooManyToAsk
    known |= {member: _is_guest(client.users_info(user=member).get("user") or {}) for member in sorted(asked)}
    return sum(known[member] for member in members)


def _pages(ask: Callable[[str | None], SlackResponse]) -> Iterator[Any]:
    cursor = ""
    for _ in range(_MOST_PAGES):
        answer = ask(cursor or None)
        yield from answer.get("members") or ()
        cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return
    raise TooManyToAsk


def _is_guest(user: Mapping[str, Any]) -> bool:
    # A stranger is a member of another company's workspace, seen through a shared channel.
    return bool(user.get("is_restricted") or user.get("is_ultra_restricted") or user.get("is_stranger"))


def words_for(guests: int, name: str) -> str:
    """``2 guests are in #crm, reading the alerts too``."""
    who = "1 guest is" if guests == 1 else f"{guests} guests are"
    return f"{who} in {name}, reading the alerts too"


class ChannelReaders:
    """Looks at channels of one workspace; what was seen counts for ten minutes."""

    def __init__(
        self,
        token: str,
        *,
        base_url: str = WebClient.BASE_URL,
        timeout: int = 10,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = WebClient(
            token=token.strip(), base_url=base_url, timeout=timeout, retry_handlers=[], logger=quiet_logger()
        )
        self._clock = clock
        self._seen: dict[str, tuple[float, str]] = {}

    def problem(self, channel: str) -> NotAccepted | Refused | None:
        """Why nothing may be posted there, as far as Slack lets us know; ``doctor`` says where it does not.

        While Slack does not answer, nothing is posted either.
        """
        at, found = self._seen.get(channel, (float("-inf"), ""))
        if self._clock() - at > _COUNTS_FOR:
            try:
                found = self._look(channel)
            except SlackApiError as error:
                if name_of(error) and name_of(error) not in advice.AGAIN | advice.UNCLEAR:
                    return None  # a scope is missing, or what is wrong the posting itself will tell
                return _later(of_api_error(error))
            except transport.FAILURES as error:
                return _later(transport.of_exception(error))
            except TooManyToAsk:
                return None
            self._seen[channel] = self._clock(), found
        return Refused(f"nothing is posted there: {found}; {CHOOSE}") if found else None

    def _look(self, channel: str) -> str:
        seen: Mapping[str, Any] = self._client.conversations_info(channel=channel).get("channel") or {}
        name = f"#{seen.get('name', channel)}"
        if said := company(seen):
            return f"{name} {said}"
        guests = guests_in(self._client, channel)
        return words_for(guests, name) if guests else ""


def _later(answer: Answer) -> NotAccepted:
    """Nothing was posted yet, so that a lost answer leaves no doubt."""
    why = answer.error if isinstance(answer, NotAccepted | Lost | Refused) else "no answer"
    after = answer.after if isinstance(answer, NotAccepted) else None
    return NotAccepted(f"who reads the channel cannot be told: {why}", after)


class Shielded:
    """A channel to which nothing goes while guests or another company read it."""

    def __init__(self, target: Target, channel: str, readers: ChannelReaders) -> None:
        self._target, self._channel, self._readers = target, channel, readers

    def __repr__(self) -> str:
        return f"Shielded({self._target!r})"

    def send(self, message: Outgoing, root: Remote | None) -> Answer:
        """See Target."""
        return self._readers.problem(self._channel) or self._target.send(message, root)

    def settle(self, message: Outgoing, root: Remote | None) -> Fate:
        """See Target."""
        return self._target.settle(message, root)
