"""A webhook of one's own, through the stored outbox and a real web server: signed, ordered, nothing twice."""

from __future__ import annotations

import hmac
import json
import socket
from collections.abc import Iterator
from datetime import timedelta
from email.utils import format_datetime
from hashlib import sha256

import jsonschema
import pytest

from monitor.delivery.addresses import address_problem
from monitor.delivery.findings import Level
from monitor.delivery.hook import IDEMPOTENCY, SIGNATURE, HookTarget, signature
from monitor.delivery.hook_document import SCHEMA
from monitor.delivery.target import NotAccepted, Refused
from monitor.messages.outgoing import Action, DeliveryState, Outgoing
from monitor.messages.tree import Button, Buttons, Heading, Mention, Message, Paragraph, Span
from monitor.messages.treejson import to_json
from tests.delivery.conftest import START, Bench, Clock
from tests.delivery.receiver import Receiver, Reply

HOOK = "hook:tickets"
SECRET = "wh-s3cr3t-æ"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as started:
        yield started


@pytest.fixture
def target(receiver: Receiver) -> HookTarget:
    return HookTarget(receiver.url, SECRET, clock=Clock(), timeout=1)


@pytest.fixture
def hooked(bench: Bench, receiver: Receiver) -> Bench:
    """A delivery whose messages may go to the receiver."""
    bench.targets[HOOK] = HookTarget(receiver.url, SECRET, clock=bench.clock, timeout=1)
    return bench


def _outgoing(message: Message, action: Action = Action.POST) -> Outgoing:
    payload = to_json(message)
    return Outgoing(1, "e1", "incident:12", HOOK, action, payload, DeliveryState.SENDING, START, incident_id=12)


def test_every_message_of_an_incident_is_a_document_in_its_order(receiver: Receiver, hooked: Bench) -> None:
    incident = hooked.incident()
    numbers = [hooked.queue(incident, Action.POST, "opened", HOOK)]
    hooked.drain()
    numbers += [
        hooked.queue(incident, Action.UPDATE, "more", HOOK),
        hooked.queue(incident, Action.REPLY, "worse", HOOK),
    ]

    assert hooked.drain().complete

    documents = [json.loads(got.body) for got in receiver.got]
    for one, number in zip(documents, numbers, strict=True):
        jsonschema.validate(one, SCHEMA)
        assert one["event"] == hooked.stored(number).event
        assert one["thread"] == f"incident:{incident}"
        assert one["incident"] == {"id": incident}
    assert [one["action"] for one in documents] == ["post", "update", "reply"]
    assert [one["message"]["summary"] for one in documents] == ["opened", "more", "worse"]


def test_a_document_says_the_message_and_nothing_else_of_the_crm(receiver: Receiver, target: HookTarget) -> None:
    spans = (Span("34 of 212", bold=True), Span(" list", link="https://crm.example.com/"), Span("x", link="file:///x"))
    blocks = (Mention("S0123ABC"), Heading("Offers"), Paragraph(spans), Buttons((Button("Assign", "incident:assign"),)))
    target.send(_outgoing(Message("Offers: 34 of 212", blocks)), None)
    assert json.loads(receiver.got[0].body) == {
        "version": 1,
        "event": "e1",
        "action": "post",
        "thread": "incident:12",
        "incident": {"id": 12},
        "message": {
            "summary": "Offers: 34 of 212",
            "text": "Offers\n34 of 212 list (https://crm.example.com/)x",
            "tone": "failing",
            "blocks": [
                {"type": "heading", "text": "Offers"},
                {
                    "type": "paragraph",
                    "spans": [
                        {"text": "34 of 212", "bold": True},
                        {"text": " list", "link": "https://crm.example.com/"},
                        {"text": "x"},
                    ],
                },
            ],
        },
        "sent_at": "2026-11-21T06:10:00+00:00",
    }


def test_a_document_is_signed_together_with_its_moment_and_bears_its_event(receiver: Receiver, hooked: Bench) -> None:
    number = hooked.queue(hooked.incident(), Action.POST, "opened", HOOK)
    hooked.drain()
    [got] = receiver.got
    moment = int(START.timestamp())
    expected = hmac.new(SECRET.encode(), b"%d." % moment + got.body, sha256).hexdigest()
    assert got.headers[SIGNATURE] == f"t={moment},v1={expected}" == signature(SECRET, moment, got.body)
    assert got.headers[IDEMPOTENCY] == hooked.stored(number).event
    assert got.headers["Content-Type"].startswith("application/json")
    assert (got.method, got.path) == ("POST", "/hooks/crm?key=s3cr3t-part")


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_any_good_answer_is_taken_for_one(receiver: Receiver, hooked: Bench, status: int) -> None:
    receiver.replies = [Reply(status)]
    hooked.queue(hooked.incident(), Action.POST, "opened", HOOK)
    assert hooked.drain().complete


@pytest.mark.parametrize("status", [429, 503])
def test_a_receiver_that_asks_to_wait_is_waited_for(receiver: Receiver, hooked: Bench, status: int) -> None:
    receiver.replies = [Reply(status, {"Retry-After": "120"})]
    hooked.queue(hooked.incident(), Action.POST, "opened", HOOK)
    begun = hooked.clock.now
    assert hooked.drain().complete
    assert hooked.clock.now - begun >= timedelta(seconds=120)
    events = {json.loads(got.body)["event"] for got in receiver.got}
    assert (len(receiver.got), len(events)) == (2, 1)
    assert receiver.got[0].headers[IDEMPOTENCY] == receiver.got[1].headers[IDEMPOTENCY]
    assert receiver.got[0].headers[SIGNATURE] != receiver.got[1].headers[SIGNATURE]  # signed anew, so never stale


@pytest.mark.parametrize(
    ("said", "after"),
    [
        (format_datetime(START + timedelta(seconds=90), usegmt=True), 90.0),
        (format_datetime(START - timedelta(seconds=90), usegmt=True), None),
        ("soon", None),
        (None, None),
    ],
)
def test_a_moment_to_try_again_is_understood_too(
    receiver: Receiver, target: HookTarget, said: str | None, after: float | None
) -> None:
    receiver.replies = [Reply(503, {"Retry-After": said} if said else {})]
    answer = target.send(_outgoing(Message("x", ())), None)
    assert isinstance(answer, NotAccepted)
    assert answer.after == after


@pytest.mark.parametrize(
    ("status", "only_this"), [(400, True), (413, True), (422, True), (401, False), (403, False), (404, False)]
)
def test_what_is_refused_waits_for_a_person(
    receiver: Receiver, target: HookTarget, status: int, only_this: bool
) -> None:
    receiver.replies = [Reply(status)]
    answer = target.send(_outgoing(Message("x", ())), None)
    assert isinstance(answer, Refused)
    assert answer.only_this is only_this
    assert f"HTTP {status}" in answer.error


@pytest.mark.parametrize("reply", [Reply(hangs_up=True), Reply(waits=4), Reply(500), Reply(502)], ids=repr)
def test_a_lost_answer_stays_unknown_and_is_never_sent_again_by_itself(
    receiver: Receiver, hooked: Bench, reply: Reply
) -> None:
    receiver.replies = [reply]
    number = hooked.queue(hooked.incident(), Action.POST, "opened", HOOK)
    for _ in range(3):
        report = hooked.drain()
    assert len(receiver.got) == 1
    assert [message.id for message in report.unknown] == [number]
    assert f"whether event {hooked.stored(number).event} came" in report.unknown[0].error


def test_a_receiver_that_is_not_there_is_tried_again(target: HookTarget) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/s3cr3t"
        answer = HookTarget(url, SECRET, timeout=1).send(_outgoing(Message("x", ())), None)
    assert isinstance(answer, NotAccepted)
    assert "cannot be reached" in answer.error


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_no_redirect_is_followed(receiver: Receiver, target: HookTarget, status: int) -> None:
    with Receiver() as elsewhere:
        receiver.replies = [Reply(status, {"Location": elsewhere.url})]
        answer = target.send(_outgoing(Message("x", ())), None)
        assert elsewhere.got == []
    assert isinstance(answer, Refused)
    assert "configure the address that it leads to" in answer.error
    assert "s3cr3t" not in answer.error


def test_a_document_arrives_encrypted_and_a_stranger_gets_none() -> None:
    with Receiver(certificate_for="localhost") as receiver:
        message = _outgoing(Message("x", ()))
        HookTarget(receiver.url, SECRET, context=receiver.trusting, timeout=5).send(message, None)
        assert len(receiver.got) == 1
        answer = HookTarget(receiver.url, SECRET, timeout=5).send(message, None)
        assert len(receiver.got) == 1
    assert isinstance(answer, Refused)
    assert "not to be trusted" in answer.error


def test_what_is_for_this_machine_goes_through_no_proxy(
    receiver: Receiver, hooked: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    hooked.queue(hooked.incident(), Action.POST, "opened", HOOK)
    assert hooked.drain().complete
    assert len(receiver.got) == 1


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://hooks.example.com/", "in plain text across the network"),
        ("http://127.0.0.1.example.com/", "in plain text across the network"),
        ("http://localhost@example.com/", "holds a user"),
        ("https://user:pw@hooks.example.com/", "holds a user"),
        ("ftp://hooks.example.com/", "begin it with https://"),
        ("https:///path", "begin it with https://"),
        ("https://hooks.example.com:port/", "begin it with https://"),
        ("https://hooks.example.com/\r\nX: y", "holds a blank"),
        ("https://høøks.example.com/", "holds a blank or a character"),
        ("", "begin it with https://"),
    ],
)
def test_an_address_that_is_unsafe_or_none_is_sent_nothing(url: str, said: str) -> None:
    assert said in address_problem(url)
    answer = HookTarget(url, SECRET).send(_outgoing(Message("x", ())), None)
    assert isinstance(answer, Refused)
    assert f"the webhook's address {address_problem(url)}".replace("\n", ": ") == answer.error


@pytest.mark.parametrize("url", ["https://hooks.example.com/a?b=c", "http://localhost:8080/", "http://[::1]/"])
def test_an_address_that_can_be_used_is_not_complained_of(url: str) -> None:
    assert address_problem(url) == ""


def test_nothing_is_sent_unsigned(receiver: Receiver) -> None:
    answer = HookTarget(receiver.url, "").send(_outgoing(Message("x", ())), None)
    assert isinstance(answer, Refused)
    assert "no secret" in answer.error
    assert receiver.got == []


@pytest.mark.parametrize("action", [Action.FILE, Action.DELETE])
def test_a_webhook_is_sent_no_images(receiver: Receiver, target: HookTarget, action: Action) -> None:
    target.send(_outgoing(Message("x", ()), action), None)
    assert receiver.got == []


def test_the_secret_and_the_address_are_in_no_error_no_repr_and_no_log(
    receiver: Receiver, target: HookTarget, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    receiver.replies = [Reply(429), Reply(401), Reply(hangs_up=True), Reply(307), Reply(waits=2)]
    answers = [target.send(_outgoing(Message("x", ())), None) for _ in range(6)]
    answers.append(
        HookTarget("https://127.0.0.1:9/s3cr3t-part", SECRET, timeout=1).send(_outgoing(Message("x", ())), None)
    )
    said = f"{answers} {target!r} {target.settle(_outgoing(Message('x', ())), None)} {caplog.text}"
    assert "s3cr3t" not in said
    assert "localhost" in said


def test_doctor_looks_whether_the_address_answers_and_sends_no_message(receiver: Receiver, target: HookTarget) -> None:
    target = HookTarget(receiver.url, SECRET, timeout=1)
    receiver.replies = [Reply(405), Reply(302, {"Location": "https://elsewhere.example.com/"})]
    assert target.examine().level is Level.GOOD
    assert target.examine().level is Level.BAD
    assert [(got.method, got.body) for got in receiver.got] == [("HEAD", b"")] * 2
    assert HookTarget("http://hooks.example.com/", SECRET).examine().level is Level.BAD
    assert HookTarget("http://127.0.0.1:9/", SECRET).examine().level is Level.WARNING
