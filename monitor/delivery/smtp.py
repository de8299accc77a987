"""One conversation with a mail server, step by step: each step knows what its failure says about the message.

Until the end of the message's data went out, nobody can have accepted it; after it, only the server's answer tells.
What the server writes beside its codes is not passed on: it quotes addresses.
"""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum

from monitor.delivery.addresses import is_loopback
from monitor.delivery.target import Accepted, Answer, Failure, Lost, NotAccepted, Refused


class Security(StrEnum):
    """How the connection is encrypted; ``none`` is for a server on this machine only."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Smtp:
    """A mail server and how to log in to it (not at all without ``user``). ``timeout`` in seconds, per step."""

    host: str
    port: int = 587
    security: Security = Security.STARTTLS
    user: str = ""
    password: str = field(default="", repr=False)
    sender: str = ""  # an address, plain
    timeout: float = 20.0

    @property
    def local(self) -> bool:
        """Whether the server is on this machine."""
        return is_loopback(self.host)


class Stopped(Exception):
    """The conversation ended before the message was handed over."""

    def __init__(self, answer: NotAccepted | Refused) -> None:
        super().__init__(answer.error)
        self.answer = answer


_STATUS = re.compile(rb"([245]\.\d{1,3}\.\d{1,3})\b")
_FAILURES = (OSError, smtplib.SMTPException)
_DOTS = re.compile(rb"(?m)^\.")


def _code(code: int, text: bytes) -> str:
    status = _STATUS.search(text)
    return f"{code} {status[1].decode()}" if status else str(code)


def _rejected(
    code: int, text: bytes, what: str, advice: str, failure: Failure, *, only_this: bool
) -> NotAccepted | Refused:
    """4xx: later, perhaps. 5xx: never, until somebody mends it."""
    said = f"the mail server {what} ({_code(code, text)})"
    if code < 500:
        return NotAccepted(said)
    return Refused(f"{said}: {advice}", only_this=only_this, failure=failure)


@contextmanager
def logged_in(smtp: Smtp, context: ssl.SSLContext | None = None) -> Iterator[smtplib.SMTP]:
    """A connection that is encrypted and logged in. Raises Stopped; ends the connection whatever happens in it."""
    if smtp.security is Security.NONE and not smtp.local:
        text = "mail goes out in plain text only to a server on this machine: set smtp.security to starttls or tls"
        raise Stopped(Refused(text, failure=Failure.CERTIFICATE))
    context = context or ssl.create_default_context()
    server = _connected(smtp, context)
    try:
        _secured(server, smtp, context)
        yield server
    finally:
        with suppress(*_FAILURES):
            server.quit()
        server.close()


def _connected(smtp: Smtp, context: ssl.SSLContext) -> smtplib.SMTP:
    try:
        if smtp.security is Security.TLS:
            return smtplib.SMTP_SSL(smtp.host, smtp.port, timeout=smtp.timeout, context=context)
        return smtplib.SMTP(smtp.host, smtp.port, timeout=smtp.timeout)
    except _FAILURES as error:
        raise Stopped(_of_connecting(error, smtp)) from None


def _of_connecting(error: Exception, smtp: Smtp) -> NotAccepted | Refused:
    if isinstance(error, ssl.SSLCertVerificationError):
        advice = "check smtp.host, or have its certificate's issuer trusted on this machine (SSL_CERT_FILE)"
        text = f"the certificate of the mail server {smtp.host} is not to be trusted: {advice}"
        return Refused(text, failure=Failure.CERTIFICATE)
    if isinstance(error, smtplib.SMTPConnectError):
        said = error.smtp_error if isinstance(error.smtp_error, bytes) else b""
        advice = "ask whoever runs it whether this machine may send"
        return _rejected(
            error.smtp_code, said, "does not let this machine in", advice, Failure.PERMISSION, only_this=False
        )
    advice = "check smtp.host, smtp.port and smtp.security, and the network"
    text = f"the mail server {smtp.host}:{smtp.port} cannot be reached ({type(error).__name__}): {advice}"
    return NotAccepted(text, failure=Failure.UNREACHABLE)


def _secured(server: smtplib.SMTP, smtp: Smtp, context: ssl.SSLContext) -> None:
    try:
        server.ehlo_or_helo_if_needed()
        if smtp.security is Security.STARTTLS:
            if not server.has_extn("starttls"):
                advice = "set smtp.security to tls, with its port (465 mostly), or mend the server"
                text = f"the mail server {smtp.host} offers no STARTTLS: {advice}"
                raise Stopped(Refused(text, failure=Failure.CERTIFICATE))
            server.starttls(context=context)
            server.ehlo()
    except _FAILURES as error:
        raise Stopped(_of_connecting(error, smtp)) from None
    if smtp.user:
        _log_in(server, smtp)


def _log_in(server: smtplib.SMTP, smtp: Smtp) -> None:
    try:
        server.login(smtp.user, smtp.password)
    except smtplib.SMTPAuthenticationError as error:
        text = error.smtp_error if isinstance(error.smtp_error, bytes) else b""
        advice = "check smtp.user and smtp.password"
        answer = _rejected(
            error.smtp_code, text, "does not take the login", advice, Failure.CREDENTIALS, only_this=False
        )
        raise Stopped(answer) from None
    except (smtplib.SMTPServerDisconnected, smtplib.SMTPResponseException) as error:
        raise Stopped(_of_connecting(error, smtp)) from None
    except smtplib.SMTPException:  # what smtplib says of a server that offers no way that it knows
        raise Stopped(_no_login(smtp)) from None
    except OSError as error:
        raise Stopped(_of_connecting(error, smtp)) from None


def _no_login(smtp: Smtp) -> Refused:
    advice = "leave smtp.user and smtp.password out, or use its port for clients (587 or 465)"
    return Refused(f"the mail server {smtp.host} offers no login: {advice}", failure=Failure.CREDENTIALS)


def hand_over(server: smtplib.SMTP, sender: str, recipients: Sequence[str], data: bytes) -> Answer:
    """Gives one message (CRLF lines) to a server that is logged in to. Raises nothing.

    Where one of several recipients is not taken, nobody gets it: one answer must be true of the whole message.
    """
    try:
        if (answer := _addressed(server, sender, recipients)) is not None:
            return answer
        code, text = server.docmd("DATA")
        if code != 354:
            return _rejected(
                code, text, "does not take the message", "ask whoever runs it", Failure.MESSAGE, only_this=True
            )
    except _FAILURES as error:
        why = f"the connection to the mail server broke before the message went out ({_name(error)})"
        return NotAccepted(why, failure=Failure.UNREACHABLE)
    try:
        server.send(_DOTS.sub(b"..", data) + b".\r\n")
        code, text = server.getreply()
    except _FAILURES as error:
        return Lost(f"the connection to the mail server broke before its answer came ({_name(error)})")
    if 200 <= code < 300:
        return Accepted(None)
    if not 400 <= code < 600:  # it has the message, and what it made of it nobody knows
        return Lost("the mail server gave no answer that can be read once it had the message")
    return _rejected(
        code, text, "does not take the message", "ask whoever runs it why", Failure.MESSAGE, only_this=True
    )


def would_take(server: smtplib.SMTP, sender: str, recipients: Sequence[str]) -> NotAccepted | Refused | None:
    """Whether the server takes mail for these recipients, without giving it any; None where it does. Raises nothing."""
    try:
        answer = _addressed(server, sender, recipients)
        server.rset()
    except _FAILURES as error:
        text = f"the connection to the mail server broke while it was asked ({_name(error)})"
        return NotAccepted(text, failure=Failure.UNREACHABLE)
    return answer


def _addressed(server: smtplib.SMTP, sender: str, recipients: Sequence[str]) -> NotAccepted | Refused | None:
    """What keeps the server from taking mail from this sender for all these recipients; None where nothing does."""
    code, text = server.mail(sender)
    if code != 250:
        return _rejected(code, text, "does not take the sender", "check smtp.from", Failure.PERMISSION, only_this=False)
    for number, recipient in enumerate(recipients, start=1):
        code, text = server.rcpt(recipient)
        if code not in (250, 251):
            which = f"recipient {number} of {len(recipients)}" if len(recipients) > 1 else "the recipient"
            return _rejected(
                code, text, f"does not take {which}", "check the address", Failure.DESTINATION, only_this=True
            )
    return None


def _name(error: Exception) -> str:
    return type(error).__name__
