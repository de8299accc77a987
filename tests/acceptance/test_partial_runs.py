"""Runs that look at a part: they say nothing about the whole, and cost the next whole run nothing."""

from __future__ import annotations

from tests.acceptance.channel import SlackChannel
from tests.acceptance.test_life import CHECK, outcome


def test_one_owners_records_are_not_compared_with_everybodys(slack: SlackChannel) -> None:
    slack.check()
    for narrowed in (("--owner", "2"), ("--team", "North")):
        seen = outcome(slack.check(*narrowed, "--format", "json"))
        assert (seen["change"], seen["new"], seen["fixed"], seen["baseline"]) == (None, None, None, None)
    one_check = outcome(slack.check("--check", CHECK, "--format", "json"))
    assert (one_check["change"], one_check["baseline"]) == (0, 10)


def test_one_owners_run_says_how_old_everybodys_data_is_and_no_more(slack: SlackChannel) -> None:
    slack.crm.execute(
        "UPDATE deal SET created_at = '2020-01-01 00:00:00.000000'",
        "UPDATE deal SET created_at = '2021-01-01 00:00:00.000000' WHERE owner_id = 3",
        "UPDATE deal SET created_at = '2099-01-01 00:00:00.000000' WHERE id = 3",
    )
    run = ("--entity", "opportunities", "--format", "json")
    assert slack.check(*run).json["data_as_of"].startswith("2021-01-01")
    assert slack.check(*run, "--owner", "2").json["data_as_of"].startswith("2021-01-01")


def test_a_run_of_another_entity_in_between_takes_nothing_from_a_message(slack: SlackChannel) -> None:
    slack.check()
    slack.crm.without_account(11, 25)
    slack.check("--entity", "accounts")
    assert slack.run("failing", CHECK, "--new").exit_code == 2  # it has been looked at once
    slack.check()
    assert "25 of 100 (25%, limit 20%), +15 since" in slack.roots[0].text
    slack.check("--entity", "accounts")
    listed = slack.run("failing", CHECK, "--new", "--format", "csv").stdout.splitlines()[1:]
    assert len(listed) == 15
    assert "Deals without an account" in slack.run("notify", "preview").said


def test_a_narrowed_run_or_a_replay_opens_no_incident_about_the_connection(slack: SlackChannel) -> None:
    slack.check()
    slack.crm.watched_as(slack.crm.url.set(database="/nowhere/crm.db"))
    for part in (("--check", CHECK), ("--as-of", "2020-01-01")):
        assert slack.check(*part).exit_code == 3
    assert slack.calls == 0
    assert slack.check().exit_code == 3
    assert len(slack.roots) == 1


def test_a_preview_of_a_finding_is_no_good_news_of_an_older_one(slack: SlackChannel) -> None:
    slack.check()
    slack.crm.without_account(11, 25)
    slack.check()
    slack.run("baseline", "accept", CHECK)
    slack.check()
    assert "Resolved" in slack.roots[0].text
    preview = slack.run("notify", "preview", "--check", CHECK).said
    assert "Failing: Deals without an account" in preview
    assert "Resolved" not in preview
