"""The straight life of a problem: learned, worse, told once, mended."""

from __future__ import annotations

import json
from typing import Any

from tests.acceptance.channel import SlackChannel
from tests.acceptance.program import Result

CHECK = "deal-without-account"


def outcome(result: Result, check_id: str = CHECK) -> Any:
    return next(check for entity in result.json["entities"] for check in entity["checks"] if check["id"] == check_id)


def shown(post: Any) -> str:
    """Everything that a message says, blocks included."""
    return json.dumps(post.content, ensure_ascii=False)


def test_what_gets_worse_is_told_once_and_its_message_follows_it_to_the_end(slack: SlackChannel) -> None:
    first = slack.check()
    assert (first.exit_code, slack.calls) == (0, 0)
    assert "First run: what fails now is the baseline" in first.said

    slack.crm.without_account(11, 25)
    worse = slack.check()
    assert "#1 opened Deals without an account" in worse.said
    assert "Messages: 1 sent, 0 undelivered" in worse.said
    assert len(slack.roots) == 1
    root = slack.roots[0]
    assert root.text.startswith("Failing: Deals without an account: 25 of 100 (25%, limit 20%), +15 since")
    for said in ("North", "smaller teams", "DKK", "Link the deal to its customer", f"crm-monitor failing {CHECK}"):
        assert said in shown(root)
    assert "Desk" not in shown(root)  # a team of one person
    assert "South" not in shown(root)  # it goes in with the Desk, whose figure could be told otherwise
    assert "Person" not in shown(root)

    calls = slack.calls
    again = slack.check()
    assert again.exit_code == 0
    assert slack.calls == calls

    slack.crm.mend()
    mended = slack.check()
    assert "#1 resolved" in mended.said
    assert len(slack.roots) == 1
    assert "Resolved" in slack.roots[0].text
    assert slack.roots[0].history[0]["text"].startswith("Failing")
    assert len(slack.replies) == 1
    assert "Deals without an account" in slack.replies[0].text

    calls = slack.calls
    slack.check()
    assert slack.calls == calls
    assert "No incident is open" in slack.run("incidents", "list").said


def test_the_whole_story_can_be_read_afterwards(slack: SlackChannel) -> None:
    slack.check()
    slack.crm.without_account(11, 25)
    slack.check()
    listed = slack.run("incidents", "list")
    assert "25 of 100" in listed.said
    assert "open" in listed.said
    slack.crm.mend()
    slack.check()
    assert "resolved" in slack.run("incidents", "list", "--all").said
    story = slack.run("incidents", "show", 1).said
    assert story.index(" opened fail 25 of 100") < story.index(" resolved pass 0 of 100")
    assert "Why it matters: The deal is missing" in story
    missing = slack.run("incidents", "show", 7)
    assert missing.exit_code == 2
    assert "there is no incident 7" in missing.stderr


def test_a_run_by_hand_changes_no_incident_until_it_is_told_to_count(slack: SlackChannel) -> None:
    slack.check()
    slack.crm.without_account(11, 25)
    by_hand = slack.run("check")
    assert by_hand.exit_code == 1
    assert "Run by hand: incidents are unchanged" in by_hand.said
    assert slack.calls == 0
    assert "No incident" in slack.run("incidents", "list", "--all").said
    slack.check()
    assert len(slack.roots) == 1


def test_filtered_runs_dry_runs_and_replays_change_nothing(slack: SlackChannel) -> None:
    slack.check()
    baseline = slack.run("baseline", "show").stdout
    slack.crm.without_account(11, 30)
    for filters in (
        ("--check", CHECK),
        ("--owner", "p2@firm.example"),
        ("--team", "North"),
        ("--as-of", "2020-01-01"),
        ("--dry-run",),
    ):
        seen = slack.check(*filters)
        assert seen.exit_code == 0, seen
        assert "unchanged" in seen.said or "nothing was stored or sent" in seen.said
    assert "No incident" in slack.run("incidents", "list", "--all").said
    assert slack.calls == 0
    assert [line.split()[:2] for line in slack.run("baseline", "show").stdout.splitlines()] == [
        line.split()[:2] for line in baseline.splitlines()
    ]
    worse = slack.check("--format", "json")  # compared with the first run, not with any of these
    assert outcome(worse)["change"] == 20
    assert len(slack.roots) == 1


def test_a_filtered_run_of_one_owner_shows_that_owner_only(slack: SlackChannel) -> None:
    seen = slack.check("--owner", "2", "--format", "json")
    found = outcome(seen)
    assert [part["owner"] for part in found["owners"]] == ["2"]
    assert found["rows"] == 9
    assert seen.json["filtered"] is True


def test_it_takes_two_failing_runs_to_open_and_two_passing_ones_to_resolve_where_one_says_so(
    slack: SlackChannel,
) -> None:
    slack.configure("{failing_runs: 2, passing_runs: 2}")
    slack.check()
    slack.crm.without_account(11, 25)
    slack.check()
    assert slack.roots == []
    assert "pending" in slack.run("incidents", "list").said
    slack.check()
    assert len(slack.roots) == 1
    slack.crm.mend()
    slack.check()
    assert slack.roots[0].text.startswith("Recovering: Deals without an account: 0 of 100")
    assert slack.replies == []
    slack.check()
    assert "Resolved" in slack.roots[0].text
    assert len(slack.replies) == 1


def test_a_message_left_in_the_queue_goes_out_when_it_is_told_to(slack: SlackChannel) -> None:
    slack.check()
    slack.crm.without_account(11, 25)
    slack.check("--no-notify")
    assert slack.calls == 0
    sent = slack.run("notify", "send")
    assert (sent.exit_code, len(slack.roots)) == (0, 1)
    assert "1 sent, 0 waiting" in sent.said
    assert "0 sent" in slack.run("notify", "send").said
    assert len(slack.roots) == 1


def test_the_preview_shows_what_would_be_said_and_says_nothing(slack: SlackChannel) -> None:
    early = slack.run("notify", "preview")
    assert early.exit_code == 2
    assert "there was no complete run yet" in early.stderr
    slack.crm.without_account(11, 25)
    slack.check()
    preview = slack.run("notify", "preview")
    assert "Deals without an account" not in preview.said  # all of it is debt
    assert "Deals without an account" in slack.run("notify", "preview", "--all").said
    as_json = slack.run("notify", "preview", "--check", CHECK, "--json")
    assert "25 of 100" in json.loads(as_json.stdout)["text"]
    assert slack.calls == 0


def test_an_accepted_record_no_longer_counts_until_it_is_taken_back(slack: SlackChannel) -> None:
    slack.check()
    accepted = slack.run("accept", 3, "--check", CHECK, "--reason", "sold over the counter")
    assert accepted.exit_code == 0
    found = outcome(slack.check("--format", "json"))
    assert (found["unexpected"], found["accepted"], found["change"]) == (9, 1, -1)
    assert sum(part["unexpected"] for part in found["owners"]) == 9
    listed = slack.run("failing", CHECK, "--format", "csv").stdout
    assert [line.split(",")[0] for line in listed.splitlines()[1:]] == ["1", "2", *map(str, range(4, 11))]
    slack.run("accept", 3, "--check", CHECK, "--remove")
    assert outcome(slack.check("--format", "json"))["unexpected"] == 10


def test_an_acceptance_needs_a_reason_a_known_check_and_a_day_to_come(slack: SlackChannel) -> None:
    empty = slack.run("accept", 3, "--check", CHECK, "--reason", " ")
    past = slack.run("accept", 3, "--check", CHECK, "--reason", "once", "--until", "2020-01-01")
    unknown = slack.run("accept", 3, "--check", "deal-without-acount", "--reason", "once")
    nobody = slack.run("accept", 3000, "--check", CHECK, "--reason", "once")
    assert (empty.exit_code, past.exit_code, unknown.exit_code, nobody.exit_code) == (2, 2, 5, 2)
    assert "opportunities has no record with the key '3000'" in nobody.stderr
    assert "--reason is missing or empty" in empty.stderr
    assert "is past" in past.stderr
    assert f"did you mean '{CHECK}'?" in unknown.stderr


def test_the_baseline_is_shown_lowers_itself_and_is_raised_by_a_person_only(slack: SlackChannel) -> None:
    assert "Nothing was learned yet" in slack.run("baseline", "show").said
    slack.check()
    assert CHECK in slack.run("baseline", "show").stdout

    slack.crm.execute("UPDATE deal SET customer_id = 1 WHERE id <= 4")
    assert outcome(slack.check("--format", "json"))["baseline"] == 6
    slack.crm.without_account(1, 20)
    assert outcome(slack.check("--format", "json"))["baseline"] == 6
    assert len(slack.roots) == 1  # 20 is more than 10 ever were

    accepted = slack.run("baseline", "accept", CHECK)
    assert f"{CHECK}: baseline is now 20 failing records" in accepted.said
    slack.check()
    assert "Resolved" in slack.roots[0].text

    assert slack.run("baseline", "accept").exit_code == 2
    assert "1 baseline forgotten" in slack.run("baseline", "reset", CHECK).said
    assert CHECK not in slack.run("baseline", "show").stdout
    slack.check()
    assert CHECK in slack.run("baseline", "show").stdout
    assert "baselines forgotten" in slack.run("baseline", "reset", "--all").said
    assert "Nothing was learned yet" in slack.run("baseline", "show").said


def test_the_records_behind_a_finding_are_listed_with_names_owners_and_links(slack: SlackChannel) -> None:
    slack.check()
    shown_ = slack.run("failing", CHECK).said
    for said in ("Deals without an account", "Deal 7", "Person Number8", "https://crm.example/deals/7", "7,000.10"):
        assert said in shown_
    two = slack.run("failing", CHECK, "--owner", "Person Number3", "--format", "csv").stdout.splitlines()
    assert two == ["key,name,owner,owner_name,amount,created_at,link", two[1]]
    assert two[1].startswith("2,Deal 2,3,Person Number3,2000.1,")
    cut = slack.run("failing", CHECK, "--limit", 3)
    assert "There are more" in cut.said


def test_new_and_fixed_records_are_told_apart(slack: SlackChannel) -> None:
    early = slack.run("failing", CHECK, "--new")
    assert early.exit_code == 2
    assert "is not available" in early.stderr
    slack.check()
    slack.crm.execute("UPDATE deal SET customer_id = 1 WHERE id IN (1, 2)")
    slack.crm.without_account(41, 43)
    found = outcome(slack.check("--format", "json"))
    assert (found["new"], found["fixed"], found["change"]) == (3, 2, 1)

    def keys(*arguments: str) -> list[str]:
        listed = slack.run("failing", CHECK, "--format", "csv", *arguments).stdout.splitlines()[1:]
        return sorted(line.split(",")[0] for line in listed)

    assert keys("--new") == ["41", "42", "43"]
    assert keys("--fixed") == ["1", "2"]
    assert keys("--new", "--owner", "P6@firm.example") == ["41"]
    assert slack.run("failing", CHECK, "--new", "--fixed").exit_code == 2


def test_over_the_cap_new_and_fixed_are_not_available_and_never_zero(slack: SlackChannel) -> None:
    slack.configure("{keep_keys: 5}")
    slack.check()
    found = outcome(slack.check("--format", "json"))
    assert (found["unexpected"], found["new"], found["fixed"]) == (10, None, None)
    refused = slack.run("failing", CHECK, "--new")
    assert refused.exit_code == 2
    assert "alerts.keep_keys" in refused.stderr


def test_a_message_about_a_table_as_a_whole_leads_to_how_it_stands_now(slack: SlackChannel) -> None:
    """There are no records to list: the command makes the check anew, and changes nothing."""
    slack.check()
    slack.crm.execute("DELETE FROM deal WHERE id > 40")
    slack.check()
    assert len([root for root in slack.roots if "crm-monitor check --check deals-volume" in shown(root)]) == 1
    assert not [root for root in slack.roots if "crm-monitor failing deals-volume" in shown(root)]
    before = slack.run("incidents", "list", "--all").said
    assert "40 records" in slack.run("check", "--check", "deals-volume").said
    assert slack.run("incidents", "list", "--all").said == before
    shows = [slack.run("incidents", "show", number).said for number in range(1, len(slack.roots) + 1)]
    assert sum("Records: crm-monitor failing" in said for said in shows) == len(shows) - 1
