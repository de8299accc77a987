"""Killed at any moment while problems open, worsen and are mended: each incident's last state is told exactly once."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest

from monitor.messages.outgoing import Action, DeliveryState
from monitor.store.state import State
from tests.acceptance.channel import CHANNEL, SlackChannel
from tests.delivery.fake_slack import Posted

pytestmark = pytest.mark.faults
TIMES = int(os.environ.get("CRM_MONITOR_KILLS") or (30 if os.environ.get("CI") else 200))
SEED = 20261128
SUITE = """\
name: opportunities
entity: opportunities
standing: false
expectations:
- type: expect_column_values_to_be_filled
  kwargs: {column: account_key}
  meta: {id: without-account, title: Deals without an account, warn: 5%, fail: 20%}
- type: expect_column_values_to_be_filled
  kwargs: {column: next_step}
  severity: critical
  meta: {id: without-next-step, title: Deals without a next step, warn: 5%, fail: 20%}
- type: expect_column_values_to_be_filled
  kwargs: {column: source}
  meta: {id: without-source, title: Deals without a source, warn: 5%, fail: 20%}
"""
COLUMNS = {"customer_id": "1", "next_action": "'Call'", "source": "'web'"}


class Forker:
    """Runs the program's commands, and kills them after so many seconds."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def run(self, *arguments: str, kill_after: float | None = None) -> str:
        return self._ask("-" if kill_after is None else f"{kill_after:.4f}", arguments)

    def end(self, *arguments: str, after: float) -> str:
        """Ended by SIGTERM after so many seconds."""
        return self._ask(f"~{after:.4f}", arguments)

    def _ask(self, limit: str, arguments: Sequence[str]) -> str:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(f"{limit} {' '.join(arguments)}\n")
        stdin.flush()
        return stdout.readline().strip()


@contextmanager
def forker(slack: SlackChannel) -> Iterator[Forker]:
    environ = {
        **os.environ,
        "CRM_MONITOR_SLACK_API": slack.server.base_url,
        "CRM_MONITOR_PROJECT": str(slack.crm.folder),
    }
    command = [sys.executable, "-m", "tests.acceptance.forker"]
    with subprocess.Popen(command, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Forker(process)
        assert process.stdin is not None
        process.stdin.close()


def change(slack: SlackChannel, chance: random.Random) -> None:
    """Each rule is broken by none of the deals, by some, or by many."""
    _break(slack, [chance.choice([0, 0, 12, 30, 55, 90]) for _ in COLUMNS])


def _break(slack: SlackChannel, counts: Sequence[int]) -> None:
    for (column, value), broken in zip(COLUMNS.items(), counts, strict=True):
        slack.crm.execute(
            f"UPDATE deal SET {column} = {value} WHERE id > {broken}",
            f"UPDATE deal SET {column} = NULL WHERE id <= {broken}",
        )


def _of(message: Posted) -> tuple[str, Any]:
    payload = (message.metadata or {})["event_payload"]
    return payload["event"], payload.get("incident")


@pytest.fixture
def watched(slack: SlackChannel) -> SlackChannel:
    for entity in ("users", "accounts"):
        (slack.crm.folder / "expectations" / f"{entity}.yaml").unlink()
    slack.crm.suite("opportunities", SUITE)
    slack.crm.execute(*(f"UPDATE deal SET {column} = {value}" for column, value in COLUMNS.items()))
    return slack


def _kill(slack: SlackChannel) -> None:
    """Runs are killed; the last two commands are left to end."""
    chance, ends = random.Random(SEED), Counter[str]()
    with forker(slack) as child:
        assert child.run("check", "--count", "--fail-on", "never") == "0"
        _break(slack, [30, 55, 90])  # so that all have something to tell, however few of those that follow get so far
        began = time.monotonic()
        assert child.run("check", "--count", "--fail-on", "never") == "0"
        longest = time.monotonic() - began  # of a run that tells something, which is what is to be killed
        for _ in range(TIMES):
            change(slack, chance)
            moment = chance.uniform(0.01, longest)
            ends[child.run("check", "--count", "--fail-on", "never", kill_after=moment)] += 1
        _break(slack, [12, 0, 55])
        ends[child.run("check", "--count", "--fail-on", "never")] += 1
        ends[child.run("notify", "send")] += 1
    assert ends["killed"] >= TIMES // 4, ends
    assert set(ends) <= {"killed", "0", "4"}, ends


def test_each_incident_s_last_state_stands_in_the_channel_exactly_once(watched: SlackChannel) -> None:
    routes = f"targets:\n  crm: {{slack: {CHANNEL}}}\ndefault: [crm]\nbudget: {{day: 1000, week: 1000}}\n"
    watched.crm.settings(f"slack: {{token: {watched.server.workspace.token}}}\n")
    (watched.crm.folder / "config" / "routes.yaml").write_text(routes, encoding="utf-8")
    _kill(watched)
    _holds(watched)


def test_with_a_webhook_each_is_told_at_most_once_and_what_is_unknown_is_listed(watched: SlackChannel) -> None:
    watched.crm.settings(f"slack: {{webhook: {watched.server.webhook_url}}}\n")
    _kill(watched)
    with State.open(f"sqlite:///{watched.crm.folder}/state/monitor.db") as state:
        left, incidents = state.outbox.undelivered(), state.incidents.list()
        messages = [message for one in incidents for message in state.outbox.of_incident(one.id)]
    sent = sum(message.state is DeliveryState.SENT for message in messages)
    assert {message.state for message in left} <= {DeliveryState.UNKNOWN}
    assert sent <= len(watched.roots) <= sent + len(left), "something was told twice, or not at all"
    assert sent >= len(COLUMNS), "too little was sent to tell"
    listed = watched.run("notify", "list").said
    assert all(f"incident {message.incident_id}" in listed for message in left)
    aware = {message.incident_id for message in messages if message.action is Action.POST}
    assert all(one.id in aware for one in incidents if one.live), "an opening that nobody was told of"


def _holds(slack: SlackChannel) -> None:
    posted = [*slack.roots, *slack.replies]
    assert Counter(_of(one)[0] for one in posted).most_common(1)[0][1] == 1, "something was posted twice"
    by_incident = {_of(root)[1]: root for root in slack.roots}
    assert len(by_incident) == len(slack.roots), "an incident has two messages"
    with State.open(f"sqlite:///{slack.crm.folder}/state/monitor.db") as state:
        incidents = state.incidents.list()
        assert not state.outbox.undelivered()
    assert len(incidents) >= len(COLUMNS)
    for one in incidents:
        root = by_incident.get(one.id)
        if one.live:
            assert root is not None, f"nobody was told of {one}"
            assert f" {one.unexpected} of {one.rows} " in root.text, f"{one}, but {root.text}"
        elif root is not None:  # what was mended before anybody could be told has no message
            assert root.text.startswith("Resolved"), f"{one}, but {root.text}"
