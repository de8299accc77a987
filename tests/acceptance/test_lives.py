"""Whole lives of incidents as their channel read them, one readable file each beneath ``lives``.

``CRM_MONITOR_WRITE_LIVES=1`` writes them anew; read the difference before it is kept.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.delivery.socket_mode import SocketMode
from tests.acceptance.channel import CHANNEL, SlackChannel
from tests.acceptance.slack_app import ANN, BO, GROUP, InSlack, in_slack
from tests.delivery.fake_slack import transcript

pytestmark = pytest.mark.journeys
LIVES = Path(__file__).parent / "lives"
_DAY = r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) )?\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_MOVING = (
    (re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d"), "TIME"),
    (re.compile(r"\d{4}-\d\d-\d\d"), "DAY"),
    (re.compile(rf"{_DAY}(?: \d{{4}})?(?: \d\d:\d\d)?"), "TIME"),
    (
        re.compile(r"since (?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|yesterday|today|TIME)"),
        "since TIME",
    ),
    (re.compile(r"It was open for [^.]*"), "It was open for A WHILE"),
    # on which day most of the records were created depends on the hour at which the test runs
    (re.compile(r"\n    (?:[-+] )?\*Where from: \*records created on TIME[^\n]*"), ""),
    (re.compile(r"\. Where from: records created on TIME[^\n]*"), ""),
)


@pytest.fixture
def alive(slack: SlackChannel) -> Iterator[InSlack]:
    """The program listening to Slack, in this process: what people press arrives over a real WebSocket."""
    workspace = slack.server.workspace
    workspace.scopes |= {"commands", "usergroups:read"}
    for user, name in ((ANN, "Ann"), (BO, "Bo")):
        workspace.join(user, name)
    workspace.groups[GROUP] = [ANN, BO]
    with in_slack(slack, alerts="{failing_runs: 1, passing_runs: 1}") as made:
        app_token, address = workspace.app_token, slack.server.base_url
        with SocketMode(app_token, workspace.token, made.app.handle, base_url=address, tick=0.05):
            slack.server.until(lambda: workspace.links.open)
            yield made


def told(channel: SlackChannel) -> str:
    text = transcript(channel.server.workspace, CHANNEL)
    for pattern, word in _MOVING:
        text = pattern.sub(word, text)
    return text.rstrip() + "\n"


def held(channel: SlackChannel, name: str) -> None:
    """The channel reads as its file says."""
    path, now = LIVES / f"{name}.txt", told(channel)
    if os.environ.get("CRM_MONITOR_WRITE_LIVES"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(now, encoding="utf-8")
    assert now == path.read_text(encoding="utf-8"), f"{path} reads otherwise"


def press(alive: InSlack, action: str, who: str = ANN, value: str | None = None) -> None:
    alive.channel.server.press(alive.channel.roots[0], action, who, value)
    alive.channel.server.until(alive.app.wake.is_set)
    alive.app.wake.clear()
    alive.app.do_work()


def test_opened_worse_acknowledged_worse_again_resolved_and_back(alive: InSlack) -> None:
    slack = alive.channel
    slack.check()
    slack.crm.without_account(11, 25)
    slack.check()
    slack.crm.without_account(26, 40)
    slack.check()
    press(alive, "incident:acknowledge")
    slack.crm.without_account(41, 45)
    slack.check()  # five more than was acknowledged: silence
    slack.crm.without_account(46, 70)
    slack.check()
    slack.crm.mend()
    slack.check()
    slack.crm.without_account(1, 30)
    slack.check()
    assert len(slack.roots) == 1
    held(slack, "a-full-life")


def test_snoozed_until_it_is_mended(alive: InSlack) -> None:
    slack = alive.channel
    slack.check()
    slack.crm.without_account(11, 25)
    slack.check()
    press(alive, "incident:snooze", BO, "1:mended")
    slack.crm.without_account(26, 70)
    slack.check()
    slack.crm.mend()
    slack.check()
    assert len(slack.roots) == 1
    held(slack, "snoozed-until-mended")


def test_assigned_and_its_records_accepted(alive: InSlack) -> None:
    slack = alive.channel
    slack.check()
    slack.crm.without_account(11, 25)
    slack.check()
    slack.server.press(slack.roots[0], "incident:assign", ANN)
    slack.server.until(lambda: slack.server.workspace.views)
    view = next(iter(slack.server.workspace.views.values()))
    slack.server.submit(view, ANN, {"to": BO})
    alive.app.do_work()
    slack.server.press(slack.roots[0], "incident:accept", BO)
    slack.server.until(lambda: len(slack.server.workspace.views) == 2)
    view = list(slack.server.workspace.views.values())[-1]
    slack.server.submit(view, BO, {"which": "new", "reason": "sold at the fair, no account yet"})
    slack.server.until(lambda: slack.server.workspace.channels[CHANNEL].whispers)
    alive.app.do_work()
    slack.check()
    held(slack, "assigned-and-accepted")


def test_taken_by_a_day_that_passed(alive: InSlack) -> None:
    slack = alive.channel
    slack.check()
    slack.crm.without_account(11, 25)
    slack.check()
    slack.server.press(slack.roots[0], "incident:assign", ANN)
    slack.server.until(lambda: slack.server.workspace.views)
    view = next(iter(slack.server.workspace.views.values()))
    due = alive.clock().date() + timedelta(days=1)
    slack.server.submit(view, ANN, {"to": BO, "due": due.isoformat()})
    alive.app.do_work()
    press(alive, "incident:acknowledge", BO)
    for hours in (1, 50, 51):
        alive.clock.ahead = timedelta(hours=hours)
        alive.app.do_work()
    assert sum(" Overdue: " in one.text or one.text.startswith("Overdue: ") for one in slack.replies) == 1
    held(slack, "overdue")


def test_the_crm_is_away_and_everything_behind_it_waits(alive: InSlack) -> None:
    slack = alive.channel
    slack.check()
    slack.crm.execute("ALTER TABLE deal RENAME TO deal_elsewhere")
    slack.check()
    slack.crm.execute("ALTER TABLE deal_elsewhere RENAME TO deal")
    slack.crm.without_account(11, 25)
    slack.check()
    held(slack, "an-entity-away")


def test_a_silence_and_its_end(alive: InSlack) -> None:
    slack = alive.channel
    slack.check()
    said = slack.run("silence", "add", "--entity", "opportunities", "--for", "2h", "--why", "a migration")
    assert said.exit_code == 0, said
    slack.crm.without_account(11, 25)
    slack.check()
    assert not slack.roots
    alive.clock.ahead = timedelta(hours=3)
    alive.app.do_work()
    assert len(slack.roots) == 1
    held(slack, "silenced")
