"""One person's week, from the rows of that week and of those before it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from monitor.activity.measure import MeasureKind
from monitor.adoption.calendar import Calendar, WeekOfWork
from monitor.adoption.habits import Habit, habit
from monitor.adoption.known import WEEKS, Known
from monitor.adoption.note import Note, NoteCode
from monitor.adoption.organisation import Member, Organisation
from monitor.adoption.scorecard import PersonWeek, Scorecard, Share, Verdict
from monitor.adoption.statuses import Status, in_a_row, judge
from monitor.adoption.week import IsoWeek

Rows = Mapping[IsoWeek, PersonWeek]


@dataclass(frozen=True, slots=True)
class Hygiene:
    """Failing rows of all rows of one person, per check, and how many failing ones that the person took over in the
    last 30 days were left out; None where it cannot be told."""

    shares: Mapping[str, Share] = field(default_factory=dict)
    inherited: Mapping[str, int | None] = field(default_factory=dict)


_NO_ROWS: Rows = {}


@dataclass(frozen=True, slots=True)
class Scoring:
    """What all scorecards of a week share; ``names`` and ``notes`` are worked out once."""

    known: Known
    calendar: Calendar
    statuses: Sequence[Status]
    available: frozenset[str] = field(init=False)
    use: frozenset[str] = field(init=False)
    created: tuple[str, ...] = field(init=False)
    updated: tuple[str, ...] = field(init=False)
    areas: Mapping[str, str] = field(init=False)  # measure -> area
    notes: tuple[Note, ...] = field(init=False)

    def __post_init__(self) -> None:
        known = self.known
        for name, value in {
            "available": frozenset(measure.name for measure in known.available),
            "use": frozenset(measure.name for measure in known.use),
            "created": tuple(measure.name for measure in known.of(MeasureKind.CREATED)),
            "updated": tuple(measure.name for measure in known.of(MeasureKind.CHANGED)),
            "areas": {measure.name: measure.area for measure in known.use if measure.area},
            "notes": known.notes(known.measures),
        }.items():
            object.__setattr__(self, name, value)


def score_all(
    organisation: Organisation,
    weeks: Sequence[IsoWeek],
    rows: Mapping[str, Rows],
    scoring: Scoring,
    *,
    hygiene: Mapping[str, Hygiene] | None = None,
    before: Mapping[str, Scorecard] | None = None,
) -> list[Scorecard]:
    """The scorecards of ``weeks``, which follow one another: of every person with a seat, for each week by the end of
    which the person has started. By key and week; none at all where nothing is known of what users do, as that is not
    the same as doing nothing.

    ``rows`` are each user's weeks, the ones since ``scoring.known.first``. ``hygiene`` is of the last week. ``before``
    are the scorecards of the week before the first as they were stored: they know since when a status lasts, and when
    somebody was last active, where that is longer ago than the rows reach.
    """
    if not scoring.known.tells_of_users:
        return []
    clean, older = hygiene or {}, before or {}
    reports = Counter(member.manager_key for member in organisation.members.values() if member.is_person)
    found = []
    for key, member in sorted(organisation.members.items()):
        started = [week for week in weeks if member.start is None or member.start <= week.sunday]
        if member.is_measured and started:
            own = rows.get(key, _NO_ROWS)
            found += score(member, started, own, scoring, clean.get(key), older.get(key), reports[key])
    return found


def score(
    member: Member,
    weeks: Sequence[IsoWeek],
    rows: Rows,
    scoring: Scoring,
    hygiene: Hygiene | None = None,
    before: Scorecard | None = None,
    reports: int = 0,
) -> list[Scorecard]:
    """The scorecards of one person, to whom ``reports`` people report; see ``score_all``.

    ``hygiene`` is of the records that are the person's own by now.
    """
    span = _span(member, weeks, scoring.known)
    last_active = before.last_active if before is not None else None
    own = habit(member, rows, span, scoring.use, scoring.calendar, last_active, reports)
    verdicts = [_cut_off(verdict, member, own.first) for verdict in _verdicts(own, scoring.statuses)]
    found: list[Scorecard] = []
    for week in weeks:
        clean = hygiene if week == weeks[-1] else None
        before = _card(own, week, rows, scoring, _since(verdicts[week - own.first], week, before), clean, before)
        found.append(before)
    return found


def _card(
    own: Habit,
    week: IsoWeek,
    rows: Rows,
    scoring: Scoring,
    verdict: Verdict,
    hygiene: Hygiene | None,
    before: Scorecard | None,
) -> Scorecard:
    member, row = own.member, rows.get(week)
    four = [rows[one] for one in week.back(WEEKS) if one in rows]
    counts = {name: row.counts.get(name, 0) if row is not None else 0 for name in sorted(scoring.available)}
    used = {
        scoring.areas[name] for one in four for name, count in one.counts.items() if count and name in scoring.areas
    }
    short = scoring.known.too_short(week)
    no_start = (Note(NoteCode.NO_START_DATE, {"people": 1}),) if member.start is None else ()
    return Scorecard(
        user=member.key,
        week=week,
        verdict=verdict,
        working_days=own.work[week - own.first].expected,
        active_days=row.active_days if row is not None else 0,
        counts=counts,
        created=_sum(counts, scoring.created),
        updated=_sum(counts, scoring.updated),
        areas_used=frozenset(used),
        areas_meant=meant_areas(member, scoring.areas),
        lags=row.lags if row is not None else {},
        complete=Share(sum(one.new_filled for one in four), sum(one.new_asked for one in four)),
        hygiene=dict(hygiene.shares) if hygiene else {},
        inherited=dict(hygiene.inherited) if hygiene else {},
        usual=_usual(own, rows, week, scoring),
        last_active=_last_active(rows, week, before.last_active if before is not None else None),
        notes=(*scoring.notes, *((short,) if short else ()), *no_start),
    )


def _span(member: Member, weeks: Sequence[IsoWeek], known: Known) -> tuple[IsoWeek, ...]:
    """The weeks that are known of a member, oldest first; ``weeks`` themselves in any case."""
    first = known.first if member.start is None else max(known.first, IsoWeek.of(member.start))
    first = min(first, weeks[0])
    return weeks[-1].back(weeks[-1] - first + 1)


def _verdicts(own: Habit, statuses: Sequence[Status]) -> Sequence[Verdict]:
    """The status of each week, and since when. A week too short to be held against anybody keeps that of the week
    before; with use in it, it may bring a better one, but none that somebody should be asked about, and none after four
    such weeks: there is nothing to hold the use against, and whoever used the CRM is not away."""
    ask = {status.name for status in statuses if status.attention}
    verdicts: list[tuple[IsoWeek, Verdict]] = []
    for number, work in enumerate(own.work):
        at = own.first + number
        values = own.values(at)
        judged = judge(statuses, values)
        keeps = not own.days[number] or judged.status in ask or not values["working_weeks_4w"]
        if verdicts and _too_short(work) and keeps:
            judged = replace(verdicts[-1][1], because={"working_days": work.expected})
        verdicts.append((at, judged))
    return [verdict for _, verdict in in_a_row(verdicts)]


def _since(found: Verdict, week: IsoWeek, before: Scorecard | None) -> Verdict:
    """A status lasts for longer than the rows reach back, where the scorecard before says so."""
    if before is None or before.week + 1 != week or before.verdict.status != found.status:
        return found
    stored = before.verdict
    if stored.since is None or found.since is None or found.since < stored.since:
        return found
    return replace(found, since=stored.since, at_least=stored.at_least)


def _cut_off(found: Verdict, member: Member, first: IsoWeek) -> Verdict:
    """A status that lasts since the first week of which anything is known may have begun before it, unless the person
    did not."""
    begun = member.start is not None and IsoWeek.of(member.start) >= first
    return replace(found, at_least=found.since == first and not begun)


def _too_short(work: WeekOfWork) -> bool:
    """Whether so little was to be worked, or nothing by anybody, that no use is no sign. Absence all week is a sign."""
    return not work.is_working_week and not (work.absent and not work.expected)


def meant_areas(member: Member, areas: Mapping[str, str]) -> frozenset[str]:
    """The areas that a member's role is meant to use, of those that ``areas`` (measure -> area) can show."""
    role = member.role
    if role is None:
        return frozenset(areas.values())
    if role.reads_only:
        return frozenset()
    shown = {area for name, area in areas.items() if not role.measures or name in role.measures}
    return frozenset(shown & role.areas if role.areas else shown)


def _usual(own: Habit, rows: Rows, week: IsoWeek, scoring: Scoring) -> dict[str, float]:
    """The person's means over the working weeks among the four weeks before."""
    end = week - own.first
    weeks = [number for number in range(max(0, end - WEEKS), end) if own.work[number].is_working_week]
    if not weeks:
        return {}
    found = [rows.get(own.first + number) for number in weeks]
    means = {
        name: sum(row.counts.get(name, 0) for row in found if row is not None) / len(weeks)
        for name in sorted(scoring.available)
    }
    usual = {"active_days": sum(own.days[number] for number in weeks) / len(weeks), **means}
    for name, parts in (("created", scoring.created), ("updated", scoring.updated)):
        if parts:
            usual[name] = sum(means[part] for part in parts)
    return usual


def _sum(counts: Mapping[str, int], names: Iterable[str]) -> int | None:
    found = [counts[name] for name in names]
    return sum(found) if found else None


def _last_active(rows: Rows, week: IsoWeek, told: date | None) -> date | None:
    days = [told, *(row.last_active for at, row in rows.items() if at <= week)]
    return max((day for day in days if day is not None and day <= week.sunday), default=None)
