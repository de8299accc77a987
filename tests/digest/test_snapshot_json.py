"""A stored digest comes back exactly as it was, and says so when it is something else."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.adoption.naming import Naming
from monitor.adoption.week import IsoWeek
from monitor.digest.period import Period
from monitor.digest.snapshot import Kind, Snapshot
from monitor.digest.snapshot_json import VERSION, from_json, to_json
from tests.digest.snapshots import snapshots

SMALL = Snapshot(
    Kind.MANAGER, "7", Period.of_week(IsoWeek(2026, 47)), "UTC", datetime(2026, 11, 23, 5, tzinfo=UTC), Naming(False)
)


@given(snapshots)
@settings(deadline=None, suppress_health_check=list(HealthCheck))
def test_any_snapshot_comes_back_from_json_exactly_as_it_was(snapshot: Snapshot) -> None:
    assert from_json(json.loads(json.dumps(to_json(snapshot), allow_nan=False))) == snapshot


def test_what_has_a_fields_default_is_not_written() -> None:
    assert set(to_json(SMALL)) == {"version", "kind", "recipient", "period", "zone", "created_at", "naming"}


def test_a_field_that_this_program_does_not_know_is_passed_over() -> None:
    assert from_json({**to_json(SMALL), "later": 1}) == SMALL


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"version": VERSION + 1}, "version 2; this program knows version 1"),
        ({"kind": "nobody"}, "not a digest"),
        ({"recipient": 7}, "str expected, not int"),
        ({"people": "many"}, "int expected, not str"),
        ({"created_at": "soon"}, "not a digest"),
        ({"period": {}}, "not a digest"),
    ],
)
def test_what_is_no_digest_is_refused_with_a_reason(change: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        from_json({**to_json(SMALL), **change})


def test_a_week_goes_from_monday_to_sunday() -> None:
    week = Period.of_week(IsoWeek(2026, 53))
    assert (week.name, week.first, week.last) == ("2026-W53", date(2026, 12, 28), date(2027, 1, 3))
    assert not week.is_month


@given(st.dates(date(2015, 1, 1), date(2035, 12, 31)))
def test_the_week_of_a_month_is_the_last_that_is_over_when_the_month_is(day: date) -> None:
    month = Period.of_month(day.year, day.month)
    assert month.is_month
    assert month.first.day == 1
    assert (month.last + timedelta(days=1)).day == 1
    assert month.first <= month.week.sunday <= month.last < (month.week + 1).sunday


def test_the_lines_have_twelve_weeks_and_end_with_the_digests_own() -> None:
    assert SMALL.weeks[-1] == IsoWeek(2026, 47)
    assert len(SMALL.weeks) == 12
