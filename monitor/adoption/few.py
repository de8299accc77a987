"""Figures cut down to what may be shown where nobody may be named: no number of fewer than five persons."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from monitor.adoption.figure import Figure, FigureId
from monitor.adoption.figures import USUAL_WEEKS
from monitor.adoption.naming import LEAST_GROUP
from monitor.adoption.note import Note, NoteCode

OF_PERSONS = frozenset(
    (FigureId.SEATS_ACTIVE, FigureId.SEATS_UNUSED, FigureId.ONBOARDED, FigureId.BREADTH, FigureId.MANAGERS_USE)
)
"""Figures that count only some of a group's people: those at work, those who may write, those who used it."""


def of_too_few(figure: Figure) -> Figure:
    """The figure without any number: its group is too small to be shown."""
    note = Note(NoteCode.TOO_FEW_PEOPLE, {"least": LEAST_GROUP})
    return Figure(figure.id, figure.week, figure.unit, None, goal=figure.goal, notes=(note,))


def nameless(figures: Iterable[Figure]) -> tuple[Figure, ...]:
    """The figures without what counts fewer than five persons, this week or in the weeks before."""
    return tuple(_without(one, [number for number, count in enumerate(persons(one)) if few(count)]) for one in figures)


def few(count: float | None) -> bool:
    """Whether a number of so many persons tells of them. Of nobody there is nothing to tell."""
    return count is None or 0 < count < LEAST_GROUP


def persons(figure: Figure) -> tuple[int | None, ...]:
    """How many persons each value of the line counts, the week's own last; nothing for a figure that counts none.

    Where there is no value, it counts nobody. None: it has one, and it is not known of how many.
    """
    if figure.id not in OF_PERSONS:
        return ()
    line = (*figure.line[:-1], figure.value)
    counts = figure.persons if len(figure.persons) == len(line) else (None,) * len(line)
    return tuple(0 if value is None else count for value, count in zip(line, counts, strict=True))


def beside(parts: Sequence[Sequence[Figure]], total: Iterable[Figure]) -> list[tuple[Figure, ...]]:
    """Figures of groups (``parts``) that are shown beside those of their total, without what would tell of few persons.

    Where a figure counts too few in one group, or in what is left of the total, no group keeps it for that week, or
    those few could be worked out. How far groups lie apart would tell of one that is not shown.
    """
    whole = {one.id: persons(one) for one in total}
    hidden = {wanted: _hidden(parts, wanted, whole.get(wanted, ())) for wanted in OF_PERSONS}
    return [
        tuple(
            of_too_few(one) if one.id is FigureId.UNIFORMITY else _without(one, hidden.get(one.id, ())) for one in part
        )
        for part in parts
    ]


def apart(figures: Iterable[Figure], part: Iterable[Figure], more: int) -> tuple[Figure, ...]:
    """The ``figures`` of a total without what tells, beside those of a ``part`` that the same reader gets, of the rest.

    ``more`` persons of the rest are the reader: they hide nobody.
    """
    known = {one.id: persons(one) for one in part}

    def rest(one: Figure) -> list[int]:
        both = list(zip(persons(one), known.get(one.id, ()), strict=False))
        return [
            number
            for number, (all_of, some) in enumerate(both)
            if all_of is None or some is None or any(0 < all_of - some - less < LEAST_GROUP for less in (0, more))
        ]

    return tuple(_without(one, rest(one)) for one in figures)


def _hidden(parts: Sequence[Sequence[Figure]], wanted: FigureId, whole: Sequence[int | None]) -> list[int]:
    counted = [persons(one) for part in parts for one in part if one.id is wanted]
    weeks = max(map(len, (*counted, whole)), default=0)
    return [number for number in range(weeks) if _tells([_at(one, number) for one in counted], _at(whole, number))]


def _at(counts: Sequence[int | None], number: int) -> int | None:
    return counts[number] if number < len(counts) else 0


def _tells(counts: Sequence[int | None], whole: int | None) -> bool:
    known = [count for count in counts if count is not None]
    return len(known) < len(counts) or whole is None or any(map(few, (*known, whole - sum(known))))


def _without(figure: Figure, weeks: Sequence[int]) -> Figure:
    """The figure without some weeks of its line (numbers in it); where the last is one of them, without any number."""
    if not weeks:
        return figure
    if max(len(figure.line), 1) - 1 in weeks:
        return of_too_few(figure)
    line = tuple(None if number in weeks else value for number, value in enumerate(figure.line))
    before = [value for value in line[-1 - USUAL_WEEKS : -1] if value is not None]
    usual = sum(before) / len(before) if before else None
    return replace(figure, line=line, last_week=line[-2] if len(line) > 1 else None, usual=usual)
