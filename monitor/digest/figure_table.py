"""All figures as a table that can be read: what several are uncertain about is said once, what has no value below."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from monitor.adoption.figure import Figure


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A figure with a value. ``notes`` are its own; ``refs`` are the numbers of the footnotes that are about it."""

    figure: Figure
    notes: tuple[str, ...] = ()
    refs: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class FigureTable:
    """``footnotes`` are numbered from 1; ``missing`` are figures that cannot be told, each with the reasons."""

    rows: tuple[FigureRow, ...]
    footnotes: tuple[str, ...]
    missing: tuple[tuple[Figure, tuple[str, ...]], ...]


def figure_table(figures: Iterable[Figure], notes: Callable[[Figure], Sequence[str]]) -> FigureTable:
    """The table of some figures, in their order; ``notes`` says what is uncertain about one."""
    told: list[tuple[Figure, Sequence[str]]] = []
    missing: list[tuple[Figure, tuple[str, ...]]] = []
    for figure in figures:
        if figure.value is None:
            missing.append((figure, tuple(notes(figure))))
        else:
            told.append((figure, notes(figure)))
    times = Counter(text for _, texts in told for text in texts)
    shared = [text for text, count in times.items() if count > 1]
    rows = tuple(
        FigureRow(
            figure,
            tuple(text for text in texts if text not in shared),
            tuple(shared.index(text) + 1 for text in texts if text in shared),
        )
        for figure, texts in told
    )
    return FigureTable(rows, tuple(shared), tuple(missing))
