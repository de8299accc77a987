"""From no Slack app at all to one that works: the manifest, what ``doctor`` says, what Slack would take."""

from __future__ import annotations

import pytest

from monitor.delivery.slack_manifest import manifest, manifest_yaml, new_app_link
from monitor.delivery.slack_scopes import USUAL, Feature
from tests.acceptance.channel import CHANNEL, SlackChannel
from tests.acceptance.program import crm_monitor
from tests.delivery.fake_slack import Html, NotOk


def test_the_manifest_is_printed_for_what_is_chosen() -> None:
    assert crm_monitor("slack", "manifest").stdout == manifest_yaml(USUAL)
    chosen = (Feature.ALERTS, Feature.DIGESTS)
    assert crm_monitor("slack", "manifest", "--features", "digests, alerts", "--json").json == manifest(chosen)
    assert crm_monitor("slack", "manifest", "-f", "alerts", "--link").stdout.strip() == new_app_link([Feature.ALERTS])


@pytest.mark.parametrize(("features", "words"), [("alert", "did you mean 'alerts'?"), (",", "no feature is named")])
def test_a_feature_that_there_is_not_is_a_mistake_in_the_command(features: str, words: str) -> None:
    wrong = crm_monitor("slack", "manifest", "--features", features)
    assert (wrong.exit_code, wrong.stdout) == (2, "")
    assert words in wrong.said


def test_doctor_refuses_a_channel_that_others_read_unless_it_may_be(slack: SlackChannel) -> None:
    work = slack.server.workspace
    assert slack.run("doctor").exit_code == 0
    work.join("U0GUEST01", guest="multi-channel")
    work.channels[CHANNEL].shared = True
    refused = slack.run("doctor")
    assert refused.exit_code == 3
    assert f"BAD Slack {CHANNEL}: #crm-data-quality is shared with another company" in refused.said
    assert f"BAD Slack {CHANNEL}: 1 guest is in #crm-data-quality" in refused.said
    slack.crm.settings(f"slack: {{token: {work.token}, channel: {CHANNEL}, allow_shared: true}}\n")
    allowed = slack.run("doctor")
    assert allowed.exit_code == 0
    assert f"warn Slack {CHANNEL}: 1 guest is in #crm-data-quality, reading the alerts too" in allowed.said


def test_doctor_says_which_scopes_are_missing_for_what_is_configured(slack: SlackChannel) -> None:
    work = slack.server.workspace
    assert "the app has every scope that it needs for: alerts" in slack.run("doctor").said
    more = "permissions: {acknowledge: [S0CRMTEAM]}"
    slack.crm.settings(f"slack: {{token: {work.token}, app_token: {work.app_token}, channel: {CHANNEL}, {more}}}\n")
    said = slack.run("doctor").said
    assert "warn Slack: the app lacks the scope commands, for /crm" in said
    assert "warn Slack: the app lacks the scope usergroups:read" in said
    assert "crm-monitor slack manifest --features alerts,buttons,commands,groups" in said
    assert "the app token is valid" in said
    work.revoked.add(work.app_token)
    revoked = slack.run("doctor")
    assert revoked.exit_code == 3
    assert "BAD Slack: the app token does not open a connection (token_revoked)" in revoked.said
    for secret in (work.token, work.app_token):
        assert secret not in revoked.said


def test_doctor_asks_for_what_digests_take_where_people_are_named(slack: SlackChannel) -> None:
    (slack.crm.folder / "config" / "people.yaml").write_text("sponsor: somebody\n", encoding="utf-8")
    said = slack.run("doctor").said
    assert "the app lacks the scope im:write, to write to one person" in said
    assert "the app lacks the scope users:read.email" in said


def test_slack_is_asked_whether_it_would_take_the_messages(slack: SlackChannel) -> None:
    slack.check()
    slack.crm.without_account(11, 25)
    slack.check()
    posts = slack.server.count("chat.postMessage")
    good = slack.run("notify", "preview", "--validate")
    assert good.exit_code == 0
    assert "Slack would take the message." in good.stderr
    assert (slack.server.count("blocks.validate"), slack.server.count("chat.postMessage")) == (1, posts)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (NotOk("invalid_message"), "message 1: Slack would refuse it: invalid_message"),
        (NotOk("token_revoked"), "message 1: Slack could not be asked (token_revoked): the token was revoked"),
        (Html(503), "message 1: Slack could not be asked"),
    ],
)
def test_a_message_that_slack_would_refuse_is_named(slack: SlackChannel, fault: NotOk | Html, words: str) -> None:
    slack.check()
    slack.crm.without_account(11, 25)
    slack.check()
    slack.server.fail("blocks.validate", fault)
    bad = slack.run("notify", "preview", "--validate")
    assert bad.exit_code == 3
    assert words in bad.stderr


def test_without_a_bot_token_nobody_can_be_asked(slack: SlackChannel) -> None:
    slack.check()
    slack.crm.settings("slack: {webhook: 'https://hooks.slack.com/services/1'}\n")
    asked = slack.run("notify", "preview", "--validate")
    assert asked.exit_code == 2
    assert "Slack cannot be asked without a bot token" in asked.said
