"""Chooses the three actions of a digest out of all that could be done, and tells what became of the last ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from monitor.adoption.figure import FigureId
from monitor.digest.actions_rules import Situation, active_days, candidates
from monitor.digest.snapshot import Action, ActionKind, Better, LastAction, Outcome, Snapshot, Subject, SubjectKind, Who

MOST_ACTIONS = 3
MOST_FOR_ADMIN = 1  # the reader's list is for the reader
MOST_BETTER = 3
LOOK_BACK = 4  # digests in which an action wears out
OFTEN = 2  # of them: a third time needs a change
MOVED = 0.1  # of the count then: less is no change
LEAST_BETTER = 2  # records
LEAST_BETTER_SHARE = 0.1  # of those before
LEAST_POINTS = 0.05  # by which a figure is better

_OF_RECORDS = frozenset({ActionKind.OVERDUE, ActionKind.GREW, ActionKind.RECORDS})


@dataclass(frozen=True, slots=True)
class PastDigest:
    """What an earlier digest to the same reader asked for, and what became of it (``now`` is not used)."""

    period: str
    actions: tuple[LastAction, ...]

    @classmethod
    def of(cls, snapshot: Snapshot, outcomes: Mapping[int, Outcome]) -> PastDigest:
        """From a stored snapshot, and what was said of its actions, by number."""
        told = (
            LastAction(replace(action, records=()), outcomes.get(action.number, Outcome.OPEN))
            for action in snapshot.actions
        )
        return cls(snapshot.period.name, tuple(told))


def choose(situation: Situation, history: Sequence[PastDigest] = ()) -> tuple[Action, ...]:
    """At most three actions, numbered from 1: the highest rank first, one of a kind and of a subject.

    ``history`` is newest first. What was asked for twice lately without a change is not asked for again, nor what the
    reader called irrelevant, unless it moved. One is about records where any are to be mended; at most one is the
    admin's.
    """
    left = [action for action in candidates(situation) if not _worn_out(action, history)]
    chosen: list[Action] = []
    for action in left:
        if len(chosen) < MOST_ACTIONS and _fits(action, chosen):
            chosen.append(action)
    if not any(action.kind in _OF_RECORDS for action in chosen):
        of_records = next((action for action in left if action.kind in _OF_RECORDS), None)
        if of_records is not None:
            chosen = [*chosen[: MOST_ACTIONS - 1], of_records]
    return tuple(
        replace(action, number=number, weeks=1 + _in_a_row(action, history))
        for number, action in enumerate(chosen, start=1)
    )


def last_actions(situation: Situation, history: Sequence[PastDigest]) -> tuple[LastAction, ...]:
    """The actions of the newest digest before, with what they count today."""
    if not history:
        return ()
    return tuple(replace(last, now=_now(last.action, situation)) for last in history[0].actions)


def better(situation: Situation) -> tuple[Better, ...]:
    """What got better since the week or month before: the records that fell most, then figures that came closer to
    their goals."""
    found = [*sorted(_fewer_records(situation), key=_fall, reverse=True), *_better_figures(situation)]
    return tuple(found[:MOST_BETTER])


def _fits(action: Action, chosen: Iterable[Action]) -> bool:
    for other in chosen:
        same = action.subject.kind is not SubjectKind.SELF and action.subject == other.subject
        if action.kind is other.kind or same:
            return False
    if action.who is Who.ADMIN:
        return sum(other.who is Who.ADMIN for other in chosen) < MOST_FOR_ADMIN
    return True


def _asked(action: Action, history: Sequence[PastDigest]) -> list[LastAction]:
    """The same action in the digests before, newest first; a check is the same whichever rule found it."""
    return [last for past in history[:LOOK_BACK] for last in past.actions if _same(last.action, action)]


def _in_a_row(action: Action, history: Sequence[PastDigest]) -> int:
    """How many digests in a row before this one asked for it."""
    with_it = (any(_same(last.action, action) for last in past.actions) for past in history)
    return sum(1 for _ in takewhile(bool, with_it))


def _same(one: Action, other: Action) -> bool:
    if one.subject.kind is SubjectKind.CHECK:
        return (one.subject.kind, one.subject.key) == (other.subject.kind, other.subject.key)
    return one.id == other.id


def _worn_out(action: Action, history: Sequence[PastDigest]) -> bool:
    asked = _asked(action, history)
    if not asked or _moved(action, asked[0].action):
        return False
    return len(asked) >= OFTEN or any(last.outcome is Outcome.IRRELEVANT for last in asked)


def _moved(action: Action, before: Action) -> bool:
    if action.subject.kind is SubjectKind.PERSON:
        return action.reason.code is not before.reason.code  # to ask the same person thrice helps nobody
    if action.now is None or before.now is None:
        return action.now != before.now
    return abs(action.now - before.now) > MOVED * abs(before.now)


def _now(action: Action, situation: Situation) -> float | None:
    """What an action counts today; None where it cannot be told."""
    key = action.subject.key
    match action.subject.kind:
        case SubjectKind.CHECK:
            return next((count.count for count in situation.quality if count.check == key), None)
        case SubjectKind.TEAM:
            return next((team.active_days for team in situation.teams if team.key == key), None)
        case SubjectKind.PERSON:
            row = next((row for row in situation.people if row.key == key), None)
            return active_days(row) if row else None
        case SubjectKind.SELF:
            return situation.management.deals_changed if situation.management else None
        case SubjectKind.FIGURE:
            if action.kind is ActionKind.UNUSED_SEATS:
                return situation.seats.idle if situation.seats else None
            figure = situation.figures.get(FigureId(key))
            return figure.value if figure else None


def _fewer_records(situation: Situation) -> Iterator[Better]:
    for count in situation.quality:
        before = count.before
        if before is None or before - count.count < max(LEAST_BETTER, LEAST_BETTER_SHARE * before):
            continue
        if count.rows and count.before_rows and count.count / count.rows >= before / count.before_rows:
            continue  # the records were handed over or deleted, not mended
        yield Better(Subject(SubjectKind.CHECK, count.check, count.title), before, count.count)


def _fall(found: Better) -> float:
    return found.before - found.now


def _better_figures(situation: Situation) -> Iterator[Better]:
    for figure in situation.figures.values():
        before = situation.period.earlier(figure)
        if figure.goal is None or figure.value is None or before is None:
            continue
        gained = (figure.value - before) * (1 if figure.goal.at_least else -1)
        if gained >= (1 if figure.id is FigureId.LAG else LEAST_POINTS):
            yield Better(Subject(SubjectKind.FIGURE, figure.id), before, figure.value)
