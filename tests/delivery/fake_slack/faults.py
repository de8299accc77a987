"""What can go wrong on the way to Slack and back. ``accepts``: Slack does the work all the same."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class RateLimited:
    """HTTP 429 with Retry-After."""

    retry_after: int = 3
    accepts: bool = False


@dataclass(frozen=True)
class NotOk:
    """HTTP 200 with ``ok: false`` and a name."""

    error: str
    accepts: bool = False


@dataclass(frozen=True)
class Html:
    """A page instead of JSON, as load balancers and proxies answer."""

    status: int = 503
    accepts: bool = False


@dataclass(frozen=True)
class BadGateway:
    """HTTP 502 with JSON in it."""

    accepts: bool = True


@dataclass(frozen=True)
class Slow:
    """The answer comes after so many seconds (or never, when the client gave up)."""

    seconds: float
    accepts: bool = True


@dataclass(frozen=True)
class Dropped:
    """The connection is closed without an answer."""

    accepts: bool = True


@dataclass(frozen=True)
class Late:
    """The connection is closed without an answer, and the work is done later: when the test calls ``land``."""

    accepts: bool = False


Fault = RateLimited | NotOk | Html | BadGateway | Slow | Dropped | Late
