"""Whatever happens to the connection, it comes back; and when it is closed, nothing is left of it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator

import pytest
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from monitor.delivery import socket_connection
from monitor.delivery.socket_connection import SocketConnection
from tests.delivery.fake_slack import BadGateway, Dropped, FakeSlack, Html, NotOk, RateLimited
from tests.delivery.fake_slack.faults import Fault

ANNA = "U0ANNA001"


class Ear:
    """A listener that acknowledges and remembers what it heard."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def __call__(self, client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        self.heard.append(str(request.payload["text"]))
        client.send_socket_mode_response(SocketModeResponse(request.envelope_id))


@pytest.fixture(autouse=True)
def _no_thread_is_left() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    left = [thread for thread in set(threading.enumerate()) - before if not thread.name.startswith("Thread-")]
    assert left == []


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest.fixture
def people(slack: FakeSlack, monkeypatch: pytest.MonkeyPatch) -> FakeSlack:
    monkeypatch.setattr(socket_connection, "_FIRST_PAUSE", 0.01)
    slack.workspace.scopes |= {"commands"}
    slack.workspace.join(ANNA)
    return slack


@pytest.fixture
def connection(people: FakeSlack, ear: Ear) -> Iterator[SocketConnection]:
    made = SocketConnection(people.workspace.app_token, ear, base_url=people.base_url, timeout=2, tick=0.02)
    made.open()
    yield made
    made.close()


def _closed(slack: FakeSlack, connection: SocketConnection) -> None:
    before = set(threading.enumerate())
    connection.close()
    assert not connection.connected
    assert slack.workspace.links.strange == []
    slack.until(lambda: not slack.workspace.links.open)
    assert len(threading.enumerate()) < len(before)


def test_it_connects_and_hears_and_closes(people: FakeSlack, connection: SocketConnection, ear: Ear) -> None:
    people.connected()
    people.command("one", ANNA)
    assert ear.heard == ["one"]
    assert connection.trouble == ""
    _closed(people, connection)


def test_slack_asks_to_change_over_and_nothing_is_missed(
    people: FakeSlack, connection: SocketConnection, ear: Ear
) -> None:
    people.connected()
    links = people.workspace.links
    for number, reason in enumerate(("warning", "refresh_requested"), start=2):
        (old,) = links.open
        links.disconnect(reason)
        people.until(lambda old=old: links.open and old not in links.open)  # type: ignore[misc]
        people.command(reason, ANNA)
        assert links.opened == number
    assert ear.heard == ["warning", "refresh_requested"]
    people.until(lambda: connection.connected)
    assert people.workspace.links.opened == 3, "the new connection is kept"


@pytest.mark.parametrize("end", ["cut", "hang_up"])
def test_a_lost_connection_is_noticed_at_once_and_made_again(
    people: FakeSlack, connection: SocketConnection, ear: Ear, end: str
) -> None:
    for number in (2, 3):
        people.connected()
        getattr(people.workspace.links, end)()
        people.connected(number)
        people.until(lambda: len(people.workspace.links.open) == 1)
        people.command(f"after {number}", ANNA)
    assert ear.heard == ["after 2", "after 3"]


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (RateLimited(0), "ratelimited"),
        (NotOk("internal_error"), "internal_error"),
        (Html(503), "no answer of Slack's"),
        (BadGateway(), "bad_gateway"),
        (Dropped(), "the connection broke before Slack's answer came"),
    ],
)
def test_slack_is_down_for_a_while(
    people: FakeSlack, ear: Ear, fault: Fault, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    people.fail("apps.connections.open", fault, fault)
    connection = SocketConnection(people.workspace.app_token, ear, base_url=people.base_url, timeout=2, tick=0.02)
    connection.open()
    people.until(lambda: connection.connected)
    assert connection.trouble == ""
    _closed(people, connection)
    assert caplog.text.count(words) == 1, "said once, however often it is tried"
    assert people.workspace.app_token not in caplog.text


def test_slack_is_down_while_it_asks_to_change_over(people: FakeSlack, connection: SocketConnection, ear: Ear) -> None:
    people.connected()
    people.fail("apps.connections.open", Html(503), RateLimited(0))
    people.workspace.links.disconnect("refresh_requested")
    people.until(lambda: people.count("apps.connections.open") == 2)
    people.workspace.links.cut()
    people.until(lambda: people.count("apps.connections.open") == 4)
    people.until(lambda: connection.connected and len(people.workspace.links.open) == 1)
    people.command("again", ANNA)
    assert ear.heard == ["again"]


def _revoke(slack: FakeSlack) -> None:
    slack.workspace.revoked.add(slack.workspace.app_token)


def _unscope(slack: FakeSlack) -> None:
    slack.workspace.app_scopes.clear()


def _bot_token(slack: FakeSlack) -> None:
    slack.workspace.app_token, slack.workspace.token = "xapp-else", slack.workspace.app_token


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_revoke, "token_revoked: the app-level token was revoked"),
        (_unscope, "missing_scope: the token lacks the scope connections:write"),
        (_bot_token, "not_allowed_token_type: this is another kind of token"),
    ],
)
def test_a_token_that_is_no_good_is_said_to_be_and_tried_again(
    people: FakeSlack, ear: Ear, change: Callable[[FakeSlack], None], words: str
) -> None:
    token = people.workspace.app_token
    connection = SocketConnection(token, ear, base_url=people.base_url, timeout=2, tick=0.02)
    people_were = (people.workspace.token, token)
    change(people)
    connection.open()
    people.until(lambda: connection.trouble)
    assert words in connection.trouble
    assert "slack.app_token" in connection.trouble
    assert token not in connection.trouble + repr(connection)
    people.workspace.revoked.clear()
    people.workspace.app_scopes.add("connections:write")
    people.workspace.token, people.workspace.app_token = people_were
    people.until(lambda: connection.connected)
    connection.close()


def test_a_token_that_is_revoked_while_connected_is_said_to_be(people: FakeSlack, connection: SocketConnection) -> None:
    people.connected()
    _revoke(people)
    people.workspace.links.disconnect("link_disabled")
    people.workspace.links.cut()
    people.until(lambda: connection.trouble)
    assert "token_revoked" in connection.trouble
    assert not connection.connected


def test_an_address_that_leads_nowhere_is_tried_again(people: FakeSlack, ear: Ear) -> None:
    address = people.workspace.address
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        people.workspace.address = f"http://127.0.0.1:{closed.getsockname()[1]}"
        connection = SocketConnection(people.workspace.app_token, ear, base_url=people.base_url, timeout=2, tick=0.02)
        connection.open()
        people.until(lambda: connection.trouble)
        assert "Slack's address for Socket Mode cannot be reached" in connection.trouble
    people.workspace.address = address
    people.until(lambda: connection.connected)
    _closed(people, connection)


def test_it_can_be_closed_at_any_moment(people: FakeSlack, ear: Ear) -> None:
    for _ in range(6):
        connection = SocketConnection(people.workspace.app_token, ear, base_url=people.base_url, timeout=2, tick=0.02)
        connection.open()
        connection.close()
        assert not connection.connected
    SocketConnection(people.workspace.app_token, ear, base_url=people.base_url, timeout=2).close()
    people.until(lambda: not people.workspace.links.open)
