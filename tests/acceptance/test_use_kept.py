"""What is known of people is deleted when its time is over, by the commands that run anyway."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta

import pytest

from tests.acceptance import use_crm
from tests.acceptance.use_crm import NORTH, NORTH_LEAD
from tests.acceptance.using import Firm

pytestmark = pytest.mark.journeys


def _oldest(firm: Firm, table: str, column: str) -> str:
    return str(firm.rows(f"SELECT MIN({column}) FROM {table}")[0][0])


@pytest.fixture
def kept(used: Firm) -> Firm:
    used.crm.mandate()
    used.connect()
    return used


def test_days_go_after_five_weeks_and_the_weeks_made_of_them_stay(kept: Firm) -> None:
    kept.ok("adoption")
    before = kept.rows("SELECT week, owner_id, data FROM person_weeks WHERE week < '2026-11-16' ORDER BY 1, 2")
    assert date.fromisoformat(_oldest(kept, "activity", "day")) >= date(2026, 10, 19)
    assert _oldest(kept, "person_weeks", "week") < "2026-09-01"
    at = datetime(2026, 12, 15, 9)  # noqa: DTZ001 - as a CRM stores it
    kept.crm.add(use_crm.call, {"staff_id": NORTH[2], "subject": "Called", "result": "ok", "at": at, "entered_at": at})
    kept.clock.later(days=40)
    kept.ok("adoption")
    assert date.fromisoformat(_oldest(kept, "activity", "day")) == date(2026, 12, 15)
    after = kept.rows("SELECT week, owner_id, data FROM person_weeks WHERE week < '2026-11-16' ORDER BY 1, 2")
    assert after == before


def test_a_measure_that_is_added_later_lowers_no_week_whose_days_are_gone(kept: Firm) -> None:
    kept.ok("adoption")
    query = "SELECT week, owner_id, data FROM person_weeks WHERE week = '2026-09-07' ORDER BY 2"
    before = {row[1]: json.loads(str(row[2])) for row in kept.rows(query)}
    kept.clock.later(days=1)
    kept.crm.write(
        "checks/adoption.yaml",
        "extends: builtin/adoption@1\nmeasures:\n"
        "  good_calls: {title: Calls that went well, entity: activities, user: owner_key, time: happened_at,"
        " where: \"kind = 'call' AND subject = 'Called'\", kind: activity, area: activities}\n",
    )
    kept.ok("adoption")
    after = {row[1]: json.loads(str(row[2])) for row in kept.rows(query)}
    assert before
    for owner, week in before.items():
        assert week["counts"].items() <= after[owner]["counts"].items()


def test_weeks_looks_and_names_in_digests_go_after_half_a_year(kept: Firm) -> None:
    kept.ok("digest", "--send")
    kept.ok("adoption")
    kept.clock.later(weeks=30)
    kept.ok("adoption")
    assert _oldest(kept, "person_weeks", "week") >= "2026-12-01"
    assert _oldest(kept, "scorecards", "week") >= "2026-12-01"
    assert _oldest(kept, "looks", "at") >= "2027-06-01"
    kinds = kept.rows("SELECT DISTINCT kind FROM digests")
    assert ("own",) not in kinds
    [[snapshot]] = kept.rows(f"SELECT snapshot FROM digests WHERE recipient = '{NORTH_LEAD}' AND kind = 'manager'")
    assert not [key for key in NORTH if f"Sur{key}name" in str(snapshot) or f'"{key}"' in str(snapshot)]
    kept.clock.later(weeks=80)
    kept.ok("adoption")
    assert kept.rows("SELECT COUNT(*) FROM digests") == [(0,)]


def test_a_mandate_may_shorten_it_and_it_is_done_once_a_day_by_check_too(kept: Firm) -> None:
    kept.crm.mandate(use_crm.MANDATE + "retention: {person_days: 7, person_weeks: 8}\n")
    kept.ok("adoption", "--week", "2026-W30")
    assert date.fromisoformat(_oldest(kept, "activity", "day")) >= date(2026, 11, 16)
    assert _oldest(kept, "person_weeks", "week") >= "2026-09-28"
    pruned = "SELECT value FROM meta WHERE key = 'pruned_on'"
    assert kept.rows(pruned) == [("2026-11-23",)]
    kept.clock.later(days=1)
    assert kept.run("check", "--fail-on", "never").exit_code == 0
    assert kept.rows(pruned) == [("2026-11-24",)]


def test_after_the_first_reading_no_day_of_a_person_is_older_than_may_be_kept(kept: Firm) -> None:
    kept.ok("check", "--fail-on", "never")  # has done the day's deleting
    kept.ok("adoption")
    assert _oldest(kept, "activity", "day") >= (kept.clock.at.date() - timedelta(days=35)).isoformat()
    [[weeks]] = kept.rows("SELECT count(DISTINCT week) FROM scorecards")
    assert int(str(weeks)) == 12
