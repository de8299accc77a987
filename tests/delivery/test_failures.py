"""Why a message did not arrive, in the few words that are counted: they name no place and nobody."""

from __future__ import annotations

import socket
from email.message import EmailMessage

import pytest

from monitor.delivery.advice import ADVICE, refusal
from monitor.delivery.email import EmailTarget
from monitor.delivery.hook import HookTarget
from monitor.delivery.smtp import Security, Smtp
from monitor.delivery.target import Failure, Lost, NotAccepted, Refused
from monitor.messages.outgoing import Action, DeliveryState, Outgoing
from monitor.messages.tree import Heading, Message
from monitor.messages.treejson import to_json
from tests.delivery.conftest import START
from tests.delivery.receiver import Receiver, Reply


@pytest.mark.parametrize(
    ("name", "failure"),
    [
        ("invalid_auth", Failure.CREDENTIALS),
        ("token_revoked", Failure.CREDENTIALS),
        ("account_inactive", Failure.CREDENTIALS),
        ("missing_scope", Failure.PERMISSION),
        ("restricted_action", Failure.PERMISSION),
        ("not_in_channel", Failure.DESTINATION),
        ("channel_not_found", Failure.DESTINATION),
        ("is_archived", Failure.DESTINATION),
        ("no_service", Failure.DESTINATION),
        ("invalid_blocks", Failure.MESSAGE),
        ("something_new", Failure.DESTINATION),
    ],
)
def test_a_refusal_of_slack_has_a_reason(name: str, failure: Failure) -> None:
    assert refusal(name).failure is failure


def test_every_refusal_that_there_is_advice_for_is_one_of_four() -> None:
    found = {refusal(name).failure for name in ADVICE}
    assert found == {Failure.CREDENTIALS, Failure.PERMISSION, Failure.DESTINATION, Failure.MESSAGE}


@pytest.mark.parametrize(
    ("reply", "failure"),
    [
        (Reply(401), Failure.CREDENTIALS),
        (Reply(403), Failure.PERMISSION),
        (Reply(404), Failure.DESTINATION),
        (Reply(302), Failure.DESTINATION),
        (Reply(422), Failure.MESSAGE),
        (Reply(429), Failure.RATE_LIMITED),
        (Reply(503), Failure.UNAVAILABLE),
        (Reply(500), Failure.NO_ANSWER),
        (Reply(hangs_up=True), Failure.NO_ANSWER),
    ],
)
def test_a_webhook_that_does_not_take_a_message_has_a_reason(reply: Reply, failure: Failure) -> None:
    with Receiver() as receiver:
        receiver.replies.append(reply)
        answer = HookTarget(receiver.url, "secret", timeout=2).send(_message(), None)
    assert isinstance(answer, NotAccepted | Refused | Lost)
    assert answer.failure is failure


def test_a_certificate_that_nobody_vouches_for_and_a_closed_port_are_told_apart() -> None:
    with Receiver(certificate_for="localhost") as receiver:
        untrusted = HookTarget(receiver.url, "secret", timeout=2).send(_message(), None)
    assert isinstance(untrusted, Refused)
    assert untrusted.failure is Failure.CERTIFICATE
    for target in (
        HookTarget(f"http://localhost:{_closed_port()}/", "secret", timeout=2),
        EmailTarget(_mail, Smtp("localhost", _closed_port(), Security.NONE)),
    ):
        answer = target.send(_message(), None)
        assert isinstance(answer, NotAccepted)
        assert answer.failure is Failure.UNREACHABLE


def _mail(_: Outgoing) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Message-ID"] = "a@example.com", "b@example.com", "<1@example.com>"
    return mail


def _closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _message() -> Outgoing:
    payload = to_json(Message("x", (Heading("x"),)))
    return Outgoing(
        1, "e1", "incident:12", "hook:x", Action.POST, payload, DeliveryState.SENDING, START, incident_id=12
    )
