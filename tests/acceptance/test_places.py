"""Where messages go may change while an incident lives: nothing is stuck, nothing is lost unsaid."""

from __future__ import annotations

from tests.acceptance.channel import CHANNEL, SlackChannel
from tests.acceptance.test_life import CHECK
from tests.delivery.fake_slack import Channel

OTHER = "C0CRM0002"


def _to(slack: SlackChannel, channel: str) -> None:
    token = slack.server.workspace.token
    slack.crm.settings(f"slack: {{token: {token}, channel: {channel}}}\n")


def test_a_problem_older_than_the_channel_is_told_there_by_the_next_run(slack: SlackChannel) -> None:
    slack.crm.settings()
    slack.check()
    slack.crm.without_account(11, 25)
    told = slack.check()
    assert "no target is configured" in told.said
    slack.configure()
    assert "1 sent, 0 undelivered" in slack.check().said
    assert [root.text[:25] for root in slack.roots] == ["Failing: Deals without an"]
    slack.crm.without_account(26, 40)
    worse = slack.check()
    assert "2 sent, 0 undelivered" in worse.said
    assert (worse.exit_code, len(slack.roots), len(slack.replies)) == (0, 1, 1)
    slack.crm.mend()
    assert slack.check().exit_code == 0
    assert "Resolved" in slack.roots[0].text


def test_a_problem_that_no_channel_knew_of_is_mended_in_silence(slack: SlackChannel) -> None:
    slack.crm.settings()
    slack.check()
    slack.crm.without_account(11, 25)
    slack.check()
    slack.configure()
    slack.crm.mend()
    mended = slack.check()
    assert "#1 resolved" in mended.said
    assert (mended.exit_code, slack.calls) == (0, 0)


def test_another_channel_learns_of_a_problem_that_is_open(slack: SlackChannel) -> None:
    slack.check()
    slack.crm.without_account(11, 25)
    slack.check()
    slack.server.workspace.add(Channel(OTHER, "other"))
    _to(slack, OTHER)
    slack.crm.without_account(26, 45)
    moved = slack.check()
    assert moved.exit_code == 0, moved.said
    assert len(slack.server.workspace.channels[OTHER].roots()) == 1


def test_a_message_to_a_channel_that_is_configured_no_more_is_named(slack: SlackChannel) -> None:
    slack.check()
    slack.crm.without_account(11, 25)
    slack.check("--no-notify")
    slack.crm.settings()
    left = slack.check()
    assert left.exit_code == 4
    assert f"Slack {CHANNEL} is not configured any more" in left.said
    assert "notify settle NUMBER" in left.said
    assert f"Slack {CHANNEL}" in slack.run("notify", "list").said
    assert slack.run("notify", "settle", 1, "arrived").exit_code == 2  # it was never sent
    assert slack.run("notify", "settle", 1, "drop").exit_code == 0
    assert "Nothing is undelivered" in slack.run("notify", "list").said
    assert slack.check().exit_code == 0
    assert CHECK in slack.run("incidents", "list").said
