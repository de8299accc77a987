"""Socket Mode: the app's open connections, what is sent over them, and what must come back within three seconds."""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.delivery.fake_slack import websocket

ACKNOWLEDGE_WITHIN = 3.0  # seconds
_TEN = 10
_LOOK = 0.02  # seconds; not everything that is waited for happens here


@dataclass
class Envelope:
    """What was sent to the app; ``answer`` is the payload that came with its acknowledgement."""

    id: str
    type: str
    payload: dict[str, Any]
    answers: bool  # whether the acknowledgement may carry one
    answer: dict[str, Any] | None = None
    acknowledged: int = 0  # how often
    complaint: str = ""  # what is wrong with the acknowledgement

    def text(self) -> str:
        head = {"envelope_id": self.id, "type": self.type, "accepts_response_payload": self.answers}
        return json.dumps({**head, "payload": self.payload})


@dataclass(eq=False)
class Link:
    """One connection."""

    connection: socket.socket
    done: threading.Event = field(default_factory=threading.Event)

    def send(self, opcode: int, payload: bytes) -> None:
        with suppress(OSError):  # the other side is gone: its reader notices
            self.connection.sendall(websocket.frame(opcode, payload))

    def tell(self, **message: Any) -> None:
        self.send(websocket.TEXT, json.dumps(message).encode())

    def cut(self) -> None:
        """No word of goodbye: as when a proxy or the network goes away."""
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)


class Links:
    """``changed`` is notified at whatever happens here."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.open: list[Link] = []  # the newest last
        self.opened = 0
        self.strange: list[str] = []  # what the app sent that Slack does not know
        self.acknowledge_within = ACKNOWLEDGE_WITHIN
        self._tickets: set[str] = set()
        self._envelopes: dict[str, Envelope] = {}

    def ticket(self) -> str:
        """What an address of a WebSocket is good for: one connection."""
        with self.changed:
            self.opened += 1
            ticket = f"ticket-{self.opened:04}"
            self._tickets.add(ticket)
            return ticket

    def serve(self, handler: BaseHTTPRequestHandler) -> None:
        """Speak WebSocket with whoever knocked, until one of both hangs up."""
        handler.close_connection = True
        asked = parse_qs(urlsplit(handler.path).query)
        try:
            accept = websocket.accepted(dict(handler.headers.items()))
        except (websocket.Broken, ValueError):
            handler.send_error(400)
            return
        with self.changed:
            known = asked.get("ticket", [""])[0] in self._tickets
            self._tickets -= set(asked.get("ticket", []))
        if not known or len(self.open) >= _TEN:
            handler.send_error(403)
            return
        lines = ("HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade")
        handler.wfile.write("\r\n".join((*lines, f"Sec-WebSocket-Accept: {accept}", "", "")).encode())
        self._talk(Link(handler.connection), handler)

    def _talk(self, link: Link, handler: BaseHTTPRequestHandler) -> None:
        with self.changed:
            self.open.append(link)
            number = len(self.open)
            link.tell(type="hello", num_connections=number, connection_info={"app_id": "A0FAKE001"}, debug_info=_DEBUG)
            self.changed.notify_all()
        try:
            while True:
                opcode, payload = websocket.read(handler.rfile)  # type: ignore[arg-type]  # a buffered reader
                if opcode == websocket.CLOSE:
                    link.send(websocket.CLOSE, payload[:2])
                    return
                if opcode == websocket.PING:
                    link.send(websocket.PONG, payload)
                elif opcode == websocket.TEXT:
                    self._heard(payload.decode())
        except (EOFError, OSError):
            return
        except (websocket.Broken, UnicodeDecodeError) as error:
            self.strange.append(str(error))
        finally:
            with self.changed:
                self.open.remove(link)
                self.changed.notify_all()
            link.done.set()

    def _heard(self, text: str) -> None:
        """An acknowledgement; anything else an app may not send."""
        with self.changed:
            message = json.loads(text)
            envelope = self._envelopes.get(str(message.get("envelope_id"))) if isinstance(message, dict) else None
            if envelope is None or set(message) - {"envelope_id", "payload"}:
                self.strange.append(text)
            else:
                envelope.acknowledged += 1
                envelope.answer = message.get("payload")
                if envelope.answer and not envelope.answers:
                    envelope.complaint = "this envelope takes no payload in its acknowledgement"
            self.changed.notify_all()

    def deliver(self, kind: str, payload: dict[str, Any], *, answers: bool) -> Envelope:
        """Sends it over the newest connection and waits for the acknowledgement.

        Raises AssertionError where there is no connection or no acknowledgement in time, as a person would see a sign
        of warning beside the button.
        """
        envelope = Envelope(f"envelope-{len(self._envelopes):04}", kind, payload, answers)
        self._envelopes[envelope.id] = envelope
        return self.again(envelope)

    def again(self, envelope: Envelope) -> Envelope:
        """Delivers the same envelope once more, as Slack does when it does not know whether it arrived."""
        with self.changed:
            assert self.open, "the app is not connected"
            before, link = envelope.acknowledged, self.open[-1]
            link.send(websocket.TEXT, envelope.text().encode())
            arrived = self.changed.wait_for(lambda: envelope.acknowledged > before, self.acknowledge_within)
        assert arrived, f"the app did not acknowledge within {self.acknowledge_within} seconds"
        assert not envelope.complaint, envelope.complaint
        return envelope

    def disconnect(self, reason: str) -> None:
        """Slack says that it will close every connection: ``warning``, ``refresh_requested``, ``link_disabled``."""
        with self.changed:
            for link in self.open:
                link.tell(type="disconnect", reason=reason, debug_info=_DEBUG)

    def hang_up(self) -> None:
        """Closes every connection as the protocol has it."""
        with self.changed:
            for link in self.open:
                link.send(websocket.CLOSE, struct.pack("!H", 1001))
                link.cut()

    def cut(self) -> None:
        """Closes every connection without a word."""
        with self.changed:
            for link in self.open:
                link.cut()

    def wait(self, ready: Callable[[], object], seconds: float = 10) -> None:
        """Until it is so. Raises AssertionError when it does not come."""
        end = time.monotonic() + seconds
        with self.changed:
            while not ready():
                assert time.monotonic() < end, "it did not happen"
                self.changed.wait(_LOOK)

    def close(self) -> None:
        with self.changed:
            links = list(self.open)
        for link in links:
            link.cut()
            link.done.wait(5)


_DEBUG = {"host": "applink-fake"}
