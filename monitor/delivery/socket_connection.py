"""Keeps one connection of Socket Mode open, whatever happens to it.

slack_sdk's client brings messages, and changes over when Slack asks for it, new connection first. The rest is done
here: by itself it notices a connection that was cut after some twenty seconds only (and reads from it in a busy loop
until then), gives up or sleeps where Slack gives no address, and may never end when it is closed early.
"""

from __future__ import annotations

import logging
import select
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.builtin import SocketModeClient
from slack_sdk.socket_mode.builtin.connection import Connection, ConnectionState
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web import WebClient

from monitor.delivery import advice, transport
from monitor.delivery.quiet import quiet_logger
from monitor.delivery.slack_answers import name_of, retry_after

Listener = Callable[[BaseSocketModeClient, SocketModeRequest], None]
PING = 5.0  # seconds between two signs of life
TICK = 0.25  # seconds between two looks at the connection
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 300.0  # seconds between two attempts
_LISTENERS = 10  # envelopes that are acknowledged at the same time
_DEAF_AFTER = 4 * PING
_GONE = select.POLLHUP | select.POLLERR | select.POLLNVAL | getattr(select, "POLLRDHUP", 0)
_log = logging.getLogger(__name__)


class _Client(SocketModeClient):
    def __init__(self, app_token: str, web: WebClient) -> None:
        self._former: list[ConnectionState] = []
        super().__init__(
            app_token,
            logger=quiet_logger(),
            web_client=web,
            auto_reconnect_enabled=False,
            ping_interval=PING,
            concurrency=_LISTENERS,
        )

    def issue_new_wss_url(self) -> str:
        """As slack_sdk's, which sleeps when Slack limits the rate; whoever closes would wait for that."""
        return str(self.web_client.apps_connections_open(app_token=self.app_token)["url"])

    def connect(self) -> None:
        """As slack_sdk's, which on changing over waits for the old connection and hears nothing for three seconds.

        An address that leads nowhere leaves the old connection in place.
        """
        made = Connection(
            str(self.wss_uri),
            self.logger,
            ping_interval=self.ping_interval,
            proxy=self.proxy,
            proxy_headers=self.proxy_headers,
            on_message_listener=self._on_message,
            on_error_listener=self._on_error,
            on_close_listener=self._on_close,
            ssl_context=self.web_client.ssl,
        )
        made.connect()
        if not made.is_active():
            return
        old, state = self.current_session, self.current_session_state
        self.current_session, self.current_session_state = made, ConnectionState()  # type: ignore[no-untyped-call]
        self._former.append(state)
        self.end_former()
        if old is not None:
            _cut(old)
            old.close()
        if not self.current_app_monitor_started:
            self.current_app_monitor_started = True
            self.current_app_monitor.start()

    def end_former(self) -> None:
        """A connection that was replaced at the moment when reading began goes on being read: end that again."""
        for state in self._former:
            state.terminated = True

    def leave(self) -> None:
        """Close, from any state, without waiting for the next message to come."""
        self.closed = True
        self.message_queue.put(None)
        runner = self.current_session_runner
        runner.event.set()
        while runner.is_alive():
            self.end_former()
            self.current_session_state.terminated = True
            _cut(self.current_session)
            runner.thread.join(0.02)
        self.close()


class SocketConnection:
    """``open`` starts it, ``close`` ends it with all its threads. The token appears in no error, log or repr."""

    def __init__(self, app_token: str, listener: Listener, *, base_url: str, timeout: int, tick: float = TICK) -> None:
        self._token, self._listener, self._tick = app_token.strip(), listener, tick
        self._web = WebClient(base_url=base_url, timeout=timeout, retry_handlers=[], logger=quiet_logger())
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="slack-socket", daemon=True)
        self._connected = threading.Event()
        self.trouble = ""

    def __repr__(self) -> str:
        return "SocketConnection()"

    @property
    def connected(self) -> bool:
        """Whether a connection is open now; if not, ``trouble`` says why."""
        return self._connected.is_set()

    def open(self) -> None:
        """Connects in the background, and again whenever the connection is lost."""
        self._thread.start()

    def close(self) -> None:
        """Ends the connection; envelopes that have come are still given to the listener."""
        self._stop.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _keep(self) -> None:
        failed = 0
        while not self._stop.is_set():
            client, pause = self._connect(failed)
            if client is None:
                failed += 1
                self._stop.wait(pause)
                continue
            failed = 0
            self._connected.set()
            self._say("")
            self._watch(client)
            self._connected.clear()
            client.leave()

    def _connect(self, failed: int) -> tuple[_Client | None, float]:
        """A connected client, or after how many seconds to try again."""
        pause = min(_FIRST_PAUSE * (1 << min(failed, 10)), _LONGEST_PAUSE)
        try:
            address = str(self._web.apps_connections_open(app_token=self._token)["url"])
        except SlackApiError as error:
            name = name_of(error) or "no answer of Slack's"
            self._say(f"{name}: {advice.APP_ADVICE[name]}" if name in advice.APP_ADVICE else name)
            return None, max(pause, retry_after(error) or 0)
        except transport.FAILURES as error:
            self._say(transport.of_exception(error).error)
            return None, pause
        client = _Client(self._token, self._web)
        client.socket_mode_request_listeners.append(self._listener)
        client.wss_uri = address
        client.connect()  # raises nothing for the network; says so by not being connected
        if client.is_connected():
            return client, 0
        client.leave()
        self._say("Slack's address for Socket Mode cannot be reached: check the network and the proxy settings")
        return None, pause

    def _say(self, trouble: str) -> None:
        if trouble and trouble != self.trouble:
            _log.warning("not connected to Slack: %s", trouble)
        elif self.trouble and not trouble:
            _log.info("connected to Slack again")
        self.trouble = trouble

    def _watch(self, client: _Client) -> None:
        """Returns when the connection is lost, or to be closed."""
        session, since = client.current_session, time.monotonic()
        while not self._stop.wait(self._tick):
            client.end_former()
            if not client.connect_operation_lock.acquire(timeout=self._tick):
                continue  # changing over
            try:
                if session is not client.current_session:
                    session, since = client.current_session, time.monotonic()
                heard = session is not None and session.last_ping_pong_time is not None
                if _lost(session) or (not heard and time.monotonic() - since > _DEAF_AFTER):
                    return
            finally:
                client.connect_operation_lock.release()


def _lost(session: Connection | None) -> bool:
    """Whether nothing can come over the connection any more."""
    if session is None or session.sock is None:
        return True
    try:
        look = select.poll()
        look.register(session.sock.fileno(), _GONE)
        return bool(look.poll(0))
    except (OSError, ValueError):
        return True


def _cut(session: Connection | None) -> None:
    """Wakes whoever reads from the connection. Beneath TLS: its own shutdown is not for two threads."""
    sock = session.sock if session is not None else None
    if sock is not None:
        with suppress(OSError):
            socket.socket.shutdown(sock, socket.SHUT_RDWR)
