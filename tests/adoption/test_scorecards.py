"""One person's week: sums, the own usual, areas, and what is said beside."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.activity.facts import Activity, Lag, MeasureFacts, NewRecords
from monitor.activity.measure import Availability
from monitor.adoption.calendar import Calendar
from monitor.adoption.known import Known
from monitor.adoption.note import Note, NoteCode
from monitor.adoption.organisation import Role
from monitor.adoption.scorecard import Scorecard, Share
from monitor.adoption.scorecards import Hygiene, Scoring, score, score_all
from monitor.adoption.week import IsoWeek
from monitor.adoption.weeks import by_user, person_weeks
from monitor.crm.directory import PersonKind
from tests.adoption.making import (
    CHANGED,
    CREATED,
    FIRST,
    MEASURES,
    NOW,
    STATUSES,
    TOUCHED,
    card,
    did,
    every_week,
    known,
    member,
    organisation,
    rows,
)


def test_counts_created_and_changed_are_of_the_week() -> None:
    facts = [*did(NOW, 2, count=3), *did(NOW, 1, measure="deals_created"), *did(NOW + -1, 3, measure="changes")]
    found = card(member(), facts)
    assert (found.counts["calls"], found.created, found.updated, found.active_days) == (6, 1, 0, 2)
    assert found.working_days == 5


def test_what_the_crm_cannot_tell_is_none_or_missing_and_a_note_says_why() -> None:
    none = MeasureFacts("changes", Availability.NONE, reason="not mapped: changes")
    found = card(member(), did(NOW, 1), of=known(facts={"changes": none}))
    assert found.updated is None
    assert "changes" not in found.counts
    assert Note(NoteCode.NOT_AVAILABLE, {"measure": "changes", "reason": "not mapped: changes"}) in found.notes


def test_a_stamp_that_the_next_touch_overwrites_is_said_to_be_one() -> None:
    found = card(member(), did(NOW, 1, measure="touched"), of=known((TOUCHED,)))
    assert (found.active_days, found.updated) == (1, 1)
    assert Note(NoteCode.LAST_ONLY, {"measure": "touched"}) in found.notes


def test_of_two_measures_that_stand_in_for_each_other_only_the_one_that_is_told_is_spoken_of() -> None:
    stamp = replace(TOUCHED, unless="changes")
    none = {name: MeasureFacts(name, Availability.NONE) for name in ("changes", "touched")}
    with_history = known((CHANGED, stamp), {"touched": none["touched"]})
    assert with_history.notes(with_history.measures) == ()
    with_stamps = known((CHANGED, stamp), {"changes": none["changes"]})
    assert with_stamps.notes(with_stamps.measures) == (Note(NoteCode.LAST_ONLY, {"measure": "touched"}),)
    with_neither = known((CHANGED, stamp), none)
    assert {note.code for note in with_neither.notes(with_neither.measures)} == {NoteCode.NOT_AVAILABLE}


def test_an_incomplete_and_an_ownerless_source_say_so() -> None:
    calls = replace(MEASURES[0], incomplete="calls are not synced")
    found = card(
        member(), [], of=known((calls, CREATED), {"calls": MeasureFacts("calls", Availability.AVAILABLE, 10, 5)})
    )
    assert {note.code: dict(note.params) for note in found.notes} == {
        NoteCode.INCOMPLETE: {"measure": "calls", "reason": "calls are not synced"},
        NoteCode.NOT_ATTRIBUTABLE: {"measure": "calls", "share": 0.5},
    }


def test_the_usual_is_the_mean_of_the_four_weeks_before_that_had_a_working_day() -> None:
    leave = [((NOW + -2).monday, (NOW + -1).sunday)]
    facts = [*did(NOW, 5), *did(NOW + -3, 2), *did(NOW + -4, 4), *did(NOW + -4, 1, measure="deals_created", count=6)]
    found = card(member(absences=leave), facts)
    assert found.usual == {"active_days": 3, "calls": 3, "deals_created": 3, "changes": 0, "logins": 0, "created": 3,
                           "updated": 0}  # fmt: skip
    all_away = [((NOW + -4).monday, (NOW + -1).sunday)]
    assert card(member(absences=all_away), facts).usual == {}


def test_areas_are_those_of_four_weeks_and_of_the_role() -> None:
    facts = [*did(NOW + -3, 1, measure="changes"), *did(NOW + -4, 1)]
    found = card(member(), facts)
    assert found.areas_used == {"deals"}
    assert found.areas_meant == {"deals", "activities"}
    seller = Role("seller", areas=frozenset({"deals", "contracts"}))
    assert card(member(role=seller), facts).areas_meant == {"deals"}
    caller = Role("caller", measures=frozenset({"calls"}))
    assert card(member(role=caller), facts).areas_meant == {"activities"}
    assert card(member(role=Role("reader", reads_only=True)), facts).areas_meant == frozenset()


def test_completeness_is_of_28_days_and_lag_of_the_week() -> None:
    new = [NewRecords("1", (NOW + -back).monday, "accounts", 1, 10, 10 - back) for back in range(6)]
    lags = [Lag("1", NOW.monday, "calls", 0, 2), Lag("1", (NOW + -1).monday, "calls", 9, 2)]
    of = known()
    made = by_user(person_weeks([], lags, new, known=of))["1"]
    clean = Hygiene({"deal-overdue": Share(2, 9)}, {"deal-overdue": 4})
    found = score(member(), (NOW,), made, Scoring(of, Calendar(), STATUSES.statuses), clean)[0]
    assert found.complete == Share(10 + 9 + 8 + 7, 40)
    assert found.lags == {0: 2}
    assert (found.hygiene, found.inherited) == ({"deal-overdue": Share(2, 9)}, {"deal-overdue": 4})


def test_a_short_history_and_an_unknown_start_are_said() -> None:
    found = card(member(start=None), did(NOW, 1), of=known(first=NOW + -2))
    assert {note.code: dict(note.params) for note in found.notes} == {
        NoteCode.TOO_SHORT: {"weeks": 3},
        NoteCode.NO_START_DATE: {"people": 1},
    }


def test_only_persons_with_a_seat_who_have_started_get_a_scorecard() -> None:
    whole = organisation(
        member("1"), member("2", start=NOW.sunday), member("3", start=NOW.sunday + timedelta(days=1)),
        replace(member("4"), active=False), replace(member("5"), kind=PersonKind.INTEGRATION), member("0", start=None),
    )  # fmt: skip
    scoring = Scoring(known(), Calendar(), STATUSES.statuses)
    made = by_user(person_weeks(every_week(1, user="5"), known=known()))
    assert [found.user for found in score_all(whole, (NOW,), made, scoring)] == ["0", "1", "2"]


@given(
    days=st.lists(st.integers(0, 5), min_size=26, max_size=26),
    start=st.integers(0, 40),
    away=st.integers(0, 30),
    quiet=st.sets(st.integers(FIRST.number, NOW.number), max_size=3),
)
def test_weeks_scored_together_are_those_scored_one_after_the_other(
    days: list[int], start: int, away: int, quiet: set[int]
) -> None:
    absence = ((NOW + -away).monday, (NOW + -away + 2).sunday)
    people = organisation(
        member("1", start=(NOW + -start).monday, absences=[absence], manager="2"), member("2", start=None)
    )
    made = rows(fact for number, many in enumerate(days) for fact in did(FIRST + number, many))
    scoring = Scoring(known(), Calendar(quiet_weeks=frozenset(quiet)), STATUSES.statuses)
    weeks = NOW.back(12)
    clean = {"1": Hygiene({"deal-overdue": Share(2, 9)})}

    one_by_one: list[Scorecard] = []
    for week in weeks:
        before = {one.user: one for one in one_by_one if one.week + 1 == week}
        hygiene = clean if week == NOW else None
        one_by_one += score_all(people, (week,), made, scoring, hygiene=hygiene, before=before)

    together = score_all(people, weeks, made, scoring, hygiene=clean)
    assert together == sorted(one_by_one, key=lambda one: (one.user, one.week))


def test_a_week_without_any_row_has_a_scorecard_all_the_same() -> None:
    found = card(member(), every_week(3), NOW + 1)
    assert (found.active_days, found.counts["calls"], found.last_active) == (0, 0, NOW.monday + timedelta(days=2))


def test_a_week_before_the_history_can_be_asked_for() -> None:
    early: Known = known(first=NOW)
    found = card(member(start=date(2026, 1, 1)), [], NOW + -3, of=early)
    assert found.verdict.status == "never"


def test_where_nothing_tells_of_use_nobody_is_said_to_have_none() -> None:
    people = organisation(member("1"), member("2"))
    for facts in (
        {one.name: MeasureFacts(one.name, Availability.NONE, reason="not mapped") for one in MEASURES},
        {one.name: MeasureFacts(one.name, Availability.AVAILABLE, 100, 20) for one in MEASURES},
    ):
        scoring = Scoring(known(facts=facts), Calendar(), STATUSES.statuses)
        assert not score_all(people, (NOW,), rows(did(NOW, 1)), scoring)


def test_a_status_that_lasts_since_the_first_week_known_may_be_older_unless_the_person_is_not() -> None:
    of = known(first=NOW + -9)
    assert card(member(start=(NOW + -99).monday), [], of=of).verdict.at_least
    assert card(member(start=None), [], of=of).verdict.at_least
    assert not card(member(start=(NOW + -8).monday), [], of=of).verdict.at_least
    stopped = card(member(start=(NOW + -99).monday), did(NOW + -9, 1), of=of).verdict
    assert (stopped.status, stopped.at_least) == ("dormant", False)


def test_a_status_whose_beginning_was_seen_stays_exact_when_the_weeks_of_then_are_gone() -> None:
    person = member(start=(NOW + -99).monday)

    def scored(week: IsoWeek, first: IsoWeek, before: Scorecard | None, acts: list[Activity]) -> Scorecard:
        scoring = Scoring(known(first=first), Calendar(), STATUSES.statuses)
        return score(person, (week,), rows(acts).get(person.key, {}), scoring, before=before)[0]

    seen = scored(NOW + -1, NOW + -25, None, did(NOW + -20, 1))
    later = scored(NOW, NOW + -9, seen, [])
    assert (seen.verdict.status, later.verdict.status) == ("dormant", "dormant")
    assert (later.verdict.since, later.verdict.at_least) == (seen.verdict.since, False)
    alone = scored(NOW, NOW + -9, None, [])
    assert (alone.verdict.since, alone.verdict.at_least) == (NOW + -9, True)
