"""The ten figures, counted by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.activity.facts import Activity, Lag, MeasureFacts, NewRecords, Standing, Wins
from monitor.activity.measure import Availability
from monitor.adoption.calendar import Calendar
from monitor.adoption.evidence import Evidence
from monitor.adoption.figure import Figure, FigureId, Unit
from monitor.adoption.figures import FAMILIES, figures
from monitor.adoption.figures_records import median
from monitor.adoption.figures_seats import count_managers_use
from monitor.adoption.known import Known
from monitor.adoption.note import Note, NoteCode
from monitor.adoption.organisation import Member, Organisation, Role
from monitor.adoption.week import IsoWeek
from monitor.adoption.weeks import by_user, person_weeks
from monitor.crm.directory import PersonKind, Team
from tests.adoption.making import CALLS, FIGURES, MEASURES, NOW, did, every_week, known, member, organisation

READER = Role("reader", reads_only=True)


def evidence(
    members: Iterable[Member],
    activities: Iterable[Activity] = (),
    *,
    lags: Iterable[Lag] = (),
    new: Iterable[NewRecords] = (),
    wins: Iterable[Wins] = (),
    of: Known | None = None,
    **more: Any,
) -> Evidence:
    rows = by_user(person_weeks(activities, lags, new, wins, known=of or known()))
    return Evidence(organisation(*members), of or known(), Calendar(), rows, **more)


def figure(wanted: FigureId, of: Evidence, keys: Iterable[str] | None = None, week: IsoWeek = NOW) -> Figure:
    found = figures(of, of.organisation.members if keys is None else keys, week, FIGURES)
    return next(one for one in found if one.id is wanted)


def codes(found: Figure) -> set[NoteCode]:
    return {note.code for note in found.notes}


def standing(user: str, week: IsoWeek, deals: int, value: int, touched: int, touched_value: int) -> Standing:
    return Standing(user, week.sunday, deals, Decimal(value), touched, Decimal(touched_value))


def test_there_are_all_ten_each_with_a_line_of_twelve_weeks() -> None:
    found = figures(evidence([member()]), ["1"], NOW, FIGURES)
    assert [one.id for one in found] == list(FigureId) == list(FAMILIES)
    assert {len(one.line) for one in found} == {12}
    assert {one.id: one.unit for one in found if one.unit is not Unit.SHARE} == {
        FigureId.LAG: Unit.DAYS,
        FigureId.UNIFORMITY: Unit.POINTS,
    }


def test_touched_value_is_by_value_and_by_deals_where_there_are_no_amounts() -> None:
    weeks = {
        NOW: {"1": standing("1", NOW, 4, 900, 1, 600), "2": standing("2", NOW, 1, 100, 1, 100)},
        NOW + -1: {"1": standing("1", NOW + -1, 4, 0, 1, 0)},
    }
    found = figure(FigureId.TOUCHED_VALUE, evidence([member("1"), member("2")], standing=weeks))
    assert (found.value, found.top, found.bottom) == (0.7, 700, 1000)
    assert found.inputs == {"deals": 5, "deals_touched": 2, "value": 1000, "value_touched": 700}
    assert (found.last_week, found.usual, found.line[:10]) == (0.25, 0.25, (None,) * 10)
    assert found.goal is not None
    assert not found.goal.reached(0.7)


def test_where_most_deals_have_no_amount_deals_are_counted_in_every_week_of_the_line() -> None:
    """In some CRMs only deals that are about to be won have one: their value says nothing of the others."""
    before = replace(standing("1", NOW + -1, 234, 900, 7, 500), valued=12)
    now = replace(standing("1", NOW, 10, 900, 4, 600), valued=9)
    found = figure(FigureId.TOUCHED_VALUE, evidence([member("1")], standing={NOW: {"1": now}, NOW + -1: {"1": before}}))
    assert (found.value, found.top, found.bottom) == (0.4, 4, 10)
    assert found.last_week == 7 / 234
    assert [note.code for note in found.notes] == [NoteCode.FEW_AMOUNTS]
    alone = figure(FigureId.TOUCHED_VALUE, evidence([member("1")], standing={NOW: {"1": now}}))
    assert (alone.value, alone.notes) == (600 / 900, ())


def test_where_no_deal_has_an_amount_it_is_said_that_deals_are_counted() -> None:
    none = replace(standing("1", NOW, 10, 0, 4, 0), valued=0)
    found = figure(FigureId.TOUCHED_VALUE, evidence([member("1")], standing={NOW: {"1": none}}))
    assert (found.value, [note.code for note in found.notes]) == (0.4, [NoteCode.FEW_AMOUNTS])


def test_a_figure_whose_source_is_missing_is_not_available_and_never_0() -> None:
    lacking = evidence([member()], standing_reason="not mapped: amount", wins_reason="a", new_records_reason="b")
    for wanted in (FigureId.TOUCHED_VALUE, FigureId.WON_QUICKLY, FigureId.NEW_COMPLETE, FigureId.UNIFORMITY):
        found = figure(wanted, lacking)
        assert found.value is None
        assert NoteCode.NOT_AVAILABLE in codes(found)


def test_nothing_to_measure_is_not_0() -> None:
    found = figure(FigureId.WON_QUICKLY, evidence([member()], every_week(1)))
    assert (found.value, found.notes) == (None, (Note(NoteCode.NOTHING_TO_MEASURE),))


def test_seats_active_leaves_out_who_was_away_and_who_only_reads() -> None:
    away = member("3", absences=[((NOW + -3).monday, NOW.sunday)])
    people = [member("1"), member("2"), away, member("4", role=READER), member("5")]
    acts = [
        *every_week(1),
        *every_week(1, last=NOW + -2, user="2"),
        *did(NOW + -3, 1, user="5"),
        *did(NOW, 1, user="5"),
    ]
    found = figure(FigureId.SEATS_ACTIVE, evidence(people, acts))
    assert (found.top, found.bottom, found.inputs) == (1, 3, {"seats": 4, "away": 1})


def test_a_manager_without_a_trace_is_a_seat_like_any_other_and_the_figure_says_that_reading_is_not_seen() -> None:
    people = [member("boss"), member("1", manager="boss")]
    found = figure(FigureId.SEATS_ACTIVE, evidence(people, every_week(1)))
    assert (found.top, found.bottom, codes(found)) == (1, 2, {NoteCode.NOT_SEEN_READING})


def test_where_logins_are_not_known_a_manager_without_a_trace_is_not_counted_among_those_who_do_not_use_it() -> None:
    people = [member("boss"), member("1", manager="boss"), member("2", manager="boss")]
    blind = known(facts={"logins": MeasureFacts("logins", Availability.NONE)})
    found = figure(FigureId.SEATS_ACTIVE, evidence(people, every_week(1), of=blind))
    assert (found.top, found.bottom, found.inputs) == (1, 2, {"seats": 3, "away": 1})
    assert NoteCode.NOT_SEEN_READING in codes(found)
    stopped = figure(FigureId.SEATS_ACTIVE, evidence(people, did(NOW + -9, 1, user="boss"), of=blind))
    assert (stopped.top, stopped.bottom) == (0, 3)  # who left a trace once would leave one again


def test_how_deals_stood_in_a_week_that_is_not_kept_is_not_known_and_no_deals_are_nothing_to_measure() -> None:
    this_week = {NOW: {"1": standing("1", NOW, 4, 900, 1, 600)}}
    then = figure(FigureId.TOUCHED_VALUE, evidence([member("1")], standing=this_week), week=NOW + -1)
    assert then.value is None
    assert NoteCode.NOT_KEPT in codes(then)
    kept = known(first=NOW + -3)
    before = figure(FigureId.TOUCHED_VALUE, evidence([member("1")], of=kept), week=NOW + -9)
    assert NoteCode.NOT_KEPT in codes(before)
    nothing = figure(FigureId.TOUCHED_VALUE, evidence([member("1")], of=kept))
    assert NoteCode.NOTHING_TO_MEASURE in codes(nothing)
    assert NoteCode.NOT_KEPT not in codes(nothing)


def test_of_few_managers_it_is_said_that_reading_is_not_seen_whatever_they_did_or_it_would_tell_of_them() -> None:
    def said(managers: int, *, silent: bool) -> bool:
        leaders = [member(f"boss{number}") for number in range(managers)]
        people = [*leaders, *(member(f"{one.key}-1", manager=one.key) for one in leaders)]
        traces = [did(NOW + -9, 1, user=one.key) for one in (leaders[1:] if silent else leaders)]
        acts = [act for some in traces for act in some]
        return NoteCode.NOT_SEEN_READING in codes(figure(FigureId.SEATS_ACTIVE, evidence(people, acts)))

    assert (said(4, silent=True), said(4, silent=False)) == (True, True)
    assert (said(5, silent=True), said(5, silent=False)) == (True, False)
    assert not said(0, silent=False)


def test_a_program_counts_in_no_figure_and_one_who_left_still_owns_deals() -> None:
    program, left = replace(member("8"), kind=PersonKind.INTEGRATION), replace(member("9"), active=False)
    weeks = {NOW: {key: standing(key, NOW, 1, 100, 0, 0) for key in ("1", "8", "9")}}
    wins = [Wins(key, NOW.monday, 1, 1) for key in ("1", "8", "9")]
    of = evidence([member("1"), program, left], every_week(1, user="8"), standing=weeks, wins=wins)
    assert figure(FigureId.TOUCHED_VALUE, of).bottom == 200
    assert figure(FigureId.WON_QUICKLY, of).bottom == 2
    assert (figure(FigureId.SEATS_ACTIVE, of).top, figure(FigureId.SEATS_ACTIVE, of).bottom) == (0, 1)


def test_deals_won_quickly_are_of_four_weeks_and_a_short_cycle_is_said() -> None:
    wins = [Wins("1", NOW.monday, 3, 0), Wins("1", (NOW + -3).monday, 1, 1), Wins("1", (NOW + -4).monday, 9, 9)]
    found = figure(FigureId.WON_QUICKLY, evidence([member()], wins=wins))
    assert (found.value, found.last_week) == (0.25, 1.0)
    assert not codes(found)
    assert codes(figure(FigureId.WON_QUICKLY, evidence([member()], wins=wins), week=NOW + -1)) == {
        NoteCode.SHORT_SALES_CYCLE
    }


def test_the_lag_is_the_median_of_all_entries_of_four_weeks() -> None:
    lags = [Lag("1", NOW.monday, "calls", 0, 2), Lag("2", (NOW + -3).monday, "calls", 5, 3)]
    found = figure(FigureId.LAG, evidence([member("1"), member("2")], lags=lags))
    assert (found.value, found.inputs) == (5, {"entries": 5, "entries_late": 3})
    assert figure(FigureId.LAG, evidence([member("1")], lags=lags), ["1"]).value == 0
    plain = known((replace(CALLS, entered_by=""),))
    assert codes(figure(FigureId.LAG, evidence([member("1")], lags=lags, of=plain), ["1"])) == {NoteCode.SYNC_TIME}


@given(st.lists(st.integers(0, 40), min_size=1, max_size=60))
def test_the_median_of_a_histogram_is_the_median_of_its_values(values: list[int]) -> None:
    import statistics

    assert median({value: values.count(value) for value in values}) == statistics.median(values)


def test_seats_unused_counts_logins_as_use_and_leaves_out_newcomers_and_the_absent() -> None:
    recent = NOW.sunday - timedelta(days=40)
    people = [
        member("1"), member("2"), member("3"), member("4", start=recent),
        member("5", absences=[(NOW.sunday - timedelta(days=80), NOW.sunday)]), member("6"), member("7", role=READER),
    ]  # fmt: skip
    acts = [
        *did(NOW + -3, 1, user="1"), *did(NOW + -15, 1, user="2"), *did(NOW + -2, 1, user="6", measure="logins"),
        *did(NOW, 1, user="7", measure="logins"),
    ]  # fmt: skip
    of = evidence(people, acts)
    found = figure(FigureId.SEATS_UNUSED, of)
    assert (found.top, found.bottom, found.inputs) == (2, 5, {"seats": 5, "never": 1})


def test_whoever_only_reads_is_left_out_where_logins_are_not_known() -> None:
    none = known(facts={"logins": MeasureFacts("logins", Availability.NONE)})
    found = figure(FigureId.SEATS_UNUSED, evidence([member("1"), member("2", role=READER)], [], of=none))
    assert (found.top, found.bottom) == (1, 1)
    assert NoteCode.NOT_SEEN_READING in codes(found)


def test_a_history_shorter_than_sixty_days_tells_no_unused_seats() -> None:
    short = evidence([member()], of=known(first=NOW + -7))
    found = figure(FigureId.SEATS_UNUSED, short)
    assert (found.value, codes(found)) == (None, {NoteCode.TOO_SHORT})


def test_a_starters_first_five_records_count_within_two_weeks() -> None:
    monday, midweek = (NOW + -2).monday, (NOW + -3).monday + timedelta(days=2)
    people = [
        member("1", start=monday), member("2", start=midweek), member("3", start=monday),
        member("4", start=(NOW + -1).monday + timedelta(days=1)), member("5"), member("6", start=None),
        member("7", start=monday, absences=[(monday, NOW.sunday)]),
    ]  # fmt: skip
    acts = [
        *did(NOW + -1, 5, user="1", measure="deals_created"),
        *did(NOW + -1, 5, user="2", measure="deals_created"),
        *did(NOW, 5, user="3", measure="deals_created"),
    ]
    found = figure(FigureId.ONBOARDED, evidence(people, acts))
    assert (found.top, found.bottom) == (2, 3)
    assert Note(NoteCode.NO_START_DATE, {"people": 1}) in found.notes


def test_breadth_is_over_those_who_used_it_and_the_areas_of_their_roles() -> None:
    seller = Role("seller", areas=frozenset({"deals"}))
    acts = [*did(NOW, 1, user="1"), *did(NOW + -3, 1, user="2"), *did(NOW, 1, user="2", measure="changes")]
    people = [member("1"), member("2", role=seller), member("3")]
    found = figure(FigureId.BREADTH, evidence(people, acts))
    assert (found.top, found.bottom, found.inputs) == (2, 3, {"people": 2})


def test_uniformity_compares_teams_of_five_or_more_only() -> None:
    people = [member(f"{team}{n}", team=team) for team, size in (("a", 5), ("b", 6), ("c", 4)) for n in range(size)]
    filled = {"a": 9, "b": 4, "c": 0}
    new = [NewRecords(one.key, NOW.monday, "accounts", 1, 10, filled[one.team_key]) for one in people]
    found = figure(FigureId.UNIFORMITY, evidence(people, new=new))
    assert found.value == pytest.approx(0.5)
    assert (found.inputs["teams"], found.goal) == (2, None)
    alone = figure(FigureId.UNIFORMITY, evidence(people, new=new), [one.key for one in people if one.team_key != "b"])
    assert (alone.value, codes(alone)) == (None, {NoteCode.TOO_FEW_PEOPLE})


def test_a_manager_who_never_left_a_trace_is_not_available_and_one_who_stopped_is_0() -> None:
    people = [member("boss"), member("1", manager="boss"), member("2", manager="1"), member("3", manager="2")]
    silent = figure(FigureId.MANAGERS_USE, evidence(people))
    assert (silent.value, codes(silent)) == (None, {NoteCode.NOT_SEEN_READING})
    stopped = figure(FigureId.MANAGERS_USE, evidence(people, did(NOW + -9, 1, user="boss")))
    assert (stopped.value, stopped.bottom, codes(stopped)) == (0, 1, {NoteCode.NOT_SEEN_READING})
    acts = [*did(NOW + -9, 1, user="boss"), *every_week(1, user="1"), *every_week(1, user="2")]
    mixed = figure(FigureId.MANAGERS_USE, evidence(people, acts))
    assert (mixed.top, mixed.bottom, codes(mixed)) == (2, 3, set())


def test_a_digest_that_a_manager_acknowledged_is_a_trace() -> None:
    people = [member("boss"), member("1", manager="boss")]
    read = {"boss": {NOW, NOW + -1, NOW + -2}}
    assert figure(FigureId.MANAGERS_USE, evidence(people, acknowledged=read)).value == 1


def test_what_managers_did_is_counted_and_what_left_no_trace_is_not_claimed() -> None:
    people = [member("boss"), member("1", manager="boss"), member("2", manager="1")]
    acts = [*did(NOW, 2, user="boss", measure="changes", count=2), *did(NOW + -5, 1, user="boss", measure="changes")]
    found = count_managers_use(evidence(people, acts), ["boss", "1"], NOW)
    assert (found.managers, found.told, found.active, found.active_days) == (2, 1, 0, 2)
    assert (found.deals_changed, found.last_change) == (4, NOW)
    assert count_managers_use(evidence(people), ["boss"], NOW).deals_changed is None


def test_where_too_few_rows_name_a_user_nothing_is_said_of_users() -> None:
    facts = {one.name: MeasureFacts(one.name, Availability.AVAILABLE, 100, 40) for one in MEASURES}
    found = figure(FigureId.SEATS_ACTIVE, evidence([member()], every_week(1), of=known(facts=facts)))
    assert found.value is None
    assert Note(NoteCode.NOT_ATTRIBUTABLE, {"measure": "", "share": 0.4}) in found.notes


def test_an_incomplete_source_is_told_beside_every_figure_it_feeds_and_no_other() -> None:
    of = known((replace(CALLS, incomplete="not synced"), *MEASURES[1:]))
    found = figures(evidence([member()], every_week(1), of=of), ["1"], NOW, FIGURES)
    assert {one.id for one in found if NoteCode.INCOMPLETE in codes(one)} == {
        FigureId.TOUCHED_VALUE, FigureId.SEATS_ACTIVE, FigureId.LAG, FigureId.SEATS_UNUSED, FigureId.BREADTH,
        FigureId.MANAGERS_USE,
    }  # fmt: skip


def test_weeks_before_the_history_are_unknown_in_a_line() -> None:
    found = figure(FigureId.SEATS_ACTIVE, evidence([member()], every_week(1), of=known(first=NOW + -5)))
    assert found.line == (None,) * 9 + (1.0,) * 3
    early = figure(FigureId.SEATS_ACTIVE, evidence([member()], of=known(first=NOW + -1)))
    assert (early.value, early.notes) == (None, (Note(NoteCode.TOO_SHORT, {"weeks": 2}),))


def test_rows_kept_per_team_tell_sums_and_nothing_of_seats() -> None:
    whole = Organisation({}, {"a": Team("a", "A", 6), "b": Team("b", "B", 5)})
    keys = ["team:a", "team:b"]
    new = [NewRecords("team:a", NOW.monday, "x", 1, 10, 8), NewRecords("team:b", NOW.monday, "x", 1, 10, 5)]
    rows = by_user(person_weeks(every_week(1, user="team:a"), new_records=new, known=known()))
    of = Evidence(whole, known(), Calendar(), rows)
    found = {one.id: one for one in figures(of, keys, NOW, FIGURES)}
    assert found[FigureId.NEW_COMPLETE].value == pytest.approx(0.65)
    assert found[FigureId.UNIFORMITY].value == pytest.approx(0.3)
    seats = [FigureId.SEATS_ACTIVE, FigureId.SEATS_UNUSED, FigureId.ONBOARDED, FigureId.BREADTH, FigureId.MANAGERS_USE]
    assert all(found[one].value is None and NoteCode.MANDATE_STRICT in codes(found[one]) for one in seats)


_counts = st.dictionaries(st.sampled_from("123456"), st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1)


@settings(deadline=None)
@given(_counts, st.sets(st.sampled_from("123456")))
def test_parts_of_a_share_add_up_over_any_two_halves(counts: Mapping[str, tuple[int, int]], half: set[str]) -> None:
    people = [member(key) for key in "123456"]
    new = [NewRecords(user, NOW.monday, "x", 1, a + b, a) for user, (a, b) in counts.items()]
    wins = [Wins(user, NOW.monday, a + b, b) for user, (a, b) in counts.items()]
    acts = [
        one
        for user, (a, b) in counts.items()
        for back in range(min(a, 4))
        for one in did(NOW + -back, b % 6, user=user)
    ]
    of = evidence(people, acts, new=new, wins=wins)
    for wanted in (FigureId.NEW_COMPLETE, FigureId.WON_QUICKLY, FigureId.SEATS_ACTIVE, FigureId.BREADTH):
        whole, one, other = (figure(wanted, of, keys) for keys in ("123456", half, set("123456") - half))
        assert (whole.top, whole.bottom) == ((one.top or 0) + (other.top or 0), (one.bottom or 0) + (other.bottom or 0))


def test_seats_are_not_told_where_no_use_is_read_at_all() -> None:
    facts = {one.name: MeasureFacts(one.name, Availability.NONE, reason="not mapped") for one in MEASURES}
    nothing_read = evidence([member("1"), member("2")], of=known(facts=facts))
    for wanted in (FigureId.SEATS_ACTIVE, FigureId.SEATS_UNUSED, FigureId.TOUCHED_VALUE):
        found = figure(wanted, nothing_read)
        assert found.line == (None,) * len(found.line)
        assert NoteCode.NOT_AVAILABLE in codes(found)
