"""A monthly page compares with the month before, in figures, teams and words; a weekly one with the week."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.adoption.figure import FigureId, Goal
from monitor.adoption.week import IsoWeek
from monitor.digest.actions import better
from monitor.digest.actions_rules import Situation, candidates
from monitor.digest.build_rows import Group, team_row
from monitor.digest.html import to_html
from monitor.digest.period import Period, last_month
from monitor.digest.snapshot import ActionKind, Better, Kind, QualityCount, Subject, SubjectKind
from monitor.digest.text import to_plain
from monitor.digest.words_actions import reason_text
from monitor.language import CODES, language
from tests.digest import making
from tests.digest.page import Page
from tests.digest.parts import card, figure, quality

NOVEMBER = Period.of_month(2026, 11)  # its last week is 48, that of October 43: five weeks
OCTOBER = Period.of_month(2026, 10)  # four weeks: September ends with week 39
LINE = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.91, 0.92, 0.93)
months = st.dates(date(2015, 1, 1), date(2035, 12, 31)).map(lambda day: Period.of_month(day.year, day.month))


@given(months)
def test_months_follow_one_another_and_share_no_week(month: Period) -> None:
    assert month.before.last + timedelta(days=1) == month.first
    assert month.before.week + 1 == month.weeks[0]
    assert month.weeks[-1] == month.week
    assert len(month.weeks) in (4, 5)
    assert all(week.sunday.month == month.first.month for week in month.weeks)


@given(st.dates(date(2015, 1, 1), date(2035, 12, 31)).map(IsoWeek.of))
def test_a_month_is_told_once_it_is_over_and_not_before(week: IsoWeek) -> None:
    month = last_month(week)
    assert month.last <= week.sunday
    following = month.last + timedelta(days=1)
    assert Period.of_month(following.year, following.month).last > week.sunday


def test_october_of_2026_is_over_with_the_week_that_ends_on_the_first_of_november() -> None:
    assert last_month(IsoWeek(2026, 43)).name == "2026-09"
    assert last_month(IsoWeek(2026, 44)) == OCTOBER
    assert "1 Oct – 31 Oct 2026 (weeks 40 to 43)" in to_plain(
        replace(making.sponsor(), period=OCTOBER), language("en"), width=200
    )


def test_a_week_is_followed_from_the_week_before() -> None:
    week = Period.of_week(IsoWeek(2027, 1))
    assert (week.before.name, week.weeks) == ("2026-W53", (IsoWeek(2027, 1),))


@pytest.mark.parametrize(("period", "earlier"), [(NOVEMBER, 0.7), (OCTOBER, 0.8)])
def test_a_figure_of_a_month_stands_beside_that_of_the_last_week_of_the_month_before(
    period: Period, earlier: float
) -> None:
    one = figure(FigureId.SEATS_ACTIVE, LINE[-1], line=LINE, last_week=LINE[-2])
    assert period.earlier(one) == earlier
    assert Period.of_week(period.week).earlier(one) == LINE[-2]
    assert period.earlier(replace(one, line=LINE[-3:])) is None, "a shorter history has no month before"


def test_what_got_better_since_the_month_before_is_told_though_the_last_week_was_no_better() -> None:
    rose = figure(FigureId.NEW_COMPLETE, 0.93, Goal(0.9, True), line=LINE, last_week=0.95)
    fell = figure(FigureId.SEATS_ACTIVE, 0.6, Goal(0.75, True), line=(0.9,) * 10 + (0.5, 0.6), last_week=0.5)
    counts: tuple[QualityCount, ...] = (quality(count=5, before=9),)
    situation = Situation(Kind.SPONSOR, NOVEMBER, counts, {one.id: one for one in (rose, fell)})
    assert better(situation) == (
        Better(Subject(SubjectKind.CHECK, counts[0].check, counts[0].title), 9, 5),
        Better(Subject(SubjectKind.FIGURE, FigureId.NEW_COMPLETE), 0.7, 0.93),
    )


def test_a_team_of_a_month_is_the_mean_of_its_weeks_beside_that_of_the_month_before() -> None:
    """November has five weeks, of 1, 2, 3, 4 and 5 days, October four of 4: not the last week, nor the four before."""
    days = [5, 4, 3, 2, 1, 4, 4, 4, 4, 0, 0, 0]
    cards = {"1": [replace(card("1", active=n), week=NOVEMBER.week + -back) for back, n in enumerate(days)]}
    group = Group("a", "A", frozenset(["1"]))
    assert (team_row(group, cards, NOVEMBER).active_days, team_row(group, cards, NOVEMBER).usual) == (3, 4)
    of_week = team_row(group, cards, Period.of_week(NOVEMBER.week))
    assert (of_week.active_days, of_week.usual) == (5, 2.5)
    assert of_week.line == team_row(group, cards, NOVEMBER).line


def test_a_team_that_halved_since_the_month_before_is_told_with_both_months() -> None:
    row = replace(making.teams()[0], active_days=1.5, usual=4.0)
    [action] = candidates(Situation(Kind.SPONSOR, NOVEMBER, teams=(row,)))
    assert action.kind is ActionKind.TEAM_QUIETER
    said = reason_text(action.reason, making.sponsor(), language("en"))
    assert said == "1.5 active days per person and week, in the month before 4"
    assert "in the 4 weeks before 4" in reason_text(action.reason, making.manager(), language("en"))


@pytest.mark.parametrize(("now", "told"), [(3.2, True), (3.3, False)])
def test_a_fifth_less_in_a_month_is_told_which_in_a_week_may_be_chance(now: float, *, told: bool) -> None:
    row = replace(making.teams()[0], active_days=now, usual=4.0)
    assert bool(candidates(Situation(Kind.SPONSOR, NOVEMBER, teams=(row,)))) is told
    assert not candidates(Situation(Kind.MANAGER, Period.of_week(NOVEMBER.week), teams=(row,)))


@pytest.mark.parametrize("code", CODES)
def test_no_monthly_form_speaks_of_the_week_before_nor_a_weekly_one_of_the_month(code: str) -> None:
    week = {"en": "week before", "da": "ugen før", "nb": "uken før"}[code]
    month = {"en": "month before", "da": "måneden før", "nb": "måneden før"}[code]
    last_week = {"en": "last week", "da": "sidste uge", "nb": "forrige uke"}[code]
    for digest, said, not_said in ((making.sponsor(), month, week), (making.manager(), week, month)):
        page, text = Page(to_html(digest, language(code))), to_plain(digest, language(code), width=400)
        for form in (page.text.casefold(), text.casefold()):
            assert said in form
            assert not_said not in form
            assert (last_week in form) is (digest.kind is Kind.MANAGER)


def test_the_page_of_a_month_has_the_figures_of_the_month_before() -> None:
    digest = making.sponsor()
    page = Page(to_html(digest, language("en")))
    heads = [one.text for one in page.all("th")]
    assert "Month before" in heads
    assert "4 weeks before" not in heads
    for one in (digest.figure(wanted) for wanted in digest.headline):
        assert one is not None
        value = digest.period.earlier(one)
        assert value is not None
        assert value == one.line[-6]
        tile = language("en").percent(value, one.goal.limit if one.goal else None)
        if one.id is not FigureId.LAG:
            assert f"month before: {tile}" in page.text
