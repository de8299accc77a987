"""What a failed HTTP request tells about the message that it carried."""

from __future__ import annotations

import http.client
from urllib.error import HTTPError, URLError

from monitor.delivery.target import Answer, Failure, Lost, NotAccepted

FAILURES = (OSError, http.client.HTTPException, ValueError)
"""All that urllib and slack_sdk raise for networks and servers that misbehave."""


def of_exception(error: Exception, who: str = "Slack") -> NotAccepted | Lost:
    """urllib wraps in URLError what happens before the request is out: then nobody can have accepted it.

    Anything later (no answer in time, a connection closed or reset) leaves it open. The error's own text is
    not passed on: it can hold an address with a secret in it.
    """
    if isinstance(error, URLError) and not isinstance(error, HTTPError):
        cause = error.reason
        name = type(cause).__name__ if isinstance(cause, BaseException) else "no connection"
        return NotAccepted(
            f"{who} cannot be reached ({name}): check the network and the proxy settings", failure=Failure.UNREACHABLE
        )
    if isinstance(error, ValueError) and not isinstance(error, UnicodeError):
        return NotAccepted(
            "the request could not be made: does the token or the address hold a line break or a blank?",
            failure=Failure.CREDENTIALS,
        )
    if isinstance(error, TimeoutError):
        return Lost(f"{who} gave no answer in time")
    return Lost(f"the connection broke before {who}'s answer came ({type(error).__name__})")


def of_status(status: int, retry_after: str | None) -> Answer | None:
    """What an HTTP status alone says; None where the body must tell."""
    if status == 429:
        return NotAccepted("Slack limits the rate", seconds(retry_after), Failure.RATE_LIMITED)
    if status == 503:
        return NotAccepted("Slack is unavailable (HTTP 503)", seconds(retry_after))
    if status >= 500:
        return Lost(f"Slack failed (HTTP {status})")
    return None


def seconds(retry_after: str | None) -> float | None:
    """A Retry-After header in seconds; None when it is missing or unreadable."""
    try:
        value = float(retry_after or "")
    except ValueError:
        return None
    return value if 0 <= value < 7 * 86400 else None
