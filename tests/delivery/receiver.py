"""A web server of somebody's own that is sent documents, and answers, hesitates or hangs up as it is told."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType

import trustme


@dataclass(frozen=True)
class Got:
    """One request as it came."""

    method: str
    path: str
    headers: Message  # names in any case
    body: bytes


@dataclass(frozen=True)
class Reply:
    """``hangs_up`` closes the connection without an answer, once the request is there; ``waits`` seconds before it."""

    status: int = 204
    headers: Mapping[str, str] = field(default_factory=dict)
    hangs_up: bool = False
    waits: float = 0.0


class Receiver:
    """``with Receiver() as receiver``: its ``replies`` are given one each, in order, and after them 204."""

    def __init__(self, *, certificate_for: str = "") -> None:
        self.got: list[Got] = []
        self.replies: list[Reply] = []
        self.closing = threading.Event()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.receiver = self
        self._scheme = "http"
        self.ca = trustme.CA()
        if certificate_for:
            self._scheme = "https"
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.ca.issue_cert(certificate_for).configure_cert(context)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        return f"{self._scheme}://localhost:{self._server.server_address[1]}/hooks/crm?key=s3cr3t-part"

    @property
    def trusting(self) -> ssl.SSLContext:
        """A client's context that trusts this server's issuer, and nobody else."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self.ca.configure_trust(context)
        return context

    def __enter__(self) -> Receiver:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    receiver: Receiver

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is no error of the server's."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def _take(self) -> None:
        receiver = self.server.receiver
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        receiver.got.append(Got(self.command, self.path, self.headers, body))
        reply = receiver.replies.pop(0) if receiver.replies else Reply()
        receiver.closing.wait(reply.waits)
        if reply.hangs_up:
            self.close_connection = True
            return
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_POST = do_HEAD = do_GET = _take

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""
