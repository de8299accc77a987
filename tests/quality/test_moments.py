"""Moments in conditions: dates and times relative to a run's clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from monitor.quality.moments import Moments

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
SATURDAY_NIGHT = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)  # already Sunday in Copenhagen


@pytest.fixture
def moments() -> Moments:
    return Moments(SATURDAY_NIGHT, COPENHAGEN)


def test_today_is_the_date_in_the_projects_zone(moments: Moments) -> None:
    assert moments.resolve("{today}") == date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{today - 14 days}", date(2026, 11, 8)),
        ("{ today-1 week }", date(2026, 11, 15)),
        ("{today - 3 working days}", date(2026, 11, 17)),  # as on Friday: no working day has gone by since
        ("{today + 1 working day}", date(2026, 11, 23)),
        ("{today - 9 months}", date(2026, 2, 22)),
        ("{now - 2 hours}", SATURDAY_NIGHT - timedelta(hours=2)),
    ],
)
def test_a_moment_is_counted_from_its_anchor(moments: Moments, text: str, expected: object) -> None:
    assert moments.resolve(text) == expected


def test_working_days_never_run_backwards_over_a_weekend() -> None:
    hours = [datetime(2026, 11, 18, 23, 30, tzinfo=UTC) + timedelta(hours=hour) for hour in range(24 * 7)]
    for text in ("{now - 2 working days}", "{today - 3 working days}"):
        moments = [Moments(hour, COPENHAGEN).resolve(text) for hour in hours]
        assert moments == sorted(moments, key=lambda moment: moment.isoformat()), text


def test_what_was_in_time_on_friday_is_in_time_on_sunday_and_on_monday_morning() -> None:
    thursday = datetime(2026, 11, 19, 10, tzinfo=UTC)
    for now in (datetime(2026, 11, day, 9, tzinfo=UTC) for day in (20, 21, 22, 23)):
        latest = Moments(now, COPENHAGEN).resolve("{now - 2 working days}")
        assert isinstance(latest, datetime)
        assert latest <= thursday, now


def test_a_month_ends_on_its_last_day_where_it_is_shorter() -> None:
    moments = Moments(datetime(2026, 3, 31, 12, tzinfo=UTC), ZoneInfo("UTC"))
    assert moments.resolve("{today - 1 month}") == date(2026, 2, 28)


@pytest.mark.parametrize("text", ["today", "{yesterday}", "{today - days}", "{today - 3 fortnights}", ""])
def test_what_is_not_a_moment_is_refused_by_name(moments: Moments, text: str) -> None:
    with pytest.raises(ValueError, match="is not a moment"):
        moments.resolve(text)
