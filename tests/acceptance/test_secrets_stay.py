"""Every secret is marked, everything that uses one fails, and no mark turns up in what is said, run or kept."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import sqlalchemy as sa

from monitor.crm.connection import driver_url
from tests.acceptance.planting import Heard, logged
from tests.acceptance.program import crm_monitor
from tests.acceptance.small_crm import SmallCrm
from tests.delivery.fake_slack import FakeSlack
from tests.delivery.mail_server import MailServer

pytestmark = pytest.mark.faults
MARK = "zqsecret"
SECRETS = {
    name: f"{prefix}{MARK}-{name.lower()}"
    for name, prefix in {
        "CRM_PASSWORD": "",
        "STATE_PASSWORD": "",
        "SLACK_BOT_TOKEN": "xoxb-",
        "SLACK_APP_TOKEN": "xapp-",
        "SMTP_PASSWORD": "",
        "HOOK_SECRET": "",
    }.items()
}
NOWHERE = "http://127.0.0.1:1"
SETTINGS = """\
state: {{url: "${{STATE_URL}}"}}
slack: {{token: "${{SLACK_BOT_TOKEN}}", app_token: "${{SLACK_APP_TOKEN}}"}}
smtp: {{host: 127.0.0.1, port: {smtp}, security: none, user: monitor, password: "${{SMTP_PASSWORD}}", from: c@firm.dk}}
service: {{listen: "127.0.0.1:{http}", drain: 2s, log: json}}
"""
ROUTES = """\
targets:
  slack: {slack: C0CRM0001}
  mail: {email: [ops@firm.example]}
  hook: {webhook: "${HOOK_URL}", secret: "${HOOK_SECRET}"}
default: slack
routes: [{match: {kind: system}, to: [slack, mail, hook]}]
"""
SCHEDULE = """\
jobs:
  records: {do: check, every: 3s, ping: "${PING_URL}"}
  look: {do: self-check, every: 5s, ping: "${PING_URL}"}
  beat: {do: heartbeat, every: 1s, ping: "${PING_URL}"}
"""
COMMANDS = (
    ["check", "--count"],
    ["check", "--verbose", "--format", "json"],
    ["doctor"],
    ["config", "check"],
    ["status"],
    ["schedule"],
    ["plan"],
    ["run", "beat"],
    ["run", "records", "--due", "latest"],
    ["notify", "send"],
    ["notify", "list"],
    ["incidents", "list"],
    ["failing", "deal-without-account"],
    ["digest", "--send"],
    ["adoption"],
)


@dataclass
class Trap:
    """A project whose every secret is marked and refused, and all that it said."""

    crm: SmallCrm
    api: str
    port: int
    state: sa.URL
    heard: Heard = field(default_factory=Heard)

    @property
    def marked(self) -> dict[str, str]:
        """What turned up, by where."""
        return {where: text for where, text in self.heard.said.items() if MARK in text.lower()}


@pytest.fixture
def trap(postgresql_url: sa.URL, mariadb_crm: SmallCrm) -> Iterator[Trap]:
    """The state works, by a password; the CRM, Slack, mail, a webhook and the outside monitor turn the others away."""
    crm = mariadb_crm
    with FakeSlack() as slack, MailServer("none") as mail, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
        free.close()
        refused = crm.url.set(username="crm_nobody", password=SECRETS["CRM_PASSWORD"])
        state = postgresql_url.set(username=postgresql_url.username or "root", password=SECRETS["STATE_PASSWORD"])
        variables = {
            **SECRETS,
            "CRM_URL": refused.render_as_string(hide_password=False),
            "STATE_URL": state.render_as_string(hide_password=False),
            "HOOK_URL": f"{NOWHERE}/{MARK}-hook-url",
            "PING_URL": f"{NOWHERE}/{MARK}-ping-url",
        }
        text = "".join(f'{name}="{value}"\n' for name, value in variables.items())
        crm.settings(SETTINGS.format(smtp=mail.port, http=port))
        (crm.folder / ".env").write_text(text, encoding="utf-8")
        (crm.folder / "config" / "routes.yaml").write_text(ROUTES, encoding="utf-8")
        (crm.folder / "config" / "schedule.yaml").write_text(SCHEDULE, encoding="utf-8")
        yield Trap(crm, slack.base_url, port, postgresql_url)


def test_no_secret_is_said_shown_or_kept_whatever_fails(trap: Trap, quick_delivery: None) -> None:
    heard = trap.heard
    with logged(heard):
        for arguments in COMMANDS:
            env = {"CRM_MONITOR_SLACK_API": trap.api}
            heard.command(" ".join(arguments), crm_monitor(*arguments, project=trap.crm.folder, env=env))
    _serve(trap)
    _broken(trap)
    _kept(trap)
    for failure in ("cannot be read: ", "invalid_auth", "outside monitor cannot be reached", "does not take the login"):
        assert any(failure in text for text in heard.said.values()), f"nothing failed of: {failure}"
    assert trap.marked == {}


def _serve(trap: Trap) -> None:
    """As a process of its own: its command line, its answers, its log, a wrong configuration while it runs."""
    program = "from monitor.cli.main import run; run()"
    command = [sys.executable, "-c", program, "serve", "-C", str(trap.crm.folder)]
    environ = {**os.environ, "CRM_MONITOR_SLACK_API": trap.api}
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            _until_answering(trap, process)
            time.sleep(12)
            for path in ("healthz", "readyz", "metrics", "nothing"):
                trap.heard.said[f"GET /{path}"] = _get(trap, path)
            trap.heard.said["command line"] = Path(f"/proc/{process.pid}/cmdline").read_text(encoding="utf-8")
            text = (trap.crm.folder / ".env").read_text(encoding="utf-8")
            wrong = text.replace("xoxb-", "nope-").replace("postgresql+psycopg:", "oracle:").replace(NOWHERE, "ftp://h")
            (trap.crm.folder / ".env").write_text(wrong, encoding="utf-8")
            process.send_signal(signal.SIGHUP)
            time.sleep(4)
        finally:
            process.send_signal(signal.SIGTERM)
            log, _ = process.communicate(timeout=90)
    trap.heard.said["serve"] = log
    assert process.returncode == 0, log
    assert "stays in force" in log


def _until_answering(trap: Trap, process: subprocess.Popen[str]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        if _get(trap, "healthz"):
            return
        time.sleep(0.3)
    raise AssertionError("it does not serve")


def _get(trap: Trap, path: str) -> str:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{trap.port}/{path}", timeout=5) as answer:
            return f"{answer.headers}{answer.read().decode()}"
    except urllib.error.HTTPError as error:
        return f"{error.headers}{error.read().decode()}"
    except OSError:
        return ""


def _broken(trap: Trap) -> None:
    """With the configuration that ``_serve`` left behind, and with a state that nobody answers for."""
    for arguments in (["config", "check"], ["check"], ["run", "beat"], ["serve"], ["doctor"]):
        trap.heard.command(f"wrong, {' '.join(arguments)}", crm_monitor(*arguments, project=trap.crm.folder))
    text = (trap.crm.folder / ".env").read_text(encoding="utf-8")
    gone = trap.state.set(port=1, username="monitor", password=SECRETS["STATE_PASSWORD"])
    right = text.replace("nope-", "xoxb-").replace("ftp://h", NOWHERE)
    lines = [line for line in right.splitlines() if not line.startswith("STATE_URL")]
    lines.append(f'STATE_URL="{gone.render_as_string(hide_password=False)}"')
    (trap.crm.folder / ".env").write_text("\n".join(lines), encoding="utf-8")
    for arguments in (["check"], ["run", "beat"], ["status"], ["doctor"]):
        result = trap.heard.command(
            f"no state, {' '.join(arguments)}", crm_monitor(*arguments, project=trap.crm.folder)
        )
        assert result.exit_code == 3, result.said


def _kept(trap: Trap) -> None:
    """Every column of every table of the state."""
    engine = sa.create_engine(driver_url(trap.state), poolclass=sa.NullPool)
    with engine.connect() as connection:
        for name in sa.inspect(connection).get_table_names():
            rows = connection.exec_driver_sql(f'SELECT * FROM "{name}"').all()
            trap.heard.said[f"state: {name}"] = "\n".join(map(repr, rows))
    assert "failed" in trap.heard.said["state: outbox"], "nothing was refused"
    assert "records" in trap.heard.said["state: job_runs"]
