"""Listens to what people do on Slack, through Socket Mode, and answers them.

Slack wants to hear within three seconds that something arrived. A button and a command are acknowledged at once and
handled afterwards. What is wrong with a form can only be said in the acknowledgement itself: there the handler is
waited for, a little; what it says later is told in private.
"""

from __future__ import annotations

import logging
import threading
import traceback
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Any

from slack_sdk.errors import SlackClientNotConnectedError
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web import WebClient

from monitor.delivery.slack_payloads import Received, read
from monitor.delivery.slack_replies import TIMEOUT, SlackReplies, plain_message
from monitor.delivery.socket_connection import TICK, SocketConnection
from monitor.messages.interaction import Ask, Handler, Mistakes, Nothing, Private, Reaction, Submitted
from monitor.messages.slack_form import mistakes

PATIENCE = 2.0  # seconds that a form may take before it is acknowledged all the same
WAITING = 100  # interactions at once; beyond them people are asked to try again
WORKERS = 4
FAILED = (
    "Sorry, that did not work: something is wrong here, and it is in the log. Please tell whoever runs CRM Monitor."
)
BUSY = "I have too much to do at this moment. Please try again in a minute."
_log = logging.getLogger(__name__)


class SocketMode:
    """``handler`` is called for every interaction, from several threads at once, and twice where Slack delivers twice.

    The second time it has the same ``key``; making nothing of it is the handler's part. What the handler raises is told
    to the person in one friendly sentence, and to the log without the error's own text. Neither token appears anywhere.
    """

    def __init__(
        self,
        app_token: str,
        token: str,
        handler: Handler,
        *,
        base_url: str = WebClient.BASE_URL,
        timeout: int = TIMEOUT,
        patience: float = PATIENCE,
        waiting: int = WAITING,
        workers: int = WORKERS,
        tick: float = TICK,
    ) -> None:
        self._handler, self._patience = handler, patience
        self._replies = SlackReplies(token, base_url=base_url, timeout=timeout)
        self._room = threading.Semaphore(waiting)
        self._workers = ThreadPoolExecutor(workers, thread_name_prefix="slack-interaction")
        self._connection = SocketConnection(app_token, self._received, base_url=base_url, timeout=timeout, tick=tick)

    def __repr__(self) -> str:
        return "SocketMode()"

    @property
    def connected(self) -> bool:
        """Whether Slack can be heard now."""
        return self._connection.connected

    @property
    def trouble(self) -> str:
        """Why it cannot be heard, with what helps; empty while all is well."""
        return self._connection.trouble

    def start(self) -> None:
        """Connects in the background, and stays connected. Raises nothing where Slack is down."""
        self._connection.open()

    def close(self) -> None:
        """Hears nothing more, finishes what was acknowledged, and leaves no thread behind."""
        self._connection.close()
        self._workers.shutdown()

    def __enter__(self) -> SocketMode:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _received(self, client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        """What slack_sdk calls, in a thread of its own for each envelope."""
        received = read(request.type, request.payload)
        if received is None:
            _acknowledge(client, request)
        elif isinstance(received.interaction, Submitted):
            self._form(client, request, received)
        else:
            _acknowledge(client, request)
            handled = self._handle(received)
            if handled is None:
                self._perform(Private(plain_message(BUSY)), received)
            else:
                handled.add_done_callback(lambda done: self._perform(done.result(), received))

    def _form(self, client: BaseSocketModeClient, request: SocketModeRequest, received: Received) -> None:
        handled = self._handle(received)
        if handled is None:
            _acknowledge(client, request, _on_top(BUSY, received))
            if not received.fields:
                self._perform(Private(plain_message(BUSY)), received)
            return
        try:
            reaction = handled.result(self._patience)
        except TimeoutError:
            _acknowledge(client, request)
            handled.add_done_callback(lambda done: self._perform(_told(done.result()), received))
            return
        errors = _errors(reaction, received)
        _acknowledge(client, request, errors)
        if errors is None:
            self._perform(_told(reaction), received)

    def _handle(self, received: Received) -> Future[Reaction] | None:
        """The handler's reaction, to come; it raises nothing. None where too much waits already."""
        if not self._room.acquire(blocking=False):
            return None
        handled = self._workers.submit(self._call, received)
        handled.add_done_callback(lambda _: self._room.release())
        return handled

    def _call(self, received: Received) -> Reaction:
        try:
            return self._handler(received.interaction)
        except Exception as error:  # noqa: BLE001 - whatever it is, the person who waits is told and the next is served
            frames = traceback.extract_tb(error.__traceback__)
            where = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "an unknown place"
            # Not the error's own text: it may hold a customer's value.
            _log.error("%s could not be handled: %s at %s", received.name, type(error).__name__, where)
            return _Failed(plain_message(FAILED))

    def _perform(self, reaction: Reaction, received: Received) -> None:
        match reaction:
            case Private(message):
                trouble = self._replies.private(message, received)
            case Ask(form) if received.trigger:
                trouble = self._replies.ask(form, received)
            case Nothing():
                return
            case _:
                trouble = f"{type(reaction).__name__} is no answer to it"
        if trouble:
            _log.warning("the answer to %s did not arrive: %s", received.name, trouble)


class _Failed(Private):
    """The handler raised something."""


def _errors(reaction: Reaction, received: Received) -> dict[str, str] | None:
    """What is wrong, by fields that the form has; None where the form is to close."""
    if isinstance(reaction, _Failed):
        return _on_top(FAILED, received)
    if isinstance(reaction, Mistakes):
        known = {name: text for name, text in reaction.fields.items() if name in received.fields}
        return mistakes(known) or None
    return None


def _on_top(text: str, received: Received) -> dict[str, str] | None:
    """A sentence beneath the form's first field: it stays open, and nothing that was typed is lost."""
    return mistakes({received.fields[0]: text}) if received.fields else None


def _told(reaction: Reaction) -> Reaction:
    """Mistakes that a form can show no more are told in private."""
    if not isinstance(reaction, Mistakes):
        return reaction
    return Private(plain_message(" ".join(("Nothing was saved.", *reaction.fields.values()))))


def _acknowledge(
    client: BaseSocketModeClient, request: SocketModeRequest, errors: dict[str, str] | None = None
) -> None:
    payload: dict[str, Any] | None = {"response_action": "errors", "errors": errors} if errors else None
    try:
        client.send_socket_mode_response(SocketModeResponse(request.envelope_id, payload))
    except (SlackClientNotConnectedError, OSError):
        _log.warning("the connection to Slack broke before something could be acknowledged: Slack may deliver it again")
