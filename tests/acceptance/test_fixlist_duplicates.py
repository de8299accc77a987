"""Two owners entered the same: it counts for both, and whoever entered it later is asked to merge it."""

from __future__ import annotations

import pytest

from tests.acceptance.fixing import checked, prepare
from tests.acceptance.use_crm import MANDATE, NORTH, NORTH_LEAD, SOUTH, SOUTH_LEAD
from tests.acceptance.using import Firm

pytestmark = pytest.mark.journeys

FIRST, LATER = SOUTH[1], NORTH[2]
SUITE = """\
name: opportunities
entity: opportunities
standing: false
expectations:
- type: expect_column_values_to_be_unique_ignoring_case
  kwargs: {column: name}
  meta: {id: deal-twice, title: Deals entered twice, warn: 0%, fix: Merge them.}
"""


@pytest.fixture
def twice(used: Firm) -> Firm:
    """Three deals of the one were entered again by the other, a year later."""
    prepare(used)
    used.crm.mandate(MANDATE)
    used.crm.write("expectations/opportunities.yaml", SUITE)
    for number in range(3):
        for owner, year in ((FIRST, 2025), (LATER, 2026)):
            one = f"SELECT id FROM deal WHERE staff_id = {owner} ORDER BY id LIMIT 1 OFFSET {number}"
            same = f"title = 'The same {number}', created_at = '{year}-03-01 10:00:00'"
            used.crm.execute(f"UPDATE deal SET {same} WHERE id = ({one})")
    return used


def _list(firm: Firm, owner: int) -> set[str]:
    found = firm.ok("fixlist", "--owner", owner, "--format", "json").json
    return {record["key"] for record in found["records"]}


def _later_ones(firm: Firm) -> set[str]:
    query = f"SELECT id FROM deal WHERE staff_id = {LATER} AND title LIKE 'The same%'"
    return {str(key) for (key,) in firm.crm.ask(query)}


def test_only_the_owner_of_the_newer_one_finds_it_on_the_fix_list(twice: Firm) -> None:
    checked(twice)
    assert _list(twice, LATER) == _later_ones(twice)
    assert _list(twice, FIRST) == set()


def test_where_too_many_fail_for_their_keys_to_be_kept_it_is_the_same(twice: Firm) -> None:
    twice.crm.settings("alerts: {keep_keys: 2}\n")
    checked(twice)
    assert _list(twice, LATER) == _later_ones(twice)
    assert _list(twice, FIRST) == set()


def test_only_the_owner_of_the_newer_one_is_asked_by_a_digest_and_it_counts_for_both(twice: Firm) -> None:
    checked(twice)
    pages = {LATER: ("--own", LATER), FIRST: ("--own", FIRST)}
    told = {owner: twice.ok("digest", *page, "--preview").stdout for owner, page in pages.items()}
    assert "1. Deals entered twice: 3 (" in told[LATER]
    assert "- Deals entered twice: 3 of " in told[LATER]
    assert "Deals entered twice" not in told[FIRST]
    assert "Deals entered twice: 3 (" in twice.ok("digest", "--manager", NORTH_LEAD, "--preview").stdout
    assert "Deals entered twice" not in twice.ok("digest", "--manager", SOUTH_LEAD, "--preview").stdout
    counted = (
        "SELECT owners.key, unexpected FROM outcome_owners JOIN owners ON owners.id = owner_id WHERE unexpected > 0"
    )
    assert sorted(twice.rows(counted)) == [(str(LATER), 3), (str(FIRST), 3)]


def test_what_was_merged_is_better_for_the_one_who_was_asked_alone(twice: Firm) -> None:
    checked(twice)
    twice.crm.execute(f"DELETE FROM deal WHERE id IN ({', '.join(_later_ones(twice))})")
    checked(twice, days=7)
    assert "Deals entered twice" in twice.ok("digest", "--own", LATER, "--preview").stdout.partition("BETTER")[2]
    assert "Deals entered twice" not in twice.ok("digest", "--own", FIRST, "--preview").stdout


def test_older_ones_that_were_taken_over_lately_take_nothing_off_the_own_newer_ones(twice: Firm) -> None:
    checked(twice)
    twice.crm.execute(f"UPDATE deal SET staff_id = {LATER} WHERE staff_id = {FIRST} AND title LIKE 'The same%'")
    checked(twice, days=7)
    assert "Deals entered twice: 3 (" in twice.ok("digest", "--own", LATER, "--preview").stdout
