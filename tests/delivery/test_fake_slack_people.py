"""The fake is as strict about what people do, about modals and about private messages as it is about messages."""

from __future__ import annotations

import json
import socket
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.builtin.connection import Connection, ConnectionState

from monitor.delivery.quiet import quiet_logger
from tests.delivery.conftest import CHANNEL, START
from tests.delivery.fake_slack import Channel, FakeSlack, transcript
from tests.delivery.fake_slack.links import Envelope

ANNA, BO = "U0ANNA001", "U0BO00001"
Json = dict[str, Any]


@pytest.fixture
def people(slack: FakeSlack) -> FakeSlack:
    work = slack.workspace
    work.scopes |= {"commands", "users:read", "usergroups:read"}
    work.join(ANNA, "Anna")
    work.now = START.timestamp
    work.links.acknowledge_within = 0.5
    return slack


@pytest.fixture
def client(people: FakeSlack) -> WebClient:
    return WebClient(people.workspace.token, base_url=people.base_url, retry_handlers=[])


def _error(client: WebClient, method: str, **fields: Any) -> str:
    with pytest.raises(SlackApiError) as raised:
        client.api_call(method, json=fields)
    return str(raised.value.response["error"])


def _text(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def _view(**more: Any) -> Json:
    element = {"type": "plain_text_input", "action_id": "a"}
    blocks = [{"type": "input", "block_id": "why", "label": _text("Why?"), "element": element}]
    return {"type": "modal", "title": _text("Title"), "submit": _text("Save"), "blocks": blocks, **more}


def _input(**more: Any) -> Json:
    return {**_view()["blocks"][0], **more}


def _trigger(people: FakeSlack) -> str:
    with _app(people, answer=lambda envelope: {"envelope_id": envelope.id}):
        return people.command("x", ANNA).trigger


@contextmanager
def _app(people: FakeSlack, answer: Any = None) -> Iterator[Connection]:
    """The smallest app: one connection that answers each envelope with JSON, or text, or not at all."""

    def heard(text: str) -> None:
        message = json.loads(text)
        if "envelope_id" in message and answer is not None:
            envelope = Envelope(message["envelope_id"], message["type"], message["payload"], answers=False)
            said = answer(envelope)
            connection.send(said if isinstance(said, str) else json.dumps(said))

    web = WebClient(people.workspace.app_token, base_url=people.base_url, retry_handlers=[])
    url = web.apps_connections_open(app_token=people.workspace.app_token)["url"]
    connection = Connection(url, quiet_logger(), on_message_listener=heard)
    connection.connect()
    state = ConnectionState()  # type: ignore[no-untyped-call]
    reader = threading.Thread(target=connection.run_until_completion, args=(state,))
    reader.start()
    people.connected()
    try:
        yield connection
    finally:
        state.terminated = True
        people.workspace.links.hang_up()
        reader.join()
        connection.close()
        people.until(lambda: not people.workspace.links.open)


@pytest.mark.parametrize(
    "view",
    [
        {"type": "home", "blocks": []},
        _view(colour="red"),
        _view(title=_text("x" * 25)),
        _view(submit=_text("x" * 25)),
        _view(close=_text("x" * 25)),
        _view(private_metadata="x" * 3001),
        _view(callback_id="x" * 256),
        _view(blocks=[{"type": "divider"}] * 101),
        _view(blocks=[_input(), _input()]),
        _view(blocks=[_input(label=_text("x" * 2001))]),
        _view(blocks=[_input(hint=_text("x" * 2001))]),
        _view(blocks=[_input(colour="red")]),
        _view(blocks=[_input(element={"type": "colour_picker", "action_id": "a"})]),
        _view(blocks=[_input(element={"type": "plain_text_input", "action_id": "a", "max_length": 3001})]),
        _view(blocks=[_input(element={"type": "datepicker", "action_id": "a", "initial_date": "tomorrow"})]),
        _view(blocks=[_input(element={"type": "static_select", "action_id": "a", "options": []})]),
        _view(blocks=[{"type": "marquee"}]),
        {name: value for name, value in _view().items() if name != "submit"},
        {name: value for name, value in _view().items() if name != "title"},
    ],
)
def test_a_modal_beyond_a_limit_is_refused(people: FakeSlack, client: WebClient, view: Json) -> None:
    trigger = _trigger(people)
    assert _error(client, "views.open", trigger_id=trigger, view=view) == "invalid_arguments"
    assert people.workspace.views == {}


def test_a_trigger_opens_one_modal_and_soon(people: FakeSlack, client: WebClient) -> None:
    assert _error(client, "views.open", trigger_id="1.2.3", view=_view()) == "invalid_trigger_id"
    trigger = _trigger(people)
    client.views_open(trigger_id=trigger, view=_view())
    assert _error(client, "views.open", trigger_id=trigger, view=_view()) == "exchanged_trigger_id"
    late = _trigger(people)
    people.workspace.now = lambda: START.timestamp() + 3.5
    assert _error(client, "views.open", trigger_id=late, view=_view()) == "expired_trigger_id"


def test_a_modal_can_be_changed_while_it_is_open(people: FakeSlack, client: WebClient) -> None:
    opened = client.views_open(trigger_id=_trigger(people), view=_view())["view"]
    client.views_update(view_id=opened["id"], hash=opened["hash"], view=_view(title=_text("Other")))
    assert _error(client, "views.update", view_id=opened["id"], hash=opened["hash"], view=_view()) == "hash_conflict"
    assert people.workspace.views[opened["id"]].content["title"]["text"] == "Other"
    people.workspace.views[opened["id"]].open = False
    assert _error(client, "views.update", view_id=opened["id"], view=_view()) == "not_found"


def test_an_app_that_is_not_there_or_says_nothing_is_noticed(people: FakeSlack) -> None:
    with pytest.raises(AssertionError, match="not connected"):
        people.command("x", ANNA)
    with _app(people), pytest.raises(AssertionError, match="did not acknowledge"):
        people.command("x", ANNA)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda envelope: {"envelope_id": envelope.id, "payload": {"text": "x"}}, "takes no payload"),
        (lambda envelope: {"envelope_id": "another"}, "did not acknowledge"),
        (lambda envelope: {"envelope_id": envelope.id, "colour": "red"}, "did not acknowledge"),
    ],
)
def test_an_acknowledgement_that_slack_does_not_know_is_none(people: FakeSlack, answer: Any, words: str) -> None:
    message = people.workspace.post(people.workspace.channels[CHANNEL], {"text": "x", "blocks": [_actions()]})
    with _app(people, answer), pytest.raises(AssertionError, match=words):
        people.press(message, "go", ANNA)


def test_only_what_a_person_could_do_can_be_done(people: FakeSlack) -> None:
    message = people.workspace.post(people.workspace.channels[CHANNEL], {"text": "x", "blocks": [_actions()]})
    with pytest.raises(AssertionError, match="there is no button 'stop': there are \\['go'\\]"):
        people.press(message, "stop", ANNA)
    with pytest.raises(AssertionError, match="has the value '9'"):
        people.press(message, "go", ANNA, "9")
    with pytest.raises(AssertionError, match="nobody in the workspace"):
        people.press(message, "go", BO)
    people.workspace.scopes -= {"commands"}
    with pytest.raises(AssertionError, match="lacks the scope commands"):
        people.command("x", ANNA)


@pytest.mark.parametrize(
    ("answer", "values", "words"),
    [
        ({"response_action": "errors", "errors": {}}, {"why": "x"}, "name no field"),
        ({"response_action": "errors", "errors": {"who": "x"}}, {"why": "x"}, "errors of"),
        ({"response_action": "burst"}, {"why": "x"}, "does not know"),
        ({}, {}, "must be filled in"),
        ({}, {"who": "x"}, "the modal has the inputs"),
        ({}, {"why": "x" * 3001}, "too long"),
    ],
)
def test_a_modal_is_sent_and_answered_only_as_slack_allows(
    people: FakeSlack, client: WebClient, answer: Json, values: dict[str, str], words: str
) -> None:
    client.views_open(trigger_id=_trigger(people), view=_view())
    (view,) = people.workspace.views.values()
    with (
        _app(people, lambda envelope: {"envelope_id": envelope.id, "payload": answer}),
        pytest.raises(AssertionError, match=words),
    ):
        people.submit(view, ANNA, values)


def test_a_socket_takes_one_ticket_one_connection(people: FakeSlack) -> None:
    web = WebClient(people.workspace.app_token, base_url=people.base_url, retry_handlers=[])
    url = str(web.apps_connections_open(app_token=people.workspace.app_token)["url"])
    page = url.replace("ws:", "http:")
    upgrade = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13"}
    keyed = {**upgrade, "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA=="}
    assert _status(page, {}) == _status(page, upgrade) == 400
    assert _status(page, {**keyed, "Sec-WebSocket-Key": "short"}) == 400
    assert _status(page.replace("ticket-", "guess-"), keyed) == 403
    connection = Connection(url, quiet_logger())
    connection.connect()
    assert connection.is_active()
    assert _status(page, keyed) == 403
    connection.close()


def test_each_token_is_for_its_own_methods(people: FakeSlack, client: WebClient) -> None:
    work = people.workspace
    assert _error(client, "apps.connections.open") == "not_allowed_token_type"
    app = WebClient(work.app_token, base_url=people.base_url, retry_handlers=[])
    assert _error(app, "auth.test") == "not_allowed_token_type"
    work.app_scopes.clear()
    assert _error(app, "apps.connections.open") == "missing_scope"
    work.revoked.add(work.token)
    assert _error(client, "auth.test") == "token_revoked"


def test_the_answer_says_which_scopes_the_token_has(people: FakeSlack, client: WebClient) -> None:
    assert client.auth_test().headers["X-OAuth-Scopes"].split(",") == sorted(people.workspace.scopes)


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"channel": "C0NOWHERE", "user": ANNA}, "channel_not_found"),
        ({"channel": CHANNEL, "user": BO}, "user_not_in_channel"),
        ({"channel": "C0SMALL01", "user": ANNA}, "user_not_in_channel"),
        ({"channel": "C0ELSE001", "user": ANNA}, "not_in_channel"),
        ({"channel": CHANNEL, "user": ANNA, "colour": "red"}, "invalid_arguments"),
        ({"channel": CHANNEL, "user": ANNA, "thread_ts": "1.2"}, "thread_not_found"),
        ({"channel": CHANNEL, "user": ANNA, "blocks": [{"type": "marquee"}]}, "invalid_blocks"),
    ],
)
def test_a_private_message_is_refused_as_slack_does(
    people: FakeSlack, client: WebClient, fields: Json, error: str
) -> None:
    people.workspace.add(Channel("C0SMALL01", "small", members={BO}))
    people.workspace.add(Channel("C0ELSE001", "else", member=False))
    assert _error(client, "chat.postEphemeral", **{"text": "x", **fields}) == error


def test_people_groups_and_members_are_told_with_the_scope_for_them(people: FakeSlack, client: WebClient) -> None:
    work = people.workspace
    work.join(BO, guest="single-channel")
    work.groups["S0TEAM001"] = [ANNA]
    work.add(Channel("G0PRIVATE", "private", private=True, members={ANNA, BO}))
    user = client.users_info(user=BO)["user"]
    assert (user["is_restricted"], user["is_ultra_restricted"]) == (True, True)
    assert client.usergroups_users_list(usergroup="S0TEAM001")["users"] == [ANNA]
    assert _error(client, "usergroups.users.list", usergroup="S0NONE001") == "no_such_subteam"
    assert set(client.conversations_members(channel=CHANNEL)["members"]) >= {ANNA, BO}
    assert _error(client, "conversations.members", channel="G0PRIVATE") == "missing_scope"
    work.scopes |= {"groups:read"}
    page = client.conversations_members(channel="G0PRIVATE", limit=2)
    assert (page["members"], page["response_metadata"]["next_cursor"]) == ([ANNA, BO], "2")
    work.scopes -= {"users:read", "usergroups:read"}
    assert _error(client, "users.info", user=ANNA) == "missing_scope"
    assert _error(client, "usergroups.users.list", usergroup="S0TEAM001") == "missing_scope"


def test_blocks_are_looked_over_without_being_posted(people: FakeSlack, client: WebClient) -> None:
    good, bad = {"type": "divider"}, {"type": "header", "text": _text("x" * 151)}
    client.blocks_validate(blocks=[good])
    client.blocks_validate(view=_view())
    with pytest.raises(SlackApiError) as raised:
        client.blocks_validate(message={"text": "x", "blocks": [good, bad]})
    assert raised.value.response["error"] == "invalid_message"
    assert [one["pointer"] for one in raised.value.response["errors"]] == ["/blocks/1"]
    assert people.workspace.channels[CHANNEL].messages == []


def test_an_answering_address_serves_five_times_and_half_an_hour(people: FakeSlack) -> None:
    with _app(people, lambda envelope: {"envelope_id": envelope.id}):
        url = people.command("x", ANNA).envelope.payload["response_url"]
    assert _answer(url, {"text": "x", "colour": "red"}) == (400, "invalid_payload")
    assert [_answer(url, {"text": "x"}) for _ in range(6)] == [(200, "ok")] * 5 + [(404, "used_url")]
    people.workspace.now = lambda: START.timestamp() + 1801
    assert _answer(url, {"text": "x"}) == (404, "expired_url")


def test_a_link_to_a_message_can_be_had(people: FakeSlack, client: WebClient) -> None:
    message = people.workspace.post(people.workspace.channels[CHANNEL], {"text": "x"})
    link = client.chat_getPermalink(channel=CHANNEL, message_ts=message.ts)["permalink"]
    assert link.endswith(f"/{CHANNEL}/p{message.ts.replace('.', '')}")
    assert _error(client, "chat.getPermalink", channel=CHANNEL, message_ts="1.2") == "message_not_found"


def test_the_transcript_tells_the_life_of_a_channel(people: FakeSlack, client: WebClient) -> None:
    section = {"type": "section", "text": _text("12 of 340")}
    header = {"type": "header", "text": _text("Offers without amount")}
    root = client.chat_postMessage(channel=CHANNEL, text="x", blocks=[header, section, _actions()])["ts"]
    client.chat_postMessage(channel=CHANNEL, text="it got worse", thread_ts=root)
    with _app(people, lambda envelope: {"envelope_id": envelope.id}):
        trigger = people.press(people.workspace.channels[CHANNEL].live()[0], "go", ANNA).trigger
        client.views_open(trigger_id=trigger, view=_view())
        people.submit(people.workspace.views["V0000"], ANNA, {"why": "because"})
        people.command("status", ANNA)
    client.chat_postEphemeral(channel=CHANNEL, user=ANNA, text="all is well")
    worse = {"type": "section", "text": _text("15 of 340")}
    client.chat_update(channel=CHANNEL, ts=root, text="x", blocks=[header, worse, _actions()])
    assert transcript(people.workspace, CHANNEL) == _LIFE


_LIFE = """\
#crm-data-quality

2026-11-21 06:10  message 1
    # Offers without amount
    12 of 340
    [Go]

2026-11-21 06:10  reply to message 1
    it got worse

2026-11-21 06:10  Anna presses [Go] of message 1

2026-11-21 06:10  Anna is asked: Title
    Why?: []

2026-11-21 06:10  Anna sends: why: because

2026-11-21 06:10  Anna types /crm status

2026-11-21 06:10  only Anna sees
    all is well

2026-11-21 06:10  message 1, edited
    - 12 of 340
    + 15 of 340

In the end message 1 reads:
    # Offers without amount
    15 of 340
    [Go]
"""


def _actions() -> Json:
    button = {"type": "button", "action_id": "go", "text": _text("Go"), "value": "7"}
    return {"type": "actions", "elements": [button]}


def _status(url: str, headers: dict[str, str]) -> int:
    """Of a handshake: by hand, for urllib insists on a ``Connection`` of its own."""
    parts = urlsplit(url)
    with socket.create_connection((str(parts.hostname), int(parts.port or 0)), 5) as link:
        lines = [f"GET {parts.path}?{parts.query} HTTP/1.1", "Host: x", *(f"{k}: {v}" for k, v in headers.items())]
        link.sendall("\r\n".join([*lines, "", ""]).encode())
        with link.makefile("rb") as answer:
            return int(answer.readline().split()[1])


def _answer(url: str, body: Json) -> tuple[int, str]:
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()
