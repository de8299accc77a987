"""A real mail server on a free local port, which refuses, hesitates or hangs up as it is told."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "monitor", "s3cr3t-mail"


@dataclass
class Handler:
    """``answers`` by step (``MAIL``, ``RCPT``, ``DATA``); ``hang_up`` closes the connection when the data is there.

    ``strangers`` are addresses that it knows nobody by.
    """

    answers: dict[str, str] = field(default_factory=dict)
    strangers: set[str] = field(default_factory=set)
    hang_up: bool = False
    accepts: bool = True
    received: list[Envelope] = field(default_factory=list)
    arrived: threading.Event = field(default_factory=threading.Event)
    hold: float = 0.0

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self.answers.get("MAIL", "250 OK")

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.strangers:
            return f"550 5.1.1 <{address}> is nobody here"
        if "RCPT" not in self.answers:
            envelope.rcpt_tos.append(address)
        return self.answers.get("RCPT", "250 OK")

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.accepts and "DATA" not in self.answers:
            self.received.append(envelope)
        self.arrived.set()
        if self.hold:
            await asyncio.sleep(self.hold)
        if self.hang_up:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        return self.answers.get("DATA", "250 OK")


class MailServer:
    """``with MailServer() as server``. ``security`` as in Smtp; ``ca`` is whom to trust for its certificate."""

    def __init__(self, security: str = "starttls", *, certificate_for: str = "localhost", login: bool = True) -> None:
        self.handler = Handler()
        self.ca = trustme.CA()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.ca.issue_cert(certificate_for).configure_cert(context)
        options: dict[str, Any] = {"hostname": "127.0.0.1", "port": 0, "server_hostname": "localhost"}
        if login:
            options |= {"authenticator": _authenticate, "auth_require_tls": security == "starttls"}
        else:
            options["auth_exclude_mechanism"] = ["LOGIN", "PLAIN"]
        if security == "starttls":
            options |= {"tls_context": context, "require_starttls": True}
        elif security == "tls":
            options |= {"ssl_context": context}
        self._controller = _OnFreePort(self.handler, **options)

    @property
    def port(self) -> int:
        return int(self._controller.port)

    @property
    def trusting(self) -> ssl.SSLContext:
        """A client's context that trusts this server's issuer, and nobody else."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self.ca.configure_trust(context)
        return context

    def __enter__(self) -> MailServer:
        self._controller.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._controller.stop()


class _OnFreePort(Controller):
    def _trigger_server(self) -> None:
        """aiosmtpd connects once to the port it was given; here it is known only now."""
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        with socket.create_connection(("127.0.0.1", self.port), 5):
            pass


def _authenticate(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=right, handled=False)
