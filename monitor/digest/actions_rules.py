"""What a reader could do this week, found in the data: one small rule per kind of action, and what each is worth.

A rank is the rule's worth (0 to 85) plus up to 15 for how bad it is. Worth more is what costs more if it waits for a
week: money in the forecast before people who slip away before records that stay as wrong as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from monitor.adoption.figure import Figure, FigureId
from monitor.adoption.known import WEEKS
from monitor.adoption.note import NoteCode
from monitor.adoption.week import IsoWeek
from monitor.digest.period import Period
from monitor.digest.snapshot import (
    TROUBLED,
    Action,
    ActionKind,
    Kind,
    ManagementUse,
    PersonRow,
    QualityCount,
    Reason,
    ReasonCode,
    SeatsRow,
    Subject,
    SubjectKind,
    TeamRow,
    Who,
)
from monitor.quality.check import Attribution, Severity

HOW_BAD = 15.0
OVERDUE_CHECK = "close-date-passed"
OWNER_GONE_CHECKS = "-owner-gone"  # how their ids end
LEAST_GROWTH = 3  # records; fewer only where they doubled
LEAST_DEALS = 5  # won deals, below which a share says nothing
LEAST_FIELDS = 20  # fields of new records, likewise
HALVED = 0.5
A_FIFTH_LESS = 0.8  # of a month: a mean of so many weeks does not waver as that of one does
LEAST_USUAL = 0.5  # active days per person and week, below which nothing can halve
LONG_AGO = 4  # weeks without a change of one's own
LEAST_SEATS = 2
MONEY_FIRST = 0.5  # by which deals without an owner are worse than leads without one


@dataclass(frozen=True, slots=True)
class Situation:
    """What the rules look at: one reader's scope in one week or month. ``people`` and ``teams`` may be shown."""

    kind: Kind
    period: Period
    quality: tuple[QualityCount, ...] = ()
    figures: Mapping[FigureId, Figure] = field(default_factory=dict)
    people: tuple[PersonRow, ...] = ()
    teams: tuple[TeamRow, ...] = ()
    management: ManagementUse | None = None
    seats: SeatsRow | None = None
    attention: Sequence[str] = TROUBLED

    @property
    def week(self) -> IsoWeek:
        """The last week of it."""
        return self.period.week


def candidates(situation: Situation) -> list[Action]:
    """Everything that could be done, most urgent first; numbers are not given yet."""
    found = [action for rule in RULES if situation.kind in rule.readers for action in rule.find(situation, rule.worth)]
    return sorted(found, key=lambda action: (-action.rank, action.id))


def _overdue(situation: Situation, worth: float) -> Iterator[Action]:
    for count in _of_reps(situation):
        if count.check == OVERDUE_CHECK:
            reason = Reason(ReasonCode.AT_STAKE, _counts(count))
            yield _about(count, ActionKind.OVERDUE, reason, worth, _share(count))


def _grew(situation: Situation, worth: float) -> Iterator[Action]:
    for count in _of_reps(situation):
        before = count.before
        if before is None or (count.came_over is None and not _share_grew(count)):
            continue  # where nobody can tell what came from other owners, more of more records is no growth
        more = count.count - (count.came_over or 0) - before
        if more > 0 and (more >= LEAST_GROWTH or more >= before > 0):
            reason = Reason(ReasonCode.GREW, {"before": before, "now": before + more})
            yield _about(count, ActionKind.GREW, reason, worth, more / count.count)


def _records(situation: Situation, worth: float) -> Iterator[Action]:
    for count in _of_reps(situation):
        if count.check == OVERDUE_CHECK:
            continue  # has a rule of its own
        important = count.severity is not Severity.INFO
        yield _about(count, ActionKind.RECORDS, _standing(count), worth if important else worth / 2, _share(count))


def _owner_gone(situation: Situation, worth: float) -> Iterator[Action]:
    for count in situation.quality:
        if count.count and count.check.endswith(OWNER_GONE_CHECKS):
            reason = Reason(ReasonCode.OWNER_LEFT, {"count": count.count})
            at_stake = MONEY_FIRST if count.amount else 0.0
            yield _about(count, ActionKind.OWNER_GONE, reason, worth, _share(count) + at_stake, Who.ADMIN)


def _admin_records(situation: Situation, worth: float) -> Iterator[Action]:
    for count in situation.quality:
        limit = _missed_limit(count)
        if count.count and limit is not None and count.attribution is not Attribution.REP and not _is_handover(count):
            reason = Reason(ReasonCode.ADMIN_HAS_IT, _counts(count))
            yield _about(count, ActionKind.ADMIN_RECORDS, reason, worth, _share(count), Who.ADMIN)


def _person(situation: Situation, worth: float) -> Iterator[Action]:
    for row in situation.people:
        if row.status in situation.attention:
            reason, how_bad = _TOLD.get(row.status, _asked_about)(row, situation.week)
            subject = Subject(SubjectKind.PERSON, row.key, row.name)
            rank = worth + HOW_BAD * how_bad
            yield Action(0, ActionKind.PERSON, subject, reason, active_days(row), usual_days(row), rank=rank)


def active_days(row: PersonRow) -> float:
    """Active days of the last four weeks."""
    return row.because.get("active_days_4w", sum(days or 0 for days in row.line[-4:]))


def usual_days(row: PersonRow) -> float | None:
    """What is usual for this person in these four weeks, None where nothing tells it."""
    return row.because.get("usual_days_4w", None if row.usual is None else 4 * row.usual)


def _since(row: PersonRow) -> dict[str, str | int | float]:
    return {"since": str(row.since or ""), **({"at_least": 1} if row.since and row.at_least else {})}


def _fading(row: PersonRow, _: IsoWeek) -> tuple[Reason, float]:
    active, usual = active_days(row), usual_days(row) or 0
    params: dict[str, str | int | float] = {"active_days": active, "usual_days": usual, **_since(row)}
    if "usual_days_4w" not in row.because:  # a status of the project's own that goes by something else
        params["usual_weeks"] = WEEKS
    return Reason(ReasonCode.FADING, params), 1 - active / usual if usual > active else 0.5


def _dormant(row: PersonRow, week: IsoWeek) -> tuple[Reason, float]:
    known = (week.sunday - row.last_active).days // 7 if row.last_active else 0
    weeks = int(row.because.get("weeks_since_activity", known))
    params: dict[str, str | int | float] = {"weeks": weeks, **_since(row)}
    return Reason(ReasonCode.DORMANT, params), 0.3 if weeks <= 8 else 0.1  # whoever just left off is won back easier


def _never(row: PersonRow, _: IsoWeek) -> tuple[Reason, float]:
    return Reason(ReasonCode.NEVER, {"days": int(row.because.get("days_since_start", 0))}), 0.2


def _asked_about(row: PersonRow, _: IsoWeek) -> tuple[Reason, float]:
    """A status of the project's own: it knows why somebody should ask."""
    active, usual = active_days(row), usual_days(row) or 0
    params: dict[str, str | int | float] = {"status": row.status, **_since(row)}
    return Reason(ReasonCode.ATTENTION, params), 1 - active / usual if usual > active else 0.2


_TOLD: Mapping[str, Callable[[PersonRow, IsoWeek], tuple[Reason, float]]] = {
    "fading": _fading,
    "dormant": _dormant,
    "never": _never,
}


def why_asked(row: PersonRow, week: IsoWeek) -> Reason | None:
    """Why somebody should ask a person: the numbers that the status comes from; None for a project's own status."""
    tell = _TOLD.get(row.status)
    return tell(row, week)[0] if tell else None


def _team_quieter(situation: Situation, worth: float) -> Iterator[Action]:
    most = A_FIFTH_LESS if situation.period.is_month else HALVED
    for team in situation.teams:
        now, usual = team.active_days, team.usual
        if team.merged or now is None or usual is None or usual < LEAST_USUAL or now > most * usual:
            continue
        reason = Reason(ReasonCode.QUIETER, {"now": round(now, 2), "usual": round(usual, 2)})
        subject = Subject(SubjectKind.TEAM, team.key, team.name)
        yield Action(0, ActionKind.TEAM_QUIETER, subject, reason, now, usual, rank=worth + HOW_BAD * (1 - now / usual))


def _new_records(situation: Situation, worth: float) -> Iterator[Action]:
    yield from _goal_missed(situation, FigureId.NEW_COMPLETE, ActionKind.NEW_RECORDS, worth, LEAST_FIELDS)


def _won_quickly(situation: Situation, worth: float) -> Iterator[Action]:
    figure = situation.figures.get(FigureId.WON_QUICKLY)
    if figure and not any(note.code is NoteCode.SHORT_SALES_CYCLE for note in figure.notes):
        yield from _goal_missed(situation, FigureId.WON_QUICKLY, ActionKind.WON_QUICKLY, worth, LEAST_DEALS)


def _managers_use(situation: Situation, worth: float) -> Iterator[Action]:
    yield from _goal_missed(situation, FigureId.MANAGERS_USE, ActionKind.MANAGERS_USE, worth, 1)


def _goal_missed(
    situation: Situation, wanted: FigureId, kind: ActionKind, worth: float, least: float
) -> Iterator[Action]:
    figure = situation.figures.get(wanted)
    if figure is None or figure.value is None or figure.goal is None or figure.goal.reached(figure.value):
        return
    if figure.bottom is not None and figure.bottom < least:
        return
    code = ReasonCode.BELOW_GOAL if figure.goal.at_least else ReasonCode.ABOVE_GOAL
    reason = Reason(code, {"value": figure.value, "goal": figure.goal.limit})
    rank = worth + HOW_BAD * min(1.0, abs(figure.value - figure.goal.limit))
    before = situation.period.earlier(figure)
    yield Action(0, kind, Subject(SubjectKind.FIGURE, wanted), reason, figure.value, before, rank=rank)


def _own_use(situation: Situation, worth: float) -> Iterator[Action]:
    use = situation.management
    # without a figure there is no saying: reading leaves no trace
    if use is None or use.deals_changed is None or use.deals_changed > 0:
        return
    subject = Subject(SubjectKind.SELF)
    if use.last_change is None:
        yield Action(0, ActionKind.OWN_USE, subject, Reason(ReasonCode.NEVER_CHANGED), 0, rank=worth)
    elif (weeks := situation.week - use.last_change) >= LONG_AGO:
        reason = Reason(ReasonCode.NO_CHANGE_SINCE, {"since": str(use.last_change)})
        yield Action(0, ActionKind.OWN_USE, subject, reason, 0, rank=worth + HOW_BAD * min(1.0, weeks / 26))


def _unused_seats(situation: Situation, worth: float) -> Iterator[Action]:
    seats, figure = situation.seats, situation.figures.get(FigureId.SEATS_UNUSED)
    if seats is None or seats.idle < LEAST_SEATS:
        return
    limit = figure.goal.limit if figure and figure.goal else 0.1
    share = seats.idle / max(seats.bought or 0, seats.assigned or 0, (seats.active or 0) + (seats.unused or 0), 1)
    if share <= limit:
        return
    counts = {"bought": seats.bought or 0, "free": seats.free or 0, "unused": seats.unused or 0}
    subject = Subject(SubjectKind.FIGURE, FigureId.SEATS_UNUSED)
    rank = worth + HOW_BAD * min(1.0, share)
    reason = Reason(ReasonCode.SEATS, counts)
    yield Action(0, ActionKind.UNUSED_SEATS, subject, reason, seats.idle, amount=seats.cost, rank=rank)


@dataclass(frozen=True, slots=True)
class Rule:
    """``readers`` get this kind of action; ``why`` says why it is worth so much."""

    kind: ActionKind
    worth: float
    readers: frozenset[Kind]
    find: Callable[[Situation, float], Iterator[Action]]
    why: str


_MANAGER, _SPONSOR, _OWN = (frozenset({kind}) for kind in (Kind.MANAGER, Kind.SPONSOR, Kind.OWN))

RULES: tuple[Rule, ...] = (
    Rule(ActionKind.MANAGERS_USE, 85, _SPONSOR, _managers_use, "people do what their managers do"),
    Rule(ActionKind.OVERDUE, 80, _MANAGER | _OWN, _overdue, "the forecast is wrong by it today"),
    Rule(ActionKind.TEAM_QUIETER, 75, _MANAGER | _SPONSOR, _team_quieter, "a team that stops takes its data along"),
    Rule(ActionKind.PERSON, 70, _MANAGER, _person, "who slips away is won back early or never; ask, never blame"),
    Rule(ActionKind.GREW, 65, _MANAGER | _OWN, _grew, "what is new is remembered, and mended in minutes"),
    Rule(ActionKind.UNUSED_SEATS, 60, _SPONSOR, _unused_seats, "paid for every month"),
    Rule(ActionKind.NEW_RECORDS, 55, _MANAGER | _SPONSOR, _new_records, "tomorrow's debt; the stock can wait"),
    Rule(ActionKind.OWN_USE, 50, _MANAGER, _own_use, "the cheapest signal that it matters"),
    Rule(ActionKind.WON_QUICKLY, 45, _MANAGER | _SPONSOR, _won_quickly, "the pipeline is kept elsewhere"),
    Rule(ActionKind.RECORDS, 40, _MANAGER | _OWN, _records, "the debt that is there, a bit every week"),
    Rule(
        ActionKind.OWNER_GONE, 35, _MANAGER | _SPONSOR, _owner_gone, "customers without anybody; the admin moves them"
    ),
    Rule(ActionKind.ADMIN_RECORDS, 10, _MANAGER | _SPONSOR, _admin_records, "to know that somebody has it"),
)


def _of_reps(situation: Situation) -> Iterable[QualityCount]:
    """Failing records that the people in scope can mend themselves."""
    return (
        count
        for count in situation.quality
        if count.count and count.attribution is Attribution.REP and not _is_handover(count)
    )


def _is_handover(count: QualityCount) -> bool:
    return count.check.endswith(OWNER_GONE_CHECKS)


def _about(
    count: QualityCount, kind: ActionKind, reason: Reason, worth: float, how_bad: float, who: Who = Who.YOU
) -> Action:
    return Action(
        0,
        kind,
        Subject(SubjectKind.CHECK, count.check, count.title),
        reason,
        count.count,
        count.before,
        count.amount,
        count.list_link,
        count.command,
        who,
        rank=worth + HOW_BAD * min(1.0, how_bad),
        records=count.records,
    )


def _share_grew(count: QualityCount) -> bool:
    if not count.rows or not count.before_rows:
        return True
    return count.count / count.rows > (count.before or 0) / count.before_rows


def _share(count: QualityCount) -> float:
    return count.count / count.rows if count.rows else 0.0


def _counts(count: QualityCount) -> dict[str, str | int | float]:
    return {"count": count.count, "rows": count.rows or 0}


def _missed_limit(count: QualityCount) -> float | None:
    """The stricter of the limits that the share is above, if it is."""
    missed = [limit for limit in (count.warn, count.fail) if limit is not None and _share(count) > limit]
    return max(missed) if missed else None


def _standing(count: QualityCount) -> Reason:
    limit = _missed_limit(count)
    if limit is None:
        return Reason(ReasonCode.BACKLOG, {**_counts(count), "share": _share(count)})
    return Reason(ReasonCode.OVER_LIMIT, {**_counts(count), "share": _share(count), "limit": limit})
