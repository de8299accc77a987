from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.demo import DemoStory, generate
from tests.demo.conftest import NOW
from tests.demo_crms import NOVEMBER, DemoCrms


def content(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


def test_the_same_moment_and_seed_give_the_same_content(story: DemoStory, tmp_path: Path) -> None:
    again = generate(tmp_path / "deep" / "crm.db", now=NOW)
    assert content(again.path) == content(story.path)
    assert again.planted == story.planted


def test_another_seed_gives_another_company_and_replaces_the_one_that_is_there(
    story: DemoStory, demo_crms: DemoCrms, tmp_path: Path
) -> None:
    path = demo_crms.copy(NOW, tmp_path / "crm.db").path
    assert generate(path, now=NOW, seed=7).rows["app_user"] == 50
    assert content(path) != content(story.path)


def test_about_fifty_people_in_six_teams_with_twenty_thousand_records(
    story: DemoStory, crm: sqlite3.Connection
) -> None:
    records = sum(
        story.rows[t] for t in ("company", "person", "inquiry", "deal", "call_log", "meeting", "todo", "mail")
    )
    assert records > 20_000
    assert 45 <= story.rows["app_user"] <= 55
    assert story.rows["sales_team"] == 6
    for table, rows in story.rows.items():
        assert crm.execute(f"SELECT count(*) FROM {table}").fetchone() == (rows,)
    managers = crm.execute("SELECT count(DISTINCT manager_id) FROM sales_team").fetchone()
    assert managers == (6,)
    smallest, largest = crm.execute(
        "SELECT min(n), max(n) FROM (SELECT count(*) AS n FROM app_user WHERE team_id IS NOT NULL GROUP BY team_id)"
    ).fetchone()
    assert smallest < 5 <= largest


def test_people_rest_at_weekends(crm: sqlite3.Connection) -> None:
    by_day = dict(crm.execute("SELECT strftime('%w', started_at), count(*) FROM call_log GROUP BY 1").fetchall())
    weekend, total = by_day.get("0", 0) + by_day.get("6", 0), sum(by_day.values())
    assert 0 < weekend < total * 0.02


def test_summer_is_slow(demo_crms: DemoCrms) -> None:
    with closing(sqlite3.connect(demo_crms.at(NOVEMBER).path)) as connection:
        july, september = (
            connection.execute("SELECT count(*) FROM call_log WHERE started_at BETWEEN ? AND ?", span).fetchone()[0]
            for span in (("2026-07-06", "2026-08-03"), ("2026-08-31", "2026-09-28"))
        )
    assert july < 0.6 * september


@pytest.mark.parametrize(
    "now",
    [
        datetime(2026, 1, 1, 3, tzinfo=UTC),  # a public holiday, at night
        datetime(2026, 8, 3, 5, tzinfo=UTC),  # a Monday before work, after the summer
        datetime(2026, 11, 22, 20, tzinfo=UTC),  # a Sunday evening
        datetime(2028, 2, 29, 12, tzinfo=UTC),
    ],
)
def test_nothing_was_entered_after_now_and_the_import_comes_after_the_learning_run(
    now: datetime, tmp_path: Path
) -> None:
    story = generate(tmp_path / "crm.db", now=now)
    assert story.learned_at < story.imported_at < now
    assert now - story.imported_at < timedelta(days=6)
    latest = now.replace(tzinfo=None).isoformat(" ", "seconds")
    with closing(sqlite3.connect(story.path)) as connection:
        stamped = ("company", "person", "inquiry", "deal", "call_log", "meeting", "todo", "mail", "note")
        for table in stamped:
            assert connection.execute(f"SELECT count(*) FROM {table} WHERE created_at > ?", [latest]).fetchone() == (0,)
            assert connection.execute(f"SELECT count(*) FROM {table} WHERE updated_at > ?", [latest]).fetchone() == (0,)
        for table, column in (("field_history", "changed_at"), ("login_log", "at"), ("deal", "closed_at")):
            assert connection.execute(f"SELECT count(*) FROM {table} WHERE {column} > ?", [latest]).fetchone() == (0,)
        before = story.learned_at.replace(tzinfo=None).isoformat(" ", "seconds")
        imported = connection.execute(
            "SELECT count(*) FROM person WHERE import_id IS NOT NULL AND created_at <= ?", [before]
        )
        assert imported.fetchone() == (0,)
