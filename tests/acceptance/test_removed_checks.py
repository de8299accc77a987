"""What becomes of a problem whose check is taken out of the project, or has nothing to look at any more."""

from __future__ import annotations

from tests.acceptance.channel import SlackChannel
from tests.acceptance.small_crm import MAP, OPPORTUNITIES
from tests.acceptance.test_life import CHECK


def _without(slack: SlackChannel) -> None:
    slack.crm.suite("opportunities", OPPORTUNITIES.replace(CHECK, "deal-of-another-name"))


def test_the_incident_of_a_check_that_is_gone_ends_and_its_message_says_why(slack: SlackChannel) -> None:
    slack.check()
    slack.crm.without_account(11, 25)
    slack.check()
    _without(slack)
    slack.run("check")  # by hand: nothing changes
    assert "open" in slack.run("incidents", "list").said
    ended = slack.check()
    assert f"#1 resolved {CHECK}" in ended.said
    assert ended.exit_code == 0
    assert "no longer in the project" in slack.roots[0].text
    assert len(slack.replies) == 1
    assert "No incident is open" in slack.run("incidents", "list").said
    assert "check gone" in slack.run("incidents", "show", 1).said
    calls = slack.calls
    slack.check()
    assert slack.calls == calls


def test_a_pending_incident_of_a_check_that_is_gone_leaves_no_trace(slack: SlackChannel) -> None:
    slack.configure("{failing_runs: 3}")
    slack.check()
    slack.crm.without_account(11, 25)
    slack.check()
    assert "pending" in slack.run("incidents", "list").said
    _without(slack)
    slack.check("--entity", "users")
    assert "No incident" in slack.run("incidents", "list", "--all").said
    assert slack.calls == 0


def test_a_check_that_can_be_made_again_is_not_taken_for_mended_records(slack: SlackChannel) -> None:
    slack.check()
    slack.crm.without_account(11, 25)
    slack.check()
    slack.crm.execute("ALTER TABLE deal RENAME COLUMN customer_id TO cust")
    slack.check()
    broken = [root for root in slack.roots if root.text.startswith("Could not check: Deals without an account")]
    assert len(broken) == 1
    slack.crm.execute("ALTER TABLE deal RENAME COLUMN cust TO customer_id")
    slack.check()
    again = slack.server.workspace.channels["C0CRM0001"].replies(broken[0].ts)
    assert broken[0].text.startswith("Resolved: could not check Deals without an account: The check has a result again")
    assert "25 of 100" not in broken[0].text
    assert len(again) == 1
    assert slack.roots[0].text.startswith("Failing")


def test_the_incident_of_a_check_whose_column_is_not_mapped_any_more_ends_and_its_message_says_why(
    slack: SlackChannel,
) -> None:
    slack.configure("{passing_runs: 2}")
    slack.check()
    slack.crm.without_account(11, 25)
    slack.check()
    unmapped = MAP.replace("      account_key: d.customer_id\n", "")
    (slack.crm.folder / "config" / "crms" / "small.yaml").write_text(unmapped, encoding="utf-8")
    slack.check()
    assert slack.roots[0].text.startswith("Failing")
    assert "#1 resolved Deals without an account" in slack.check().said
    assert slack.roots[0].text == (
        "Resolved: Deals without an account: It is no longer checked (not mapped: account_key),"
        " so nobody looks whether its records were mended"
    )
    assert len(slack.replies) == 1
    assert "no longer checked" in slack.run("incidents", "show", 1).said


def test_an_incident_ends_when_no_record_is_left_that_its_check_applies_to(slack: SlackChannel) -> None:
    suite = OPPORTUNITIES.replace("    warn: 5%\n", "    when: source = 'web'\n    warn: 5%\n")
    slack.crm.suite("opportunities", suite)
    slack.check()
    slack.crm.without_account(11, 25)
    slack.check()
    slack.crm.execute("UPDATE deal SET source = 'fair'")
    slack.check()
    assert [root.text for root in slack.roots] == [
        "Resolved: Deals without an account: No record is left that it applies to",
        "Nothing to check: Deals without an account: No record is left that it applies to, where there were some",
    ]
    slack.crm.execute("UPDATE deal SET source = 'web'")
    slack.check()
    back, checked = slack.roots
    assert back.text.startswith("Failing")
    assert checked.text.startswith("Resolved: could not check Deals without an account: The check has a result again")
