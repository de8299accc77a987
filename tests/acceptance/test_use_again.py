"""What the CRM takes back between two readings is gone from people's weeks, and what comes very late is found."""

from __future__ import annotations

import json
import os
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa

from monitor.app.project import open_project
from monitor.app.use_reading import read_use
from monitor.crm.connection import driver_url
from tests.acceptance.use_crm import NOW, SOUTH, call, deal, login
from tests.acceptance.using import Firm

pytestmark = pytest.mark.journeys

LOST, FOUND = SOUTH[0], SOUTH[1]


def _calls(firm: Firm) -> dict[str, int]:
    people = firm.ok("adoption", "--format", "json").json["people"]
    return {one["key"]: one["counts"].get("calls", 0) for one in people}


def test_calls_that_turn_out_to_be_anothers_are_counted_once(used: Firm) -> None:
    used.crm.mandate()
    before = _calls(used)
    assert before[str(LOST)] > 0
    engine = sa.create_engine(driver_url(used.crm.url), poolclass=sa.NullPool)
    with engine.begin() as connection:
        for table in (call, deal, login):
            mine = sa.update(table).where(table.c.staff_id == LOST)
            connection.execute(mine.values(staff_id=FOUND))
    after = _calls(used)
    assert after[str(LOST)] == 0
    assert after[str(FOUND)] == before[str(LOST)] + before[str(FOUND)]
    assert sum(after.values()) == sum(before.values())


LONG_AGO = datetime(2026, 9, 24, 9)  # noqa: DTZ001 - as a CRM stores it


def _enter(firm: Firm) -> None:
    """A call of two months ago, entered now."""
    now = firm.clock().replace(tzinfo=None)
    firm.crm.add(call, {"staff_id": FOUND, "subject": "Called", "result": "ok", "at": LONG_AGO, "entered_at": now})


def _calls_long_ago(firm: Firm) -> int:
    query = f"""SELECT data FROM person_weeks JOIN owners ON owners.id = owner_id
        WHERE week = '2026-09-21' AND owners.key = '{FOUND}'"""
    [[data]] = firm.rows(query)
    return int(json.loads(str(data))["counts"]["calls"])


def _oldest_day(firm: Firm) -> date:
    return date.fromisoformat(str(firm.rows("SELECT MIN(day) FROM activity")[0][0]))


def test_what_is_entered_two_months_late_is_found_where_all_is_read_again(used: Firm) -> None:
    used.crm.mandate()
    used.ok("adoption")
    before = _calls_long_ago(used)
    assert before > 0
    _enter(used)
    used.clock.later(days=1)
    used.ok("adoption")
    assert _calls_long_ago(used) == before
    for _ in range(2):
        used.ok("adoption", "--full")
        assert _calls_long_ago(used) == before + 1
        assert _oldest_day(used) > NOW.date() - timedelta(days=36)  # what was read again of older days is gone again


@pytest.mark.parametrize(("setting", "days"), [("", 28), ("use: {full_every: 2d}\n", 2)])
def test_a_late_entry_is_found_in_the_end_without_being_asked_for(used: Firm, setting: str, days: int) -> None:
    used.crm.mandate()
    used.crm.settings(setting)
    used.ok("adoption")
    before = _calls_long_ago(used)
    _enter(used)
    used.clock.later(days=days - 1)
    used.ok("adoption")
    assert _calls_long_ago(used) == before
    used.clock.later(days=1)
    used.ok("explain", "all")
    assert _calls_long_ago(used) == before + 1
    assert _oldest_day(used) > used.clock().date() - timedelta(days=36)
    _enter(used)
    used.ok("adoption")  # a second one of the day reads no more than is new
    assert _calls_long_ago(used) == before + 1


def test_days_that_a_command_read_again_and_did_not_live_to_delete_go_with_the_next_one_that_writes(used: Firm) -> None:
    used.crm.mandate()
    used.ok("adoption")
    used.run("check", "--fail-on", "never")  # what is past its time is deleted for today
    with open_project(used.crm.folder, dict(os.environ), clock=used.clock) as opened:  # dies right after it read
        read_use(opened, opened.state, used.clock(), whole=True)
    assert _oldest_day(used) < NOW.date() - timedelta(days=60)
    used.run("check", "--fail-on", "never")
    assert _oldest_day(used) > NOW.date() - timedelta(days=36)


def test_reading_all_and_reading_nothing_exclude_each_other(used: Firm) -> None:
    refused = used.run("adoption", "--full", "--no-read")
    assert refused.exit_code == 2
    assert "--no-read" in refused.stderr
