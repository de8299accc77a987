"""Looks whether the Slack app may do what the project wants of it: its scopes, and its token for Socket Mode."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from slack_sdk.errors import SlackApiError
from slack_sdk.web import WebClient

from monitor.delivery import advice, transport
from monitor.delivery.findings import Finding, Level
from monitor.delivery.quiet import quiet_logger
from monitor.delivery.slack import TIMEOUT
from monitor.delivery.slack_answers import name_of
from monitor.delivery.slack_scopes import Feature, missing

_VITAL = "chat:write"


def examine_app(
    token: str,
    app_token: str,
    features: Collection[Feature],
    *,
    base_url: str = WebClient.BASE_URL,
    timeout: int = TIMEOUT,
) -> tuple[Finding, ...]:
    """Raises nothing for Slack's answers. A token that is no good is said by ``examine``; here it says nothing.

    An ``app_token`` is tried by asking for an address, which nobody connects to; empty, it is not looked at.
    """
    client = WebClient(token.strip(), base_url=base_url, timeout=timeout, retry_handlers=[], logger=quiet_logger())
    found = [*_scopes(client, features)]
    if app_token:
        found.append(_socket(client, app_token.strip()))
    return tuple(found)


def _scopes(client: WebClient, features: Collection[Feature]) -> Iterator[Finding]:
    try:
        headers = client.auth_test().headers
    except (SlackApiError, *transport.FAILURES):
        return
    said = next((value for name, value in headers.items() if name.lower() == "x-oauth-scopes"), None)
    if said is None:
        return  # something between here and Slack keeps the header to itself
    chosen = [feature.value for feature in Feature if feature in features]
    left = missing(features, {scope.strip() for scope in said.split(",")})
    for scope in left:
        level = Level.BAD if scope.name == _VITAL else Level.WARNING
        yield Finding(level, f"the app lacks the scope {scope.name}, {scope.why}: {_how(chosen)}")
    if not left:
        yield Finding(Level.GOOD, f"the app has every scope that it needs for: {', '.join(chosen)}")


def _how(chosen: Collection[str]) -> str:
    command = f"crm-monitor slack manifest --features {','.join(chosen)}"
    return f"paste what `{command}` prints under App Manifest, and install the app again"


def _socket(client: WebClient, app_token: str) -> Finding:
    try:
        client.apps_connections_open(app_token=app_token)
    except SlackApiError as error:
        name = name_of(error) or "no answer of Slack's"
        hint = advice.APP_ADVICE.get(name, "buttons and /crm do not work until it does")
        return Finding(Level.BAD, f"the app token does not open a connection ({name}): {hint}")
    except transport.FAILURES as error:
        return Finding(Level.BAD, f"the app token cannot be tried: {transport.of_exception(error).error}")
    return Finding(Level.GOOD, "the app token is valid: buttons and /crm can be listened to")
