"""What an answer of Slack's Web API says about the message that it is about."""

from __future__ import annotations

from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from monitor.delivery import advice, transport
from monitor.delivery.target import Answer, Failure, Lost, NotAccepted


def of_api_error(error: SlackApiError) -> Answer:
    """HTTP 200 with ``ok: false`` is a failure like any other; its name decides which."""
    status = status_of(error)
    if (answer := transport.of_status(status, _header(error, "retry-after"))) is not None:
        return answer
    name = name_of(error)
    if name in advice.AGAIN:
        failure = Failure.RATE_LIMITED if name in advice.TOO_MANY else Failure.UNAVAILABLE
        return NotAccepted(f"Slack asks to wait ({name})", transport.seconds(_header(error, "retry-after")), failure)
    if name in advice.UNCLEAR:
        return Lost(f"Slack failed while working on it ({name})")
    if name:
        return advice.refusal(name)
    if status >= 400:
        return NotAccepted(f"something between here and Slack answered instead (HTTP {status}): check the proxy")
    return Lost(f"the answer was not Slack's (HTTP {status})")


def name_of(error: SlackApiError) -> str:
    """Slack's name of what went wrong, or nothing where the answer was not Slack's."""
    data = error.response.data if isinstance(error.response, SlackResponse) else None
    return advice.error_name(data.get("error")) if isinstance(data, dict) else ""


def status_of(error: SlackApiError) -> int:
    """The HTTP status, or 0 where there was no answer."""
    return int(error.response.status_code) if isinstance(error.response, SlackResponse) else 0


def retry_after(error: SlackApiError) -> float | None:
    """After how many seconds Slack wants to be asked again, where it says so."""
    return transport.seconds(_header(error, "retry-after"))


def _header(error: SlackApiError, name: str) -> str | None:
    if not isinstance(error.response, SlackResponse):
        return None
    return next((value for key, value in error.response.headers.items() if key.lower() == name), None)
