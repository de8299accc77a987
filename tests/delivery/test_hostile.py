"""Incidents with hostile names over the wire: a strict Slack, a mail server and a web server take every message."""

from __future__ import annotations

import json
from email import message_from_bytes
from email.policy import default
from random import Random

import jsonschema

from monitor.delivery.alert_email import AlertEmail
from monitor.delivery.hook import HookTarget
from monitor.delivery.hook_document import SCHEMA
from monitor.delivery.smtp import Security, Smtp
from monitor.messages.outgoing import Action, thread_of_incident
from monitor.messages.treejson import to_json
from monitor.store.outbox import Draft
from tests.delivery.conftest import SLACK, Bench
from tests.delivery.mail_server import MailServer
from tests.delivery.receiver import Receiver
from tests.messages.hostile import TELLINGS, view

INCIDENTS = 4
EMAIL, HOOK = "email:ops", "hook:tickets"
ACTIONS = {"opened": Action.POST, "worse": Action.REPLY, "mended": Action.UPDATE, "said so": Action.REPLY}


def test_every_platform_takes_the_whole_life_of_incidents_with_hostile_names(bench: Bench) -> None:
    with MailServer("none", login=False) as mail, Receiver() as receiver:
        smtp = Smtp("localhost", mail.port, Security.NONE, sender="crm@example.com", timeout=5)
        bench.targets[EMAIL] = AlertEmail(["anna@example.com"], smtp)
        bench.targets[HOOK] = HookTarget(receiver.url, "s3cr3t", clock=bench.clock)
        for seed in range(INCIDENTS):
            incident, told = bench.incident(), view(Random(seed))
            for telling, tell in TELLINGS.items():
                for target in (SLACK, EMAIL, HOOK):
                    draft = Draft(target, ACTIONS[telling], to_json(tell(told)))
                    bench.state.outbox.add(thread_of_incident(incident), draft, bench.clock.now)
        report = bench.drain(seconds=3600)
    assert report.complete, [(one.target, one.error) for one in (*report.failed, *report.unknown, *report.waiting)]
    assert len(bench.channel.roots()) == INCIDENTS
    assert sum(len(bench.channel.replies(root.ts)) for root in bench.channel.roots()) == 2 * INCIDENTS
    assert len(mail.handler.received) == 3 * INCIDENTS
    assert all(envelope.rcpt_tos == ["anna@example.com"] for envelope in mail.handler.received)
    contents = [one.content for one in mail.handler.received]
    bodies = [message_from_bytes(content, policy=default) for content in contents if isinstance(content, bytes)]
    assert len({str(one["Message-ID"]) for one in bodies}) == 3 * INCIDENTS
    assert not any(one["Bcc"] for one in bodies)
    assert len(receiver.got) == 4 * INCIDENTS
    for got in receiver.got:
        jsonschema.validate(json.loads(got.body), SCHEMA)
