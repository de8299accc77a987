"""``crm-monitor slack serve`` as a process of its own, over a real WebSocket, from the first press to SIGTERM."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from monitor.app.scheduled import load_scheduled
from monitor.store.state import State
from monitor.store.tables_service import leases
from tests.acceptance.channel import CHANNEL, SlackChannel
from tests.acceptance.serving import Served, until
from tests.acceptance.test_life import CHECK

ANN, BO = "U0ANN0001", "U0BO00001"


def let_in(slack: SlackChannel, permissions: str) -> None:
    workspace = slack.server.workspace
    for user in (ANN, BO):
        workspace.join(user)
    workspace.scopes |= {"commands", "usergroups:read"}
    slack.crm.settings(
        f"slack: {{token: {workspace.token}, app_token: {workspace.app_token}, channel: {CHANNEL},"
        f" permissions: {permissions}}}\n"
    )


@contextmanager
def serving(slack: SlackChannel) -> Iterator[subprocess.Popen[str]]:
    """The process, once it listens; it must end by itself when it is told to, with nothing to complain of."""
    program = "from monitor.cli.main import run; run()"
    command = [sys.executable, "-c", program, "slack", "serve", "-C", str(slack.crm.folder)]
    environ = {**os.environ, "CRM_MONITOR_SLACK_API": slack.server.base_url}
    with subprocess.Popen(command, env=environ, stderr=subprocess.PIPE, text=True) as process:
        try:
            slack.server.until(lambda: slack.server.workspace.links.open, 30)
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            _, said = process.communicate(timeout=60)
    assert process.returncode == 0, said
    assert "Traceback" not in said
    assert "Person" not in said  # nobody's name in a log


@pytest.fixture
def open_incident(slack: SlackChannel) -> SlackChannel:
    let_in(slack, f"{{default: [{ANN}]}}")
    slack.check()
    slack.crm.without_account(11, 25)
    slack.check()
    return slack


@pytest.mark.journeys
def test_a_press_is_done_told_and_shown_by_the_running_program(open_incident: SlackChannel) -> None:
    slack = open_incident
    with serving(slack):
        pressed = slack.server.press(slack.roots[0], "incident:acknowledge", ANN)
        slack.server.again(pressed)
        slack.server.until(lambda: slack.replies)
        slack.server.press(slack.roots[0], "incident:show", BO)
        slack.server.until(lambda: slack.server.workspace.channels[CHANNEL].whispers)
        slack.server.command(f"failing {CHECK}", ANN, CHANNEL)
        slack.server.until(lambda: len(slack.server.workspace.channels[CHANNEL].whispers) == 2)
    refused, listed = slack.server.workspace.channels[CHANNEL].whispers
    assert "You may not see the records" in refused.text
    assert (refused.user, listed.user) == (BO, ANN)
    assert len(slack.replies) == 1


@pytest.mark.journeys
def test_a_lead_that_was_lost_and_won_again_leaves_no_button_without_effect(
    open_incident: SlackChannel,
) -> None:
    slack = open_incident
    (slack.crm.folder / "config" / "schedule.yaml").write_text("jobs: {beat: {do: heartbeat, every: 1h}}\n")
    settings = slack.crm.folder / "config" / "monitor.yaml"
    settings.write_text(f"{settings.read_text()}service: {{listen: 'off', lease: 3s}}\n", encoding="utf-8")
    url = load_scheduled(slack.crm.folder, {}).project.state_url
    with Served(slack.crm.folder, "serve", {"CRM_MONITOR_SLACK_API": slack.server.base_url}) as served:
        slack.server.until(lambda: slack.server.workspace.links.open, 30)
        with State.open(url) as state, state.database.write() as connection:
            taken = {"holder": "elsewhere/1/1", "term": leases.c.term + 1, "expires_at": datetime.now(UTC)}
            connection.execute(sa.update(leases).values(taken))
        until(lambda: served.said.count("this process leads now") == 2, about="it leads again")
        until(lambda: served.said.count("listening to Slack") == 2, about="it listens with its new lease")
        slack.server.until(lambda: slack.server.workspace.links.open, 30)
        slack.server.press(slack.roots[0], "incident:acknowledge", ANN)
        slack.server.until(lambda: slack.replies)
        assert served.end() == 0
    assert "this process does not lead any more: the lease is not its own any more" in served.said, "it lost the lead"
