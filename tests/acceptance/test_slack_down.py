"""Slack is down for an hour, by the clock, while problems open, get worse and end: afterwards it reads as if it had not
been, but for the edits that a newer one made pointless."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from tests.acceptance.channel import SlackChannel
from tests.acceptance.test_killed import COLUMNS, SUITE
from tests.acceptance.using import Clock, clock_of_commands
from tests.delivery.fake_slack import Dropped, Fault, Html

pytestmark = pytest.mark.journeys

Down = Callable[[SlackChannel, pytest.MonkeyPatch], None]


def _answers(fault: Fault, *methods: str) -> Down:
    return lambda slack, patch: patch.setattr(slack.server, "down", dict.fromkeys(methods or ("",), fault))


def _is_not_there(slack: SlackChannel, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(type(slack.server), "base_url", "http://127.0.0.1:1/api/")


WAYS = {
    "connections are refused": _is_not_there,
    "500, and nothing is taken": _answers(Html(500)),
    "500 for what is posted, and nothing is taken": _answers(Html(500), "chat.postMessage", "chat.update"),
    "503": _answers(Html(503)),
    "connections are dropped, and nothing is taken": _answers(Dropped(accepts=False)),
}


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    with clock_of_commands(monkeypatch) as made:
        made.at = datetime.now(UTC)
        yield made


@pytest.fixture
def slack(slack: SlackChannel, clock: Clock) -> SlackChannel:
    """Three rules on deals, none of them broken yet, and a Slack that has the same clock."""
    slack.server.workspace.now = lambda: clock().timestamp()
    for entity in ("users", "accounts"):
        (slack.crm.folder / "expectations" / f"{entity}.yaml").unlink()
    slack.crm.suite("opportunities", SUITE)
    slack.crm.execute(*(f"UPDATE deal SET {column} = {value}" for column, value in COLUMNS.items()))
    slack.check()
    return slack


def _broken(slack: SlackChannel, **deals: int) -> None:
    """So many deals break the rule about the column; 0 mends them."""
    for column, number in deals.items():
        slack.crm.execute(
            f"UPDATE deal SET {column} = {COLUMNS[column]} WHERE id > {number}",
            f"UPDATE deal SET {column} = NULL WHERE id <= {number}",
        )


def _hour(slack: SlackChannel, clock: Clock) -> list[int]:
    """What happens in it, at a run every ten minutes, and how each ends."""
    codes = []
    for change in (
        {"customer_id": 45, "next_action": 12},  # what stands in the channel gets worse, and another begins
        {"next_action": 30},
        {"customer_id": 70, "source": 12},
        {"next_action": 60},
        {"customer_id": 0},
        {"next_action": 0, "source": 40},
    ):
        _broken(slack, **change)
        codes.append(slack.check().exit_code)
        clock.later(minutes=10)
    return codes


@pytest.mark.parametrize("way", WAYS)
def test_after_an_hour_without_slack_everything_arrives_once_in_order_and_edits_as_one(
    slack: SlackChannel, clock: Clock, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    _broken(slack, customer_id=25)
    slack.check()
    before = clock.at
    assert [root.text.split(":")[0] for root in slack.roots] == ["Failing"]
    with monkeypatch.context() as patch:
        WAYS[way](slack, patch)
        assert _hour(slack, clock) == [4] * 6
        assert (clock.at - before).total_seconds() >= 3600
        doctor = slack.run("doctor").said
        assert "incident 1: reply " in doctor
        assert "incident 2: post " in doctor
    assert (len(slack.roots), len(slack.replies)) == (1, 0)

    clock.later(minutes=15)  # by then the longest pause between attempts is over
    assert slack.run("notify", "send").exit_code == 0
    assert slack.check().exit_code == 0

    account, step, source = (_told(slack, one) for one in ("an account", "a next step", "a source"))
    assert account == [
        "Failing: 25",
        "edited: Resolved: 0",
        "Worse: 45",
        "Worse: 70",
        "Resolved: 0",
    ]
    assert step == ["Warning, critical: 12", "edited: Resolved: 0", "Worse: 30", "Worse: 60", "Resolved: 0"]
    assert source == ["Warning: 12", "edited: Failing: 40", "Worse: 40"]
    assert "Nothing is undelivered" in slack.run("notify", "list").said


def _told(slack: SlackChannel, what: str) -> list[str]:
    [root] = [one for one in slack.roots if what in one.text]
    first, *edits = [*(str(before["text"]) for before in root.history), root.text]
    replies = slack.server.workspace.channels["C0CRM0001"].replies(root.ts)
    assert [one.ts for one in replies] == sorted(one.ts for one in replies)
    return [_said(first), *(f"edited: {_said(edit)}" for edit in edits), *(_said(one.text) for one in replies)]


def _said(text: str) -> str:
    """``Failing: Deals without an account: 25 of 100 (…)`` as ``Failing: 25``."""
    word, _, figure = text.split(": ", 2)
    return f"{word}: {figure.removeprefix('Now ').split(' of ')[0]}"
