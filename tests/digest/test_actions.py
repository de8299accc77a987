"""The three things to do this week come out of the data by rules, each with its reason."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from monitor.adoption.figure import Figure, FigureId, Goal, Unit
from monitor.adoption.note import Note, NoteCode
from monitor.digest.actions import PastDigest, better, choose, last_actions
from monitor.digest.actions_rules import HOW_BAD, RULES, Situation, candidates
from monitor.digest.period import Period
from monitor.digest.snapshot import (
    Action,
    ActionKind,
    Kind,
    LastAction,
    ManagementUse,
    Outcome,
    PersonRow,
    QualityCount,
    ReasonCode,
    SeatsRow,
    Snapshot,
    SubjectKind,
    TeamRow,
    Who,
)
from monitor.quality.check import Attribution, Severity
from tests.digest.parts import AT, NAMED, WEEK, figure, quality

OVERDUE = quality("close-date-passed", 3, amount=Decimal(1_900_000))
STEPS = quality("deal-without-next-step", 5, before=2)
NUMBERS = quality("account-without-company-number", 11, attribution=Attribution.INTEGRATION, warn=0.05)
FADING = PersonRow(
    "7", "Seven", status="fading", since=WEEK, usual=4.0, line=(4,) * 8 + (1, 1, 0, 1), because={"kept_up": 0.2}
)
MONTH = Period.of_month(2026, 11)
HIGH, LOW = Goal(0.9, True), Goal(0.1, False)


def manager(*counts: QualityCount, **others: object) -> Situation:
    return replace(Situation(Kind.MANAGER, Period.of_week(WEEK), counts), **others)  # type: ignore[arg-type]


def sponsor(**others: object) -> Situation:
    return replace(Situation(Kind.SPONSOR, MONTH), **others)  # type: ignore[arg-type]


def figures(*given: Figure) -> dict[FigureId, Figure]:
    return {one.id: one for one in given}


def kinds(situation: Situation) -> list[ActionKind]:
    return [action.kind for action in choose(situation)]


def only(situation: Situation) -> Action:
    (action,) = choose(situation)
    return action


def past(*actions: Action, outcome: Outcome = Outcome.OPEN) -> PastDigest:
    return PastDigest("2026-W46", tuple(LastAction(action, outcome) for action in actions))


# One test per rule


def test_deals_past_their_close_date_come_with_their_amount_and_a_link() -> None:
    action = only(manager(OVERDUE))
    assert (action.number, action.kind, action.now, action.who) == (1, ActionKind.OVERDUE, 3, Who.YOU)
    assert (action.amount, action.link) == (Decimal(1_900_000), "https://crm.example/close-date-passed")
    assert (action.reason.code, action.reason.params) == (ReasonCode.AT_STAKE, {"count": 3, "rows": 100})


def test_failing_records_that_grew_say_from_what_to_what() -> None:
    action = only(manager(STEPS))
    assert (action.kind, action.now, action.before) == (ActionKind.GREW, 5, 2)
    assert (action.reason.code, action.reason.params) == (ReasonCode.GREW, {"before": 2, "now": 5})


def test_one_record_more_among_many_is_no_growth() -> None:
    assert kinds(manager(quality(count=41, before=40))) == [ActionKind.RECORDS]


def test_what_came_from_other_owners_is_no_growth_and_what_grew_beside_it_is() -> None:
    assert kinds(manager(quality(count=120, before=4, came_over=116))) == [ActionKind.RECORDS]
    action = only(manager(quality(count=126, before=4, came_over=116)))
    assert (action.kind, action.now, action.before) == (ActionKind.GREW, 126, 4)
    assert action.reason.params == {"before": 4, "now": 10}


def test_where_nobody_can_tell_what_came_from_others_more_of_more_records_is_no_growth() -> None:
    def told(rows: int) -> list[ActionKind]:
        return kinds(manager(quality(count=120, rows=rows, before=4, before_rows=40, came_over=None)))

    assert told(1200) == [ActionKind.RECORDS]
    assert told(400) == [ActionKind.GREW]


def test_the_stock_of_failing_records_names_the_limit_it_is_over() -> None:
    action = only(manager(quality(count=22, warn=0.05, fail=0.2)))
    assert action.kind is ActionKind.RECORDS
    assert action.reason.code is ReasonCode.OVER_LIMIT
    assert action.reason.params == {"count": 22, "rows": 100, "share": 0.22, "limit": 0.2}


def test_within_its_limits_the_stock_is_only_a_backlog() -> None:
    assert only(manager(quality(count=2, warn=0.05))).reason.code is ReasonCode.BACKLOG


def test_what_matters_little_comes_after_what_matters() -> None:
    info = quality("contact-without-title", 90, severity=Severity.INFO)
    assert only(manager(info, quality("contact-unreachable", 1))).subject.key == "contact-unreachable"


def test_somebody_who_fades_is_to_be_asked_with_the_own_usual_beside_it() -> None:
    action = only(manager(people=(FADING,)))
    assert (action.kind, action.subject.kind, action.subject.name) == (ActionKind.PERSON, SubjectKind.PERSON, "Seven")
    assert action.reason.code is ReasonCode.FADING
    assert action.reason.params == {"active_days": 3, "usual_days": 16.0, "since": "2026-W47", "usual_weeks": 4}


def test_somebody_dormant_is_told_with_the_weeks_since_the_last_activity() -> None:
    row = PersonRow("7", "Seven", status="dormant", last_active=(WEEK + -6).sunday)
    assert only(manager(people=(row,))).reason.params == {"weeks": 6, "since": ""}


def test_somebody_who_never_started_is_to_be_helped() -> None:
    row = PersonRow("7", "Seven", status="never", because={"days_since_start": 40})
    assert only(manager(people=(row,))).reason.params == {"days": 40}


@pytest.mark.parametrize("status", ["away", "new", "active", "occasional", "something of their own"])
def test_nobody_is_asked_about_leave_or_a_first_week(status: str) -> None:
    assert kinds(manager(people=(PersonRow("7", "Seven", status=status),))) == []


def test_of_two_who_slip_away_the_one_who_can_be_won_back_is_asked_first() -> None:
    dormant = PersonRow("1", "One", status="dormant", because={"weeks_since_activity": 20})
    assert only(manager(people=(dormant, FADING))).subject.key == "7"


def test_a_team_whose_use_halved_is_named() -> None:
    action = only(manager(teams=(TeamRow("n", "Nord", 8, active_days=1.0, usual=3.0),)))
    assert (action.kind, action.subject.name, action.now, action.before) == (ActionKind.TEAM_QUIETER, "Nord", 1.0, 3.0)


@pytest.mark.parametrize(
    "row",
    [
        TeamRow("n", "Nord", 8, active_days=1.6, usual=3.0),
        TeamRow("n", "Nord", 8, active_days=0.0, usual=0.2),
        TeamRow("n", "Nord", 8, active_days=None, usual=3.0),
        TeamRow("", "", 8, merged=2, active_days=0.0, usual=3.0),
    ],
)
def test_a_team_that_dips_rests_or_is_several_is_not(row: TeamRow) -> None:
    assert kinds(manager(teams=(row,))) == []


def test_new_records_below_their_goal_are_to_be_agreed_on() -> None:
    action = only(manager(figures=figures(figure(FigureId.NEW_COMPLETE, 0.7, HIGH, bottom=200, last_week=0.72))))
    assert (action.kind, action.now, action.before) == (ActionKind.NEW_RECORDS, 0.7, 0.72)
    assert (action.reason.code, action.reason.params) == (ReasonCode.BELOW_GOAL, {"value": 0.7, "goal": 0.9})


def test_a_handful_of_fields_is_too_little_to_speak_of() -> None:
    assert kinds(manager(figures=figures(figure(FigureId.NEW_COMPLETE, 0.2, HIGH, bottom=4)))) == []


def test_deals_that_are_won_as_soon_as_they_are_entered_point_to_a_pipeline_elsewhere() -> None:
    action = only(manager(figures=figures(figure(FigureId.WON_QUICKLY, 0.6, LOW, bottom=10))))
    assert (action.kind, action.reason.code) == (ActionKind.WON_QUICKLY, ReasonCode.ABOVE_GOAL)


def test_where_deals_are_usually_won_within_days_that_says_nothing() -> None:
    short = figure(FigureId.WON_QUICKLY, 0.6, LOW, bottom=10, notes=(Note(NoteCode.SHORT_SALES_CYCLE),))
    assert kinds(manager(figures=figures(short))) == []


def test_a_manager_who_changed_no_deal_for_weeks_is_told_since_when() -> None:
    action = only(manager(management=ManagementUse(deals_changed=0, last_change=WEEK + -14)))
    assert (action.kind, action.subject.kind) == (ActionKind.OWN_USE, SubjectKind.SELF)
    assert (action.reason.code, action.reason.params) == (ReasonCode.NO_CHANGE_SINCE, {"since": "2026-W33"})


def test_a_manager_who_never_changed_a_deal_is_told_so() -> None:
    assert only(manager(management=ManagementUse(deals_changed=0))).reason.code is ReasonCode.NEVER_CHANGED


@pytest.mark.parametrize(
    "use",
    [
        ManagementUse(deals_changed=None, last_change=None),
        ManagementUse(deals_changed=2, last_change=WEEK),
        ManagementUse(deals_changed=0, last_change=WEEK + -2),
    ],
)
def test_where_the_source_cannot_show_it_or_it_is_not_so_nothing_is_said_of_the_managers_use(
    use: ManagementUse,
) -> None:
    assert kinds(manager(management=use)) == []


def test_managers_who_do_not_use_it_are_the_sponsors_first_action() -> None:
    situation = sponsor(figures=figures(figure(FigureId.MANAGERS_USE, 0.4, HIGH, bottom=10)))
    assert kinds(situation) == [ActionKind.MANAGERS_USE]


def test_unused_seats_come_with_their_cost_to_the_sponsor() -> None:
    seats = SeatsRow(60, 43, 3, 2, Decimal(10240), "DKK", assigned=47)
    action = only(sponsor(seats=seats))
    assert (action.kind, action.now, action.amount) == (ActionKind.UNUSED_SEATS, 16, Decimal(10240))
    assert (action.reason.code, action.reason.params) == (ReasonCode.SEATS, {"bought": 60, "free": 13, "unused": 3})


def test_seats_that_nobody_was_given_are_paid_for_also_where_use_is_not_known_yet() -> None:
    action = only(sponsor(seats=SeatsRow(60, None, None, None, Decimal(8320), "DKK", assigned=47)))
    assert (action.now, action.amount) == (13, Decimal(8320))


def test_a_few_unused_seats_are_within_the_goal() -> None:
    assert kinds(sponsor(seats=SeatsRow(60, 56, 3, 1, assigned=60))) == []


def test_records_of_somebody_who_left_go_to_the_admin() -> None:
    action = only(manager(quality("account-owner-gone", 14)))
    assert (action.kind, action.who, action.reason.params) == (ActionKind.OWNER_GONE, Who.ADMIN, {"count": 14})


def test_what_an_integration_left_empty_is_the_admins() -> None:
    action = only(manager(NUMBERS))
    assert (action.kind, action.who, action.reason.code) == (
        ActionKind.ADMIN_RECORDS,
        Who.ADMIN,
        ReasonCode.ADMIN_HAS_IT,
    )


def test_what_does_not_fail_is_no_action() -> None:
    assert kinds(manager(quality(count=0, before=0), quality("deal-owner-gone", 0))) == []


def test_the_rules_are_in_the_order_of_their_worth_and_cover_every_kind() -> None:
    assert [rule.kind for rule in RULES] == [
        rule.kind for rule in sorted(RULES, key=lambda rule: rule.worth, reverse=True)
    ]
    assert {rule.kind for rule in RULES} == set(ActionKind) - {ActionKind.REMOVED}
    assert all(rule.why and rule.readers for rule in RULES)


def test_a_rank_is_the_rules_worth_and_up_to_fifteen_for_how_bad_it_is() -> None:
    worth = {rule.kind: rule.worth for rule in RULES}
    for action in candidates(manager(OVERDUE, STEPS, NUMBERS, people=(FADING,))):
        assert worth[action.kind] <= action.rank <= worth[action.kind] + HOW_BAD


# Choosing


def test_three_are_chosen_by_rank_one_of_a_kind_and_of_a_subject() -> None:
    actions = choose(manager(OVERDUE, STEPS, NUMBERS, people=(FADING, replace(FADING, key="8"))))
    assert [(action.number, action.kind) for action in actions] == [
        (1, ActionKind.PERSON),
        (2, ActionKind.OVERDUE),
        (3, ActionKind.GREW),
    ]
    grown = choose(manager(replace(OVERDUE, before=1)))
    assert [action.kind for action in grown] == [ActionKind.OVERDUE]


def test_records_to_mend_push_out_the_third_where_there_would_be_none() -> None:
    situation = manager(
        quality(count=1),
        people=(FADING,),
        teams=(TeamRow("n", "Nord", 8, active_days=1.0, usual=3.0),),
        figures=figures(figure(FigureId.NEW_COMPLETE, 0.5, HIGH, bottom=100)),
    )
    assert kinds(situation) == [ActionKind.TEAM_QUIETER, ActionKind.PERSON, ActionKind.RECORDS]


def test_the_admin_has_at_most_one_of_the_three() -> None:
    assert kinds(manager(quality("account-owner-gone", 14), NUMBERS)) == [ActionKind.OWNER_GONE]


def test_the_sponsor_is_asked_about_no_person_and_no_single_record() -> None:
    assert kinds(sponsor(people=(FADING,), quality=(OVERDUE, STEPS))) == []


def test_an_own_page_asks_for_records_only() -> None:
    own = replace(manager(OVERDUE, STEPS, NUMBERS, people=(FADING,)), kind=Kind.OWN)
    assert kinds(own) == [ActionKind.OVERDUE, ActionKind.GREW]


# Over the weeks


def test_a_second_week_asks_again_and_says_so() -> None:
    first = only(manager(OVERDUE))
    (second,) = choose(manager(OVERDUE), [past(first)])
    assert (first.weeks, second.weeks) == (1, 2)


def test_a_third_week_without_a_change_asks_for_something_else() -> None:
    first = only(manager(OVERDUE))
    history = [past(first), past(first)]
    assert [action.kind for action in choose(manager(OVERDUE, STEPS), history)] == [ActionKind.GREW]
    worse = replace(OVERDUE, count=9)
    assert [(action.kind, action.weeks) for action in choose(manager(worse), history)] == [(ActionKind.OVERDUE, 3)]


def test_a_check_that_wore_out_does_not_come_back_under_another_rule() -> None:
    history = [past(only(manager(STEPS)))] * 2
    assert choose(manager(replace(STEPS, before=5)), history) == ()


def test_what_the_reader_called_irrelevant_stays_away_until_it_moves() -> None:
    asked = past(only(manager(OVERDUE)), outcome=Outcome.IRRELEVANT)
    assert choose(manager(OVERDUE), [past(), asked]) == ()
    assert len(choose(manager(replace(OVERDUE, count=30)), [past(), asked])) == 1


def test_the_same_person_is_asked_about_a_third_time_only_with_another_status() -> None:
    history = [past(only(manager(people=(FADING,))))] * 2
    assert choose(manager(people=(replace(FADING, line=(0,) * 12),)), history) == ()
    assert len(choose(manager(people=(replace(FADING, status="dormant"),)), history)) == 1


def test_last_weeks_actions_come_back_with_what_they_count_now() -> None:
    asked = choose(manager(OVERDUE, STEPS, people=(FADING,)))
    now = manager(replace(OVERDUE, count=1), people=(FADING,))
    back = last_actions(now, [past(*asked, outcome=Outcome.DONE), past()])
    assert [(last.action.kind, last.outcome, last.now) for last in back] == [
        (ActionKind.PERSON, Outcome.DONE, 3),
        (ActionKind.OVERDUE, Outcome.DONE, 1),
        (ActionKind.GREW, Outcome.DONE, None),
    ]
    assert last_actions(now, []) == ()


def test_a_stored_digest_and_what_was_said_of_it_are_what_the_next_one_looks_back_on() -> None:
    stored = Snapshot(
        Kind.MANAGER, "boss", Period.of_week(WEEK), "UTC", AT, NAMED, actions=choose(manager(OVERDUE, STEPS))
    )
    back = PastDigest.of(stored, {2: Outcome.DONE})
    assert back.period == "2026-W47"
    assert [(last.action.subject.text, last.outcome) for last in back.actions] == [
        ("check:close-date-passed", Outcome.OPEN),
        ("check:deal-without-next-step", Outcome.DONE),
    ]


# What got better


def test_what_fell_most_is_better() -> None:
    found = better(manager(quality("a", 3, before=9), quality("b", 10, before=30), quality("c", 8, before=9)))
    assert [(one.subject.key, one.before, one.now) for one in found] == [("b", 30, 10), ("a", 9, 3)]


def test_records_that_were_handed_over_are_not_mended() -> None:
    assert better(manager(quality(count=5, rows=50, before=10, before_rows=100))) == ()


def test_a_figure_that_moved_towards_its_goal_is_better_and_one_that_moved_away_is_not() -> None:
    situation = manager(
        figures=figures(
            figure(FigureId.NEW_COMPLETE, 0.95, HIGH, last_week=0.8),
            figure(FigureId.LAG, 3.0, Goal(2, False), unit=Unit.DAYS, last_week=1.0),
        )
    )
    assert [one.subject.key for one in better(situation)] == ["new_complete"]
