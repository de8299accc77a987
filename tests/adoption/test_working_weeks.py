"""A week in which somebody was to work for a day or two says little: it counts for the person, never against."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.activity.facts import Activity
from monitor.adoption.calendar import LEAST_DAYS, Calendar, is_working_week
from monitor.adoption.evidence import Evidence
from monitor.adoption.figure import FigureId
from monitor.adoption.organisation import Member
from monitor.adoption.scorecards import Scoring, score
from monitor.adoption.week import IsoWeek
from tests.adoption.making import FIRST, NOW, STATUSES, card, did, every_week, known, member, organisation, rows
from tests.adoption.test_figures import evidence, figure

WORSE_FIRST = ("never", "dormant", "fading", "occasional", "active")


def closed(weeks: Sequence[IsoWeek], working: int) -> list[date]:
    """Days off that leave ``working`` working days of each week, the last ones."""
    return [day for week in weeks for day in list(week.days())[: 5 - working]]


def regular(one: Member, activities: Sequence[Activity], days_off: Sequence[date] = ()) -> bool | None:
    made = Evidence(organisation(one), known(), Calendar(days_off), rows(activities))
    return made.regular(one, NOW)


def status(one: Member, activities: Sequence[Activity], days_off: Sequence[date] = (), week: IsoWeek = NOW) -> str:
    scoring = Scoring(known(), Calendar(days_off), STATUSES.statuses)
    return score(one, (week,), rows(activities).get(one.key, {}), scoring)[0].verdict.status


def on(weeks: Sequence[IsoWeek], used: Sequence[bool]) -> list[Activity]:
    return [one for week, was in zip(weeks, used, strict=True) if was for one in did(week, 1)]


@pytest.mark.parametrize(("working", "counts"), [(0, False), (1, False), (2, False), (3, True), (5, True)])
def test_a_working_week_has_three_days_to_be_worked(working: int, counts: bool) -> None:
    calendar = Calendar(closed([NOW], working))
    assert LEAST_DAYS == 3
    assert calendar.week(member(), NOW).is_working_week is counts
    assert calendar.week(member("2", part_time=0.2), NOW).is_working_week is counts, "of the calendar, not of hours"
    assert is_working_week(working * 0.6, 0.6) is counts


def test_absence_and_a_start_in_the_middle_of_the_week_make_a_short_week_as_holidays_do() -> None:
    thursday = NOW.monday + timedelta(days=3)
    for one in (member(absences=[(NOW.monday, NOW.monday + timedelta(days=2))]), member(start=thursday)):
        assert not Calendar().week(one, NOW).is_working_week


def test_somebody_who_missed_one_whole_week_and_one_of_a_single_day_still_uses_it_weekly() -> None:
    facts = [*did(NOW, 2), *did(NOW + -3, 2)]
    assert regular(member(), facts) is False
    assert regular(member(), facts, closed([NOW + -1], 1)) is True
    assert regular(member(), facts, closed([NOW + -1], 3)) is False, "three days are time enough"
    one_of_one = figure(FigureId.SEATS_ACTIVE, evidence([member()], facts))
    assert (one_of_one.top, one_of_one.bottom) == (0, 1)


def test_a_short_week_that_was_used_counts_for_the_person() -> None:
    away = member(absences=[((NOW + -3).monday, (NOW + -1).sunday)])
    off = closed([NOW], 1)
    assert regular(away, did(NOW, 1), off) is True
    assert regular(away, [], off) is None, "one working day in four weeks: nothing can be said"


def test_dormant_is_counted_in_working_weeks() -> None:
    facts = every_week(4, FIRST, NOW + -4)
    assert status(member(), facts) == "dormant"
    assert status(member(), facts, closed([NOW + -1], 2)) == "fading"


def test_the_usual_is_of_working_weeks() -> None:
    """A week of one day would make four days a week look like three."""
    whole = every_week(4, FIRST, NOW + -2)
    off = closed([NOW + -1], 1)
    scoring = Scoring(known(), Calendar(off), STATUSES.statuses)
    [made] = score(member(), (NOW,), rows([*whole, *did(NOW + -1, 1)])["1"], scoring)
    assert made.usual["active_days"] == 4


def test_a_starter_is_judged_by_five_records_only_where_five_days_were_to_be_worked() -> None:
    monday = (NOW + -2).monday
    leave = [(monday, monday + timedelta(days=8))]
    people = [member("1", start=monday), member("2", start=monday, absences=leave)]
    found = figure(FigureId.ONBOARDED, evidence(people))
    assert (found.top, found.bottom) == (0, 1)


def test_a_seat_is_not_unused_for_want_of_a_day_at_work() -> None:
    """Back for the last day of sixty."""
    leave = [(NOW.sunday - timedelta(days=90), NOW.monday + timedelta(days=3))]
    back = member(absences=leave)
    assert Calendar().week(back, NOW).expected == 1
    found = figure(FigureId.SEATS_UNUSED, evidence([back, member("2")], every_week(1, user="2")))
    assert (found.top, found.bottom) == (0, 1)


_used = st.lists(st.booleans(), min_size=26, max_size=26)
_short = st.lists(st.tuples(st.integers(1, 3), st.integers(0, 2)), max_size=3)  # weeks back, days left


@settings(deadline=None)
@given(used=_used, short=_short, share=st.sampled_from([0.2, 0.5, 1.0]))
def test_fewer_working_days_with_the_same_use_never_make_it_worse(
    used: list[bool], short: list[tuple[int, int]], share: float
) -> None:
    """Whatever becomes a holiday in the weeks before: weekly use stays weekly, and no status gets worse."""
    one, facts = member(part_time=share), on(NOW.back(26), used)
    off = [day for back, left in short for day in closed([NOW + -back], left)]
    before, after = regular(one, facts), regular(one, facts, off)
    assert after is not False or before is False
    whole, less = status(one, facts), status(one, facts, off)
    if less in WORSE_FIRST:
        assert WORSE_FIRST.index(less) >= WORSE_FIRST.index(whole)
    else:
        assert less == "away"


@settings(deadline=None)
@given(used=_used, left=st.integers(0, 2), away=st.integers(0, 2), weeks=st.integers(1, 6))
def test_short_weeks_without_use_change_no_status_however_many_there_are(
    used: list[bool], left: int, away: int, weeks: int
) -> None:
    """Holidays, or absence on some of the days that the holidays left."""
    facts = on(NOW.back(26), used)
    after = [NOW + number for number in range(1, 1 + weeks)]
    leave = [(week.monday + timedelta(days=4 - n),) * 2 for week in after for n in range(min(away, left - 1))]
    one, off = member(absences=leave), closed(after, left)
    assert status(one, facts, off, NOW + weeks) == status(one, facts)


@settings(deadline=None)
@given(days=st.lists(st.integers(0, 5), min_size=26, max_size=26), left=st.integers(0, 2), now=st.integers(1, 3))
def test_use_in_a_short_week_never_makes_the_status_worse_than_none(days: list[int], left: int, now: int) -> None:
    """Who looked in on a day of the holidays is not fading by it."""
    past = [one for week, count in zip(NOW.back(26), days, strict=True) for one in did(week, count)]
    off, some = closed([NOW + 1], left), [*past, *did(NOW + 1, now)]
    idle, looked_in = status(member(), past, off, NOW + 1), status(member(), some, off, NOW + 1)
    assert WORSE_FIRST.index(looked_in) >= WORSE_FIRST.index(idle)


@settings(deadline=None)
@given(used=_used, days=st.lists(st.integers(0, 5), min_size=26, max_size=26), share=st.sampled_from([0.1, 0.4, 0.8]))
def test_part_time_people_have_the_same_working_weeks_as_everybody(
    used: list[bool], days: list[int], share: float
) -> None:
    """Else whoever works one day a week would never miss a week, or miss every one with a holiday."""
    off = [day for week, left in zip(NOW.back(26), days, strict=True) for day in closed([week], left)]
    facts = on(NOW.back(26), used)
    assert regular(member(part_time=share), facts, off) == regular(member(), facts, off)
    calendar = Calendar(off)
    for week in NOW.back(26):
        less, whole = calendar.week(member("2", part_time=share), week), calendar.week(member("1"), week)
        assert less.is_working_week is whole.is_working_week


@settings(deadline=None)
@given(used=_used, short=st.lists(st.integers(0, 3), max_size=4, unique=True))
def test_a_short_week_is_no_week_missed(used: list[bool], short: list[int]) -> None:
    """Weekly use is what it would be if the short weeks without use were not there at all."""
    weeks, off = NOW.back(26), closed([NOW + -back for back in short], 1)
    found = regular(member(), on(weeks, used), off)
    four = [(used[25 - back], back in short) for back in range(4)]
    missed = sum(1 for was, is_short in four if not was and not is_short)
    if all(is_short and not was for was, is_short in four):
        assert found is None
    else:
        assert found is (any(was for was, _ in four) and missed <= 1)


def test_a_short_week_is_told_to_be_one_by_explain() -> None:
    from monitor.adoption.explain import explain_scorecard
    from tests.adoption.making import MEASURES

    start = NOW.monday + timedelta(days=3)
    for one, said in ((member(start=start), "no: fewer than 3 days"), (member(part_time=0.5), "yes")):
        lines = {line.label: dict(line.inputs) for line in explain_scorecard(
            card(one, []), one, MEASURES, STATUSES).lines}  # fmt: skip
        assert str(lines["Working days"]["a working week"]).startswith(said)
