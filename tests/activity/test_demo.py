"""The demo's CRM: five tables of activities behind one measure each, counted as its own tables have them."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from monitor.activity.facts import Reading, Window
from monitor.activity.load import load_measures
from monitor.activity.reading import read_activity
from monitor.crm.compile import compile_map
from monitor.crm.connection import open_crm
from monitor.crm.maps import load_map
from tests.activity.crms import COPENHAGEN, weekdays
from tests.demo_crms import NOVEMBER, DemoCrms

# The window in UTC: Copenhagen is two hours ahead until 25 October, one hour after it.
SPAN = ("2026-08-30 22:00:00", "2026-11-20 23:00:00")


@pytest.fixture(scope="module")
def demo(demo_crms: DemoCrms) -> tuple[Path, Reading]:
    path = demo_crms.at(NOVEMBER).path
    crm = open_crm(sa.URL.create("sqlite", database=str(path)))
    crm_map = load_map("builtin/demo@1")
    reading = read_activity(
        crm,
        compile_map(crm_map, crm.engine.dialect),
        {name: crm_map.capability(name) for name in crm_map.entities},
        load_measures(None).measures,
        Window(date(2026, 8, 31), date(2026, 11, 20)),
        zone=COPENHAGEN,
        is_working_day=weekdays,
        now=NOVEMBER,
    )
    crm.close()
    return path, reading


@pytest.mark.parametrize(
    ("measure", "query"),
    [
        ("calls", "SELECT user_id, COUNT(*) FROM call_log WHERE started_at >= ? AND started_at < ? GROUP BY 1"),
        (
            "meetings",
            "SELECT organiser_id, COUNT(*) FROM meeting WHERE state = 'held' AND starts_at >= ? AND starts_at < ?"
            " GROUP BY 1",
        ),
        ("tasks", "SELECT assignee_id, COUNT(*) FROM todo WHERE done_at >= ? AND done_at < ? GROUP BY 1"),
        (
            "emails",
            "SELECT user_id, COUNT(*) FROM mail WHERE newsletter = 0 AND sent_at >= ? AND sent_at < ?"
            " AND created_by NOT IN (SELECT id FROM app_user WHERE user_type = 'service') GROUP BY 1",
        ),
        (
            "notes",
            "SELECT author_id, COUNT(*) FROM note WHERE written_by_system = 0 AND created_at >= ? AND created_at < ?"
            " GROUP BY 1",
        ),
        ("logins", "SELECT user_id, COUNT(*) FROM login_log WHERE succeeded = 1 AND at >= ? AND at < ? GROUP BY 1"),
        (
            "contacts_created",
            "SELECT created_by, COUNT(*) FROM person WHERE is_deleted = 0 AND created_at >= ? AND created_at < ?"
            " GROUP BY 1",
        ),
        (
            "stage_moves",
            "SELECT changed_by, COUNT(*) FROM field_history WHERE table_name = 'deal' AND field = 'stage_id'"
            " AND changed_at >= ? AND changed_at < ? GROUP BY 1",
        ),
    ],
)
def test_each_measure_counts_what_its_tables_hold(demo: tuple[Path, Reading], measure: str, query: str) -> None:
    path, reading = demo
    found: defaultdict[str, int] = defaultdict(int)
    for one in reading.activities:
        if one.measure == measure:
            found[one.user] += one.count
    with sqlite3.connect(path) as connection:
        by_hand = {str(user or ""): count for user, count in connection.execute(query, SPAN)}
    connection.close()
    assert found == by_hand
    assert len(by_hand) > 5


def test_its_history_of_changes_is_of_deals_only_so_others_go_by_their_stamps(demo: tuple[Path, Reading]) -> None:
    facts = demo[1].measures
    assert "opportunities_changed" in facts
    assert "leads_touched" in facts
    assert "opportunities_touched" not in facts
