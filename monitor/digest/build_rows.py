"""Scorecards as the rows of a digest: a person's, and a team's without saying who."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from monitor.adoption.figure import Figure
from monitor.adoption.figures_records import median
from monitor.adoption.organisation import Member, Organisation
from monitor.adoption.scorecard import Scorecard, Share
from monitor.adoption.seats import Seats
from monitor.adoption.statuses import Statuses
from monitor.adoption.suppression import Shown, Table
from monitor.adoption.week import IsoWeek
from monitor.digest.period import Period
from monitor.digest.snapshot import LINE_WEEKS, TROUBLED, MeasureCount, PersonRow, SeatsRow, TeamRow

FULL_WEEK = 5
USUAL_WEEKS = 4

Cards = Mapping[str, Sequence[Scorecard]]
"""User -> scorecards of the last twelve weeks, in any order; a week may be missing."""


@dataclass(frozen=True, slots=True)
class Group:
    """A team as it may be shown after suppression, or ``merged`` small ones together (then without key and name)."""

    key: str
    name: str
    people: frozenset[str]
    merged: int = 0
    figures: tuple[Figure, ...] = ()


def team_groups(
    teams: Table, shown: Shown, organisation: Organisation, figures: Callable[[frozenset[str]], Iterable[Figure]]
) -> tuple[Group, ...]:
    """The teams of a scope as suppression says that they may be shown; ``figures`` gives those of any set of people."""
    single = [
        Group(key, organisation.teams[key].name, teams.groups[key], figures=tuple(figures(teams.groups[key])))
        for key in shown.single
    ]
    rest = teams.rest(shown)
    if shown.nothing or not shown.merged or not rest:
        return tuple(single)
    return (*single, Group("", "", rest, len(shown.merged), tuple(figures(rest))))


def seats_row(seats: Seats) -> SeatsRow:
    """Seats as a digest shows them."""
    return SeatsRow(
        seats.bought,
        seats.active,
        seats.unused,
        seats.never,
        seats.cost,
        seats.currency,
        assigned=seats.assigned,
        other=seats.other,
        hidden=seats.assigned - seats.told,
    )


def attention(statuses: Statuses) -> tuple[str, ...]:
    """The statuses that somebody should ask about, as a page orders them: the project's own first."""
    asked = [status.name for status in statuses.statuses if status.attention]
    return (*(name for name in asked if name not in TROUBLED), *(name for name in TROUBLED if name in asked))


def person_rows(
    people: Sequence[str],
    cards: Cards,
    organisation: Organisation,
    week: IsoWeek,
    asked: Sequence[str] = TROUBLED,
) -> tuple[PersonRow, ...]:
    """A row per person with a scorecard of the week: whom to ask about first, then by name."""
    rows = []
    for key in people:
        member, card = organisation.members.get(key), _of_week(cards.get(key, ()), week)
        if member is not None and card is not None and member.is_measured:
            team = organisation.teams.get(member.team_key)
            rows.append(person_row(member, card, cards[key], team.name if team else ""))
    return tuple(sorted(rows, key=lambda row: (_order(row.status, asked), row.name.casefold(), row.key)))


def person_row(
    member: Member, card: Scorecard, history: Sequence[Scorecard], team: str = "", counts: tuple[MeasureCount, ...] = ()
) -> PersonRow:
    """One person's week. A week without working days is a gap in the line, unless there was use all the same.

    Of whom there is no trace, nothing that is counted is told.
    """
    traced = not card.is_untraced
    by_week = {other.week: other for other in history}
    return PersonRow(
        key=member.key,
        name=member.name,
        team=team,
        status=card.verdict.status,
        since=card.verdict.since,
        because=card.verdict.because,
        active_days=card.active_days if traced else None,
        working_days=card.working_days,
        usual=card.usual.get("active_days") if traced else None,
        created=card.created if traced else None,
        updated=card.updated if traced else None,
        complete=card.complete,
        areas=Share(len(card.areas_used & card.areas_meant), len(card.areas_meant)),
        lag=median(card.lags),
        last_active=card.last_active,
        line=tuple(_active(by_week.get(week)) for week in card.week.back(LINE_WEEKS)),
        counts=counts,
        notes=card.notes,
        at_least=card.verdict.at_least,
    )


def measure_counts(card: Scorecard, titles: Mapping[str, str]) -> tuple[MeasureCount, ...]:
    """What a person did by measure: most first, then what is usual; otherwise as in ``titles`` (measure -> title)."""
    traced = not card.is_untraced
    found = [
        MeasureCount(name, title, card.counts[name] if traced else None, card.usual.get(name) if traced else None)
        for name, title in titles.items()
        if name in card.counts
    ]
    return tuple(sorted(found, key=lambda one: (-(one.count or 0), -(one.usual or 0))))


def team_row(group: Group, cards: Cards, period: Period, least: int = 0) -> TeamRow:
    """A group's means per person and full week: part-time, holidays and leave make no drop.

    Of a week they stand beside the four weeks before it, of a month beside the month before. A week in which fewer than
    ``least`` of its people were at work is not told: it would tell of them.
    """
    weeks = period.week.back(LINE_WEEKS)
    by_week: dict[IsoWeek, list[Scorecard]] = {at: [] for at in weeks}
    for card in (card for key in group.people for card in cards.get(key, ())):
        if card.week in by_week and not card.is_untraced:
            by_week[card.week].append(card)
    told = {at: some for at, some in by_week.items() if _at_work(some) >= least}
    line = tuple(_mean(told.get(at, ())) for at in weeks)
    known = any(value is not None for value in line)
    before = period.before.weeks if period.is_month else period.before.week.back(USUAL_WEEKS)
    return TeamRow(
        group.key,
        group.name,
        len(group.people),
        group.merged,
        active_days=_mean([card for at in period.weeks for card in told.get(at, ())]),
        usual=_mean([card for at in before for card in told.get(at, ())]),
        line=line if known else (),
        figures=group.figures,
        at_work=tuple(_at_work(told.get(at, ())) for at in weeks) if known else (),
    )


def _at_work(cards: Sequence[Scorecard]) -> int:
    return sum(card.working_days > 0 for card in cards)


def _of_week(cards: Sequence[Scorecard], week: IsoWeek) -> Scorecard | None:
    return next((card for card in cards if card.week == week), None)


def _active(card: Scorecard | None) -> int | None:
    if card is None or card.is_untraced:
        return None
    return card.active_days if card.working_days > 0 or card.active_days else None


def _mean(cards: Sequence[Scorecard]) -> float | None:
    working = sum(card.working_days for card in cards)
    return FULL_WEEK * sum(card.active_days for card in cards) / working if working > 0 else None


def _order(status: str, asked: Sequence[str]) -> int:
    return asked.index(status) if status in asked else len(asked)
