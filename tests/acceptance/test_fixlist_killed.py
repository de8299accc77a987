"""A program that is killed while it makes and sends fix lists: each arrives once, or is listed as in doubt."""

from __future__ import annotations

import signal

import pytest

from monitor.store.fixlists import FixLists
from tests.acceptance.dying import DOUBTFUL, STEPS, child
from tests.acceptance.fixing import ANN, checked, connect, prepare
from tests.acceptance.use_crm import DESK
from tests.acceptance.using import Firm

pytestmark = pytest.mark.faults

BEN = DESK[0]


@pytest.fixture
def sending(used: Firm) -> Firm:
    prepare(used)
    connect(used)
    checked(used)
    return used


@pytest.mark.parametrize("step", STEPS)
def test_a_list_on_slack_arrives_once_whenever_its_sender_was_killed(sending: Firm, step: str) -> None:
    sending.ok("fixlist", "subscribe", ANN)
    with child(sending, step, FixLists, "fixlist", "--send") as dying:
        assert dying.wait(60) == -signal.SIGKILL
    sending.clock.later(minutes=5)
    for _ in range(2):
        assert "sent by Slack on" in sending.ok("fixlist", "--send").said
    assert len(sending.slack.workspace.direct("U0ANN0001").roots()) == 1
    assert sending.slack.count("chat.postMessage") == 1
    assert sending.rows("SELECT COUNT(*) FROM fixlists") == [(1,)]


@pytest.mark.parametrize("step", STEPS)
def test_a_list_by_mail_is_never_sent_twice_and_a_doubt_is_listed(sending: Firm, step: str) -> None:
    sending.ok("fixlist", "subscribe", BEN)
    with child(sending, step, FixLists, "fixlist", "--send") as dying:
        assert dying.wait(60) == -signal.SIGKILL
    sending.clock.later(minutes=5)
    doubtful = step in DOUBTFUL
    for _ in range(2):
        after = sending.run("fixlist", "--send")
        assert after.exit_code == (4 if doubtful else 0)
    assert len(sending.mailed) == (0 if step == "claimed" else 1)
    assert ("may have arrived or not, and is not sent again by itself" in after.said) == doubtful
    assert ("ask the recipient" in sending.run("doctor").said) == doubtful


def test_two_senders_at_once_tell_each_person_once(sending: Firm) -> None:
    for person in (ANN, BEN):
        sending.ok("fixlist", "subscribe", person)
    with (
        child(sending, "", FixLists, "fixlist", "--send") as one,
        child(sending, "", FixLists, "fixlist", "--send") as other,
    ):
        assert {one.wait(60), other.wait(60)} <= {0, 4}
    sending.clock.later(minutes=5)
    sending.ok("fixlist", "--send")
    assert len(sending.slack.workspace.direct("U0ANN0001").roots()) == 1
    assert sending.mailed == [f"at{BEN}box@firm.example"]


def test_where_the_mail_server_hangs_up_after_the_list_it_is_not_sent_again_and_the_next_one_is(sending: Firm) -> None:
    sending.ok("fixlist", "subscribe", BEN)
    sending.mail.handler.hang_up = True
    assert sending.run("fixlist", "--send").exit_code == 4
    sending.mail.handler.hang_up = False
    sending.clock.later(days=2)
    assert sending.run("fixlist", "--send").exit_code == 4
    assert len(sending.mailed) == 1
    sending.clock.later(days=5)
    for command in (("check", "--fail-on", "never"), ("fixlist", "--send")):
        assert sending.run(*command).exit_code == 4  # the first one is still in doubt
    assert len(sending.mailed) == 2
    sending.ok("notify", "settle", 1, "arrived")
    assert "sent by e-mail" in sending.ok("fixlist", "--send").said
