"""People, measures and what they did, in short, for tests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

from monitor.activity.facts import Activity, MeasureFacts
from monitor.activity.measure import Availability, Basis, Measure, MeasureKind
from monitor.adoption.calendar import Calendar
from monitor.adoption.figures_load import FiguresSaid, load_figures
from monitor.adoption.known import Known
from monitor.adoption.organisation import Absence, Member, Organisation, Role
from monitor.adoption.scorecard import PersonWeek, Scorecard
from monitor.adoption.scorecards import Scoring, score
from monitor.adoption.statuses import Statuses
from monitor.adoption.statuses_load import load_statuses
from monitor.adoption.week import IsoWeek
from monitor.adoption.weeks import by_user, person_weeks

NOWHERE = Path("/nowhere")
STATUSES: Statuses = load_statuses(NOWHERE)
FIGURES: FiguresSaid = load_figures(NOWHERE)
NOW = IsoWeek(2026, 47)
FIRST = NOW + -25
LONG_AGO = date(2020, 1, 6)

CALLS = Measure("calls", "Calls", "activities", "owner_key", "happened_at", MeasureKind.ACTIVITY, area="activities",
                entered="created_at", entered_by="created_by")  # fmt: skip
CREATED = Measure(
    "deals_created", "Deals created", "opportunities", "created_by", "created_at", MeasureKind.CREATED, area="deals"
)
CHANGED = Measure("changes", "Changes", "changes", "changed_by", "changed_at", MeasureKind.CHANGED, area="deals")
LOGINS = Measure("logins", "Logins", "logins", "user_key", "at", MeasureKind.LOGIN)
TOUCHED = Measure("touched", "Last changed", "accounts", "modified_by", "modified_at", MeasureKind.CHANGED,
                  basis=Basis.LAST_TOUCH, area="accounts")  # fmt: skip
CLOSED = Measure("closed", "Deals closed", "opportunities", "owner_key", "closed_at", MeasureKind.OUTCOME)
MEASURES = (CALLS, CREATED, CHANGED, LOGINS)


def known(
    measures: Sequence[Measure] = MEASURES, facts: Mapping[str, MeasureFacts] | None = None, first: IsoWeek = FIRST
) -> Known:
    """All of the measures available, but as ``facts`` say."""
    whole = {one.name: MeasureFacts(one.name, Availability.AVAILABLE, 100, 100) for one in measures}
    return Known(tuple(measures), {**whole, **(facts or {})}, first)


def member(
    key: str = "1",
    *,
    start: date | None = LONG_AGO,
    part_time: float = 1.0,
    absences: Iterable[tuple[date, date]] = (),
    country: str = "",
    team: str = "",
    manager: str = "",
    role: Role | None = None,
) -> Member:
    away = tuple(Absence(first, last) for first, last in absences)
    return Member(key, f"Person {key}", team_key=team, manager_key=manager, role=role, start=start, part_time=part_time,
                  absences=away, country=country)  # fmt: skip


def organisation(*members: Member) -> Organisation:
    return Organisation({one.key: one for one in members})


def did(week: IsoWeek, days: int, *, user: str = "1", measure: str = "calls", count: int = 1) -> list[Activity]:
    """``count`` events on each of the first ``days`` days of a week."""
    return [Activity(user, day, measure, "activities", count) for day in list(week.days())[:days]]


def rows(activities: Iterable[Activity], of: Known | None = None) -> dict[str, dict[IsoWeek, PersonWeek]]:
    return by_user(person_weeks(activities, known=of or known()))


def card(
    one: Member,
    activities: Iterable[Activity],
    week: IsoWeek = NOW,
    *,
    quiet: Iterable[int] = (),
    of: Known | None = None,
    before: Scorecard | None = None,
    reports: int = 0,
) -> Scorecard:
    """The scorecard of a member who did this."""
    scoring = Scoring(of or known(), Calendar(quiet_weeks=frozenset(quiet)), STATUSES.statuses)
    return score(one, (week,), rows(activities, of).get(one.key, {}), scoring, before=before, reports=reports)[0]


def every_week(days: int, first: IsoWeek = FIRST, last: IsoWeek = NOW, *, user: str = "1") -> list[Activity]:
    """Some active days in every week of a span."""
    return [one for week in last.back(last - first + 1) for one in did(week, days, user=user)]
