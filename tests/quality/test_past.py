"""Which days teach what is usual: one figure a day, none of troubled days, none of days off."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from monitor.quality.calendar import working_days
from monitor.quality.past import Earlier, Past, Trouble
from monitor.quality.usual import Unit

ZONE = ZoneInfo("Europe/Copenhagen")
CHECK, ENTITY = "c", "leads"


def at(day: int, hour: int = 6, minute: int = 0) -> datetime:
    """A moment of November 2026 in Copenhagen; the 2nd is a Monday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE).astimezone(UTC)


def seen(day: int, hour: int = 6, *, rows: int = 100, bad: int | None = 5, newest: datetime | None = None) -> Earlier:
    moment = at(day, hour)
    return Earlier(moment, moment + timedelta(minutes=1), rows, bad, newest)


def stored(day: int) -> datetime:
    """When the results of a day's run were stored."""
    return at(day) + timedelta(minutes=1)


def past(*runs: Earlier, troubles: tuple[Trouble, ...] = ()) -> Past:
    works = working_days("DK", [date(2026, 11, 11)])
    return Past(ZONE, works, {CHECK: runs}, {ENTITY: runs}, {CHECK: troubles})


def figures(of: Past, unit: Unit) -> dict[int, float]:
    return {point.day.day: point.value for point in of.points(CHECK, ENTITY, unit)}


def test_the_last_run_of_a_day_in_the_projects_zone_stands_for_it() -> None:
    runs = (seen(3, 23, bad=9), seen(2, 6, bad=1), seen(2, 18, bad=2), seen(4, 0, bad=4))
    assert figures(past(*runs), Unit.SHARE) == {2: 0.02, 3: 0.09, 4: 0.04}


def test_each_kind_of_figure_is_taken_from_where_it_is() -> None:
    run = seen(5, 6, rows=200, bad=10, newest=at(4, 16))
    assert figures(past(run), Unit.SHARE) == {5: 0.05}
    assert figures(past(run), Unit.RECORDS) == {5: 200}
    assert figures(past(run), Unit.NEW_RECORDS) == {4: 200}, "of the day before, which was over"
    assert figures(past(run), Unit.HOURS) == {5: pytest.approx(14)}
    nothing = seen(5, rows=0, bad=0)
    assert figures(past(nothing), Unit.SHARE) == {}
    assert figures(past(nothing), Unit.HOURS) == {}


def test_days_on_which_an_incident_stood_teach_nothing_and_the_day_that_ended_it_does() -> None:
    runs = tuple(seen(day, bad=day) for day in range(2, 10))
    closed = past(*runs, troubles=(Trouble(stored(4), stored(6)), Trouble(stored(8), stored(9))))
    assert sorted(figures(closed, Unit.SHARE)) == [2, 3, 6, 7, 9]
    assert closed.until(CHECK, Unit.SHARE) is None
    standing = past(*runs, troubles=(Trouble(stored(4), stored(6)), Trouble(stored(8))))
    assert sorted(figures(standing, Unit.SHARE)) == [2, 3, 6, 7]
    assert standing.until(CHECK, Unit.SHARE) == date(2026, 11, 8)
    assert standing.until(CHECK, Unit.NEW_RECORDS) == date(2026, 11, 7)


def test_what_was_accepted_begins_a_new_history() -> None:
    runs = tuple(seen(day) for day in range(2, 10))
    accepted = Trouble(at(4), at(7) + timedelta(minutes=1), accepted=True)
    assert sorted(figures(past(*runs, troubles=(accepted,)), Unit.SHARE)) == [7, 8, 9]
    mended = Trouble(at(4), at(7) + timedelta(minutes=1))
    assert sorted(figures(past(*runs, troubles=(mended,)), Unit.SHARE)) == [2, 3, 7, 8, 9]


def test_what_an_entity_held_before_it_was_empty_teaches_nothing() -> None:
    runs = tuple(seen(day, rows=0 if day == 5 else 100 * day) for day in range(2, 9))
    assert figures(past(*runs), Unit.RECORDS) == {6: 600, 7: 700, 8: 800}


def test_what_is_entered_on_a_day_off_is_compared_with_no_other_and_weekends_are() -> None:
    found = past(*(seen(day) for day in range(3, 17)))
    days = sorted(figures(found, Unit.NEW_RECORDS))
    assert 11 not in days, "a day off of the project's own"
    assert {7, 8, 10, 12} <= set(days)
    assert not found.tells(date(2026, 11, 11), Unit.NEW_RECORDS)
    assert not found.tells(date(2026, 12, 25), Unit.NEW_RECORDS), "a public holiday"
    assert found.tells(date(2026, 11, 11), Unit.SHARE)


@pytest.mark.parametrize(
    ("newest", "now", "hours"),
    [
        (at(3, 16), at(4, 6), 14.0),
        (at(6, 16), at(9, 6), 14.0),  # over a weekend
        (at(10, 16), at(12, 6), 14.0),  # over the project's day off
        (at(7, 12), at(8, 12), 0.0),
        (at(4, 6), at(3, 6), 0.0),  # ahead of the clock
        (
            datetime(2026, 10, 23, 22, tzinfo=UTC),
            datetime(2026, 10, 26, 23, tzinfo=UTC),
            24.0,
        ),  # the clocks went back on the Sunday
    ],
)
def test_waits_are_told_in_hours_of_working_days(newest: datetime, now: datetime, hours: float) -> None:
    assert past().waited(newest, now) == pytest.approx(hours)


def test_who_has_waited_for_years_waits_no_longer_each_day() -> None:
    long_ago = datetime(2019, 1, 1, tzinfo=UTC)
    assert past().waited(long_ago, at(4)) < 24 * 262
