"""What people do with an incident on the command line: told in its thread, kept in its story, and held to."""

from __future__ import annotations

import pytest

from tests.acceptance.channel import SlackChannel
from tests.acceptance.test_life import shown

pytestmark = pytest.mark.journeys


def _opened(slack: SlackChannel) -> None:
    slack.check()
    slack.crm.without_account(11, 25)
    slack.check()


def test_what_is_acknowledged_is_silent_until_it_is_worse(slack: SlackChannel) -> None:
    _opened(slack)
    done = slack.run("incidents", "acknowledge", 1, "--note", "the vendor is asked")
    assert (done.exit_code, done.stdout) == (0, "Incident 1 is acknowledged.\n"), done
    assert "Acknowledged: " in shown(slack.roots[0])
    assert [reply.text.partition(" ")[2] for reply in slack.replies] == [
        "acknowledged it: silent until it is mended or worse: the vendor is asked"
    ]
    slack.crm.without_account(26, 28)  # 28 instead of 25: not worse enough
    slack.check()
    assert len(slack.replies) == 1
    slack.crm.without_account(29, 40)
    slack.check()
    assert [reply.text[:5] for reply in slack.replies[1:]] == ["Worse"]
    assert "acknowledged" not in shown(slack.roots[0]).lower()
    assert len(slack.roots) == 1


def test_what_is_snoozed_is_silent_until_it_is_mended(slack: SlackChannel) -> None:
    _opened(slack)
    assert slack.run("incidents", "snooze", 1, "--until-mended").exit_code == 0
    assert "until it is mended" in shown(slack.roots[0])
    slack.crm.without_account(26, 60)
    slack.check()
    assert len(slack.replies) == 1  # that it was snoozed
    assert "60 of 100" in slack.roots[0].text  # the message stays true all the same
    slack.crm.mend()
    slack.check()
    assert [reply.text[:8] for reply in slack.replies[1:]] == ["Resolved"]


def test_somebody_has_it_by_a_day(slack: SlackChannel) -> None:
    _opened(slack)
    assert "unassigned" in shown(slack.roots[0])
    assert slack.run("incidents", "assign", 1, "slack:U0BOB0001", "--due", "2099-12-24").exit_code == 0
    root = shown(slack.roots[0])
    assert '"user_id": "U0BOB0001"' in root
    assert "due Thu 24 Dec 2099" in root
    assert "unassigned" not in root
    assert slack.run("incidents", "assign", 1).exit_code == 0
    assert "U0BOB0001" not in shown(slack.roots[0])


def test_the_story_says_who_did_what_and_why_somebody_was_told_or_not(slack: SlackChannel) -> None:
    _opened(slack)
    slack.run("incidents", "snooze", 1, "--for", "2d", "--note", "year-end import")
    slack.crm.without_account(26, 60)
    slack.check()
    story = slack.run("incidents", "explain", 1).said
    for said in (
        "opened (fail, 25 of 100 records)",
        "a message of its own: it is new",
        "message 1 arrived",
        "snoozed: until ",
        "year-end import",
        "its message edited: somebody snoozed it",
        "worsened (fail, 60 of 100 records)",
    ):
        assert said in story
    assert (
        story.index("opened (")
        < story.index("a message of its own")
        < story.index("snoozed: until")
        < story.index("worsened")
    )


def test_what_cannot_be_done_is_refused_and_says_what_can(slack: SlackChannel) -> None:
    _opened(slack)
    past = slack.run("incidents", "assign", 1, "bo", "--due", "2026-01-31")
    assert (past.exit_code, "2026-01-31 is past" in past.stderr) == (2, True)
    assert "there is no incident 9" in slack.run("incidents", "acknowledge", 9).stderr
    assert "is not snoozed" in slack.run("incidents", "snooze", 1, "--off").stderr
    both = slack.run("incidents", "snooze", 1, "--for", "1d", "--until-mended")
    assert (both.exit_code, "takes one of --for" in both.stderr) == (2, True)
    assert "--for 3 days" in slack.run("incidents", "snooze", 1, "--for", "3 days").stderr
    slack.crm.mend()
    slack.check()
    late = slack.run("incidents", "acknowledge", 1)
    assert (late.exit_code, "incident 1 is resolved already" in late.stderr) == (2, True)
