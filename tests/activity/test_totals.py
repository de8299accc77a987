"""Properties: totals over users and over days equal a direct count; windows that overlap count nothing twice."""

from __future__ import annotations

import tempfile
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.activity.facts import NOBODY
from monitor.activity.windows import history, next_window
from monitor.store.state import State
from tests.activity.crms import SmallCrm, call, counts, named, small_crm

ZONES = ("UTC", "Europe/Copenhagen", "America/New_York", "Asia/Kolkata", "Pacific/Auckland")
# Around both changes of clock, and around the end of 2026, whose last ISO week is 53.
AROUND = (
    datetime.fromisoformat("2026-03-29"),
    datetime.fromisoformat("2026-10-25"),
    datetime.fromisoformat("2026-12-31"),
)
NOW = datetime(2027, 1, 20, 12, tzinfo=UTC)


@st.composite
def moments(draw: st.DrawFn) -> datetime:
    return draw(st.sampled_from(AROUND)) + timedelta(minutes=draw(st.integers(-6 * 1440, 6 * 1440)))


ROWS = st.lists(st.tuples(st.sampled_from(["u1", "u2", "u3", None]), moments(), st.booleans()), max_size=25)


def _rows(given_rows: list[tuple[str | None, datetime, bool]]) -> list[dict[str, Any]]:
    return [call(user, at.isoformat(), status="done" if done else "open") for user, at, done in given_rows]


@settings(max_examples=settings().max_examples // 3, deadline=None)
@given(ROWS, st.sampled_from(ZONES), st.sampled_from(ZONES))
def test_totals_over_users_and_over_days_equal_a_direct_count(
    rows: list[tuple[str | None, datetime, bool]], source: str, project: str
) -> None:
    clock, local = ZoneInfo(source), ZoneInfo(project)
    expected: Counter[tuple[str, date]] = Counter()
    for user, at, done in rows:
        day = at.replace(tzinfo=clock).astimezone(UTC).astimezone(local).date()
        if done and date(2026, 3, 2) <= day <= date(2027, 1, 10):
            expected[user or NOBODY, day] += 1
    with tempfile.TemporaryDirectory() as folder, small_crm(_sqlite(folder)) as crm:
        crm.zone = local
        crm.add("activities", _rows(rows), ["happened_at", "owner_key", "kind", "status"], zone=clock)
        reading = crm.read("2026-03-02", "2027-01-10", named("calls"), now=NOW)
    found = {(user, day): count for (user, day, _), count in counts(reading).items()}
    assert found == dict(expected)
    facts = reading.measures["calls"]
    assert facts.rows == sum(expected.values()) == sum(found.values())
    assert facts.attributed == sum(count for (user, _), count in found.items() if user)


@settings(max_examples=settings().max_examples // 3, deadline=None)
@given(ROWS, st.lists(st.integers(1, 20), min_size=1, max_size=6))
def test_readings_whose_windows_overlap_tell_the_same_as_one(
    rows: list[tuple[str | None, datetime, bool]], steps: list[int]
) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        small_crm(_sqlite(folder)) as crm,
        State.open(f"sqlite:///{Path(folder) / 'state.db'}") as state,
    ):
        crm.add("activities", _rows(rows), ["happened_at", "owner_key", "kind", "status"])
        today = date(2026, 10, 20)
        read_to: date | None = None
        for step in [0, *steps, 60]:
            today = min(today + timedelta(days=step), date(2027, 1, 10))
            window = next_window(read_to, today, late_days=7)
            late = datetime.combine(today, datetime.max.time(), tzinfo=UTC).replace(microsecond=0) - timedelta(hours=2)
            reading = crm.read(window.first.isoformat(), window.last.isoformat(), named("calls"), now=late)
            state.activity.save(reading, named("calls"))
            read_to = today
        kept = {
            (row.user, row.day, row.measure): row.count for row in state.activity.activities(AROUND[0].date(), today)
        }
        whole = counts(
            crm.read(history(date(2026, 10, 20)).first.isoformat(), today.isoformat(), named("calls"), now=NOW)
        )
    assert kept == whole


def test_what_was_entered_late_is_found_by_the_next_window(crm: SmallCrm) -> None:
    friday = date(2026, 11, 20)
    crm.add("activities", [call("u1", "2026-11-13 09:00")])
    assert len(counts(crm.read("2026-11-02", "2026-11-19", named("calls")))) == 1
    row = "INSERT INTO activities VALUES ('9', 'u1', 'call', 'done', '2026-11-16 09:00:00.000000', NULL, NULL)"
    with crm.world.engine.begin() as connection:
        connection.exec_driver_sql(row)
    window = next_window(friday - timedelta(days=1), friday, late_days=7)
    found = counts(crm.read(window.first.isoformat(), window.last.isoformat(), named("calls")))
    assert found == {("u1", date(2026, 11, 13), "calls"): 1, ("u1", date(2026, 11, 16), "calls"): 1}


def _sqlite(folder: str) -> sa.URL:
    return sa.URL.create("sqlite", database=str(Path(folder) / "crm.db"))
