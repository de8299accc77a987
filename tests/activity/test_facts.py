"""The other facts of a reading: completeness of new records, quick wins, and deals that were left alone."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from monitor.activity.facts import NewRecords, Standing, Wins
from monitor.quality.check import Attribution, Dimension
from tests.activity.crms import SmallCrm, at, field_check

MONDAY, FRIDAY = date(2026, 11, 16), date(2026, 11, 20)


def deal(key: str, owner: str = "u1", **more: Any) -> dict[str, Any]:
    row = {"key": key, "owner_key": owner, "status": "open", "amount": 100, "created_at": at("2026-06-01 09:00")}
    return {**row, "created_by": owner, "closed_at": None, **more}


def test_fields_of_new_records_count_for_their_creator_and_day(any_crm: SmallCrm) -> None:
    row = {"created_at": at("2026-11-16 09:00"), "created_by": "u1", "owner_key": "u2", "name": "A", "phone": "1"}
    rows = [
        row,
        {**row, "phone": "  "},
        {**row, "phone": None, "name": None},
        {**row, "created_by": "sync"},
        {**row, "created_by": None},
        {**row, "created_at": at("2026-11-15 23:30")},
        {**row, "created_at": at("2026-11-13 09:00")},
    ]
    any_crm.add("contacts", rows)
    checks = [
        field_check("contacts", "name", type="expect_column_values_to_not_be_null"),
        field_check("contacts", "phone", when="name IS NOT NULL"),
        field_check("contacts", "email"),  # not mapped
        field_check("contacts", "country", attribution=Attribution.ADMIN),
        field_check("contacts", "phone", dimension=Dimension.VALIDITY),
    ]
    reading = any_crm.read("2026-11-16", "2026-11-20", completeness=checks, not_people={"sync"})
    assert set(reading.new_records) == {
        NewRecords("u1", MONDAY, "contacts", 4, 4 + 3, 3 + 2),
        NewRecords("u2", MONDAY, "contacts", 2, 4, 4),
    }
    assert reading.new_records_reason == ""


def test_a_rule_counts_from_the_day_it_came_into_force(crm: SmallCrm) -> None:
    days = ["2026-11-16 09:00", "2026-11-17 22:30", "2026-11-17 23:30"]
    crm.add("leads", [{"owner_key": "u1", "created_at": at(each), "source": None} for each in days])
    checks = [field_check("leads", "source", since=date(2026, 11, 18))]
    reading = crm.read("2026-11-16", "2026-11-20", completeness=checks)
    assert sorted((one.day, one.records, one.asked, one.filled) for one in reading.new_records) == [
        (MONDAY, 1, 0, 0),
        (date(2026, 11, 17), 1, 0, 0),
        (date(2026, 11, 18), 1, 1, 0),
    ]


def test_without_checks_on_fields_nothing_is_claimed_about_new_records(crm: SmallCrm) -> None:
    reading = crm.read("2026-11-16", "2026-11-20")
    assert reading.new_records == ()
    assert "no check asks for fields" in reading.new_records_reason


def test_a_deal_won_within_a_week_of_being_entered_was_won_quickly(any_crm: SmallCrm) -> None:
    closed = at("2026-11-16 09:00")
    won: dict[str, Any] = {"status": "won", "closed_at": closed}
    any_crm.add(
        "opportunities",
        [
            deal("1", **won),
            deal("2", **won | {"created_at": closed - timedelta(days=7)}),
            deal("3", **won | {"created_at": closed - timedelta(days=7, minutes=1)}),
            deal("4", **won | {"created_at": closed + timedelta(days=1)}),  # entered after it was won
            deal("5", status="lost", closed_at=closed, created_at=closed),
            deal("6", "u2", status="won", closed_at=at("2026-11-20 08:00")),
        ],
    )
    reading = any_crm.read("2026-11-16", "2026-11-20")
    assert set(reading.wins) == {Wins("u1", MONDAY, 4, 2), Wins("u2", FRIDAY, 1, 0)}


def test_open_deals_are_told_from_those_that_somebody_touched(any_crm: SmallCrm) -> None:
    any_crm.add(
        "opportunities",
        [
            deal("1"),  # nobody touched it
            deal("2", amount=200),  # a call about it
            deal("3", amount=400),  # changed by a person
            deal("4", amount=None, created_at=at("2026-11-18 09:00")),  # new
            deal("5", amount=800),  # an automatic mail, an open task, a change by a program, a call long ago
            deal("6", amount=1600, status="won", closed_at=at("2026-11-12 09:00")),
            deal("7", "u2", amount=3200, created_at=at("2026-11-18 09:00")),
        ],
    )
    activity = {"owner_key": "u1", "status": "done", "happened_at": at("2026-11-10 09:00"), "automatic": False}
    any_crm.add(
        "activities",
        [
            {**activity, "opportunity_key": "2"},
            {**activity, "opportunity_key": "5", "automatic": True},
            {**activity, "opportunity_key": "5", "status": "open"},
            {**activity, "opportunity_key": "5", "happened_at": at("2026-11-05 09:00")},
            {**activity, "opportunity_key": None},
        ],
    )
    change = {"entity": "opportunities", "changed_by": "u9", "changed_at": at("2026-11-19 09:00")}
    any_crm.add(
        "changes",
        [
            {**change, "record_key": "3"},
            {**change, "record_key": "5", "changed_by": "sync"},
            {**change, "record_key": "1", "entity": "accounts"},
        ],
    )
    reading = any_crm.read(
        "2026-11-16", "2026-11-20", not_people={"sync"}, standing_days=[MONDAY - timedelta(days=5), FRIDAY]
    )
    wednesday = date(2026, 11, 11)
    assert set(reading.standing) == {
        Standing("u1", FRIDAY, 5, Decimal(1500), 3, Decimal(600), valued=4),
        Standing("u2", FRIDAY, 1, Decimal(3200), 1, Decimal(3200), valued=1),
        # The day before it was won: two deals were not there yet, and the call long ago was not yet so long ago.
        Standing("u1", wednesday, 5, Decimal(3100), 2, Decimal(1000), valued=5),
    }
    assert reading.standing_reason == ""


def test_where_nothing_tells_who_touched_a_deal_its_stamp_serves_for_today_only(crm: SmallCrm) -> None:
    crm.add("opportunities", [deal("1", touched_at=at("2026-11-10 09:00")), deal("2", touched_at=None)])
    reading = crm.read("2026-11-16", "2026-11-20", standing_days=[MONDAY, FRIDAY])
    assert reading.standing == (Standing("u1", FRIDAY, 2, Decimal(200), 1, Decimal(100), valued=2),)


def test_without_amounts_deals_are_counted_and_it_is_said(crm: SmallCrm) -> None:
    row = deal("1", touched_at=at("2026-11-10 09:00"))
    del row["amount"]
    crm.add("opportunities", [row])
    reading = crm.read("2026-11-16", "2026-11-20")
    assert reading.standing == (Standing("u1", FRIDAY, 1, Decimal(1), 1, Decimal(1), valued=1),)
    assert reading.standing_reason == "not mapped: opportunities.amount; deals are counted instead of their value"


def test_what_deals_lack_in_the_map_is_said(crm: SmallCrm) -> None:
    assert crm.read("2026-11-16", "2026-11-20").wins_reason == "not mapped: opportunities"
    crm.add("opportunities", [{"owner_key": "u1", "status": "open"}])
    reading = crm.read("2026-11-16", "2026-11-20")
    assert reading.wins_reason == "not mapped: opportunities.closed_at, opportunities.created_at"
    assert reading.standing_reason == "not mapped: opportunities.created_at"
