"""What ``doctor`` and ``notify list`` say of the places that alerts go to beside Slack."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from monitor.app.doctor import Level, diagnose
from monitor.app.project import open_project
from monitor.app.routes import Routes
from monitor.delivery.alert_email import AlertEmail
from monitor.delivery.hook import HookTarget
from monitor.delivery.smtp import Security, Smtp
from monitor.delivery.target import Target
from monitor.messages.outgoing import in_words
from tests.acceptance import small_crm
from tests.delivery.mail_server import PASSWORD, USER, MailServer
from tests.delivery.receiver import Receiver

NOW = datetime(2026, 11, 21, 6, 10, tzinfo=UTC)


def test_doctor_looks_at_mail_and_webhooks_by_their_names_and_sends_nothing(sqlite_url: sa.URL, tmp_path: Path) -> None:
    crm = small_crm.make(sqlite_url, tmp_path / "project")
    with MailServer() as mail, Receiver() as receiver, open_project(crm.folder, {}, clock=lambda: NOW) as opened:
        smtp = Smtp("localhost", mail.port, Security.STARTTLS, USER, PASSWORD, "crm@example.com", timeout=5)
        mail.handler.strangers.add("gone@example.com")
        targets: dict[str, Target] = {
            "email:ops": AlertEmail(["ops@example.com"], smtp, context=mail.trusting),
            "email:sales": AlertEmail(["ops@example.com", "gone@example.com"], smtp, context=mail.trusting),
            "hook:tickets": HookTarget(receiver.url, "s3cr3t"),
        }
        opened.routes = Routes("email:ops", "hook:tickets", targets)
        found = {one.about: one for one in diagnose(opened)}
    assert found["e-mail ops"].level is Level.GOOD
    assert found["e-mail sales"].level is Level.BAD
    assert "recipient 2 of 2" in found["e-mail sales"].text
    assert found["webhook tickets"].level is Level.GOOD
    assert mail.handler.received == []
    assert [got.method for got in receiver.got] == ["HEAD"]


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("slack:C0123ABC", "Slack C0123ABC"),
        ("slack:#crm-quality", "Slack #crm-quality"),
        ("email:ops", "e-mail ops"),
        ("hook:tickets", "webhook tickets"),
        ("webhook", "Slack's incoming webhook"),
        ("crm-quality", "crm-quality"),
    ],
)
def test_a_target_has_a_name_that_a_person_understands(target: str, said: str) -> None:
    assert in_words(target) == said
