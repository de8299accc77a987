"""Sends through an incoming webhook: a degraded mode, for it can neither edit nor reply nor be asked."""

from __future__ import annotations

from slack_sdk.webhook import WebhookClient, WebhookResponse

from monitor.delivery import advice, transport
from monitor.delivery.quiet import quiet_logger
from monitor.delivery.target import (
    Accepted,
    Answer,
    CannotTell,
    Failure,
    Fate,
    Lost,
    NotAccepted,
    NothingToSend,
    Refused,
)
from monitor.messages.outgoing import Action, Outgoing, Remote
from monitor.messages.slack import to_slack
from monitor.messages.treejson import from_json

TIMEOUT = 10  # seconds


class WebhookTarget:
    """One channel, known only by a secret address, which appears in no error and no repr.

    A reply goes out as a message of its own; an edit is left out.
    """

    def __init__(self, url: str, *, timeout: int = TIMEOUT) -> None:
        self._client = WebhookClient(url.strip(), timeout=timeout, retry_handlers=[], logger=quiet_logger())

    def __repr__(self) -> str:
        return "WebhookTarget()"

    def send(self, message: Outgoing, root: Remote | None) -> Answer:
        """See Target."""
        if message.action is Action.UPDATE:
            return NothingToSend("a webhook cannot edit a message")
        try:
            content = to_slack(from_json(message.payload))
        except ValueError as error:
            return Refused(f"the stored message cannot be read: {error}", only_this=True, failure=Failure.MESSAGE)
        try:
            response = self._client.send_dict({**content, "unfurl_links": False, "unfurl_media": False})
        except transport.FAILURES as error:
            return transport.of_exception(error)
        return _answer(response)

    def settle(self, message: Outgoing, root: Remote | None) -> Fate:
        """A webhook tells nothing about messages; only a person can look."""
        return CannotTell("a webhook cannot be asked; look in the channel yourself whether it stands there")


def _answer(response: WebhookResponse) -> Answer:
    retry_after = next((value for key, value in response.headers.items() if key.lower() == "retry-after"), None)
    if (answer := transport.of_status(response.status_code, retry_after)) is not None:
        return answer
    body = (response.body or "").strip()
    if response.status_code == 200:
        return Accepted(None) if body == "ok" else Lost("the answer was not Slack's")
    if name := advice.error_name(body):
        return advice.refusal(name)
    return NotAccepted(f"something between here and Slack answered instead (HTTP {response.status_code})")
