"""Who is on Slack is asked of Slack, by e-mail address: once a week, and that somebody is not there is remembered."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.adoption.organisation import Member
from monitor.app.project import OpenProject
from monitor.app.reaching import Reaching
from monitor.settings.project import load_project
from monitor.settings.routes_model import TargetEntry
from monitor.settings.targets import target_said
from tests.acceptance.channel import CHANNEL
from tests.delivery.fake_slack import FakeSlack, RateLimited

ON_SLACK = Member("7", "Somebody", email="somebody@crm.example")
ELSEWHERE = Member("8", "Somebody else", email="else@crm.example")
NOW = datetime(2026, 11, 16, 6, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with FakeSlack() as server:
        server.workspace.scopes |= {"users:read.email"}
        server.workspace.emails = {"somebody@crm.example": "U0MANAGER1"}
        yield server


@contextmanager
def opened(folder: Path, slack: FakeSlack, clock: Clock, extra: str = "") -> Iterator[OpenProject]:
    (folder / "config").mkdir(parents=True, exist_ok=True)
    (folder / "expectations").mkdir(exist_ok=True)
    (folder / "expectations" / "users.yaml").write_text("extends: builtin/users@1\n", encoding="utf-8")
    (folder / "config" / "monitor.yaml").write_text(
        "connection: {url: 'sqlite:///crm.db', crm: builtin/demo@1}\n"
        f"slack: {{token: {slack.workspace.token}, channel: {CHANNEL}}}\n{extra}",
        encoding="utf-8",
    )
    project = OpenProject(load_project(folder, {}), clock, {"CRM_MONITOR_SLACK_API": slack.base_url})
    try:
        yield project
    finally:
        project.close()


def test_slack_is_asked_once_a_week_for_each_person(tmp_path: Path, slack: FakeSlack) -> None:
    clock = Clock()
    with opened(tmp_path / "p", slack, clock) as project:
        assert Reaching(project).target(ON_SLACK) == "slack:U0MANAGER1"
        assert Reaching(project).target(ELSEWHERE) == ""
        assert slack.count("users.lookupByEmail") == 2
        again = Reaching(project)
        assert (again.target(ON_SLACK), again.target(ELSEWHERE)) == ("slack:U0MANAGER1", "")
        assert slack.count("users.lookupByEmail") == 2
        clock.now += timedelta(days=8)
        slack.workspace.emails["else@crm.example"] = "U0MANAGER1"
        assert Reaching(project).target(ELSEWHERE) == "slack:U0MANAGER1"
        assert slack.count("users.lookupByEmail") == 3


def test_who_is_not_on_slack_gets_mail(tmp_path: Path, slack: FakeSlack) -> None:
    mail = "smtp: {host: localhost, port: 2525, security: none, from: crm@crm.example}\n"
    with opened(tmp_path / "p", slack, Clock(), mail) as project:
        assert Reaching(project).target(ELSEWHERE) == "mail:8"
        assert Reaching(project).target(ON_SLACK) == "slack:U0MANAGER1"


def test_a_person_and_a_place_of_a_route_are_never_taken_for_each_other(tmp_path: Path, slack: FakeSlack) -> None:
    """Keys of users are anything, and names of targets are anybody's choice."""
    mail = "smtp: {host: localhost, port: 2525, security: none, from: crm@crm.example}\n"
    with opened(tmp_path / "p", slack, Clock(), mail) as project:
        person = Reaching(project).target(Member("ops", "Olga Ops", email="olga@crm.example"))
        place = target_said("ops", TargetEntry.model_validate({"email": "ops@crm.example"})).key
        assert person != place


@pytest.mark.parametrize("fault", ["scope", "busy"])
def test_a_slack_that_does_not_tell_is_asked_once_and_nothing_is_remembered(
    tmp_path: Path, slack: FakeSlack, fault: str
) -> None:
    if fault == "scope":
        slack.workspace.scopes -= {"users:read.email"}
    else:
        slack.fail("users.lookupByEmail", RateLimited(30))
    with opened(tmp_path / "p", slack, Clock()) as project:
        reaching = Reaching(project)
        assert (reaching.target(ON_SLACK), reaching.target(ELSEWHERE)) == ("", "")
        assert "users:read.email" in reaching.trouble if fault == "scope" else reaching.trouble
        assert slack.count("users.lookupByEmail") == 1
        slack.workspace.scopes |= {"users:read.email"}
        assert Reaching(project).target(ON_SLACK) == "slack:U0MANAGER1"
