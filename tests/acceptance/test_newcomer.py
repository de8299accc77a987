"""What somebody meets in the first hour: narrow terminals, slips of the pen, messages looked at before they go."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.acceptance.channel import SlackChannel
from tests.acceptance.program import Result, crm_monitor
from tests.acceptance.small_crm import SmallCrm
from tests.acceptance.test_life import CHECK


def _narrow(crm: SmallCrm, *arguments: object) -> Result:
    return crm_monitor(*arguments, project=crm.folder, env={"COLUMNS": "80"})


def test_no_id_is_cut_on_a_narrow_terminal(slack: SlackChannel) -> None:
    long = "deal-" + "without-an-account-" * 3 + "at-all"
    text = (slack.crm.folder / "expectations" / "opportunities.yaml").read_text(encoding="utf-8")
    slack.crm.suite("opportunities", text.replace(CHECK, long))
    slack.check()
    slack.crm.without_account(11, 25)
    slack.check()
    for command in (("baseline", "show"), ("incidents", "list")):
        shown = _narrow(slack.crm, *command).stdout
        assert "…" not in shown
        assert max(map(len, shown.splitlines())) <= 80
        head, *rows = shown.splitlines()
        column = head.index("check")
        assert long in "".join(row[column:].split(" ")[0] for row in rows)


def test_an_id_that_fits_stands_in_one_line(slack: SlackChannel) -> None:
    slack.check()
    slack.crm.without_account(11, 25)
    slack.check()
    for command in (("baseline", "show"), ("incidents", "list")):
        assert any(CHECK in line for line in _narrow(slack.crm, *command).stdout.splitlines())


def test_a_preview_shows_what_is_told_and_counts_what_is_debt(slack: SlackChannel) -> None:
    slack.check()
    first = slack.run("notify", "preview")
    assert "Failing" not in first.said
    assert "Warning" not in first.said
    assert "within the baseline (--all shows them)" in first.said
    whole = slack.run("notify", "preview", "--all").said
    assert "(would not be sent: within the baseline)" in whole
    assert "incident 0" not in whole
    assert "open since" not in whole

    slack.crm.without_account(11, 25)
    slack.run("check")  # by hand: it counts for nothing yet
    assert "(would be sent by the next run that counts)" in slack.run("notify", "preview").said
    slack.check()
    told = slack.run("notify", "preview").said
    assert "(is told already as incident 1)" in told
    assert "incident 1, open since" in told
    assert len(slack.run("notify", "preview", "--json").stdout.splitlines()) == 1
    assert slack.run("notify", "preview", "--check", "deal-without-acount").exit_code == 5


def test_a_preview_tells_what_nobody_heard_of_from_what_was_told(slack: SlackChannel) -> None:
    slack.crm.settings("")  # there is no Slack yet
    slack.check()
    slack.crm.without_account(11, 25)
    slack.check()
    left = slack.run("notify", "preview").said
    assert "1 would not be sent: no Slack is configured in config/monitor.yaml (--all shows them)" in left
    slack.configure()
    said = slack.run("notify", "preview").said
    assert "(is incident 1, and would be sent by the next run that counts: nobody was told yet)" in said
    slack.check()
    assert len(slack.roots) == 1


def test_the_preview_of_an_incident_says_who_has_it_as_its_message_does(slack: SlackChannel) -> None:
    slack.check()
    slack.crm.without_account(11, 25)
    slack.check()
    assert slack.run("incidents", "assign", 1, "anne").exit_code == 0
    assert "Who has it" in slack.run("notify", "preview").said
    slack.crm.without_account(26, 40)
    slack.run("check")  # by hand: the message stays as it is, and the preview shows what it would become
    said = slack.run("notify", "preview").said
    assert "Who has it" in said
    assert "40 of 100" in said


def test_what_an_incident_hides_behind_is_said_anew_when_it_is_something_else(slack: SlackChannel) -> None:
    slack.crm.settings("")
    slack.check()
    slack.crm.without_account(11, 25)
    slack.check()
    slack.configure()
    slack.crm.execute("ALTER TABLE deal RENAME TO moved")
    slack.check()
    behind = "nothing sent: something larger is wrong"
    assert f"{behind}, opportunities cannot be read (incident 2)" in slack.run("incidents", "explain", 1).said
    slack.crm.watched_as(sa.URL.create("sqlite", database="/nowhere/crm.db"))
    slack.check()
    slack.check()
    explained = slack.run("incidents", "explain", 1).said
    assert explained.count(f"{behind}, the CRM cannot be read (incident 3)") == 1
    assert [one.text for one in slack.roots if "Deals without an account" in one.text] == []


def test_a_preview_says_of_a_message_that_slack_refused_that_it_did_not_arrive(slack: SlackChannel) -> None:
    slack.check()
    slack.crm.without_account(11, 25)
    slack.crm.settings("slack: {token: xoxb-1-wrong, channel: C0CRM0001}\n")
    assert slack.check().exit_code == 4
    said = slack.run("notify", "preview").said
    assert "(is told as incident 1, but a message of it is undelivered: crm-monitor notify list)" in said


def test_a_preview_without_slack_says_that_nobody_would_be_told(crm: SmallCrm) -> None:
    crm_monitor("check", project=crm.folder)
    crm.without_account(11, 25)
    crm_monitor("check", "--count", project=crm.folder)
    said = crm_monitor("notify", "preview", "--check", CHECK, project=crm.folder).said
    assert "would not be sent: no Slack is configured" in said


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("check", "-e", "deals"), 5, "there are: users, accounts, opportunities"),
        (("check", "-e", "acounts"), 5, "did you mean 'accounts'? there are: users, accounts, opportunities"),
        (("check", "-c", "zzz"), 5, "opportunities 7; crm-monitor config check --list shows them all"),
        (("check", "-c", "deal-without-acount"), 5, "did you mean 'deal-without-account'?"),
        (("check", "--as-of", "21.11.2026"), 2, "write it as YYYY-MM-DD, e.g. 2026-11-21"),
        (("accept", "7", "-c", CHECK, "--reason", "seen", "--until", "21.11.2026"), 2, "write it as YYYY-MM-DD"),
        (("check", "--as-of", "2999-01-01"), 2, "--as-of 2999-01-01 has not begun: there is nothing to leave out"),
        (("accept", "7", "-c", CHECK), 2, "--reason is missing or empty"),
        (("accept", "7", "-c", CHECK, "--remove"), 0, "7 was not accepted"),
        (("doctor",), 0, "public holiday is known; set country in config/monitor.yaml"),
    ],
)
def test_a_slip_is_answered_with_the_way_on(crm: SmallCrm, arguments: tuple[str, ...], code: int, said: str) -> None:
    answered = crm_monitor(*arguments, project=crm.folder)
    assert said in answered.said
    assert answered.exit_code == code


def test_today_may_be_looked_at_as_of_its_end(crm: SmallCrm) -> None:
    today = datetime.now(UTC) + timedelta(hours=1)  # Copenhagen, which may be on its next day
    seen = crm_monitor("check", "--dry-run", "--as-of", f"{today:%Y-%m-%d}", "--fail-on", "never", project=crm.folder)
    assert seen.exit_code == 0


def test_a_file_that_was_written_is_named_on_stderr(crm: SmallCrm, tmp_path: Path) -> None:
    file = tmp_path / "result.json"
    done = crm_monitor("check", "--dry-run", "-f", "json", "-o", file, "--fail-on", "never", project=crm.folder)
    assert f"The results are in {file} (json)." in done.stderr
    assert done.stdout == ""
    assert json.loads(file.read_text(encoding="utf-8"))["entities"]


def test_failing_records_as_csv_name_their_owner(crm: SmallCrm) -> None:
    rows = list(csv.DictReader(crm_monitor("failing", CHECK, "-f", "csv", project=crm.folder).stdout.splitlines()))
    assert len(rows) == 10
    assert {row["owner_name"] for row in rows if row["owner"]} - {row["owner"] for row in rows}
    assert all(bool(row["owner"]) == bool(row["owner_name"]) for row in rows)
    assert "--format csv prints them as CSV" in crm_monitor("failing", CHECK, "-n", 1, project=crm.folder).said
