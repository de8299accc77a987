"""Alerts by mail and to a webhook of one's own, as config/routes.yaml names them, through the real program."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.policy import default
from typing import Any

import jsonschema
import pytest

from monitor.delivery.hook_document import SCHEMA
from monitor.messages.outgoing import in_words
from tests.acceptance.program import Result, crm_monitor
from tests.acceptance.small_crm import SmallCrm
from tests.delivery.mail_server import MailServer
from tests.delivery.receiver import Receiver, Reply

pytestmark = pytest.mark.journeys

READER, SECRET = "anna@example.com", "wh-s3cr3t"


@dataclass(frozen=True)
class Places:
    """A project whose alerts go to a mail server and to a web server of its own."""

    crm: SmallCrm
    mail: MailServer
    receiver: Receiver

    def check(self) -> Result:
        return self.run("check", "--count", "--fail-on", "never")

    def run(self, *arguments: object) -> Result:
        return crm_monitor(*arguments, project=self.crm.folder, env={"HOOK_SECRET": SECRET})

    @property
    def mails(self) -> list[Message]:
        contents = [one.content for one in self.mail.handler.received]
        return [message_from_bytes(content, policy=default) for content in contents if isinstance(content, bytes)]

    @property
    def documents(self) -> list[Any]:
        return [json.loads(got.body) for got in self.receiver.got if got.method == "POST"]


@pytest.fixture
def places(crm: SmallCrm, quick_delivery: None) -> Iterator[Places]:
    with MailServer("none", login=False) as mail, Receiver() as receiver:
        crm.settings(f"smtp: {{host: localhost, port: {mail.port}, security: none, from: crm@example.com}}\n")
        targets = f"ops: {{email: {READER}}}, tickets: {{webhook: '{receiver.url}', secret: '${{HOOK_SECRET}}'}}"
        routes = f"targets: {{{targets}}}\ndefault: [ops, tickets]\n"
        (crm.folder / "config" / "routes.yaml").write_text(routes, encoding="utf-8")
        yield Places(crm, mail, receiver)


def test_an_incident_is_followed_to_its_end_by_mail_and_by_webhook(places: Places) -> None:
    places.check()
    places.crm.without_account(11, 25)
    worse = places.check()
    assert "Messages: 2 sent, 0 undelivered" in worse.said
    places.crm.mend()
    assert places.check().exit_code == 0

    opened, resolved = places.mails
    assert str(opened["Subject"]).startswith("Failing: Deals without an account: 25 of 100")
    assert resolved["Subject"] == f"Re: {opened['Subject']}"
    assert resolved["In-Reply-To"] == opened["Message-ID"]
    assert "Resolved: Deals without an account" in str(resolved.as_string())
    for one in places.documents:
        jsonschema.validate(one, SCHEMA)
        assert "Person" not in json.dumps(one)
        assert "Desk" not in json.dumps(one)  # a team of one
    states = [(one["incident"]["state"], one["incident"]["status"]) for one in places.documents]
    assert states == [("open", "fail"), ("resolved", "pass"), ("resolved", "pass")]
    first, last = places.documents[0]["incident"], places.documents[-1]["incident"]
    assert (first["id"], first["check"], first["entity"]) == (1, "deal-without-account", "opportunities")
    assert (first["kind"], first["severity"], first["unexpected"], first["rows"]) == ("data", "warning", 25, 100)
    assert first["resolved_at"] is None
    assert first["opened_at"] == last["opened_at"] <= last["resolved_at"]
    assert [one["action"] for one in places.documents] == ["post", "update", "reply"]
    assert {one["thread"] for one in places.documents} == {"incident:1"}
    assert [one["message"]["tone"] for one in places.documents] == ["failing", "resolved", "resolved"]


def test_a_webhook_is_told_what_people_do_with_an_incident(places: Places) -> None:
    places.check()
    places.crm.without_account(11, 25)
    places.check()
    places.run("incidents", "assign", 1, "bo", "--due", "2099-12-24")
    places.run("incidents", "acknowledge", 1)
    places.run("notify", "send")
    for one in places.documents:
        jsonschema.validate(one, SCHEMA)
    told = places.documents[-1]["incident"]
    assert (told["state"], told["due"], told["snoozed_until"]) == ("acknowledged", "2099-12-24", None)


def test_what_is_undelivered_is_listed_by_the_names_of_the_places(places: Places) -> None:
    places.mail.handler.strangers.add(READER)
    places.receiver.replies = [Reply(hangs_up=True)]
    places.check()
    places.crm.without_account(11, 25)
    left = places.check()
    assert left.exit_code == 4
    listed = places.run("notify", "list").said
    assert "e-mail ops failed" in listed
    assert "does not take the recipient (550 5.1.1)" in listed
    assert "webhook tickets unknown" in listed
    doctor = places.run("doctor").said
    assert "incident 1: post unknown, to webhook tickets:" in doctor
    assert f"{READER}" not in listed + doctor
    assert "s3cr3t" not in listed + doctor + left.said


def test_doctor_looks_at_the_places_without_sending_them_anything(places: Places) -> None:
    well = places.run("doctor")
    assert "ok e-mail ops: the mail server" in well.said
    assert "takes mail for 1" in well.said
    assert "ok webhook tickets: localhost:" in well.said
    assert "nobody is told" not in well.said
    assert (places.mails, places.documents) == ([], [])
    places.mail.handler.strangers.add(READER)
    places.receiver.replies = [Reply(301, {"Location": "https://elsewhere.example.com"})]
    ill = places.run("doctor")
    assert "does not take the recipient (550 5.1.1)" in ill.said
    assert "configure the address that it leads to" in ill.said


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("slack:C0123ABC", "Slack C0123ABC"),
        ("slack:#crm-quality", "Slack #crm-quality"),
        ("email:ops", "e-mail ops"),
        ("mail:7", "mail to 7"),
        ("hook:tickets", "webhook tickets"),
        ("webhook", "Slack's incoming webhook"),
        ("shown:crm-quality", "crm-quality (shown only)"),
        ("crm-quality", "crm-quality"),
    ],
)
def test_a_target_has_a_name_that_a_person_understands(target: str, said: str) -> None:
    assert in_words(target) == said
