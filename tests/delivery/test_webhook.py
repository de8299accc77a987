"""Incoming webhooks: a degraded mode that says so, loses nothing and posts nothing twice."""

from __future__ import annotations

import pytest

from monitor.delivery.webhook import WebhookTarget
from monitor.messages.outgoing import Action, DeliveryState
from tests.delivery.conftest import WEBHOOK, Bench
from tests.delivery.fake_slack import BadGateway, Dropped, Fault, Html, RateLimited, Slow


def test_a_reply_becomes_a_message_of_its_own_and_an_edit_is_left_out(bench: Bench) -> None:
    incident = bench.incident()
    bench.queue(incident, Action.POST, "opened", WEBHOOK)
    edit = bench.queue(incident, Action.UPDATE, "resolved", WEBHOOK)
    bench.queue(incident, Action.REPLY, "it is over", WEBHOOK)

    report = bench.drain()

    assert (report.sent, report.complete) == (2, True)
    assert bench.texts() == ["opened", "it is over"]
    assert bench.stored(edit).state is DeliveryState.SUPERSEDED
    assert bench.stored(edit).error == "a webhook cannot edit a message"


@pytest.mark.parametrize("fault", [RateLimited(5), Html(503)], ids=repr)
def test_what_the_webhook_surely_did_not_take_is_sent_again(bench: Bench, fault: Fault) -> None:
    bench.slack.fail("webhook", fault)
    bench.queue(bench.incident(), Action.POST, "opened", WEBHOOK)
    assert bench.drain().complete
    assert bench.texts() == ["opened"]


@pytest.mark.parametrize("fault", [Dropped(), Slow(4), Html(500), BadGateway(), Html(200)], ids=repr)
def test_a_lost_answer_stays_unknown_and_is_never_sent_again(bench: Bench, fault: Fault) -> None:
    bench.slack.fail("webhook", fault)
    bench.queue(bench.incident(), Action.POST, "opened", WEBHOOK)
    for _ in range(3):
        report = bench.drain()
    assert bench.slack.count("webhook") == 1
    assert len(report.unknown) == 1
    assert "look in the channel yourself" in report.unknown[0].error


def test_a_webhook_that_was_removed_is_told_with_what_to_do(bench: Bench) -> None:
    bench.slack.workspace.webhooks.clear()
    bench.queue(bench.incident(), Action.POST, "opened", WEBHOOK)
    assert "(no_service)" in bench.drain().failed[0].error


def test_the_secret_address_is_in_no_error_and_no_repr(bench: Bench) -> None:
    bench.targets[WEBHOOK] = WebhookTarget("http://127.0.0.1:9/services/s3cr3t", timeout=1)
    bench.queue(bench.incident(), Action.POST, "opened", WEBHOOK)
    report = bench.drain(seconds=5)
    assert "cannot be reached" in report.waiting[0].error
    assert "s3cr3t" not in report.waiting[0].error + repr(bench.targets)
