"""Mail through a real server: what is accepted, refused, or lost, and that nothing goes out in the clear."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from monitor.delivery.email import EmailTarget, examine_smtp
from monitor.delivery.findings import Level
from monitor.delivery.smtp import Security, Smtp
from monitor.delivery.target import Accepted, Answer, CannotTell, Failure, Lost, NotAccepted, NothingToSend, Refused
from monitor.messages.outgoing import Action, DeliveryState, Outgoing
from tests.delivery.conftest import START
from tests.delivery.mail_server import PASSWORD, USER, MailServer

SENDER = "crm-monitor@example.com"


def _message(action: Action = Action.POST) -> Outgoing:
    return Outgoing(1, "e1", "digest:34", "mail:7", action, {"to": "7"}, DeliveryState.SENDING, START)


def _mail(to: str = "manager@example.com", text: str = "Good week.\n.\n..two dots\nÆØÅ\n") -> EmailMessage:
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = SENDER, to, "Your team, week 47 — æøå"
    mail["Message-ID"] = "<digest-34.7@crm-monitor>"
    mail.set_content(text)
    mail.add_alternative("<p>Good week.</p>", subtype="html")
    return mail


def _smtp(server: MailServer, security: Security = Security.STARTTLS, password: str = PASSWORD) -> Smtp:
    return Smtp("localhost", server.port, security, USER, password, SENDER, timeout=5)


def _send(server: MailServer, smtp: Smtp | None = None, mail: EmailMessage | None = None) -> Answer:
    target = EmailTarget(lambda message: mail or _mail(), smtp or _smtp(server), context=server.trusting)
    return target.send(_message(), None)


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer() as started:
        yield started


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
def test_a_mail_arrives_encrypted_and_whole(security: Security) -> None:
    with MailServer(security.value) as server:
        assert _send(server, _smtp(server, security)) == Accepted(None)
        [envelope] = server.handler.received
    assert (envelope.mail_from, envelope.rcpt_tos) == (SENDER, ["manager@example.com"])
    assert isinstance(envelope.content, bytes)
    got = message_from_bytes(envelope.content, policy=SMTP)
    assert got["Message-ID"] == "<digest-34.7@crm-monitor>"
    assert got["Subject"] == "Your team, week 47 — æøå"
    assert isinstance(got, EmailMessage)
    plain = got.get_body(("plain",))
    assert plain is not None
    assert plain.get_content().replace("\r\n", "\n") == "Good week.\n.\n..two dots\nÆØÅ\n"


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
def test_what_the_server_puts_off_is_tried_again(server: MailServer, step: str) -> None:
    server.handler.answers[step] = "451 4.7.1 try again, manager@example.com is greylisted"
    answer = _send(server)
    assert isinstance(answer, NotAccepted)
    assert "451 4.7.1" in answer.error
    assert "manager@" not in answer.error


@pytest.mark.parametrize(("step", "only_this"), [("MAIL", False), ("RCPT", True), ("DATA", True)])
def test_what_the_server_refuses_waits_for_a_person(server: MailServer, step: str, only_this: bool) -> None:
    server.handler.answers[step] = "550 5.1.1 <manager@example.com> is nobody here"
    answer = _send(server)
    assert isinstance(answer, Refused)
    assert answer.only_this is only_this
    assert "550 5.1.1" in answer.error
    assert "manager@" not in answer.error


@pytest.mark.parametrize("accepts", [True, False])
def test_a_connection_that_breaks_after_the_data_leaves_it_open_and_nobody_can_tell(
    server: MailServer, accepts: bool
) -> None:
    server.handler.hang_up, server.handler.accepts = True, accepts
    assert isinstance(_send(server), Lost)
    target = EmailTarget(lambda message: _mail(), _smtp(server))
    assert isinstance(target.settle(_message(), None), CannotTell)


def test_a_server_that_is_not_there_is_tried_again() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        smtp = Smtp("localhost", unused.getsockname()[1], sender=SENDER, timeout=2)
        answer = EmailTarget(lambda message: _mail(), smtp).send(_message(), None)
    assert isinstance(answer, NotAccepted)
    assert "smtp.host" in answer.error


def test_a_wrong_password_is_told_without_it(server: MailServer) -> None:
    smtp = _smtp(server, password="wrong-p4ssword")
    answer = _send(server, smtp)
    assert isinstance(answer, Refused)
    assert not answer.only_this
    assert "smtp.password" in answer.error
    assert "wrong-p4ssword" not in f"{answer} {smtp!r} {EmailTarget(lambda message: _mail(), smtp)!r}"


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
def test_a_certificate_of_another_server_is_refused(security: Security) -> None:
    with MailServer(security.value, certificate_for="elsewhere.example.com") as server:
        answer = _send(server, _smtp(server, security))
        assert server.handler.received == []
    assert isinstance(answer, Refused)
    assert "not to be trusted" in answer.error


def test_a_certificate_of_an_unknown_issuer_is_refused(server: MailServer) -> None:
    answer = EmailTarget(lambda message: _mail(), _smtp(server)).send(_message(), None)
    assert isinstance(answer, Refused)
    assert "SSL_CERT_FILE" in answer.error


def test_a_server_without_starttls_gets_neither_password_nor_mail() -> None:
    with MailServer("none") as server:
        answer = _send(server)
        assert server.handler.received == []
    assert isinstance(answer, Refused)
    assert "offers no STARTTLS" in answer.error


def test_plain_text_is_for_this_machine_only() -> None:
    with MailServer("none", login=False) as server:
        plain = Smtp("localhost", server.port, Security.NONE, sender=SENDER, timeout=5)
        assert _send(server, plain) == Accepted(None)
    answer = EmailTarget(lambda message: _mail(), Smtp("mail.example.com", 25, Security.NONE)).send(_message(), None)
    assert isinstance(answer, Refused)
    assert "only to a server on this machine" in answer.error


def test_a_login_where_none_is_offered_is_told() -> None:
    with MailServer("starttls", login=False) as server:
        answer = _send(server)
    assert isinstance(answer, Refused)
    assert "offers no login" in answer.error


@pytest.mark.parametrize(
    "to",
    ["", "a@example.com, b@example.com", '"a b"@example.com', "a@exa mple.com", "nobody", "<>", '"x\\"y"@example.com'],
)
def test_what_is_not_one_plain_address_gets_no_mail(server: MailServer, to: str) -> None:
    answer = _send(server, mail=_mail(to))
    assert isinstance(answer, Refused)
    assert answer.only_this
    assert server.handler.received == []


def test_a_line_break_in_an_address_cannot_become_another_recipient(server: MailServer) -> None:
    mail = _mail()
    with pytest.raises(ValueError, match=r"linefeed|newline"):
        mail.replace_header("To", "a@example.com\r\nBcc: b@example.com")
    mail["Bcc"] = "b@example.com"
    assert isinstance(_send(server, mail=mail), Refused)


def test_a_mail_that_cannot_be_rendered_is_refused_alone(server: MailServer) -> None:
    def render(message: Outgoing) -> EmailMessage:
        raise ValueError("digest 34 is not stored any more")

    answer = EmailTarget(render, _smtp(server)).send(_message(), None)
    text = "the message cannot be made: digest 34 is not stored any more"
    assert answer == Refused(text, only_this=True, failure=Failure.MESSAGE)


@pytest.mark.parametrize("action", [Action.UPDATE, Action.REPLY, Action.FILE, Action.DELETE])
def test_a_mail_is_neither_edited_nor_answered(server: MailServer, action: Action) -> None:
    target = EmailTarget(lambda message: _mail(), _smtp(server))
    assert isinstance(target.send(_message(action), None), NothingToSend)


def test_doctor_can_try_the_login_without_sending(server: MailServer) -> None:
    found = examine_smtp(_smtp(server), context=server.trusting)
    assert found.level is Level.GOOD
    assert f"as {USER}" in found.text
    assert examine_smtp(_smtp(server, password="wrong"), context=server.trusting).level is Level.BAD
    assert server.handler.received == []


@pytest.mark.parametrize(("answer", "kind"), [("ok ok ok", Lost), ("354 go on", Lost), ("252 taken", Accepted)])
def test_an_odd_answer_once_the_server_has_the_mail_never_sends_it_twice(
    server: MailServer, answer: str, kind: type[Answer]
) -> None:
    server.handler.answers["DATA"] = answer
    assert isinstance(_send(server), kind)
