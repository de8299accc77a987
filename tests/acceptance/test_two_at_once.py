"""Two runs at one state at the same moment, and runs that are killed: nothing lost, nothing told twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from monitor.app.check import CheckRequest, run_check
from monitor.app.project import open_project
from monitor.app.report import RunReport
from tests.acceptance.channel import SlackChannel
from tests.acceptance.test_life import CHECK, outcome
from tests.delivery.fake_slack import Slow

pytestmark = pytest.mark.faults

_CHILD = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from monitor.app.check import CheckRequest, run_check
from monitor.app.project import open_project

def step(what, done, total):
    if (what, done) == (sys.argv[2], 0):
        os.kill(os.getpid(), signal.SIGKILL)

with open_project(Path(sys.argv[1]), dict(os.environ), clock=lambda: datetime.now(UTC)) as opened:
    run_check(opened, CheckRequest(count=True), step)
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def state(request: pytest.FixtureRequest, slack: SlackChannel) -> SlackChannel:
    """The channel of a project whose state is kept in either database."""
    if request.param == "postgresql":
        url: sa.URL = request.getfixturevalue("postgresql_url")
        token = slack.server.workspace.token
        text = url.set(drivername="postgresql").render_as_string(hide_password=False)
        slack.crm.settings(f'slack: {{token: {token}, channel: C0CRM0001}}\nstate: {{url: "{text}"}}\n')
    return slack


def _at_once(slack: SlackChannel, number: int) -> list[RunReport]:
    """Runs that count, each of which waits for the others before it looks at the last entity."""
    gate = threading.Barrier(number)
    reports: list[RunReport] = []
    environ = {"CRM_MONITOR_SLACK_API": slack.server.base_url}

    def run() -> None:
        def step(what: str, done: int, _total: int) -> None:
            if (what, done) == ("Checking opportunities", 0):
                gate.wait(60)

        with open_project(slack.crm.folder, environ, clock=lambda: datetime.now(UTC)) as opened:
            reports.append(run_check(opened, CheckRequest(count=True), step))

    threads = [threading.Thread(target=run) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return reports


def test_runs_at_once_tell_each_problem_once(state: SlackChannel) -> None:
    assert state.check().exit_code == 0
    state.crm.without_account(11, 25)
    reports = _at_once(state, 3)
    assert [report.state_problem for report in reports] == ["", "", ""]
    assert sorted(change.change for report in reports for change in report.incidents) == ["opened"]
    assert state.run("notify", "send").exit_code == 0
    assert len(state.roots) == 1
    state.crm.mend()
    state.crm.without_account(1, 3)
    after = outcome(state.check("--format", "json"))
    assert (after["change"], after["new"], after["fixed"], after["baseline"]) == (-22, 0, 22, 3)
    assert "Resolved" in state.roots[0].text
    assert len(state.replies) == 1


def test_first_runs_at_once_learn_one_baseline(state: SlackChannel) -> None:
    reports = _at_once(state, 2)
    assert [report.state_problem for report in reports] == ["", ""]
    assert state.check().exit_code == 0
    assert state.calls == 0
    assert CHECK in state.run("baseline", "show").stdout


@pytest.mark.parametrize("moment", ["Checking users", "Checking opportunities"])
def test_a_run_that_is_killed_has_decided_nothing_and_the_next_decides_it_all(slack: SlackChannel, moment: str) -> None:
    slack.check()
    slack.crm.without_account(11, 25)
    killed = subprocess.run([sys.executable, "-c", _CHILD, str(slack.crm.folder), moment], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert "0 sent" in slack.run("notify", "send").said
    after = slack.check("--format", "json")
    found = outcome(after)
    assert (found["change"], found["new"], found["fixed"]) == (15, 15, 0)
    assert len(slack.roots) == 1


def test_a_run_killed_while_slack_answers_is_not_told_again(slack: SlackChannel) -> None:
    slack.check()
    slack.crm.without_account(11, 25)
    slack.server.fail("chat.postMessage", Slow(30, accepts=True))
    program = "from monitor.cli.main import run; run()"
    command = [sys.executable, "-c", program, "check", "--count", "-C", str(slack.crm.folder)]
    environ = {**os.environ, "CRM_MONITOR_SLACK_API": slack.server.base_url}
    with subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL) as child:
        patience = time.monotonic() + 60
        while slack.server.count("chat.postMessage") == 0 and time.monotonic() < patience:
            time.sleep(0.02)
        os.kill(child.pid, signal.SIGKILL)
    sent = slack.run("notify", "send")
    assert (sent.exit_code, len(slack.roots)) == (0, 1)
    assert slack.server.count("chat.postMessage") == 1
    assert "0 sent" in slack.run("notify", "send").said
