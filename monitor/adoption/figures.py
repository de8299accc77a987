"""The figures of use of any set of people in a week, with goals, the own past, and what is to be said beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from monitor.activity.measure import Measure, MeasureKind
from monitor.adoption import figures_records as records
from monitor.adoption import figures_seats as seats
from monitor.adoption.evidence import Evidence, Told
from monitor.adoption.figure import Figure, FigureId, Unit
from monitor.adoption.figures_load import FiguresSaid
from monitor.adoption.known import WEEKS
from monitor.adoption.note import Note, NoteCode
from monitor.adoption.week import IsoWeek

LINE_WEEKS = 12
USUAL_WEEKS = 4


def _is_use(measure: Measure) -> bool:
    return measure.is_use


def _is_use_or_login(measure: Measure) -> bool:
    return measure.is_use or measure.kind is MeasureKind.LOGIN


def _touches(measure: Measure) -> bool:
    return measure.kind in (MeasureKind.ACTIVITY, MeasureKind.CHANGED, MeasureKind.STAGE)


def _none(measure: Measure) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class _Family:
    """How a figure is told, and which measures feed it. ``whole`` weeks must be known for it to be told at all."""

    unit: Unit
    tell: Callable[[Evidence, Sequence[str], IsoWeek], Told]
    feeds: Callable[[Measure], bool] = _none
    whole: int = WEEKS


FAMILIES: Mapping[FigureId, _Family] = {
    FigureId.TOUCHED_VALUE: _Family(Unit.SHARE, records.touched_value, _touches, whole=0),
    FigureId.SEATS_ACTIVE: _Family(Unit.SHARE, seats.seats_active, _is_use),
    FigureId.WON_QUICKLY: _Family(Unit.SHARE, records.won_quickly),
    FigureId.NEW_COMPLETE: _Family(Unit.SHARE, records.new_complete),
    FigureId.LAG: _Family(Unit.DAYS, records.lag, lambda measure: bool(measure.entered)),
    FigureId.SEATS_UNUSED: _Family(Unit.SHARE, seats.seats_unused, _is_use_or_login),
    FigureId.ONBOARDED: _Family(Unit.SHARE, seats.onboarded, lambda measure: measure.kind is MeasureKind.CREATED),
    FigureId.BREADTH: _Family(Unit.SHARE, seats.breadth, lambda measure: _is_use(measure) and bool(measure.area)),
    FigureId.UNIFORMITY: _Family(Unit.POINTS, records.uniformity),
    FigureId.MANAGERS_USE: _Family(Unit.SHARE, seats.managers_use, _is_use),
}


def figures(evidence: Evidence, keys: Iterable[str], week: IsoWeek, said: FiguresSaid) -> tuple[Figure, ...]:
    """The figures that ``said`` shows, of the users ``keys`` (a team, a subtree, everyone), in their order.

    A program among them counts in none. Where rows are kept per team (``team:KEY``), figures about seats are not told.
    """
    users = tuple(sorted(set(keys)))
    return tuple(_figure(evidence, users, week, one, said) for one in said.figures)


def _figure(evidence: Evidence, keys: Sequence[str], week: IsoWeek, wanted: FigureId, said: FiguresSaid) -> Figure:
    family = FAMILIES[wanted]
    feeding = [measure for measure in evidence.known.measures if family.feeds(measure)]
    nobody_known = _not_attributable(evidence, feeding)
    known = not nobody_known and (family.feeds is _none or any(evidence.known.has(measure) for measure in feeding))
    told = [_tell(evidence, keys, one, family, known=known) for one in week.back(LINE_WEEKS)]
    line = tuple(one.value for one in told)
    earlier = [value for value in line[-1 - USUAL_WEEKS : -1] if value is not None]
    now = told[-1]
    notes = dict.fromkeys(_hashable(note) for note in (*now.notes, *evidence.known.notes(feeding), *nobody_known))
    return Figure(
        id=wanted,
        week=week,
        unit=family.unit,
        value=now.value,
        top=now.top,
        bottom=now.bottom,
        goal=said.figures[wanted].goal,
        last_week=line[-2],
        usual=sum(earlier) / len(earlier) if earlier else None,
        line=line,
        inputs=now.inputs,
        notes=tuple(Note(code, dict(params)) for code, params in notes),
        persons=tuple(one.persons for one in told) if any(one.persons is not None for one in told) else (),
    )


def _tell(evidence: Evidence, keys: Sequence[str], week: IsoWeek, family: _Family, *, known: bool) -> Told:
    if not known:
        return Told(None)
    if family.whole and not evidence.known.whole(week, family.whole):
        return Told(None, notes=(Note(NoteCode.TOO_SHORT, {"weeks": max(0, week - evidence.known.first + 1)}),))
    return family.tell(evidence, keys, week)


def _not_attributable(evidence: Evidence, feeding: Iterable[Measure]) -> tuple[Note, ...]:
    """What is said instead of a figure when too few rows of all that feed it name a user."""
    measures = [measure for measure in feeding if evidence.known.has(measure)]
    share = evidence.known.share_attributed(measures)
    if share is None or share >= evidence.known.attributed:
        return ()
    return (Note(NoteCode.NOT_ATTRIBUTABLE, {"measure": "", "share": round(share, 4)}),)


def _hashable(note: Note) -> tuple[NoteCode, tuple[tuple[str, str | int | float], ...]]:
    return note.code, tuple(note.params.items())
