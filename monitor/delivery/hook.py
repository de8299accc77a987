"""Sends messages to a web address of the project's own, as signed JSON."""

from __future__ import annotations

import hmac
import json
import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256
from http.client import HTTPResponse
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import HTTPHandler, HTTPSHandler, OpenerDirector, ProxyHandler, Request

from monitor import __version__
from monitor.delivery import transport
from monitor.delivery.addresses import address_problem, is_loopback
from monitor.delivery.findings import Finding, Level
from monitor.delivery.hook_document import ACTIONS, document
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
from monitor.messages.outgoing import Outgoing, Remote
from monitor.messages.treejson import from_json

SIGNATURE = "X-CRM-Monitor-Signature"
IDEMPOTENCY = "Idempotency-Key"
_AGENT = f"crm-monitor/{__version__}"
TIMEOUT = 10  # seconds, for each step
_OF_ALL = frozenset({401, 402, 403, 404, 405, 407, 410, 421, 426, 451})
"""Refusals that say nothing of this message: another one would be refused as well."""
_FAILURES = dict.fromkeys(_OF_ALL, Failure.DESTINATION) | {
    401: Failure.CREDENTIALS,
    403: Failure.PERMISSION,
    407: Failure.CREDENTIALS,
}


class HookTarget:
    """One web address. Each message is a document of its own, also an edit and a reply; the receiver joins them.

    Neither the secret nor the address, which may hold one, is in any error, repr or log: only the host's name is.
    """

    def __init__(
        self,
        url: str,
        secret: str,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        timeout: float = TIMEOUT,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self._url, self._secret, self._clock, self._timeout = url.strip(), secret, clock, timeout
        self._context = context

    def __repr__(self) -> str:
        return f"HookTarget({self._host!r})"

    @property
    def _host(self) -> str:
        return "" if address_problem(self._url) else urlsplit(self._url).netloc

    def send(self, message: Outgoing, root: Remote | None) -> Answer:
        """See Target."""
        if message.action not in ACTIONS:
            return NothingToSend("a webhook is sent no images")
        if problem := self._problem():
            return Refused(problem)
        now = self._clock()
        try:
            request = self._request(message, now)
        except ValueError as error:
            return Refused(f"the message cannot be made: {error}", only_this=True, failure=Failure.MESSAGE)
        try:
            with self._open(request) as response:
                return _answer(response.status, response.headers.get("Retry-After"), self._host, now)
        except transport.FAILURES as error:
            return _of_failure(error, self._host)

    def settle(self, message: Outgoing, root: Remote | None) -> Fate:
        """Who runs the receiver can tell. That it takes each event once, so that we may ask again, nobody promised."""
        return CannotTell(f"a webhook cannot be asked; look at {self._host} whether event {message.event} came")

    def examine(self) -> Finding:
        """Whether the address answers at all, without sending a message: for ``doctor``."""
        if problem := self._problem():
            return Finding(Level.BAD, problem)
        try:
            with self._open(Request(self._url, headers={"User-Agent": _AGENT}, method="HEAD")) as response:
                status = response.status
        except transport.FAILURES as error:
            answer = _of_failure(error, self._host)
            return Finding(Level.BAD if isinstance(answer, Refused) else Level.WARNING, answer.error)
        if 300 <= status < 400:
            return Finding(Level.BAD, _elsewhere(status, self._host))
        return Finding(Level.GOOD, f"{self._host} answers; whether it takes the signature, the first message shows")

    def _problem(self) -> str:
        if problem := address_problem(self._url):
            return f"the webhook's address {problem.replace(chr(10), ': ')}"
        return "" if self._secret else "the webhook has no secret to sign with: set one beside its address"

    def _request(self, message: Outgoing, now: datetime) -> Request:
        """Raises ValueError where the stored message cannot be read, or the secret cannot be written as UTF-8."""
        body = json.dumps(document(message, from_json(message.payload), now), separators=(",", ":")).encode()
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": _AGENT,
            SIGNATURE: signature(self._secret, int(now.timestamp()), body),
            IDEMPOTENCY: message.event,
        }
        return Request(self._url, data=body, headers=headers, method="POST")

    def _open(self, request: Request) -> HTTPResponse:
        """Follows no redirect and raises for no status; plain text goes through nobody's proxy."""
        local = is_loopback(urlsplit(self._url).hostname or "")
        secure = HTTPSHandler(context=self._context or ssl.create_default_context())
        opener = OpenerDirector()
        for handler in (ProxyHandler({} if local else None), HTTPHandler(), secure):
            opener.add_handler(handler)
        response = opener.open(request, timeout=self._timeout)
        assert isinstance(response, HTTPResponse)  # an address of another kind does not come this far
        return response


def signature(secret: str, at: int, body: bytes) -> str:
    """``t=UNIX,v1=HEX``: an HMAC-SHA256 by the secret (as UTF-8) over ``UNIX.body``."""
    signed = hmac.new(secret.encode(), f"{at}.".encode() + body, sha256)
    return f"t={at},v1={signed.hexdigest()}"


def _answer(status: int, retry_after: str | None, host: str, now: datetime) -> Answer:
    if 200 <= status < 300:
        return Accepted(None)
    if status in (408, 429, 503):
        failure = Failure.RATE_LIMITED if status == 429 else Failure.UNAVAILABLE
        return NotAccepted(f"{host} cannot take it now (HTTP {status})", _after(retry_after, now), failure)
    if 300 <= status < 400:
        return Refused(_elsewhere(status, host))
    if 400 <= status < 500:
        advice = "look there why, and at the address and the secret"
        text = f"{host} refused it (HTTP {status}): {advice}"
        return Refused(text, only_this=status not in _OF_ALL, failure=_FAILURES.get(status, Failure.MESSAGE))
    return Lost(f"{host} failed (HTTP {status})")


def _elsewhere(status: int, host: str) -> str:
    return f"{host} sends us elsewhere (HTTP {status}), where we do not go: configure the address that it leads to"


def _after(retry_after: str | None, now: datetime) -> float | None:
    """A Retry-After header, which may be seconds or a moment, in seconds."""
    if (found := transport.seconds(retry_after)) is not None or not retry_after:
        return found
    try:
        moment = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    return transport.seconds(str((moment.astimezone(UTC) - now).total_seconds()))


def _of_failure(error: Exception, host: str) -> Refused | NotAccepted | Lost:
    if isinstance(error, URLError) and isinstance(error.reason, ssl.SSLCertVerificationError):
        advice = "check the address, or have its certificate's issuer trusted on this machine (SSL_CERT_FILE)"
        return Refused(f"the certificate of {host} is not to be trusted: {advice}", failure=Failure.CERTIFICATE)
    return transport.of_exception(error, host)
