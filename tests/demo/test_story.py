"""The story is there for anyone who asks the database, without this program."""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta
from typing import Any

from monitor.demo import DemoStory

LOGGED = """(SELECT user_id AS who, created_at AS at FROM call_log
    UNION ALL SELECT organiser_id, created_at FROM meeting
    UNION ALL SELECT assignee_id, created_at FROM todo UNION ALL SELECT user_id, sent_at FROM mail)"""


def one(crm: sqlite3.Connection, sql: str, *values: object) -> Any:
    return crm.execute(sql, values).fetchone()[0]


def logged(crm: sqlite3.Connection, team: str, first: date, days: int) -> int:
    last = first + timedelta(days=days)
    return int(
        one(
            crm,
            f"SELECT count(*) FROM {LOGGED} JOIN app_user u ON u.id = who WHERE u.team_id = ? AND at >= ? AND at < ?",
            team,
            first.isoformat(),
            last.isoformat(),
        )
    )


def test_the_manager_neither_logs_in_nor_logs_anything_from_week_14_on(
    story: DemoStory, crm: sqlite3.Connection
) -> None:
    manager, day = story.manager_key, story.silent_from.isoformat()
    assert story.silent_from == story.first_day + timedelta(weeks=13)
    assert one(crm, "SELECT manager_id FROM sales_team WHERE id = ?", story.team_key) == int(manager)
    assert one(crm, "SELECT count(*) FROM login_log WHERE user_id = ? AND at >= ?", manager, day) == 0
    assert one(crm, f"SELECT count(*) FROM {LOGGED} WHERE who = ? AND date(at) >= date(?)", manager, day) <= 1
    assert one(crm, "SELECT count(*) FROM login_log WHERE user_id = ? AND at < ?", manager, day) > 40


def test_his_teams_new_records_lose_completeness_and_nobody_elses_do(story: DemoStory, crm: sqlite3.Connection) -> None:
    after = (story.silent_from + timedelta(weeks=6)).isoformat()
    lacking = """SELECT avg(reg_no IS NULL) FROM company c JOIN app_user u ON u.id = c.owner_id
        WHERE import_id IS NULL AND (u.team_id = ?) = ? AND (c.created_at >= ?) = ?"""
    assert one(crm, lacking, story.team_key, 1, after, 0) < 0.15
    assert one(crm, lacking, story.team_key, 1, after, 1) > 0.5
    assert one(crm, lacking, story.team_key, 0, after, 1) < 0.2


def test_logging_fades_later_than_completeness_and_only_in_his_team(story: DemoStory, crm: sqlite3.Connection) -> None:
    month_after, end = story.silent_from, story.first_day + timedelta(weeks=23)

    def others(first: date, days: int) -> int:
        return sum(logged(crm, str(team), first, days) for team in range(1, 7) if str(team) != story.team_key)

    kept = logged(crm, story.team_key, month_after, 21) / others(month_after, 21)
    faded = logged(crm, story.team_key, end, 21) / others(end, 21)
    assert faded < 0.6 * kept


def test_one_team_enters_its_deals_when_they_are_won(story: DemoStory, crm: sqlite3.Connection) -> None:
    late = """SELECT avg(julianday(closed_at) - julianday(d.created_at) <= 7) FROM deal d JOIN app_user u
        ON u.id = d.owner_id WHERE d.stage_id = 5 AND (u.team_id = ?) = ?"""
    assert one(crm, late, story.late_team_key, 1) > 0.35
    assert one(crm, late, story.late_team_key, 0) < 0.2


def test_the_leaver_still_owns_what_was_never_handed_over(story: DemoStory, crm: sqlite3.Connection) -> None:
    key = story.leaver_key
    assert one(crm, "SELECT is_active FROM app_user WHERE id = ?", key) == 0
    deals = one(crm, "SELECT count(*) FROM deal WHERE owner_id = ? AND deleted_at IS NULL", key)
    assert deals == story.planted["deals of the leaver"] > 0
    accounts = one(crm, "SELECT count(*) FROM company WHERE owner_id = ? AND archived = 0", key)
    assert accounts == story.planted["accounts of the leaver"] > 0


def test_someone_on_leave_does_nothing_and_the_absence_is_known(story: DemoStory, crm: sqlite3.Connection) -> None:
    key, day = story.on_leave_key, story.on_leave_from.isoformat()
    assert one(crm, "SELECT first_day FROM absence WHERE user_id = ?", key) == day
    assert one(crm, "SELECT count(*) FROM login_log WHERE user_id = ? AND at >= ?", key, day) == 0
    assert one(crm, "SELECT count(*) FROM login_log WHERE user_id = ?", key) > 50


def test_the_import_is_many_rows_by_one_creator_within_minutes(story: DemoStory, crm: sqlite3.Connection) -> None:
    rows, creators, seconds = crm.execute(
        """SELECT count(*), count(DISTINCT created_by),
            (julianday(max(created_at)) - julianday(min(created_at))) * 86400 FROM person WHERE import_id = 1"""
    ).fetchone()
    assert (rows, creators) == (story.planted["imported contacts"], 1)
    assert seconds < 600
    without = one(crm, "SELECT count(*) FROM person WHERE import_id = 1 AND company_id IS NULL")
    assert without == story.planted["imported contacts without an account"]


def test_what_was_planted_is_found_by_plain_sql(story: DemoStory, crm: sqlite3.Connection) -> None:
    planted = story.planted
    shared = """SELECT coalesce(sum(n), 0) FROM (SELECT count(*) AS n FROM person WHERE is_deleted = 0 AND
        import_id IS NULL AND mail IS NOT NULL GROUP BY mail HAVING count(*) > 1)"""
    assert one(crm, shared) == planted["contacts sharing an e-mail"]
    numbers = """SELECT coalesce(sum(n), 0) FROM (SELECT count(*) AS n FROM company WHERE archived = 0
        AND reg_no IS NOT NULL GROUP BY reg_no HAVING count(*) > 1)"""
    assert one(crm, numbers) == planted["accounts sharing a company number"]
    assert (
        one(crm, "SELECT count(*) FROM deal WHERE value_cents = 100 AND deleted_at IS NULL")
        == planted["deals worth 1 kr"]
    )
    far = one(crm, "SELECT count(*) FROM deal WHERE expected_on = '2099-12-31' AND deleted_at IS NULL")
    assert far == planted["deals expected in 2099"]
    assert one(crm, "SELECT count(*) FROM person WHERE mail LIKE 'test@%' AND is_deleted = 0") == (
        planted["contacts with a placeholder"] + planted["imported contacts with a placeholder"]
    )
    assert planted["deals entered when they were won"] > 50
    assert planted["forgotten deals"] > 10


def test_the_integration_enters_what_the_web_form_and_the_mail_server_bring(
    story: DemoStory, crm: sqlite3.Connection
) -> None:
    assert one(crm, "SELECT user_type FROM app_user WHERE id = ?", story.integration_key) == "service"
    assert one(crm, "SELECT count(*) FROM inquiry WHERE created_by = ?", story.integration_key) > 100
    assert one(crm, "SELECT user_type FROM app_user WHERE id = ?", story.admin_key) == "administrator"
