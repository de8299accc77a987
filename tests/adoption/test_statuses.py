"""What a person's week is called, and that it is fair."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.activity.facts import Activity
from monitor.adoption.organisation import Member, Role
from monitor.adoption.scorecard import Scorecard, Verdict
from monitor.adoption.week import IsoWeek
from tests.adoption.making import FIRST, NOW, STATUSES, card, did, every_week, member

WORSE_FIRST = ("never", "dormant", "fading", "occasional", "active")


def status(found: Scorecard) -> str:
    return found.verdict.status


def used(days: int, last: IsoWeek) -> list[Activity]:
    return every_week(days, FIRST, last)


def test_someone_who_uses_it_every_week_is_active() -> None:
    assert status(card(member(), used(4, NOW))) == "active"


def test_someone_who_uses_it_every_other_week_is_occasional() -> None:
    facts = [one for week in NOW.back(26)[::2] for one in did(week, 2)]
    assert status(card(member(), facts)) == "occasional"


def test_someone_who_does_half_as_much_as_usual_is_fading_since_then() -> None:
    facts = [*used(4, NOW + -6), *every_week(1, NOW + -5, NOW)]
    found = card(member(), facts)
    assert status(found) == "fading"
    assert found.verdict.because == {
        "kept_up": pytest.approx(4 / 14),
        "usual_days_4w": pytest.approx(14),  # 10 weeks of 4 days and 2 of 1, in 60 working days; for 20
        "working_weeks_4w": 4,
    }
    assert found.verdict.since == NOW + -3


def test_someone_without_use_in_four_weeks_is_dormant() -> None:
    assert status(card(member(), used(4, NOW + -3))) == "fading"
    assert status(card(member(), used(4, NOW + -4))) == "dormant"


def test_someone_who_only_logs_in_never_used_it() -> None:
    facts = [one for week in NOW.back(26) for one in did(week, 5, measure="logins")]
    found = card(member(), facts)
    assert (status(found), found.active_days, found.counts["logins"]) == ("never", 0, 5)


def test_someone_in_the_first_four_weeks_is_new_whatever_they_did() -> None:
    start = (NOW + -3).monday + timedelta(days=2)
    assert status(card(member(start=start), [])) == "new"
    assert status(card(member(start=start), did(NOW, 5))) == "new"
    assert status(card(member(start=start - timedelta(days=7)), [])) == "never"


def test_someone_absent_all_week_is_away_and_not_fading() -> None:
    leave = [(NOW.monday, NOW.sunday)]
    assert status(card(member(absences=leave), used(4, NOW + -1))) == "away"
    assert status(card(member(absences=leave, part_time=0.1), used(4, NOW + -1))) == "away"


@settings(deadline=None)
@given(weeks=st.integers(2, 20), back=st.integers(1, 2))
def test_someone_back_from_leave_is_neither_fading_nor_dormant(weeks: int, back: int) -> None:
    """However long the leave was, and even where the first two weeks back bring nothing."""
    end = NOW + -back
    leave = [((end + (1 - weeks)).monday, end.sunday)]
    found = card(member(absences=leave), used(4, end + -weeks))
    assert status(found) not in ("fading", "dormant", "never")
    assert status(card(member(absences=leave), [*used(4, end + -weeks), *every_week(4, end + 1)])) == "active"


def test_quiet_weeks_keep_the_status_of_the_week_before_them() -> None:
    quiet, last = range(28, 32), IsoWeek(2026, 31)
    facts = used(4, IsoWeek(2026, 27))
    found = card(member(), facts, last, quiet=quiet)
    assert (status(found), found.working_days, found.verdict.because) == ("active", 0, {"working_days": 0})
    after = card(member(), facts, IsoWeek(2026, 32), quiet=quiet)
    assert status(after) not in ("fading", "dormant"), "one week after the holidays is too early to say"
    idle = card(member(), facts, IsoWeek(2026, 35), quiet=quiet)
    assert status(idle) == "dormant"
    assert status(card(member(), facts, IsoWeek(2026, 34), quiet=quiet)) == "fading"


@pytest.mark.parametrize("week", range(28, 36))
def test_who_uses_the_crm_in_quiet_weeks_is_not_away_however_many_there_are(week: int) -> None:
    facts = [*used(4, IsoWeek(2026, 27)), *every_week(3, IsoWeek(2026, 28), IsoWeek(2026, 35))]
    found = card(member(), facts, IsoWeek(2026, week), quiet=range(28, 36))
    assert (status(found), found.working_days) == ("active", 0)


def test_a_quiet_week_does_not_break_a_row() -> None:
    found = card(member(), used(4, NOW + -12), NOW, quiet=[(NOW + -2).number])
    assert (status(found), found.verdict.since) == ("dormant", NOW + -8)


@settings(deadline=None)
@given(share=st.sampled_from([0.2, 0.4, 0.5, 0.6, 0.8, 1.0]), days=st.integers(1, 5))
def test_part_time_people_who_keep_their_own_habit_do_not_fade(share: float, days: int) -> None:
    facts = used(max(1, round(days * share)), NOW)
    assert status(card(member(part_time=share), facts)) == "active"


def test_someone_who_only_reads_or_a_manager_without_any_trace_is_not_said_to_have_no_use() -> None:
    """Reading leaves no trace. A manager who left some and stopped is dormant as anybody else."""
    reader = member(role=Role("reader", reads_only=True))
    assert status(card(reader, [])) == "untraced"
    assert status(card(reader, used(4, NOW + -5))) == "untraced"
    assert status(card(reader, [*used(4, NOW + -5), *did(NOW, 1)])) == "occasional"
    assert status(card(member(), [], reports=3)) == "untraced"
    assert status(card(member(), used(1, NOW + -9), reports=3)) == "dormant"


def test_someone_of_whom_nothing_tells_the_start_is_judged_by_what_they_did() -> None:
    assert status(card(member(start=None), used(3, NOW))) == "active"
    assert status(card(member(start=None), [])) == "never"


def test_a_week_before_the_turn_of_a_year_with_53_weeks_is_as_any_other() -> None:
    now, first = IsoWeek(2027, 1), IsoWeek(2026, 30)
    found = card(member(), every_week(3, first, IsoWeek(2026, 53)), now)
    assert (status(found), found.active_days, found.usual["active_days"]) == ("active", 0, 3)


@settings(deadline=None)
@given(
    past=st.lists(st.integers(0, 5), min_size=22, max_size=22),
    now=st.lists(st.integers(0, 4), min_size=4, max_size=4),
    more=st.integers(0, 3),
    away=st.lists(st.integers(0, 25), max_size=6, unique=True),
    started=st.integers(0, 60),
    part_time=st.sampled_from([0.4, 0.8, 1.0]),
)
def test_more_activity_in_the_last_four_weeks_never_makes_the_status_worse(
    past: list[int], now: list[int], more: int, away: list[int], started: int, part_time: float
) -> None:
    weeks = NOW.back(26)
    leave = [(weeks[number].monday, weeks[number].sunday) for number in away]
    one = member(start=(NOW + -started).monday, absences=leave, part_time=part_time)
    less = card(one, _by_week(weeks, [*past, *now]))
    now[more] += 1
    busier = card(one, _by_week(weeks, [*past, *now]))
    if status(less) in WORSE_FIRST:
        assert WORSE_FIRST.index(status(less)) <= WORSE_FIRST.index(status(busier))
    else:
        assert status(less) == status(busier)


def _by_week(weeks: tuple[IsoWeek, ...], days: list[int]) -> list[Activity]:
    return [fact for week, count in zip(weeks, days, strict=True) for fact in did(week, count)]


def test_a_status_that_lasts_longer_than_the_history_keeps_its_first_week() -> None:
    old = IsoWeek(2025, 3)
    stored = Scorecard("1", NOW, Verdict("dormant", old), 5, 0, last_active=date(2024, 12, 2))
    found = card(member(), [], NOW + 1, before=stored)
    assert (status(found), found.verdict.since, found.last_active) == ("dormant", old, date(2024, 12, 2))


def test_every_status_is_reached_by_somebody() -> None:
    leave = [(NOW.monday, NOW.sunday)]
    people: list[tuple[Member, list[Activity]]] = [
        (member(), used(4, NOW)),
        (member(), used(4, NOW + -3)),
        (member(), used(4, NOW + -9)),
        (member(), []),
        (member(start=NOW.monday), []),
        (member(absences=leave), []),
        (member(), [one for week in NOW.back(26)[::2] for one in did(week, 2)]),
        (member(role=Role("reader", reads_only=True)), []),
    ]
    found = {status(card(one, facts)) for one, facts in people}
    assert found == {one.name for one in STATUSES.statuses}


def test_someone_back_from_a_leave_longer_than_the_history_is_not_dormant() -> None:
    """The first week at work after a year away: the weeks of leave that nobody has rows of are no weeks of work."""
    left = NOW + -52
    one = member(absences=[((left + 1).monday, (NOW + -1).sunday)])
    before = replace(card(one, [], NOW + -1), last_active=left.sunday)
    assert card(one, [], NOW, before=before).verdict.status == "occasional"
    assert card(member(), [], NOW, before=before).verdict.status == "dormant"
