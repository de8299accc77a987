"""An entity that had rows and reads none: an error until somebody says that it was emptied on purpose."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from tests.acceptance.channel import SlackChannel
from tests.acceptance.program import Result
from tests.acceptance.small_crm import execute
from tests.acceptance.test_crm_faults import entity, statuses

pytestmark = pytest.mark.journeys

ON_PURPOSE = ("accept", "--empty", "opportunities", "--reason", "moved to another system")


def _emptied(slack: SlackChannel) -> Result:
    slack.check()
    slack.crm.execute("CREATE TABLE away AS SELECT * FROM deal", "DELETE FROM deal")
    return slack.check("--format", "json")


def test_an_error_about_an_empty_entity_names_the_command_that_accepts_it(slack: SlackChannel) -> None:
    emptied = _emptied(slack)
    assert emptied.exit_code == 3
    step = "if it was emptied on purpose: crm-monitor accept --empty opportunities --reason TEXT"
    assert step in entity(emptied, "opportunities")["problem"]
    assert slack.check().exit_code == 3  # it does not wear off


def test_an_entity_that_was_emptied_on_purpose_is_accepted_with_its_reason(slack: SlackChannel) -> None:
    _emptied(slack)
    assert "cannot be read" in slack.roots[-1].text
    assert "opportunities is accepted as empty" in slack.run(*ON_PURPOSE).said
    accepted = slack.check("--format", "json")
    assert accepted.exit_code == 0
    assert "opportunities is accepted as empty: moved to another system" in accepted.json["notes"]
    assert {statuses(accepted)[name] for name in ("deals-volume", "deal-without-account")} == {"no_data"}
    assert statuses(accepted)["deals-schema"] == "pass"
    assert slack.roots[-1].text.startswith("Resolved")
    assert slack.check().exit_code == 0


def test_an_acceptance_ends_by_itself_when_rows_come_back(slack: SlackChannel) -> None:
    _emptied(slack)
    slack.run(*ON_PURPOSE)
    slack.check()
    slack.crm.execute("INSERT INTO deal SELECT * FROM away WHERE id <= 60")
    back = slack.check("--format", "json")
    assert "opportunities has rows again: that it was accepted as empty is over." in back.json["notes"]
    assert statuses(back)["deals-volume"] == "pass"
    assert statuses(slack.check("--format", "json"))["deals-volume"] == "pass"  # not against the hundred of old
    slack.crm.execute("DELETE FROM deal")
    assert slack.check().exit_code == 3


def test_an_acceptance_that_has_lapsed_makes_the_entity_an_error_again(slack: SlackChannel) -> None:
    _emptied(slack)
    slack.run(*ON_PURPOSE, "--until", "2100-01-31")
    assert slack.check().exit_code == 0
    state = sa.URL.create("sqlite", database=str(slack.crm.folder / "state" / "monitor.db"))
    execute(state, "UPDATE accepted_empty SET until = '2026-02-01 10:00:00.000000'")
    lapsed = slack.check("--format", "json")
    assert lapsed.exit_code == 3
    assert "was accepted as empty until 2026-02-01 only" in entity(lapsed, "opportunities")["problem"]


def test_an_acceptance_that_is_taken_back_leaves_the_error(slack: SlackChannel) -> None:
    _emptied(slack)
    slack.run(*ON_PURPOSE)
    assert "may not be empty any more" in slack.run("accept", "--empty", "opportunities", "--remove").said
    assert "was not accepted" in slack.run("accept", "--empty", "opportunities", "--remove").said
    assert slack.check().exit_code == 3


def test_only_an_entity_without_rows_can_be_accepted_as_empty(slack: SlackChannel) -> None:
    full = slack.run(*ON_PURPOSE)
    assert full.exit_code == 2
    assert "opportunities is not empty" in full.stderr
    unknown = slack.run("accept", "--empty", "opportunity", "--reason", "gone")
    assert unknown.exit_code == 5
    assert "did you mean 'opportunities'?" in unknown.stderr


def test_accept_takes_a_record_or_an_entity_and_not_both(slack: SlackChannel) -> None:
    for words in (("17",), ("--check", "deals-volume"), ("17", "--check", "deals-volume", "--empty", "users"), ()):
        refused = slack.run("accept", *words, "--reason", "so it is")
        assert refused.exit_code == 2, words
        assert "either a record's KEY with --check, or --empty with an entity" in refused.stderr


def test_a_preview_of_an_unreadable_entity_is_the_one_message_that_a_run_would_send(slack: SlackChannel) -> None:
    slack.check()
    slack.crm.execute("DELETE FROM deal")
    slack.run("check")  # by hand: nobody is told yet
    for preview in (("notify", "preview"), ("notify", "preview", "--check", "deals-volume")):
        said = slack.run(*preview).said
        assert said.count("would be sent by the next run that counts") == 1
        assert said.count("opportunities cannot be read") == 1
        assert "deals-volume" not in said
    assert len(slack.run("notify", "preview", "--all", "--json").stdout.splitlines()) == 1
    slack.check()
    assert len(slack.roots) == 1
    assert "is told already as incident 1" in slack.run("notify", "preview").said


def test_a_check_that_breaks_alone_is_previewed_as_itself(slack: SlackChannel) -> None:
    slack.check()
    slack.crm.execute("ALTER TABLE deal RENAME COLUMN customer_id TO cust")
    slack.run("check")
    said = slack.run("notify", "preview").said
    assert "Could not check: Deals without an account" in said
    assert "cannot be read" not in said
