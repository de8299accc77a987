"""Which failing records a digest links to."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from monitor.app.record_links import record_links
from monitor.crm.source import EntitySource
from monitor.digest.snapshot import RecordLink
from monitor.quality.outcome import FailingRecord

ZONE = ZoneInfo("Europe/Copenhagen")
DEALS = EntitySource("opportunities", sa.select(sa.null()).subquery(), {}, ZONE, link="https://crm.example/deals/{key}")


def record(key: str, owner: str = "7", amount: int | None = None, day: int = 1) -> FailingRecord:
    worth = None if amount is None else Decimal(amount)
    return FailingRecord(key, owner, datetime(2026, 11, day, 23, 30, tzinfo=UTC), None, worth)


def test_they_are_the_three_that_are_worth_most_of_those_that_the_people_own() -> None:
    records = [record("1", amount=5), record("2", "8", amount=900), *(record(f"n{n}", amount=n) for n in range(1, 9))]
    found = record_links(records, DEALS, {"7"}, ZONE)
    assert [one.amount for one in found] == [8, 7, 6]
    assert found[0] == RecordLink("https://crm.example/deals/n8", Decimal(8), date(2026, 11, 2)), (
        "of the project's zone"
    )


def test_without_amounts_they_are_the_newest() -> None:
    found = record_links([record("a", day=3), record("b", day=9), record("c", day=1)], DEALS, {"7"}, ZONE)
    assert [one.link[-1] for one in found] == ["b", "a", "c"]


def test_no_link_is_made_to_a_person_of_a_hashed_key_or_where_the_map_has_none() -> None:
    some = [record("1")]
    for source in (replace(DEALS, entity="users"), replace(DEALS, hash_keys=True), replace(DEALS, link="")):
        assert record_links(some, source, {"7"}, ZONE) == ()
    assert record_links(some, DEALS, {"8"}, ZONE) == ()
