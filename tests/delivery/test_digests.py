"""A digest to one person on Slack: its message, its charts beneath, and no second one whatever happens."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.delivery.email import EmailTarget
from monitor.delivery.slack import SlackTarget
from monitor.delivery.smtp import Security, Smtp
from monitor.messages.outgoing import Action, DeliveryState
from monitor.store.digests import Already, Digest
from monitor.store.outbox import Draft
from tests.delivery.conftest import Bench
from tests.delivery.fake_slack import Channel, Dropped, Fault, Html, NotOk, RateLimited, Slow
from tests.delivery.mail_server import MailServer
from tests.delivery.rendering import PNG, SENDER, draw, mail, render

USER = "U0MANAGER1"
TARGET = f"slack:{USER}"
MAIL = "mail:1"
CHART = "files.completeUploadExternal"


@pytest.fixture(autouse=True)
def _scopes(slack_scopes: None) -> None:
    """All that a digest needs."""


@pytest.fixture
def slack_scopes(bench: Bench) -> None:
    bench.slack.workspace.scopes |= {"im:write", "im:history", "files:write"}
    bench.targets[TARGET] = SlackTarget(
        bench.slack.workspace.token, USER, base_url=bench.slack.base_url, timeout=1, render=render, draw=draw
    )


def _drafts(target: str = TARGET, charts: Sequence[str] = ("teams",)) -> list[Draft]:
    files = [Draft(target, Action.FILE, {"type": "digest", "digest": None, "chart": chart}) for chart in charts]
    return [Draft(target, Action.POST, {"type": "digest", "digest": None}), *files]


def _create(bench: Bench, drafts: Sequence[Draft]) -> Digest | Already:
    return bench.state.digests.create("1", "manager", "2026-W47", {"week": 47}, (), drafts, bench.clock.now)


def _direct(bench: Bench) -> Channel:
    return bench.slack.workspace.direct(USER)


def _stands(bench: Bench) -> list[str]:
    """The texts and the charts that the person sees."""
    return [message.text or message.content["files"][0]["title"] for message in _direct(bench).live()]


def test_a_digest_goes_straight_to_a_person_with_its_chart_in_the_thread(bench: Bench) -> None:
    made = _create(bench, _drafts())
    assert isinstance(made, Digest)
    assert bench.drain().complete
    root, chart = _direct(bench).live()
    assert (root.text, chart.thread_ts) == (f"digest {made.id}", root.ts)
    assert root.metadata is not None
    assert root.metadata["event_type"] == "crm_monitor_digest"
    assert set(root.metadata["event_payload"]) == {"digest", "event"}
    [file] = bench.slack.workspace.files.values()
    assert (file.data, file.title) == (PNG, "Use by team")
    assert file.alt.startswith("Use by team: Nord rose")
    sent = bench.state.digests.messages(made.id)
    assert [message.remote and message.remote.channel for message in sent] == ["D0MANAGER1", "D0MANAGER1"]
    assert sent[1].remote is not None
    assert sent[1].remote.ts == file.id


def test_sending_it_again_says_when_it_was_sent_and_sends_nothing(bench: Bench) -> None:
    _create(bench, _drafts())
    bench.drain()
    again = _create(bench, _drafts())
    assert isinstance(again, Already)
    assert again.sent_at is not None
    assert bench.drain().sent == 0
    assert len(_stands(bench)) == 2


@pytest.mark.parametrize("fault", [Dropped(), Slow(4), Html(500, accepts=True), NotOk("fatal_error", accepts=True)])
@pytest.mark.parametrize("method", ["chat.postMessage", CHART])
def test_a_lost_answer_is_looked_for_among_the_direct_messages(bench: Bench, method: str, fault: Fault) -> None:
    _create(bench, _drafts())
    bench.slack.fail(method, fault)
    assert bench.drain().complete
    assert len(_stands(bench)) == 2
    assert bench.slack.count(CHART) == 1


@pytest.mark.parametrize("method", ["files.getUploadURLExternal", "upload"])
@pytest.mark.parametrize("fault", [Dropped(), Html(500), RateLimited(3)])
def test_an_upload_that_nobody_has_seen_is_simply_made_again(bench: Bench, method: str, fault: Fault) -> None:
    _create(bench, _drafts())
    bench.slack.fail(method, fault)
    assert bench.drain().complete
    assert len(_stands(bench)) == 2


def test_where_direct_messages_may_not_be_read_a_doubt_stays_and_nothing_is_sent_twice(bench: Bench) -> None:
    bench.slack.workspace.scopes -= {"im:history"}
    _create(bench, _drafts(charts=()))
    bench.slack.fail("chat.postMessage", Dropped())
    for _ in range(2):
        report = bench.drain()
    assert [message.state for message in report.unknown] == [DeliveryState.UNKNOWN]
    assert "im:history" in report.unknown[0].error
    assert len(_stands(bench)) == 1


def test_an_edit_of_a_digest_that_a_person_saw_arrive_does_not_tell_it_a_second_time(bench: Bench) -> None:
    bench.slack.workspace.scopes -= {"im:history"}
    made = _create(bench, _drafts(charts=()))
    assert isinstance(made, Digest)
    bench.slack.fail("chat.postMessage", Dropped())
    [doubtful] = bench.drain().unknown
    assert bench.state.outbox.arrived(doubtful.id, bench.clock.now)
    bench.state.outbox.add(made.thread, Draft(TARGET, Action.UPDATE, doubtful.payload), bench.clock.now)
    assert bench.drain().complete
    assert len(_stands(bench)) == 1


def test_a_chart_that_cannot_be_drawn_holds_nothing_else_back(bench: Bench) -> None:
    _create(bench, _drafts(charts=("gone", "teams")))
    report = bench.drain()
    assert [message.error for message in report.failed] == ["the stored message cannot be read: there is no such chart"]
    assert len(_stands(bench)) == 2


@pytest.mark.parametrize("fault", [None, Dropped(), Html(503)])
def test_an_image_is_taken_away_once_somebody_in_it_is_forgotten(bench: Bench, fault: Fault | None) -> None:
    made = _create(bench, _drafts())
    assert isinstance(made, Digest)
    bench.drain()
    if fault:
        bench.slack.fail("files.delete", fault)
    done = bench.state.keeping.forget("7", lambda snapshot: {"week": 47, "without": "7"}, bench.clock.now)
    assert len(done.queued) == 2
    assert bench.drain().complete
    assert _stands(bench) == [f"digest {made.id}"]
    assert len(_direct(bench).roots()[0].history) == 1


def test_an_old_digest_that_can_be_edited_no_more_is_not_told_again(bench: Bench) -> None:
    _create(bench, _drafts(charts=()))
    bench.drain()
    _direct(bench).live()[0].deleted = True
    bench.state.keeping.forget("7", lambda snapshot: {"without": "7"}, bench.clock.now)
    assert bench.drain().complete
    assert _stands(bench) == []


_CHILD = """
import os, sys, time
from datetime import UTC, datetime, timedelta
from monitor.delivery.email import EmailTarget
from monitor.delivery.sender import drain
from monitor.delivery.slack import SlackTarget
from monitor.delivery.smtp import Security, Smtp
from monitor.messages.outgoing import Action
from monitor.store.digests import Digests
from monitor.store.outbox import Draft, StoredOutbox
from monitor.store.state import State
from tests.delivery.rendering import draw, mail, render

def die(*_, **__): os.kill(os.getpid(), 9)
def dying(kind, name, before):
    real = getattr(kind, name)
    def wrapped(*arguments, **named):
        if before: die()
        real(*arguments, **named)
        die()
    setattr(kind, name, wrapped)

step, url, base_url, token, port, target = sys.argv[1:]
steps = {
    "before it is stored": (Digests, "create", True),
    "stored": (Digests, "create", False),
    "claimed": (StoredOutbox, "claim", False),
    "sent, not noted": (StoredOutbox, "sent", True),
    "noted": (StoredOutbox, "sent", False),
}
if step in steps: dying(*steps[step])
drafts = [Draft(target, Action.POST, {"type": "digest", "digest": None})]
if target.startswith("slack:"):
    drafts.append(Draft(target, Action.FILE, {"type": "digest", "digest": None, "chart": "teams"}))
def now(): return datetime.now(UTC)
with State.open(url) as state:
    state.digests.create("1", "manager", "2026-W47", {"week": 47}, (), drafts, now())
    smtp = Smtp("localhost", int(port), Security.NONE, sender="crm-monitor@example.com", timeout=60)
    slack = SlackTarget(token, target[6:], base_url=base_url, timeout=60, render=render, draw=draw)
    targets = {target: EmailTarget(mail, smtp) if target.startswith("mail:") else slack}
    drain(state.outbox, targets, clock=now, sleep=time.sleep, deadline=now() + timedelta(minutes=1))
"""
STEPS = ["before it is stored", "stored", "claimed", "sent, not noted", "noted"]


def _child(bench: Bench, tmp_path: Path, step: str, target: str, port: int = 0) -> subprocess.Popen[bytes]:
    workspace = bench.slack.workspace
    arguments = [step, f"sqlite:///{tmp_path}/state.db", bench.slack.base_url, workspace.token, str(port), target]
    return subprocess.Popen([sys.executable, "-c", _CHILD, *arguments], cwd=Path(__file__).parents[2])


@pytest.mark.parametrize("step", STEPS)
def test_a_sender_killed_at_any_step_leaves_one_digest_on_slack(bench: Bench, tmp_path: Path, step: str) -> None:
    workspace = bench.slack.workspace
    workspace.now = time.time
    with _child(bench, tmp_path, step, TARGET) as child:
        assert child.wait(60) == -signal.SIGKILL
    bench.clock.now += timedelta(days=365)  # whenever the next one comes
    made = _create(bench, _drafts())
    assert isinstance(made, Already) is (step != "before it is stored")
    workspace.now = bench.clock.timestamp
    assert bench.drain().complete
    assert len(_stands(bench)) == 2
    assert bench.slack.count("chat.postMessage") == 1


@pytest.mark.parametrize("step", STEPS)
def test_a_sender_killed_at_any_step_never_mails_a_digest_twice(bench: Bench, tmp_path: Path, step: str) -> None:
    with MailServer("none", login=False) as server:
        with _child(bench, tmp_path, step, MAIL, server.port) as child:
            assert child.wait(60) == -signal.SIGKILL
        smtp = Smtp("localhost", server.port, Security.NONE, sender=SENDER, timeout=5)
        bench.targets[MAIL] = EmailTarget(mail, smtp)
        _create(bench, _drafts(MAIL, ()))
        for _ in range(2):
            report = bench.drain()
        arrived = len(server.handler.received)
    doubtful = step in ("claimed", "sent, not noted")
    assert [message.state for message in report.unknown] == [DeliveryState.UNKNOWN] * doubtful
    assert arrived == (0 if step == "claimed" else 1)
    assert not report.waiting
    assert not report.failed


def test_a_sender_killed_while_the_mail_server_answers_leaves_it_unknown(bench: Bench, tmp_path: Path) -> None:
    with MailServer("none", login=False) as server:
        server.handler.hold = 20
        with _child(bench, tmp_path, "", MAIL, server.port) as child:
            assert server.handler.arrived.wait(60)
            os.kill(child.pid, signal.SIGKILL)
        smtp = Smtp("localhost", server.port, Security.NONE, sender=SENDER, timeout=5)
        bench.targets[MAIL] = EmailTarget(mail, smtp)
        report = bench.drain()
        assert len(server.handler.received) == 1
    assert [message.state for message in report.unknown] == [DeliveryState.UNKNOWN]
