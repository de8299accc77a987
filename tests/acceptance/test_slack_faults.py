"""Slack is busy, refuses, breaks or falls silent: the run is stored, the message is kept, and nobody gets it twice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.acceptance.channel import CHANNEL, SlackChannel
from tests.delivery.fake_slack import Channel, Dropped, Fault, Html, NotOk, RateLimited


@pytest.fixture
def worse(slack: SlackChannel) -> SlackChannel:
    """A project that has learned, and whose CRM has become worse since."""
    slack.check()
    slack.crm.without_account(11, 25)
    return slack


def test_a_message_that_slack_puts_off_waits_and_is_sent_later(
    worse: SlackChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    worse.server.fail("chat.postMessage", RateLimited(2))
    with monkeypatch.context() as hurried:
        hurried.setattr("monitor.app.deliver.PATIENCE", timedelta(milliseconds=300))
        late = worse.check("--format", "json")
        assert late.exit_code == 4
        assert late.json["exit_code"] == 4
        assert (late.json["delivery"]["waiting"], late.json["delivery"]["sent"]) == (1, 0)
        assert "Slack" in late.json["delivery"]["errors"][0]
        assert "1 message stays queued: the next run sends what is queued" in late.json["delivery"]["errors"][1]
        assert worse.roots == []
        doctor = worse.run("doctor")
        assert "incident 1: post queued" in doctor.said
        assert worse.run("notify", "send").exit_code == 4
    sent = worse.run("notify", "send")
    assert sent.exit_code == 0
    assert "1 sent, 0 waiting" in sent.said
    assert len(worse.roots) == 1
    assert worse.server.count("chat.postMessage") == 2
    assert "queued" not in worse.run("doctor").said


def test_a_short_rate_limit_is_waited_for_within_the_run(worse: SlackChannel) -> None:
    worse.server.fail("chat.postMessage", RateLimited(1))
    assert worse.check().exit_code == 0
    assert len(worse.roots) == 1


def test_a_refusal_is_named_with_what_to_do_and_sent_when_it_is_mended(worse: SlackChannel) -> None:
    channel: Channel = worse.server.workspace.channels[CHANNEL]
    channel.member = False
    refused = worse.check()
    assert refused.exit_code == 4
    assert "Messages: 0 sent, 1 undelivered" in refused.said
    assert "invite" in refused.said
    doctor = worse.run("doctor")
    assert doctor.exit_code == 3
    assert "incident 1: post failed" in doctor.said
    assert "incident 1" in doctor.said
    assert worse.run("notify", "send").exit_code == 4

    channel.member = True
    assert worse.run("notify", "send", "--retry-failed").exit_code == 0
    assert len(worse.roots) == 1
    assert worse.check().exit_code == 0
    assert len(worse.roots) == 1


def test_a_guest_in_the_channel_holds_everything_back_until_the_guest_is_gone_or_allowed(worse: SlackChannel) -> None:
    worse.server.workspace.join("U0GUEST01", guest="single-channel")
    held = worse.check()
    assert held.exit_code == 4
    assert "1 guest is in #crm-data-quality" in held.said
    assert (worse.roots, worse.server.count("chat.postMessage")) == ([], 0)
    assert "incident 1: post failed" in worse.run("doctor").said
    del worse.server.workspace.guests["U0GUEST01"]
    assert worse.run("notify", "send", "--retry-failed").exit_code == 0
    assert len(worse.roots) == 1

    worse.server.workspace.guests["U0GUEST01"] = "single-channel"
    token = worse.server.workspace.token
    worse.crm.settings(f"slack: {{token: {token}, channel: {CHANNEL}, allow_shared: true}}\n")
    worse.crm.mend()
    assert worse.check().exit_code == 0
    assert "Resolved" in worse.roots[0].text


def test_a_wrong_token_is_said_without_it(worse: SlackChannel) -> None:
    worse.crm.settings(f"slack: {{token: xoxb-wrong-0002, channel: {CHANNEL}}}\n")
    refused = worse.check()
    assert refused.exit_code == 4
    assert "token" in refused.said
    assert "xoxb-wrong" not in refused.said
    assert "xoxb-wrong" not in worse.run("doctor").said


@pytest.mark.parametrize(
    "fault",
    [
        Html(500, accepts=True),
        Html(500, accepts=False),
        Dropped(accepts=True),
        Dropped(accepts=False),
        NotOk("internal_error", accepts=True),
        NotOk("ratelimited"),
    ],
    ids=repr,
)
def test_whatever_became_of_the_answer_the_message_stands_once(worse: SlackChannel, fault: Fault) -> None:
    worse.server.fail("chat.postMessage", fault)
    assert worse.check().exit_code == 0
    assert len(worse.roots) == 1
    worse.crm.mend()
    worse.server.fail("chat.postMessage", fault)  # of the reply in the thread
    assert worse.check().exit_code == 0
    assert len(worse.roots) == 1
    assert "Resolved" in worse.roots[0].text
    assert len(worse.replies) == 1


def test_where_slack_does_not_let_us_look_the_message_is_listed_and_never_sent_again(worse: SlackChannel) -> None:
    worse.server.workspace.scopes.discard("channels:history")
    worse.server.fail("chat.postMessage", Dropped(accepts=True))
    doubtful = worse.check("--format", "json")
    assert doubtful.exit_code == 4
    assert doubtful.json["delivery"]["unknown"] == 1
    for _ in range(2):
        assert worse.run("notify", "send").exit_code == 4
    assert worse.server.count("chat.postMessage") == 1
    doctor = worse.run("doctor")
    assert doctor.exit_code == 3
    assert "post unknown" in doctor.said
    assert "look yourself" in doctor.said


def test_findings_come_before_an_undelivered_message_in_the_exit_code(worse: SlackChannel) -> None:
    worse.server.workspace.channels[CHANNEL].member = False
    both = worse.run("check", "--count")
    assert both.exit_code == 1
    assert "1 undelivered" in both.said


def test_a_slack_that_is_not_there_at_all_costs_nothing_but_the_message(worse: SlackChannel) -> None:
    address = worse.server.base_url
    with pytest.MonkeyPatch.context() as hurried:
        hurried.setattr("monitor.app.deliver.PATIENCE", timedelta(milliseconds=300))
        hurried.setattr(type(worse.server), "base_url", "http://127.0.0.1:1/api/")
        gone = worse.check()
        assert gone.exit_code == 4
        assert "Deals without an account" in gone.said
    assert worse.server.base_url == address
    assert worse.run("notify", "send").exit_code == 0
    assert len(worse.roots) == 1
