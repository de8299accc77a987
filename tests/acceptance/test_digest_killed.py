"""A program that is killed while it makes and sends digests, and a mail server that hangs up: nothing is sent twice."""

from __future__ import annotations

import os
import signal
import subprocess
import time

import pytest

from monitor.store.digests import Digests
from tests.acceptance.dying import DOUBTFUL, STEPS, child
from tests.acceptance.use_crm import NORTH, NORTH_LEAD
from tests.acceptance.using import Firm
from tests.delivery.fake_slack import Slow

pytestmark = pytest.mark.faults


@pytest.fixture
def sending(used: Firm) -> Firm:
    """With a mandate, read before, so that a child has little to do."""
    used.crm.mandate()
    used.connect()
    used.ok("adoption")
    return used


def _child(firm: Firm, step: str, *arguments: object, nth: int = 1) -> subprocess.Popen[bytes]:
    return child(firm, step, Digests, "digest", "--send", "--no-read", *arguments, nth=nth)


@pytest.mark.parametrize("step", STEPS)
def test_a_page_on_slack_arrives_once_whenever_its_sender_was_killed(sending: Firm, step: str) -> None:
    with _child(sending, step, "--own", NORTH_LEAD) as child:
        assert child.wait(60) == -signal.SIGKILL
    sending.clock.later(minutes=5)
    after = sending.ok("digest", "--send", "--no-read", "--own", NORTH_LEAD)
    assert ("goes out by" in after.said) == (step == "before it is stored")
    assert "was sent on" in sending.ok("digest", "--send", "--no-read", "--own", NORTH_LEAD).said
    messages = sending.direct(NORTH_LEAD).live()
    assert len([one for one in messages if one.thread_ts is None]) == 1
    charts = [file.title for file in sending.slack.workspace.files.values() if file.shared]
    assert len(charts) == len(set(charts)) == len(messages) - 1


@pytest.mark.parametrize("step", STEPS)
def test_a_letter_is_never_sent_twice_and_a_doubt_is_listed(sending: Firm, step: str) -> None:
    with _child(sending, step, "--own", NORTH[2]) as child:
        assert child.wait(60) == -signal.SIGKILL
    sending.clock.later(minutes=5)
    doubtful = step in DOUBTFUL
    for _ in range(2):
        after = sending.run("digest", "--send", "--no-read", "--own", NORTH[2])
        assert after.exit_code == (4 if doubtful else 0)
    assert len(sending.mailed) == (0 if step == "claimed" else 1)
    assert ("may have arrived or not" in after.said) == doubtful
    assert ("ask the recipient" in sending.run("doctor").said) == doubtful


def _managers(firm: Firm) -> int:
    """How many managers' digests the lead of north has, without their charts."""
    return sum(root.text.startswith("Northern sales, week 47") for root in firm.direct(NORTH_LEAD).roots())


@pytest.mark.parametrize("nth", [1, 3, len(NORTH) + 1])
@pytest.mark.parametrize("step", ["before it is stored", "stored"])
def test_a_managers_digest_and_its_peoples_pages_are_made_once_whichever_the_killed_made_last(
    sending: Firm, step: str, nth: int
) -> None:
    asked = ("--manager", f"log{NORTH_LEAD}in")
    with _child(sending, step, *asked, nth=nth) as child:
        assert child.wait(60) == -signal.SIGKILL
    sending.clock.later(minutes=5)
    sending.ok("digest", "--send", "--no-read", *asked)
    assert sorted(sending.mailed) == sorted(f"at{key}box@firm.example" for key in NORTH if key != NORTH_LEAD)
    assert _managers(sending) == 0
    sending.clock.later(days=1)
    sending.ok("notify", "send")
    assert "was sent on" in sending.ok("digest", "--send", "--no-read", *asked, "--week", "2026-W47").said
    assert _managers(sending) == 1


@pytest.mark.parametrize("step", STEPS[2:])
def test_a_managers_digest_that_has_waited_a_day_arrives_once_whenever_its_sender_was_killed(
    sending: Firm, step: str
) -> None:
    asked = ("--manager", f"log{NORTH_LEAD}in")
    assert "waits until" in sending.ok("digest", "--send", "--no-read", *asked).said
    sending.clock.later(days=1)
    with child(sending, step, Digests, "notify", "send") as killed:
        assert killed.wait(60) == -signal.SIGKILL
    sending.clock.later(minutes=5)
    sending.ok("notify", "send")
    assert "was sent on" in sending.ok("digest", "--send", "--no-read", *asked, "--week", "2026-W47").said
    assert _managers(sending) == 1
    charts = [file.title for file in sending.slack.workspace.files.values() if file.shared]
    assert len(charts) == len(set(charts)) > 0


def test_a_program_killed_while_slack_answers_does_not_tell_it_twice(sending: Firm) -> None:
    sending.slack.fail("chat.postMessage", Slow(30, accepts=True))
    with _child(sending, "", "--own", NORTH_LEAD) as child:
        patience = time.monotonic() + 60
        while sending.slack.count("chat.postMessage") == 0 and time.monotonic() < patience:
            time.sleep(0.02)
        os.kill(child.pid, signal.SIGKILL)
    sending.clock.later(minutes=5)
    sending.ok("digest", "--send", "--no-read", "--own", NORTH_LEAD)
    assert sending.slack.count("chat.postMessage") == 1
    assert len(sending.direct(NORTH_LEAD).roots()) == 1


def test_where_the_mail_server_hangs_up_after_the_letter_it_is_not_sent_again(sending: Firm) -> None:
    sending.mail.handler.hang_up = True
    lost = sending.run("digest", "--send", "--no-read", "--own", NORTH[2])
    assert lost.exit_code == 4
    sending.mail.handler.hang_up = False
    sending.clock.later(days=2)
    again = sending.run("digest", "--send", "--no-read", "--own", NORTH[2], "--week", "2026-W47")
    assert again.exit_code == 4
    assert "may have arrived or not" in again.said
    assert len(sending.mailed) == 1
    assert "ask the recipient" in sending.run("doctor").said
    sending.ok("notify", "settle", 1, "arrived")
    assert "was sent on" in sending.ok("digest", "--send", "--own", NORTH[2], "--week", "2026-W47", "--no-read").said
