"""What is counted of people's use, on every kind of database."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from monitor.activity.facts import NOBODY
from monitor.activity.measure import Availability, Measure, MeasureKind
from monitor.crm.vocabulary import Kind
from tests.activity.crms import SmallCrm, at, call, counts, named, small_crm
from tests.quality.world import TYPES

MONDAY = date(2026, 11, 16)


def test_rows_are_counted_per_user_and_local_day_on_every_database(any_crm: SmallCrm) -> None:
    rows = [
        call("u1", "2026-11-16 09:00"),
        call("u1", "2026-11-16 10:00"),
        call("u1", "2026-11-15 23:30"),  # half past midnight on Monday, in Copenhagen
        call("u1", "2026-11-16 23:30"),  # Tuesday
        call("u2", "2026-11-16 09:00"),
        call("u2", "2026-11-16 09:00", status="cancelled"),
        call("u2", "2026-11-16 09:00", kind="note"),
        call(None, "2026-11-16 09:00"),
        call(" ", "2026-11-16 09:00"),  # how some CRMs write nobody
        call("u2", "2026-11-16 09:00", automatic=True),
        call("u2", "2026-11-15 22:59"),  # Sunday: before the window
    ]
    any_crm.add("activities", rows)
    reading = any_crm.read("2026-11-16", "2026-11-20")
    assert counts(reading) == {
        ("u1", MONDAY, "calls"): 3,
        ("u1", date(2026, 11, 17), "calls"): 1,
        ("u2", MONDAY, "calls"): 1,
        ("u2", MONDAY, "notes"): 1,
        (NOBODY, MONDAY, "calls"): 2,
    }
    calls = reading.measures["calls"]
    assert (calls.rows, calls.attributed, calls.availability) == (7, 5, Availability.AVAILABLE)
    assert calls.oldest == date(2026, 11, 15)
    assert {one.source for one in reading.activities} == {"activities"}
    assert reading.queries == 2  # the rows, and the oldest


@pytest.mark.parametrize(
    ("source", "project", "naive", "day"),
    [
        ("UTC", "Europe/Copenhagen", "2026-03-28 23:30", "2026-03-29"),  # before the clock goes forward
        ("UTC", "Europe/Copenhagen", "2026-03-29 21:59", "2026-03-29"),
        ("UTC", "Europe/Copenhagen", "2026-03-29 22:30", "2026-03-30"),  # after it: two hours ahead
        ("UTC", "Europe/Copenhagen", "2026-10-24 22:30", "2026-10-25"),
        ("UTC", "Europe/Copenhagen", "2026-10-25 22:59", "2026-10-25"),  # one hour ahead again
        ("UTC", "Europe/Copenhagen", "2026-10-25 23:00", "2026-10-26"),
        ("Europe/Copenhagen", "Europe/Copenhagen", "2026-10-25 00:30", "2026-10-25"),
        ("Europe/Copenhagen", "Europe/Copenhagen", "2026-03-29 02:30", "2026-03-29"),  # an hour that there is not
        ("Europe/Copenhagen", "UTC", "2026-07-01 01:30", "2026-06-30"),
        ("America/New_York", "Europe/Copenhagen", "2026-10-28 18:59", "2026-10-28"),  # five hours, for a week
        ("America/New_York", "Europe/Copenhagen", "2026-10-28 19:00", "2026-10-29"),
        ("America/New_York", "Europe/Copenhagen", "2026-11-05 18:00", "2026-11-06"),  # six
        ("UTC", "Asia/Kathmandu", "2026-06-01 18:15", "2026-06-02"),
    ],
)
def test_a_days_change_of_clock_is_right(crm: SmallCrm, source: str, project: str, naive: str, day: str) -> None:
    crm.zone = ZoneInfo(project)
    crm.add("activities", [call("u1", naive)], zone=ZoneInfo(source))
    reading = crm.read("2026-03-02", "2026-11-19", named("calls"))
    assert counts(reading) == {("u1", date.fromisoformat(day), "calls"): 1}
    assert counts(crm.read(day, day, named("calls"))) == counts(reading)


def test_a_change_of_clock_is_right_on_every_database(any_crm: SmallCrm) -> None:
    moments = ["2026-03-28 23:30", "2026-03-29 21:59", "2026-03-29 22:00", "2026-10-24 22:00", "2026-10-25 22:59"]
    any_crm.add("activities", [call("u1", each) for each in moments])
    reading = any_crm.read("2026-03-02", "2026-11-19", named("calls"))
    assert {(day.isoformat(), count) for (_, day, _), count in counts(reading).items()} == {
        ("2026-03-29", 2),
        ("2026-03-30", 1),
        ("2026-10-25", 2),
    }


@pytest.mark.postgresql
def test_timestamps_with_a_zone_of_their_own_fall_on_the_projects_day(
    postgresql_url: sa.URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(TYPES, Kind.DATETIME, sa.DateTime(timezone=True))
    moments = ["2026-03-29 00:30+01:00", "2026-03-29 23:30+02:00", "2026-03-29 21:30+00:00", "2026-03-29 22:30+00:00"]
    with small_crm(postgresql_url) as crm:
        crm.add("activities", [call("u1", each, created_at=None) for each in moments], aware=True)
        found = counts(crm.read("2026-03-29", "2026-03-31", named("calls")))
    assert found == {("u1", date(2026, 3, 29), "calls"): 3, ("u1", date(2026, 3, 30), "calls"): 1}


def test_what_lies_ahead_is_not_read(crm: SmallCrm) -> None:
    crm.add("activities", [call("u1", "2026-11-20 20:00"), call("u1", "2026-11-21 09:00")])
    reading = crm.read("2026-11-16", "2026-11-30")
    assert reading.window.last == date(2026, 11, 20)
    assert counts(reading) == {("u1", date(2026, 11, 20), "calls"): 1}
    assert crm.read("2026-11-23", "2026-11-30").activities == ()


def test_the_delay_until_entered_is_counted_in_working_days(any_crm: SmallCrm) -> None:
    rows = [
        call("u1", "2026-11-13 09:00", created_at=at("2026-11-13 22:30")),  # Friday, the same day
        call("u1", "2026-11-13 09:00", created_at=at("2026-11-15 23:30")),  # Monday, after midnight in Copenhagen
        call("u1", "2026-11-13 09:00", created_at=at("2026-11-14 10:00")),  # Saturday: no working day went by
        call("u1", "2026-11-16 09:00", created_at=at("2026-11-18 10:00")),
        call("u1", "2026-11-16 09:00", created_at=at("2026-11-02 10:00")),  # planned ahead
        call("u1", "2026-11-16 09:00", created_at=at("2026-11-20 10:00"), created_by="sync"),
        call("u1", "2026-11-16 09:00", created_at=at("2026-11-20 10:00"), kind="note"),
        call("u1", "2026-06-01 09:00", created_at=at("2026-11-19 10:00")),  # very late
    ]
    any_crm.add("activities", rows)
    reading = any_crm.read("2026-06-01", "2026-11-20")
    friday, june = date(2026, 11, 13), date(2026, 6, 1)
    delays: Counter[tuple[str, date, str, int]] = Counter()
    for user, day, measure, lag, count in reading.lags:
        delays[user, day, measure, lag] += count
    assert delays == {
        ("u1", friday, "calls", 0): 2,
        ("u1", friday, "calls", 1): 1,
        ("u1", MONDAY, "calls", 2): 1,
        ("u1", MONDAY, "calls", 0): 1,
        ("u1", june, "calls", 44): 1,  # 60 days, of which these are worked
    }
    assert counts(reading)["u1", MONDAY, "calls"] == 3  # whoever entered it, the call was held


def test_without_knowing_who_entered_a_row_there_is_no_delay(crm: SmallCrm) -> None:
    row = call("u1", "2026-11-16 09:00")
    del row["created_by"]
    crm.add("activities", [row])
    reading = crm.read("2026-11-16", "2026-11-20")
    assert reading.lags == ()
    assert counts(reading)


def test_who_entered_a_record_created_it_and_the_owner_only_where_that_is_not_kept(crm: SmallCrm) -> None:
    row = {"owner_key": "u1", "created_at": at("2026-11-16 09:00")}
    crm.add("accounts", [{**row, "created_by": "import"}])
    crm.add("contacts", [row])
    found = counts(crm.read("2026-11-16", "2026-11-20"))
    assert found == {("import", MONDAY, "accounts_created"): 1, ("u1", MONDAY, "contacts_created"): 1}


def test_what_is_not_mapped_is_not_available_and_never_zero(crm: SmallCrm) -> None:
    crm.add("activities", [{"owner_key": "u1", "happened_at": at("2026-11-16 09:00"), "kind": "note"}])
    facts = crm.read("2026-11-16", "2026-11-20").measures
    assert facts["notes"].availability is Availability.AVAILABLE
    assert facts["calls"].availability is Availability.NONE
    assert facts["calls"].reason == "not mapped: activities.status"
    assert facts["logins"].reason == "not mapped: logins"
    assert not facts["calls"].replaces
    crm.add("logins", [], ["user_key", "at"])
    assert crm.read("2026-11-16", "2026-11-20").measures["logins"].reason == "the CRM has no dated logins"


def test_a_crm_that_keeps_only_the_latest_login_says_so(crm: SmallCrm) -> None:
    crm.add("logins", [{"user_key": "u1", "at": at("2026-11-16 09:00")}])
    reading = crm.read("2026-11-16", "2026-11-20", capabilities={"logins": "last only"})
    assert reading.measures["logins"].availability is Availability.LAST_ONLY
    assert not reading.measures["logins"].replaces
    assert counts(reading) == {("u1", MONDAY, "logins"): 1}
    whole = crm.read("2026-11-16", "2026-11-20", capabilities={"logins": "available"}).measures["logins"]
    assert whole.replaces
    none = crm.read("2026-11-16", "2026-11-20", capabilities={"logins": "none"})
    assert none.measures["logins"].availability is Availability.NONE
    assert none.activities == ()


def test_a_history_of_changes_comes_before_the_stamp_of_the_latest(crm: SmallCrm) -> None:
    stamped = {"modified_by": "u1", "modified_at": at("2026-11-16 09:00")}
    crm.add("accounts", [stamped, stamped])
    crm.add("contacts", [stamped])
    change = {"entity": "accounts", "record_key": "1", "changed_by": "u2", "changed_at": at("2026-11-17 09:00")}
    crm.add("changes", [{**change, "field": "name"}, {**change, "entity": "opportunities", "field": "stage"}])
    reading = crm.read("2026-11-16", "2026-11-20")
    tuesday = date(2026, 11, 17)
    assert counts(reading) == {
        ("u2", tuesday, "accounts_changed"): 1,
        ("u2", tuesday, "stage_moves"): 1,
        ("u1", MONDAY, "contacts_touched"): 1,  # the history is of other entities
    }
    assert "accounts_touched" not in reading.measures
    assert "contacts_changed" not in reading.measures
    assert reading.measures["contacts_touched"].availability is Availability.LAST_ONLY
    assert reading.measures["leads_changed"].reason == "the CRM has kept no such rows"
    # A week without any change is no sign that there is no history.
    quiet = crm.read("2026-11-19", "2026-11-20")
    assert quiet.measures["accounts_changed"].availability is Availability.AVAILABLE
    assert "accounts_touched" not in quiet.measures


def test_a_column_that_is_gone_costs_its_measures_and_no_others(any_crm: SmallCrm) -> None:
    any_crm.add("activities", [call("u1", "2026-11-16 09:00")])
    any_crm.add("logins", [{"user_key": "u1", "at": at("2026-11-16 09:00")}])
    with any_crm.world.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE logins")
    reading = any_crm.read("2026-11-16", "2026-11-20")
    assert counts(reading) == {("u1", MONDAY, "calls"): 1}
    assert reading.measures["logins"].availability is Availability.NONE
    assert "refused the query" in reading.measures["logins"].reason


def test_a_measure_of_ones_own_counts_beside_the_others_in_the_same_query(crm: SmallCrm) -> None:
    crm.add("activities", [call("u1", "2026-11-16 09:00", subject="Visit to Aarhus"), call("u1", "2026-11-16 10:00")])
    visits = Measure("visits", "Visits", "activities", "owner_key", "happened_at", MeasureKind.ACTIVITY)
    visits = replace(visits, where="lower(subject) LIKE '%visit%'", pruned=True)
    reading = crm.read("2026-11-16", "2026-11-20", [*named("calls"), visits])
    assert counts(reading) == {("u1", MONDAY, "calls"): 2, ("u1", MONDAY, "visits"): 1}
    assert reading.queries == 2
    assert not reading.measures["visits"].replaces


def test_a_reading_in_the_middle_of_the_night_is_of_the_day_that_the_project_has(crm: SmallCrm) -> None:
    crm.add("activities", [call("u1", "2026-11-20 23:10")])
    now = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
    assert counts(crm.read("2026-11-16", "2026-11-30", now=now)) == {("u1", date(2026, 11, 21), "calls"): 1}


def test_a_row_of_the_year_one_does_not_break_the_reading_of_the_others(any_crm: SmallCrm) -> None:
    rows = [call("u1", "0001-01-01 00:00"), call("u1", "2026-11-16 09:00")]
    any_crm.add("activities", rows, zone=ZoneInfo("Europe/Copenhagen"))
    reading = any_crm.read("2026-11-16", "2026-11-20", named("calls"))
    assert counts(reading) == {("u1", MONDAY, "calls"): 1}
    assert reading.measures["calls"].oldest == MONDAY


NO_MOMENT = {"sqlite": "2026-11-16 29:00", "postgresql": "-infinity", "mysql": "0000-00-00", "mariadb": "0000-00-00"}


def test_what_is_no_moment_at_all_does_not_break_the_reading_of_the_others(any_crm: SmallCrm) -> None:
    any_crm.add("activities", [call("u1", "2026-11-16 08:00"), call("u1", "2026-11-16 09:00")])
    kind = any_crm.world.engine.dialect.name
    with any_crm.world.engine.begin() as connection:
        if NO_MOMENT[kind].startswith("0000"):
            connection.exec_driver_sql("SET sql_mode = ''")
        changed = f"UPDATE activities SET happened_at = '{NO_MOMENT[kind]}' WHERE happened_at < '2026-11-16 08:30'"
        connection.exec_driver_sql(changed)
    reading = any_crm.read("2026-11-16", "2026-11-20", named("calls"))
    assert counts(reading) == {("u1", MONDAY, "calls"): 1}
    assert reading.measures["calls"].availability is Availability.AVAILABLE
