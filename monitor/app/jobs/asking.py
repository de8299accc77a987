"""One request that can be cut off at any moment, whatever it waits for.

A timeout of urllib's is for each step: who answers bit by bit is listened to for ever. Here the connection itself is
ended, so that whoever waits for it returns.
"""

from __future__ import annotations

import socket
import threading
import time
import urllib.request
from contextlib import suppress
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from typing import Any

from monitor import __version__


class Asking:
    """``run`` in a thread of its own, ``give_up`` from another. The address, a secret, is in no error of it.

    After ``run``: ``heard``, whether the answer was one of success, and ``trouble``, by its kind, where there was none.
    """

    def __init__(self, address: str, timeout: float) -> None:
        """``timeout`` in seconds: it bounds what is silent by itself; of what trickles only ``give_up`` is the end."""
        self._address, self._until = address, time.monotonic() + timeout
        self._lock = threading.Lock()
        self._connections: list[socket.socket] = []
        self._ended = False
        self.heard, self.trouble = False, ""

    def run(self) -> None:
        """Asks, and closes what it opened."""
        heard, trouble = False, ""
        try:
            heard = self._ask()
        except Exception as error:  # noqa: BLE001 - the traceback of a thread would show the address
            trouble = type(error).__name__
        with self._lock:
            if not self._ended:
                self.heard, self.trouble, self._ended = heard, trouble, True
            for connection in self._connections:
                connection.close()
            self._connections.clear()

    def give_up(self) -> bool:
        """Ends ``run`` at once, or, where the name of a host is looked up, with that. False where it had ended."""
        with self._lock:
            before, self._ended = self._ended, True
            for connection in self._connections:
                with suppress(OSError):  # it never was connected, or is not any more
                    connection.shutdown(socket.SHUT_RDWR)
        return not before

    def _ask(self) -> bool:
        request = urllib.request.Request(self._address, headers={"User-Agent": f"crm-monitor/{__version__}"})
        opener = urllib.request.OpenerDirector()
        for handler in (
            urllib.request.ProxyHandler(),
            _Handler(self),
            urllib.request.HTTPDefaultErrorHandler(),
            urllib.request.HTTPRedirectHandler(),
            urllib.request.HTTPErrorProcessor(),
            urllib.request.UnknownHandler(),
        ):
            opener.add_handler(handler)
        with opener.open(request, timeout=self._left()) as answer:
            return bool(200 <= answer.status < 300)

    def _left(self) -> float:
        if (left := self._until - time.monotonic()) <= 0:
            raise TimeoutError
        return left

    def connect(self, address: tuple[str, int], *_: object) -> socket.socket:
        """As socket.create_connection, but within what is left of the time for all addresses together."""
        host, port = address
        failed: OSError | None = None
        found = socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM)
        for number, (family, kind, protocol, _name, where) in enumerate(found):
            connection = socket.socket(family, kind, protocol)
            try:
                self._may_be_cut_off(connection)
                # Its part of the time: one that is silent, as where IPv6 leads nowhere, leaves some for the others.
                connection.settimeout(self._left() / (len(found) - number))
                connection.connect(where)
                connection.settimeout(self._left())
            except OSError as error:
                connection.close()
                failed = error
            else:
                return connection
        raise failed or OSError("the host has no address")

    def _may_be_cut_off(self, connection: socket.socket) -> None:
        """By a second handle: TLS takes the first over."""
        with self._lock:
            if self._ended:
                raise TimeoutError
            self._connections.append(connection.dup())


class _Handler(urllib.request.AbstractHTTPHandler):
    """Both schemes, with connections that can be cut off."""

    def __init__(self, asking: Asking) -> None:
        super().__init__()
        self._asking = asking

    http_request = https_request = urllib.request.AbstractHTTPHandler.do_request_

    def http_open(self, request: urllib.request.Request) -> HTTPResponse:
        return self.do_open(self._plain, request)

    def https_open(self, request: urllib.request.Request) -> HTTPResponse:
        return self.do_open(self._secure, request)

    def _plain(self, host: str, **more: Any) -> HTTPConnection:
        return self._made(HTTPConnection(host, **more))

    def _secure(self, host: str, **more: Any) -> HTTPConnection:
        return self._made(HTTPSConnection(host, **more))

    def _made(self, connection: HTTPConnection) -> HTTPConnection:
        # Nothing but this is called before TLS and what a proxy says, which may last as well.
        connection._create_connection = self._asking.connect  # type: ignore[attr-defined]
        return connection
