"""A user whose manager the project names has one, though the CRM itself does not know."""

from __future__ import annotations

import csv
import io

import pytest

from tests.acceptance.use_crm import NORTH, NORTH_LEAD, SOUTH, SOUTH_LEAD
from tests.acceptance.using import Firm

CHECK = "user-without-manager"
ALONE = (NORTH[0], NORTH[1], SOUTH[0])


@pytest.fixture
def alone(used: Firm) -> Firm:
    """Three more have no manager in the CRM than before."""
    used.crm.write("expectations/users.yaml", "extends: builtin/users@1\n")
    used.crm.execute(f"UPDATE staff SET boss_id = NULL WHERE id IN {ALONE}")
    return used


def _without(firm: Firm) -> set[str]:
    found = firm.run("check", "--check", CHECK, "--format", "json", "--fail-on", "never").json
    [check] = [one for entity in found["entities"] for one in entity["checks"]]
    records = list(csv.DictReader(io.StringIO(firm.ok("failing", CHECK, "--format", "csv", "--limit", 0).stdout)))
    assert check["unexpected"] == len(records), "what is counted is what is listed"
    return {record["key"] for record in records}


def test_a_manager_of_the_persons_own_line_or_of_the_teams_counts(alone: Firm) -> None:
    before = _without(alone)
    assert {str(key) for key in ALONE} < before
    alone.crm.write("config/people.yaml", f"people:\n- {{user: {NORTH[0]}, manager: {NORTH_LEAD}}}\n")
    assert _without(alone) == before - {str(NORTH[0])}
    team = f"teams:\n  Southern sales: {{manager: {SOUTH_LEAD}}}\n"
    alone.crm.write("config/people.yaml", f"people:\n- {{user: {NORTH[0]}, manager: {NORTH_LEAD}}}\n{team}")
    assert before - _without(alone) == {str(NORTH[0]), str(SOUTH[0])}


def test_a_manager_whom_the_crm_does_not_have_is_none(alone: Firm) -> None:
    before = _without(alone)
    alone.crm.write("config/people.yaml", f"people:\n- {{user: {NORTH[0]}, manager: nobody@firm.example}}\n")
    assert _without(alone) == before


def test_a_file_with_mistakes_breaks_this_check_alone_and_says_where_to_look(alone: Firm) -> None:
    alone.crm.write("config/people.yaml", "peopel: []\n")
    found = alone.run("check", "--format", "json", "--fail-on", "never").json
    broken = [one for entity in found["entities"] for one in entity["checks"] if one["status"] == "error"]
    assert [one["id"] for one in broken] == [CHECK]
    assert broken[0]["reason"] == "config/people.yaml has mistakes: crm-monitor config check lists them"


def test_the_plan_shows_nobodys_key(alone: Firm) -> None:
    alone.crm.write("config/people.yaml", f"people:\n- {{user: {NORTH[0]}, manager: {NORTH_LEAD}}}\n")
    planned = alone.ok("plan", "--check", CHECK).stdout
    assert "read in the CRM" in planned
    assert str(NORTH[0]) not in planned
