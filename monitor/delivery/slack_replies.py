"""Answers to one person: messages that nobody else sees, and forms."""

from __future__ import annotations

from collections.abc import Callable

from slack_sdk.errors import SlackApiError
from slack_sdk.web import WebClient
from slack_sdk.webhook import WebhookClient

from monitor.delivery import advice, transport
from monitor.delivery.quiet import quiet_logger
from monitor.delivery.slack_answers import name_of, status_of
from monitor.delivery.slack_payloads import Received
from monitor.messages.interaction import Form
from monitor.messages.slack import to_slack
from monitor.messages.slack_form import to_view
from monitor.messages.tree import Message, Paragraph, Span, Tone

TIMEOUT = 10  # seconds
TOO_LATE = "Sorry, that took me too long. Please press the button again."
_EXPIRED = ("expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id", "trigger_expired")
_ELSEWHERE = ("not_in_channel", "user_not_in_channel", "channel_not_found", "is_archived")


class SlackReplies:
    """Neither method raises for what Slack or the network does; each says why it failed, or nothing.

    The token appears in no error and no repr.
    """

    def __init__(self, token: str, *, base_url: str = WebClient.BASE_URL, timeout: int = TIMEOUT) -> None:
        self._timeout = timeout
        # No retry handlers, as in SlackTarget: a lost answer is no reason to say it twice.
        self._client = WebClient(
            token.strip(), base_url=base_url, timeout=timeout, retry_handlers=[], logger=quiet_logger()
        )

    def __repr__(self) -> str:
        return "SlackReplies()"

    def private(self, message: Message, to: Received) -> str:
        """Tells the person alone: where it was done, or else as a direct message."""
        content = to_slack(message)
        if to.response_url:
            return self._respond(content, to)
        if to.place.channel:
            thread = to.place.thread or None
            trouble = self._asked(
                lambda: self._client.chat_postEphemeral(
                    channel=to.place.channel, user=to.interaction.who, thread_ts=thread, **content
                )
            )
            if trouble not in _ELSEWHERE:
                return trouble
        return self._asked(
            lambda: self._client.chat_postMessage(
                channel=to.interaction.who, parse="none", unfurl_links=False, unfurl_media=False, **content
            )
        )

    def ask(self, form: Form, to: Received) -> str:
        """Opens the form, within the seconds that Slack allows; after them, says so to the person."""
        try:
            view = to_view(form, to.place)
        except ValueError as error:
            return str(error)
        trouble = self._asked(lambda: self._client.views_open(trigger_id=to.trigger, view=view))
        if trouble in _EXPIRED:
            return self.private(plain_message(TOO_LATE), to)
        return trouble

    def _respond(self, content: dict[str, object], to: Received) -> str:
        more = {"thread_ts": to.place.thread} if to.place.thread else {}
        client = WebhookClient(to.response_url, timeout=self._timeout, retry_handlers=[], logger=quiet_logger())
        try:
            answer = client.send_dict(
                {**content, **more, "response_type": "ephemeral", "replace_original": False, "unfurl_links": False}
            )
        except transport.FAILURES as error:
            return transport.of_exception(error).error
        if answer.status_code == 200:
            return ""
        return advice.error_name((answer.body or "").strip()) or f"HTTP {answer.status_code}"

    def _asked(self, call: Callable[[], object]) -> str:
        try:
            call()
        except SlackApiError as error:
            return name_of(error) or f"HTTP {status_of(error)}"
        except transport.FAILURES as error:
            return transport.of_exception(error).error
        return ""


def plain_message(text: str) -> Message:
    """One sentence as a message."""
    return Message(text, (Paragraph((Span(text),)),), Tone.SYSTEM)
