"""Several senders at one outbox, and senders that die."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

from monitor.delivery.sender import drain
from monitor.delivery.slack import SlackTarget
from monitor.messages.outgoing import Action
from monitor.store.state import State
from tests.delivery.conftest import CHANNEL, SLACK, START, Bench, Clock
from tests.delivery.fake_slack import Slow

_CHILD = """
import sys, time
from datetime import UTC, datetime, timedelta
from monitor.delivery.sender import drain
from monitor.delivery.slack import SlackTarget
from monitor.store.state import State

url, base_url, token, target, channel = sys.argv[1:]
with State.open(url) as state:
    def now(): return datetime.now(UTC)
    targets = {target: SlackTarget(token, channel, base_url=base_url, timeout=60)}
    drain(state.outbox, targets, clock=now, sleep=time.sleep, deadline=now() + timedelta(minutes=1))
"""


def test_two_senders_at_once_post_every_message_once(bench: Bench, tmp_path: Path) -> None:
    for number in range(12):
        bench.queue(bench.incident(), Action.POST, f"incident {number}")
    failures: list[BaseException] = []

    def send() -> None:
        clock = Clock()
        target = SlackTarget(bench.slack.workspace.token, CHANNEL, base_url=bench.slack.base_url, timeout=5)
        try:
            with State.open(f"sqlite:///{tmp_path}/state.db", clock=clock) as state:
                end = START + timedelta(hours=1)
                drain(state.outbox, {SLACK: target}, clock=clock, sleep=clock.sleep, deadline=end)
        except BaseException as error:
            failures.append(error)
            raise

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert sorted(bench.texts()) == sorted(f"incident {number}" for number in range(12))
    assert bench.state.outbox.undelivered() == []


def test_a_sender_killed_while_it_waits_for_the_answer_leaves_one_message(bench: Bench, tmp_path: Path) -> None:
    bench.slack.fail("chat.postMessage", Slow(30, accepts=True))
    bench.queue(bench.incident(), Action.POST, "opened")
    arguments = [f"sqlite:///{tmp_path}/state.db", bench.slack.base_url, bench.slack.workspace.token, SLACK, CHANNEL]
    with subprocess.Popen([sys.executable, "-c", _CHILD, *arguments]) as child:
        patience = time.monotonic() + 30
        while bench.slack.count("chat.postMessage") == 0 and time.monotonic() < patience:
            time.sleep(0.02)
        os.kill(child.pid, signal.SIGKILL)

    assert bench.drain().complete
    assert bench.texts() == ["opened"]
    assert bench.slack.count("chat.postMessage") == 1
