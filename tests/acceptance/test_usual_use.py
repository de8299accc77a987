"""Use by team against the teams' own weeks before: what is told, of whom, and when nothing is."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.acceptance.use_crm import MANDATE, NORTH, NORTH_LEAD, SOUTH, SOUTH_LEAD, everybody, traces
from tests.acceptance.using import Firm

pytestmark = pytest.mark.journeys

CHECK = "team-activity"
SUITE = f"""\
name: activities
entity: activities
standing: false
expectations:
- type: expect_team_activity_to_be_usual
  meta: {{id: {CHECK}, title: Teams that enter unusually little}}
"""
WEEK_47, WEEK_48 = "2026-11-16", "2026-11-23"


def monday(week: str, later: int = 0) -> str:
    return (datetime.fromisoformat(week) + timedelta(days=7 * later)).date().isoformat()


@pytest.fixture
def watched(used: Firm) -> Firm:
    """The firm on the Wednesday after week 47, with the check; its use was not read yet."""
    used.crm.suite("activities", SUITE)
    used.clock.later(days=2)
    return used


def silence(firm: Firm, people: list[int], week: str) -> None:
    """Nobody of these people makes a call in a week."""
    keys = ", ".join(map(str, people))
    firm.crm.execute(
        f"DELETE FROM call_made WHERE staff_id IN ({keys}) AND at >= '{week}' AND at < '{monday(week, 1)}'"
    )


def look(firm: Firm) -> dict[str, Any]:
    """What a run that counts says of the check."""
    result = firm.run("check", "--count", "--format", "json", "--fail-on", "never")
    assert result.exit_code == 0, result.said
    found: dict[str, Any] = next(
        one for entity in result.json["entities"] for one in entity["checks"] if one["id"] == CHECK
    )
    return found


SOUTHERN = [SOUTH_LEAD, *SOUTH]


def test_a_team_that_stops_is_told_with_what_it_used_to_enter(watched: Firm) -> None:
    silence(watched, SOUTHERN, WEEK_47)
    watched.ok("adoption")
    found = look(watched)
    assert found["status"] == "fail"
    assert found["observed"].startswith("week 47: Southern sales 0.")
    assert " entries per person and working day, usually " in found["observed"]
    assert "Northern" not in found["observed"]
    assert "Teams that enter unusually little" in watched.run("incidents", "list").said


def test_teams_that_go_on_as_they_did_are_no_news(watched: Firm) -> None:
    watched.ok("adoption")
    found = look(watched)
    assert (found["status"], found["observed"]) == ("pass", "week 47: 2 teams enter as much as usual")


def test_use_that_was_not_read_says_so_and_neither_opens_nor_resolves_anything(watched: Firm) -> None:
    assert look(watched)["reason"] == "people's use was not read up to week 47: crm-monitor adoption reads it"
    silence(watched, SOUTHERN, WEEK_47)
    watched.ok("adoption")
    look(watched)
    watched.clock.later(days=7)
    unread = look(watched)
    assert (unread["status"], unread["reason"][:40]) == ("no_baseline", "people's use was not read up to week 48:")
    assert "Teams that enter unusually little" in watched.run("incidents", "list").said


def test_a_week_is_looked_at_once_what_was_entered_late_is_there(used: Firm) -> None:
    used.crm.suite("activities", SUITE)
    silence(used, SOUTHERN, WEEK_47)
    used.ok("adoption")
    assert look(used)["observed"].startswith("week 46: 2 teams")  # a Monday
    used.clock.later(days=2)
    used.ok("adoption")
    assert look(used)["status"] == "fail"


def test_a_small_team_is_never_told_of(watched: Firm) -> None:
    silence(watched, [70004, 70031, 70032, 70033], WEEK_47)  # the desk: four people
    watched.ok("adoption")
    found = look(watched)
    assert (found["status"], found["observed"]) == ("pass", "week 47: 2 teams enter as much as usual")


def test_a_quiet_week_and_a_team_on_leave_are_no_news(watched: Firm) -> None:
    silence(watched, [NORTH_LEAD, *NORTH, *SOUTHERN], WEEK_47)
    watched.crm.settings("working_time: {quiet_weeks: [47]}\n")
    watched.ok("adoption")
    found = look(watched)
    assert (found["status"], found["reason"]) == ("no_baseline", "hardly anybody was expected at work in week 47")
    absent = "".join(f"{key},2026-11-16,2026-11-22\n" for key in SOUTHERN)
    watched.crm.settings()
    watched.crm.write("absence.csv", f"user,first,last\n{absent}")
    watched.crm.write("config/people.yaml", "sponsor: 70001\nabsences: ../absence.csv\n")
    found = look(watched)
    assert "Southern" not in found["observed"], "all of it was away"
    assert "Northern sales" in found["observed"]


def test_whoever_is_forgotten_counts_in_no_team_which_may_then_be_too_small(watched: Firm) -> None:
    watched.ok("adoption")
    before = look(watched)["observed"]
    watched.ok("privacy", "forget", str(SOUTH[0]), "--yes")
    assert look(watched)["observed"] == before, "the team without the person enters as much as it did"
    for key in SOUTH[1:3]:
        watched.ok("privacy", "forget", str(key), "--yes")
    silence(watched, SOUTHERN, WEEK_47)
    watched.ok("adoption")
    assert look(watched)["observed"] == "week 47: 1 team enters as much as usual"


@pytest.mark.parametrize("mandate", ["", MANDATE, MANDATE + "strict: true\n"])
def test_it_tells_teams_and_never_persons_whatever_the_mandate_allows(watched: Firm, mandate: str) -> None:
    if mandate:
        watched.crm.mandate(mandate)
    silence(watched, SOUTHERN, WEEK_47)
    watched.ok("adoption")
    watched.connect(mail=False)
    found = look(watched)
    assert found["status"] in ("warn", "fail") if "strict" not in mandate else "no_baseline"
    said = [found["observed"], found["reason"] or ""]
    said += [root.text for root in watched.slack.workspace.channels["C0CRM0001"].roots()]
    persons = [trace for key in everybody() for trace in traces(key)]
    assert not [trace for trace in persons if any(trace in text for text in said)]


def test_what_stands_is_not_learned_and_ends_when_the_team_is_back(watched: Firm) -> None:
    silence(watched, SOUTHERN, WEEK_47)
    watched.ok("adoption")
    assert look(watched)["status"] == "fail"
    watched.clock.later(days=7)  # nobody entered anything in week 48: there is no data of it
    watched.ok("adoption")
    found = look(watched)
    assert found["status"] == "fail"
    assert "week 48: " in found["observed"]
    assert "Northern sales" in found["observed"]
    usual = {part for part in found["observed"].split("; ") if "Southern" in part}
    watched.clock.later(days=7)
    watched.ok("adoption")
    again = look(watched)
    assert usual
    assert [part.partition("usually ")[2] for part in usual] == [
        part.partition("usually ")[2]
        for part in again["observed"].removeprefix("week 49: ").split("; ")
        if "South" in part
    ]
