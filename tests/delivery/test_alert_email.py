"""Alerts by mail, through the stored outbox and a real mail server: one conversation per incident, nothing twice."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest

from monitor.delivery.alert_email import AlertEmail
from monitor.delivery.findings import Level
from monitor.delivery.smtp import Security, Smtp
from monitor.messages.outgoing import Action, DeliveryState, Outgoing
from monitor.messages.tree import Button, Buttons, Heading, Mention, Message, Paragraph, Span
from monitor.messages.treejson import to_json
from tests.delivery.conftest import START, Bench
from tests.delivery.html_page import read_page
from tests.delivery.mail_server import PASSWORD, USER, MailServer

EMAIL = "email:ops"
SENDER = "crm-monitor@example.com"
READERS = ("anna@example.com", "bo@example.com")


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer() as started:
        yield started


@pytest.fixture
def mailed(bench: Bench, server: MailServer) -> Bench:
    """A delivery whose messages may go to the mail server."""
    bench.targets[EMAIL] = _target(server)
    return bench


def _target(server: MailServer, *readers: str) -> AlertEmail:
    smtp = Smtp("localhost", server.port, Security.STARTTLS, USER, PASSWORD, SENDER, timeout=5)
    return AlertEmail(readers or READERS, smtp, context=server.trusting)


def _received(server: MailServer) -> list[EmailMessage]:
    contents = [one.content for one in server.handler.received]
    mails = [message_from_bytes(content, policy=default) for content in contents if isinstance(content, bytes)]
    assert len(mails) == len(contents)
    return [one for one in mails if isinstance(one, EmailMessage)]


def _body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def _conversations(mails: list[EmailMessage]) -> list[set[str]]:
    """Message-IDs by conversation, put together as mail programs do: by any identity that two mails have in common."""
    groups: list[tuple[set[str], set[str]]] = []
    for mail in mails:
        own = str(mail["Message-ID"])
        known = {own, *str(mail["References"] or "").split(), *str(mail["In-Reply-To"] or "").split()}
        joined = [group for group in groups if group[0] & known]
        groups = [group for group in groups if group not in joined]
        groups.append((known.union(*(group[0] for group in joined)), {own}.union(*(group[1] for group in joined))))
    return [ids for _, ids in groups]


def test_an_incident_is_one_conversation_to_a_mail_program(server: MailServer, mailed: Bench) -> None:
    first, second = mailed.incident(), mailed.incident()
    for incident in (first, second):
        mailed.queue(incident, Action.POST, f"Failing: number {incident}", EMAIL)
    mailed.drain()
    edit = mailed.queue(first, Action.UPDATE, "Failing: more", EMAIL)
    mailed.queue(first, Action.REPLY, "Worse: number 1", EMAIL)
    mailed.queue(first, Action.REPLY, "Resolved: number 1", EMAIL)

    assert mailed.drain().complete

    assert mailed.stored(edit).state is DeliveryState.SUPERSEDED
    mails = _received(server)
    assert sorted(map(len, _conversations(mails))) == [1, 3]
    root, other, worse, resolved = mails
    assert root["In-Reply-To"] is None
    assert worse["In-Reply-To"] == resolved["In-Reply-To"] == root["Message-ID"]
    assert root["Message-ID"] in str(worse["References"])
    assert other["Message-ID"] not in str(worse["References"])
    subjects = [str(mail["Subject"]) for mail in mails]
    assert subjects == ["Failing: number 1", "Failing: number 2", "Re: Failing: number 1", "Re: Failing: number 1"]
    assert _body(resolved, "plain").startswith("Resolved: number 1")


def test_a_mail_has_text_and_html_that_say_the_same_and_fetch_nothing(server: MailServer) -> None:
    spans = (Span("34 of 212", bold=True), Span(" in the "), Span("list", link="https://crm.example.com/deals"))
    blocks = (Mention("S0123ABC"), Heading("Offers"), Paragraph(spans), Buttons((Button("Assign", "incident:assign"),)))
    outgoing = _outgoing(Message("Offers: 34 of 212", blocks))
    _target(server).send(outgoing, None)
    [mail] = _received(server)
    assert [part.get_content_type() for part in mail.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    page = read_page(_body(mail, "html"))
    assert page.links == ["https://crm.example.com/deals"]
    assert page.fetched == []
    assert "Offers 34 of 212 in the list" in page.said
    assert _body(mail, "plain").splitlines() == ["Offers", "34 of 212 in the list (https://crm.example.com/deals)"]
    assert mail["Auto-Submitted"] == "auto-generated"


def _outgoing(message: Message, action: Action = Action.POST) -> Outgoing:
    return Outgoing(1, "e1", "incident:12", EMAIL, action, to_json(message), DeliveryState.SENDING, START)


def test_the_same_message_is_the_same_mail_to_the_byte_whenever_it_is_made(server: MailServer) -> None:
    for _ in range(2):
        _target(server).send(_outgoing(Message("Offers", ())), None)
    first, second = (one.content for one in server.handler.received)
    assert first == second


@pytest.mark.parametrize("accepts", [True, False])
def test_a_lost_answer_stays_unknown_and_the_mail_is_not_sent_again_by_itself(
    server: MailServer, mailed: Bench, accepts: bool
) -> None:
    server.handler.hang_up, server.handler.accepts = True, accepts
    incident = mailed.incident()
    number = mailed.queue(incident, Action.POST, "Failing", EMAIL)
    for _ in range(3):
        report = mailed.drain()
    assert [message.id for message in report.unknown] == [number]
    assert "ask the recipient whether it came" in report.unknown[0].error
    assert len(server.handler.received) == int(accepts)

    server.handler.hang_up, server.handler.accepts = False, True
    mailed.state.outbox.requeue(number, mailed.clock.now)  # a person heard that it did not come
    assert mailed.drain().complete
    assert len({str(mail["Message-ID"]) for mail in _received(server)}) == 1


def test_a_conversation_holds_together_where_the_first_mail_was_settled_by_hand(
    server: MailServer, mailed: Bench
) -> None:
    server.handler.hang_up = True
    incident = mailed.incident()
    number = mailed.queue(incident, Action.POST, "Failing", EMAIL)
    mailed.drain()
    server.handler.hang_up = False
    mailed.state.outbox.arrived(number, mailed.clock.now)
    mailed.queue(incident, Action.REPLY, "Resolved", EMAIL)
    assert mailed.drain().complete
    assert len(_received(server)) == 2
    assert len(_conversations(_received(server))) == 1


def test_an_edit_of_which_no_first_mail_is_known_is_the_first_mail(server: MailServer) -> None:
    target, edit = _target(server), _outgoing(Message("Offers", ()), Action.UPDATE)
    answer = target.send(edit, None)
    [mail] = _received(server)
    assert str(mail["Message-ID"]) in repr(answer)
    assert mail["Subject"] == "Offers"


@pytest.mark.parametrize("action", [Action.FILE, Action.DELETE])
def test_images_are_no_part_of_an_alert_by_mail(server: MailServer, action: Action) -> None:
    _target(server).send(_outgoing(Message("Offers", ()), action), None)
    assert server.handler.received == []


@pytest.mark.parametrize(
    "hostile",
    [
        "Offers\r\nBcc: spy@evil.example",
        "=?utf-8?q?Offers=0D=0ABcc:_spy=40evil.example?=",
        "=?utf-8?b?DQpCY2M6IHNweUBldmlsLmV4YW1wbGU=?= x",
        "Offers\n\n<script>alert(1)</script>",
        "\ud800 \u202e \x00 \u2028Bcc: spy@evil.example",
        "W" * 10_000,
    ],
)
def test_nothing_in_a_name_becomes_a_header_or_a_recipient(server: MailServer, mailed: Bench, hostile: str) -> None:
    incident = mailed.incident()
    mailed.queue(incident, Action.POST, hostile, EMAIL)
    mailed.queue(incident, Action.REPLY, hostile, EMAIL)
    assert mailed.drain().complete
    plain = {"From", "To", "Subject", "Date", "Message-ID", "References", "Auto-Submitted", "X-Auto-Response-Suppress"}
    plain |= {"MIME-Version", "Content-Type", "Content-Language", "X-Peer", "X-MailFrom", "X-RcptTo"}
    root, reply = _received(server)
    assert set(root.keys()) <= plain
    assert set(reply.keys()) <= plain | {"In-Reply-To"}
    assert all(envelope.rcpt_tos == list(READERS) for envelope in server.handler.received)
    assert str(reply["Subject"]) == f"Re: {root['Subject']}"
    assert len(str(root["Subject"])) <= 160
    assert "script" not in read_page(_body(root, "html")).tags


def test_all_readers_get_the_same_mail_and_where_one_is_refused_nobody_does(server: MailServer, mailed: Bench) -> None:
    mailed.queue(mailed.incident(), Action.POST, "Failing", EMAIL)
    mailed.drain()
    assert [envelope.rcpt_tos for envelope in server.handler.received] == [list(READERS)]

    server.handler.strangers.add(READERS[1])
    mailed.queue(mailed.incident(), Action.POST, "Failing", EMAIL)
    report = mailed.drain()
    assert len(server.handler.received) == 1
    assert "does not take recipient 2 of 2 (550 5.1.1)" in report.failed[0].error
    assert "bo@" not in report.failed[0].error

    server.handler.strangers.clear()
    mailed.state.outbox.requeue(report.failed[0].id, mailed.clock.now)
    assert mailed.drain().complete
    assert len(server.handler.received) == 2


@pytest.mark.parametrize(
    ("readers", "said"),
    [
        (
            ("anna@example.com", "a@example.com, b@example.com"),
            "recipient 2 of 2: the recipient's e-mail address is not one address",
        ),
        (("nobody",), "the recipient's e-mail address is not one address"),
        (("'x'@example.com\r\nBcc: b@example.com",), "is not one address"),
        (('"a b"@example.com',), "correct it in config/routes.yaml"),
    ],
)
def test_what_is_no_address_gets_no_mail_and_doctor_says_so(
    server: MailServer, mailed: Bench, readers: tuple[str, ...], said: str
) -> None:
    target = mailed.targets[EMAIL] = _target(server, *readers)
    mailed.queue(mailed.incident(), Action.POST, "Failing", EMAIL)
    assert said in mailed.drain().failed[0].error
    assert server.handler.received == []
    assert isinstance(target, AlertEmail)
    found = target.examine()
    assert (found.level, said in found.text) == (Level.BAD, True)


def test_doctor_asks_whether_the_server_takes_mail_for_the_readers_and_sends_none(server: MailServer) -> None:
    found = _target(server).examine()
    assert found.level is Level.GOOD
    assert "takes mail for 2" in found.text
    server.handler.strangers.add(READERS[0])
    found = _target(server).examine()
    assert found.level is Level.BAD
    assert "recipient 1 of 2" in found.text
    assert server.handler.received == []


def test_neither_the_password_nor_an_address_is_in_any_error_or_repr(server: MailServer, mailed: Bench) -> None:
    smtp = Smtp("localhost", server.port, Security.STARTTLS, USER, "wr0ng-password", SENDER, timeout=5)
    mailed.targets[EMAIL] = AlertEmail(READERS, smtp, context=server.trusting)
    mailed.queue(mailed.incident(), Action.POST, "Failing", EMAIL)
    said = mailed.drain().failed[0].error + repr(mailed.targets)
    assert "wr0ng" not in said
    assert "anna" not in said
