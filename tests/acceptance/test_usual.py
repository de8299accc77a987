"""What is usual, by the program as a whole: learned, told when it is left, and not learned anew from what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import jsonschema
import pytest
import sqlalchemy as sa

from monitor.cli.result_schema import SCHEMA
from tests.acceptance.channel import CHANNEL, SlackChannel, posting
from tests.acceptance.office import ALL, FRESH, NEW, SHARE, Office, opened, statuses

pytestmark = pytest.mark.journeys


@pytest.fixture
def office(sqlite_url: sa.URL, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    with opened(sqlite_url, tmp_path / "project", monkeypatch) as made:
        yield made


@pytest.fixture
def slack(office: Office, quick_delivery: None) -> Iterator[SlackChannel]:
    with posting(office.crm) as channel:
        channel.server.workspace.now = lambda: office.clock().timestamp()
        office.env = {"CRM_MONITOR_SLACK_API": channel.server.base_url}
        yield channel


def test_a_drop_after_forty_days_fails_says_what_is_usual_and_is_not_come_to_be_accepted(office: Office) -> None:
    healthy = office.days(40)
    assert statuses(healthy, NEW)[:14] == ["no_baseline"] * 14
    assert healthy[4][NEW]["reason"] == "needs 14 days of history, has 4"
    for check in (NEW, SHARE, ALL, FRESH):
        assert set(statuses(healthy, check)) <= {"no_baseline", "pass"}, check
    assert "No incident" in office.incidents

    assert office.today.weekday() == 5  # a Saturday morning: let the weekend pass
    office.days(2)
    office.day(share=0.4)  # a Monday
    fallen = office.check()
    assert fallen[NEW]["status"] == "fail"
    assert fallen[NEW]["observed"].startswith(f"{fallen[NEW]['rows']} new records on Monday 19 October, usual on a ")
    low, high = fallen[NEW]["history"]["low"], fallen[NEW]["history"]["high"]
    assert 280 < low < 400 < high < 560
    assert fallen[NEW]["history"]["compared_with"] == "weekday"
    assert "new-deals" in office.incidents

    weeks = office.days(46, share=0.4)  # longer than it takes to learn anew: most Mondays are low ones by now
    judged = [one[NEW] for one in weeks if one[NEW]["history"]["usual"] > 100]
    assert len(judged) > 30
    assert {one["status"] for one in judged} <= {"warn", "fail"}
    assert min(one["history"]["usual"] for one in judged) > 250
    assert office.incidents.count("new-deals") == 1

    back = office.days(3)
    assert "pass" in statuses(back, NEW)
    assert "No incident is open" in office.run("incidents", "list").said


QUICK = """\
name: opportunities
entity: opportunities
standing: false
expectations:
- type: expect_new_records_to_be_usual
  meta: {id: new-deals, title: New deals, anomaly: {min_history: 5, seasonal: none}}
- type: expect_column_values_to_be_filled
  kwargs: {column: account_key}
  meta:
    id: deal-without-account
    title: Deals without an account
    anomaly: {min_history: 5, seasonal: none}
- type: expect_entity_volume_to_be_usual
  kwargs: {max_drop: 20%}
  meta: {id: deals-volume, title: Number of deals, anomaly: {min_history: 5}}
"""


@pytest.fixture
def quick(office: Office) -> Office:
    """It works at weekends, too, and learns from five days what others learn from fourteen; a Saturday morning."""
    office.crm.suite("opportunities", QUICK)
    office.pattern = (1.0,) * 7
    office.days(5)
    return office


def test_a_share_of_failing_rows_that_leaves_the_usual_is_told_with_it_and_mended(
    quick: Office, slack: SlackChannel
) -> None:
    quick.days(1)
    assert not slack.roots
    quick.crm.execute("UPDATE deal SET customer_id = NULL WHERE id % 5 = 0")
    (failed,) = quick.days(1)
    document = quick.run("check", "--format", "json").json
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    assert failed[SHARE]["status"] == "fail"
    assert failed[SHARE]["limits"] == {"warn": None, "fail": None}
    assert failed[SHARE]["observed"].startswith("usually ")
    (root,) = slack.roots
    assert root.text.startswith("Failing: Deals without an account: ")
    assert f"%), {failed[SHARE]['observed']}" in root.text
    quick.crm.execute("UPDATE deal SET customer_id = 1 WHERE id % 5 = 0")
    (mended,) = quick.days(1)
    assert mended[SHARE]["status"] == "pass"
    assert "No incident is open" in quick.run("incidents", "list").said
    assert slack.server.workspace.channels[CHANNEL].roots()[0].text.startswith("Resolved: Deals without an account")


def test_what_is_accepted_as_it_is_begins_a_new_history(quick: Office) -> None:
    quick.days(1)
    quick.crm.execute("UPDATE deal SET customer_id = NULL WHERE id % 5 = 0")
    assert statuses(quick.days(2), SHARE) == ["fail", "fail"]
    assert "Deals without an account" in quick.incidents
    assert quick.run("baseline", "accept", SHARE).exit_code == 0
    anew = quick.days(7)
    assert statuses(anew, SHARE) == ["fail", *["no_baseline"] * 4, "pass", "pass"]
    assert anew[1][SHARE]["reason"] == "needs 5 days of history, has 1"
    assert "No incident is open" in quick.run("incidents", "list").said


def test_a_total_that_drops_by_less_than_the_limit_warns_and_is_not_accepted_by_waiting(quick: Office) -> None:
    quick.days(3)
    quick.crm.execute("DELETE FROM deal WHERE id % 7 = 0")
    fallen = quick.days(12, share=0.02)
    found = [one[ALL] for one in fallen]
    assert {one["status"] for one in found} <= {"warn", "fail"}
    assert ", usually " in found[0]["observed"]
    assert found[0]["history"]["low"] > found[0]["history"]["value"]
    assert quick.incidents.count("Number of deals") == 1


def test_no_history_is_made_of_runs_that_do_not_count_and_some_owners_have_none(quick: Office) -> None:
    quick.day()
    quick.run("check")
    whole = quick.check()
    assert whole[SHARE]["history"]["has"] == 5
    some = quick.run("check", "--owner", "Person Number3", "--format", "json", "--fail-on", "never").json
    found = {one["id"]: one for entity in some["entities"] for one in entity["checks"]}
    assert (found[SHARE]["status"], found[NEW]["status"]) == ("no_baseline", "skipped")
    assert found[SHARE]["reason"] == "its history is of all owners' records, and this run looks at those of some"


def test_a_day_off_is_compared_with_no_other_and_a_quiet_week_is_no_news(quick: Office) -> None:
    quick.days(2)
    off = quick.today  # a Monday
    assert off.weekday() == 0
    tuesday = off + timedelta(days=1)
    quick.crm.settings(f"country: DK\nworking_time: {{days_off: [{off}], quiet_weeks: [39]}}\n")
    (monday,) = quick.days(1, share=0)
    assert monday[NEW]["status"] == "no_baseline"
    assert monday[NEW]["reason"] == f"{off} was a day off, and is compared with no other"
    (after,) = quick.days(1, share=0.3)
    assert after[NEW]["status"] in ("warn", "fail"), tuesday
    quick.days(5)
    assert quick.today.isocalendar().week == 39
    quiet = quick.days(5, share=0.1)
    assert set(statuses(quiet, NEW)) == {"no_baseline"}


def test_a_report_says_what_is_usual_and_a_plan_that_it_takes_no_query(quick: Office) -> None:
    quick.days(1)
    quick.day(share=0.2)
    quick.crm.execute("UPDATE deal SET customer_id = NULL WHERE id % 5 = 0")
    said = quick.run("check", "--verbose").said
    assert " new records on " in said
    assert said.count("usually ") == 3
    junit = quick.run("check", "--format", "junit").stdout
    assert "%), usually " in junit
    plan = quick.run("plan", "--no-sql").said
    assert "what is usual, from the state alone: new-deals, deal-without-account, deals-volume" in plan
    assert "as a whole: no single record fails it" in quick.run("failing", NEW).said
    assert "No baseline" not in said


def test_the_first_weeks_are_as_they_were(office: Office) -> None:
    found = office.days(3)
    assert statuses(found, ALL) == ["no_baseline", "pass", "pass"]
    assert found[2][ALL]["observed"].startswith(
        f"{found[2]['deals-volume']['history']['value']:,.0f} records, usually "
    )
    assert found[2][FRESH]["observed"].endswith(" hours ago")
    verbose = office.run("check", "--verbose").said
    assert "needs 14 days of history, has 2" in verbose or "needs 14 days of history, has 3" in verbose
