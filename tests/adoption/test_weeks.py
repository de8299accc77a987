"""Days become weeks, and nothing is lost or counted twice."""

from __future__ import annotations

from collections import Counter
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.activity.facts import NOBODY, Activity, Lag, MeasureFacts, NewRecords, Wins
from monitor.activity.measure import Availability
from monitor.adoption.week import IsoWeek
from monitor.adoption.weeks import person_weeks
from tests.adoption.making import CLOSED, MEASURES, NOW, did, known

_days = st.dates(date(2026, 12, 1), date(2027, 1, 31))  # over an ISO week 53
_facts = st.builds(
    Activity,
    user=st.sampled_from(["1", "2", "3"]),
    day=_days,
    measure=st.sampled_from([one.name for one in MEASURES]),
    source=st.just("activities"),
    count=st.integers(1, 9),
)


@settings(deadline=None)
@given(st.lists(_facts, unique_by=lambda one: (one.user, one.day, one.measure), max_size=60))
def test_totals_over_weeks_equal_totals_over_days(facts: list[Activity]) -> None:
    weeks = person_weeks(facts, known=known())
    direct: Counter[tuple[str, str]] = Counter()
    for one in facts:
        direct[one.user, one.measure] += one.count
    summed: Counter[tuple[str, str]] = Counter()
    for row in weeks:
        for name, count in row.counts.items():
            summed[row.user, name] += count
    assert +summed == direct
    assert len({(row.user, row.week) for row in weeks}) == len(weeks)


@settings(deadline=None)
@given(st.lists(_facts, max_size=60))
def test_active_days_are_the_days_with_use_beyond_a_login(facts: list[Activity]) -> None:
    weeks = person_weeks(facts, known=known())
    direct = {(one.user, one.day) for one in facts if one.measure != "logins"}
    assert sum(row.active_days for row in weeks) == len(direct)
    assert all(row.active_days <= 7 for row in weeks)


def test_the_last_days_of_december_are_in_week_53() -> None:
    facts = [Activity("1", day, "calls", "activities", 1) for day in (date(2026, 12, 31), date(2027, 1, 1))]
    assert [(row.week, row.active_days) for row in person_weeks(facts, known=known())] == [(IsoWeek(2026, 53), 2)]


def test_a_login_or_a_deal_that_was_closed_makes_no_active_day() -> None:
    facts = [*did(NOW, 3, measure="logins"), *did(NOW, 3, measure="closed")]
    (row,) = person_weeks(facts, known=known((*MEASURES, CLOSED)))
    assert (row.active_days, row.last_active) == (0, None)
    assert (row.counts["logins"], row.counts["closed"]) == (3, 3)


def test_a_measure_that_the_crm_has_is_0_and_one_that_it_has_not_is_missing() -> None:
    of = known(facts={"logins": MeasureFacts("logins", Availability.NONE)})
    (row,) = person_weeks(did(NOW, 1), known=of)
    assert row.counts == {"calls": 1, "deals_created": 0, "changes": 0}


def test_rows_of_nobody_are_nobodys() -> None:
    facts = did(NOW, 2, user=NOBODY)
    lags = [Lag(NOBODY, NOW.monday, "calls", 1, 1)]
    new = [NewRecords(NOBODY, NOW.monday, "accounts", 1, 4, 4)]
    assert person_weeks(facts, lags, new, [Wins(NOBODY, NOW.monday, 1, 0)], known=known()) == []


def test_lags_new_records_and_wins_are_summed_within_the_week() -> None:
    days = list(NOW.days())
    lags = [Lag("1", days[0], "calls", 2, 3), Lag("1", days[1], "meetings", 2, 1), Lag("1", days[6], "calls", 0, 5)]
    new = [NewRecords("1", days[0], "accounts", 2, 8, 6), NewRecords("1", days[0], "contacts", 1, 2, 0)]
    (row,) = person_weeks([], lags, new, [Wins("1", days[2], 3, 1), Wins("1", days[3], 1, 1)], known=known())
    assert row.lags == {0: 5, 2: 4}
    assert (row.new_records, row.new_asked, row.new_filled) == (3, 10, 6)
    assert (row.won, row.won_quickly, row.active_days) == (4, 2, 0)


def test_the_newest_day_of_use_is_carried_on_from_older_rows_and_never_from_later_ones() -> None:
    logins = [*did(NOW, 1, measure="logins"), *did(NOW + -5, 1), *did(NOW + -6, 1, measure="logins")]
    old = date(2026, 1, 5)
    found = {row.week: row.last_active for row in person_weeks(logins, known=known(), before={"1": old})}
    assert found == {NOW + -6: old, NOW + -5: (NOW + -5).monday, NOW: (NOW + -5).monday}
    later = person_weeks(did(NOW + -5, 1), known=known(), before={"1": NOW.monday})
    assert [row.last_active for row in later] == [(NOW + -5).monday]
