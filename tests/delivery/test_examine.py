"""What ``doctor`` says of Slack, without posting anything."""

from __future__ import annotations

import pytest

from monitor.delivery.examine import examine
from monitor.delivery.examine_app import examine_app
from monitor.delivery.findings import Level
from monitor.delivery.slack_scopes import USUAL, Feature
from tests.delivery.conftest import CHANNEL
from tests.delivery.fake_slack import FakeSlack, Html, NotOk


def _seen(
    slack: FakeSlack, *, token: str = "", channel: str = CHANNEL, allow_shared: bool = False
) -> list[tuple[Level, str]]:
    how = {"allow_shared": allow_shared, "base_url": slack.base_url, "timeout": 1}
    found = examine(token or slack.workspace.token, channel, **how)  # type: ignore[arg-type]
    assert slack.count("chat.postMessage") == 0
    return [(finding.level, finding.text) for finding in found]


def test_a_channel_in_order_is_good_in_every_point(slack: FakeSlack) -> None:
    assert _seen(slack) == [
        (Level.GOOD, "the token is valid: app crm-monitor in the workspace Fake"),
        (Level.GOOD, "the app is in #crm-data-quality"),
        (Level.GOOD, "no guest is in #crm-data-quality"),
        (Level.GOOD, "messages whose answer is lost can be looked for"),
    ]


def test_a_wrong_token_is_the_end_of_it(slack: FakeSlack) -> None:
    ((level, text),) = _seen(slack, token="xoxb-wrong")
    assert level is Level.BAD
    assert "invalid_auth: put a valid bot token" in text
    assert "xoxb-wrong" not in text


@pytest.mark.parametrize(
    ("attribute", "value", "level", "words"),
    [
        ("archived", True, Level.BAD, "is archived"),
        ("member", False, Level.WARNING, "/invite @CRM Monitor"),
        ("shared", True, Level.BAD, "is shared with another company"),
        ("pending_shared", True, Level.BAD, "about to be shared with another company"),
        ("org_shared", True, Level.WARNING, "shared with other workspaces of your organisation"),
    ],
)
def test_what_is_wrong_with_the_channel_is_said(
    slack: FakeSlack, attribute: str, value: bool, level: Level, words: str
) -> None:
    setattr(slack.workspace.channels[CHANNEL], attribute, value)
    assert any(seen is level and words in text for seen, text in _seen(slack))


def test_a_missing_history_scope_is_a_warning_with_its_consequence(slack: FakeSlack) -> None:
    slack.workspace.scopes.discard("channels:history")
    level, text = _seen(slack)[-1]
    assert level is Level.WARNING
    assert "missing_scope" in text
    assert "stays unknown" in text


def test_an_unknown_channel_and_a_channel_by_name_are_told_apart(slack: FakeSlack) -> None:
    assert "channel_not_found" in _seen(slack, channel="C0NOWHERE1")[1][1]
    assert "use the ID (C…)" in _seen(slack, channel="#crm-data-quality")[-1][1]


def test_a_server_that_is_down_is_said_to_be_down(slack: FakeSlack) -> None:
    slack.fail("auth.test", Html(503))
    ((level, text),) = _seen(slack)
    assert (level, text) == (Level.BAD, "Slack does not let the app in: no answer of Slack's")


def test_guests_and_other_companies_are_refused_unless_allowed(slack: FakeSlack) -> None:
    slack.workspace.join("U0GUEST01", guest="single-channel")
    slack.workspace.join("U0GUEST02", guest="multi-channel")
    assert (Level.BAD, "2 guests are in #crm-data-quality, reading the alerts too: " + _CHOOSE) in _seen(slack)
    slack.workspace.channels[CHANNEL].members = {"U0GUEST01"}
    slack.workspace.channels[CHANNEL].shared = True
    levels = {text: level for level, text in _seen(slack)}
    assert levels["1 guest is in #crm-data-quality, reading the alerts too: " + _CHOOSE] is Level.BAD
    allowed = [(level, text) for level, text in _seen(slack, allow_shared=True) if "as slack.allow_shared" in text]
    assert [level for level, _ in allowed] == [Level.WARNING, Level.WARNING]


_CHOOSE = "use another channel, or set slack.allow_shared: true in config/monitor.yaml if they may"


def test_whether_there_are_guests_is_not_known_without_the_scope(slack: FakeSlack) -> None:
    slack.workspace.scopes.discard("users:read")
    text = "whether guests are in #crm-data-quality cannot be told (missing_scope): give the app the scope users:read"
    assert (Level.WARNING, text) in _seen(slack)


def test_slack_that_goes_away_while_guests_are_looked_for_is_a_warning(slack: FakeSlack) -> None:
    slack.fail("users.info", Html(500))
    assert any(level is Level.WARNING and "cannot be told" in text for level, text in _seen(slack))


def test_a_guest_is_found_among_the_last_members_of_a_large_channel(slack: FakeSlack) -> None:
    for number in range(1200):
        slack.workspace.join(f"U0MANY{number:04}")
    assert (Level.GOOD, "no guest is in #crm-data-quality") in _seen(slack)
    slack.workspace.join("U0ZGUEST1", guest="multi-channel")
    assert (Level.BAD, "1 guest is in #crm-data-quality, reading the alerts too: " + _CHOOSE) in _seen(slack)
    assert slack.count("users.info") == 0


def test_where_slack_does_not_list_the_people_of_the_workspace_that_is_said(slack: FakeSlack) -> None:
    for number in range(130):
        slack.workspace.join(f"U0MANY{number:04}")
    slack.fail("users.list", NotOk("limit_required"))
    assert any("cannot be told (limit_required)" in text for _, text in _seen(slack))


def _app(slack: FakeSlack, *features: Feature, app_token: str = "") -> list[tuple[Level, str]]:
    found = examine_app(slack.workspace.token, app_token, features or USUAL, base_url=slack.base_url, timeout=1)
    return [(finding.level, finding.text) for finding in found]


def test_an_app_with_every_scope_is_good(slack: FakeSlack) -> None:
    slack.workspace.scopes |= {"commands"}
    assert _app(slack, app_token=slack.workspace.app_token) == [
        (Level.GOOD, "the app has every scope that it needs for: alerts, buttons, commands"),
        (Level.GOOD, "the app token is valid: buttons and /crm can be listened to"),
    ]
    assert slack.workspace.links.open == []


def test_each_scope_that_is_missing_is_said_with_what_it_is_for_and_where_it_comes_from(slack: FakeSlack) -> None:
    slack.workspace.scopes = {"channels:read", "groups:history", "users:read"}
    found = _app(slack, Feature.ALERTS, Feature.COMMANDS, Feature.GROUPS)
    assert [level for level, _ in found] == [Level.BAD, Level.WARNING, Level.WARNING]
    assert [text.split(",")[0] for _, text in found] == [
        "the app lacks the scope chat:write",
        "the app lacks the scope commands",
        "the app lacks the scope usergroups:read",
    ]
    assert "`crm-monitor slack manifest --features alerts,commands,groups`" in found[0][1]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("invalid_auth", "put a valid app-level token (xapp-…) into slack.app_token"),
        ("missing_scope", "connections:write"),
        ("internal_error", "do not work until it does"),
    ],
)
def test_an_app_token_that_opens_nothing_is_bad(slack: FakeSlack, error: str, words: str) -> None:
    slack.fail("apps.connections.open", NotOk(error))
    level, text = _app(slack, app_token=slack.workspace.app_token)[-1]
    assert level is Level.BAD
    assert words in text
    assert slack.workspace.app_token not in text


def test_a_token_that_is_no_good_is_said_once(slack: FakeSlack) -> None:
    slack.workspace.revoked.add(slack.workspace.token)
    assert _app(slack) == []
