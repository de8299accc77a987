"""A project whose use is looked at, its clock, and the Slack and the mail server that its digests go to."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.acceptance.program import Result, crm_monitor
from tests.acceptance.use_crm import DESK_LEAD, NORTH_LEAD, NOW, SOUTH_LEAD, UsedCrm
from tests.delivery.fake_slack import Channel, FakeSlack
from tests.delivery.mail_server import MailServer

LEADS_ON_SLACK = {NORTH_LEAD: "U0NORTH01", SOUTH_LEAD: "U0SOUTH01"}


@dataclass
class Clock:
    """The hour that commands believe it is: it stands still, but that it jumps where somebody sleeps."""

    at: datetime = NOW

    def __call__(self) -> datetime:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)

    def later(self, **time: float) -> None:
        self.at += timedelta(**time)


@contextmanager
def clock_of_commands(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    """The one place where commands read the clock, and the one where they sleep, answer by this one."""
    clock = Clock()

    class Moment(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]  # it is one, of the base class
            return clock.at.astimezone(tz)

    with monkeypatch.context() as patch:
        patch.setattr("monitor.cli.common.datetime", Moment)
        patch.setattr("monitor.app.project.time", SimpleNamespace(sleep=clock.sleep))
        yield clock


@dataclass
class Firm:
    """A project, and those whom it writes to."""

    crm: UsedCrm
    clock: Clock
    slack: FakeSlack
    mail: MailServer
    said: list[Result] = field(default_factory=list)

    def run(self, *arguments: object) -> Result:
        """A command of the project's."""
        env = {"CRM_MONITOR_SLACK_API": self.slack.base_url}
        result = crm_monitor(*arguments, project=self.crm.folder, env=env)
        self.said.append(result)
        return result

    def ok(self, *arguments: object) -> Result:
        """The same, where it must go well."""
        result = self.run(*arguments)
        assert result.exit_code == 0, result.said
        assert not result.stderr
        return result

    def connect(self, *, slack: bool = True, mail: bool = True, people: str = "") -> None:
        """Let the project send; the leads of north and south have Slack, everybody has an address."""
        text = ""
        if slack:
            text += f"slack: {{token: {self.slack.workspace.token}, channel: C0CRM0001}}\n"
        if mail:
            text += f"smtp: {{host: localhost, port: {self.mail.port}, security: none, from: crm@firm.example}}\n"
        self.crm.settings(text)
        lines = [f"- {{user: {key}, slack: {number}}}\n" for key, number in LEADS_ON_SLACK.items()]
        self.crm.write("config/people.yaml", f"sponsor: 70001\npeople:\n{''.join(lines)}{people}")

    def direct(self, key: int) -> Channel:
        """The direct messages to a lead."""
        return self.slack.workspace.direct(LEADS_ON_SLACK[key])

    @property
    def mailed(self) -> list[str]:
        """To whom mail came, in order."""
        return [recipient for letter in self.mail.handler.received for recipient in letter.rcpt_tos]

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """What the state holds."""
        with closing(sqlite3.connect(self.crm.state)) as state:
            return state.execute(query).fetchall()


@contextmanager
def firm(crm: UsedCrm, monkeypatch: pytest.MonkeyPatch) -> Iterator[Firm]:
    """The servers of one project, and its clock."""
    with clock_of_commands(monkeypatch) as clock, FakeSlack() as slack, MailServer("none", login=False) as mail:
        slack.workspace.now = lambda: clock().timestamp()
        slack.workspace.scopes |= {"im:write", "im:history", "files:write"}
        slack.workspace.users |= {number: f"D{number[1:]}" for number in LEADS_ON_SLACK.values()}
        yield Firm(crm, clock, slack, mail)


def tables(file: Path) -> dict[str, str]:
    """Every row of every table of a state, as text."""
    with closing(sqlite3.connect(file)) as state:
        names = [row[0] for row in state.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: "\n".join(map(repr, state.execute(f"SELECT * FROM {name}").fetchall())) for name in names}


__all__ = ["DESK_LEAD", "LEADS_ON_SLACK", "Clock", "Firm", "clock_of_commands", "firm", "tables"]


def reaches_nobody(firm: Firm, what: str, then: str, times: int = 1) -> None:
    """Sending ``what`` ends with 4 so many times, and says what to do, ``then`` coming after it; a job ends so, too."""
    for _ in range(times):
        result = firm.run(what, "--send")
        assert result.exit_code == 4
        assert result.stderr == (
            "nobody could be reached: set up smtp, or slack with a token, in config/monitor.yaml,"
            f" then crm-monitor {what} --send {then}\n"
        )
    firm.crm.write("config/schedule.yaml", f"jobs: {{weekly: {{do: {what}, cron: 0 7 * * mon}}}}\n")
    job = firm.run("run", "weekly")
    assert (job.exit_code, "nobody could be reached" in job.stderr) == (4, True)
