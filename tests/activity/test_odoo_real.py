"""What people did in a database that a real Odoo wrote: the same figures as SQL written by hand.

``CRM_MONITOR_REAL_CRM`` names a folder with the dump; without it these are skipped.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from monitor.activity.facts import Reading, Window
from monitor.activity.load import load_measures
from monitor.activity.measure import Availability
from monitor.activity.reading import read_activity
from monitor.adoption.week import IsoWeek
from monitor.crm.compile import compile_map
from monitor.crm.connection import Crm
from monitor.crm.maps import load_map
from monitor.crm.people import read_directory
from tests.activity.crms import weekdays
from tests.crm.test_odoo_real import crm

__all__ = ["crm"]
pytestmark = [pytest.mark.real_crm, pytest.mark.postgresql, pytest.mark.xdist_group("real_odoo")]
LAST = IsoWeek(2026, 47)
WEEKS = LAST.back(20)
PER_WEEK = """
    SELECT l.user_id::text, to_char(l.{at} AT TIME ZONE 'UTC' AT TIME ZONE 'Europe/Copenhagen', 'IYYY-"W"IW'), COUNT(*)
    FROM crm_lead AS l LEFT JOIN crm_stage AS s ON s.id = l.stage_id
    WHERE l.type = 'opportunity' AND {where}
      AND l.{at} >= '{first}'::timestamp AT TIME ZONE 'Europe/Copenhagen' AT TIME ZONE 'UTC'
      AND l.{at} < '{after}'::timestamp AT TIME ZONE 'Europe/Copenhagen' AT TIME ZONE 'UTC'
    GROUP BY 1, 2
"""


@pytest.fixture(scope="module")
def reading(crm: Crm) -> Reading:
    crm_map = load_map("builtin/odoo-17@1")
    return read_activity(
        crm,
        compile_map(crm_map, crm.engine.dialect),
        {name: crm_map.capability(name) for name in crm_map.entities},
        load_measures(None).measures,
        Window(WEEKS[0].monday, date(2026, 11, 21)),
        zone=ZoneInfo("Europe/Copenhagen"),
        is_working_day=weekdays,
        now=datetime(2026, 11, 21, 20, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("measure", "at", "where"),
    [
        ("opportunities_created", "create_date", "TRUE"),
        ("opportunities_closed", "date_closed", "(s.is_won OR NOT l.active)"),
    ],
)
def test_created_and_closed_deals_per_agent_and_week_equal_a_query_by_hand(
    crm: Crm, reading: Reading, measure: str, at: str, where: str
) -> None:
    query = PER_WEEK.format(at=at, where=where, first=WEEKS[0].monday, after=(LAST + 1).monday)
    with crm.scan() as connection:
        by_hand = {(user, week): count for user, week, count in connection.exec_driver_sql(query)}
    people = read_directory(crm, compile_map(load_map("builtin/odoo-17@1"), crm.engine.dialect)).people
    agents = [key for key, person in people.items() if person.manager_key and re.fullmatch(r"[0-9]+", key)]
    assert len(agents) == 35
    found: dict[tuple[str, str], int] = {}
    for one in reading.activities:
        if one.measure == measure:
            key = one.user, str(IsoWeek.of(one.day))
            found[key] = found.get(key, 0) + one.count
    assert found == by_hand
    cells = [
        (found.get((agent, str(week)), 0), by_hand.get((agent, str(week)), 0)) for agent in agents for week in WEEKS
    ]
    assert len(cells) == 35 * 20
    assert all(ours == theirs for ours, theirs in cells)
    assert sum(ours for ours, _ in cells) == sum(by_hand.values()) > 1000
    assert len([agent for agent in agents if not any(found.get((agent, str(week))) for week in WEEKS)]) == 5


def test_what_this_odoo_does_not_have_is_not_available(reading: Reading) -> None:
    facts = reading.measures
    assert facts["logins"].availability is Availability.NONE
    assert facts["leads_created"].availability is Availability.NONE
    assert facts["opportunities_changed"].availability is Availability.AVAILABLE
    assert "opportunities_touched" not in facts
    assert reading.lags == ()  # nobody logged a call


def test_open_deals_without_amounts_have_a_number_and_no_value(crm: Crm, reading: Reading) -> None:
    assert sum(one.deals for one in reading.standing) == 2089
    assert {one.value for one in reading.standing} == {Decimal(0)}
    query = sa.text("SELECT COUNT(*) FROM crm_lead JOIN crm_stage AS s ON s.id = stage_id WHERE s.is_won"
                    " AND date_closed >= '2026-07-05 22:00' AND date_closed < '2026-11-21 23:00'")  # fmt: skip
    with crm.scan() as connection:
        assert sum(one.won for one in reading.wins) == connection.scalar(query)
