"""Which groups may be shown by themselves: none so small that it tells of persons, nor one that can be computed.

What is shown of groups adds up: whoever sees a total and some of its parts can take them from each other. All that can
be computed so are sums over the cells into which the shown sets cut the people: persons who are in just the same shown
sets are in one cell. So a set is shown only as long as no cell has one to four people; then no sum over so few lies in
reach, whatever is added and taken away. What a table does not show by itself is one sum there, the rest of its total.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from monitor.adoption.naming import LEAST_GROUP


@dataclass(frozen=True, slots=True)
class Shown:
    """``single`` groups are shown as they are, by name; ``merged`` ones as one. ``nothing``: not even the total."""

    single: tuple[str, ...] = ()
    merged: tuple[str, ...] = ()
    nothing: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A total over ``people``, and ``groups`` of them beside it: key -> people, nobody in two. They may leave some out:
    those belong to the rest."""

    people: frozenset[str]
    groups: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def rest(self, shown: Shown) -> frozenset[str]:
        """The people of the one sum beside the single groups: of the merged ones, and of no group at all."""
        return self.people.difference(*(self.groups[key] for key in shown.single))


def suppressed(sizes: Mapping[str, int], *, least: int = LEAST_GROUP) -> Shown:
    """How groups (key -> people in it, no person in two) may be shown beside their total.

    Groups of nobody are left out. Where nothing can be shown beside it, all is one: the total.
    """
    groups = {key: frozenset(f"{key}\0{number}" for number in range(size)) for key, size in sizes.items()}
    return suppressed_together([Table(frozenset().union(*groups.values()), groups)], least=least)[0]


def suppressed_together(
    tables: Sequence[Table], known: Collection[str] = (), *, least: int = LEAST_GROUP
) -> tuple[Shown, ...]:
    """How each of the tables that one reader gets may be shown, so that they are safe together; the first go first.

    ``known`` are persons whose own figures the reader has anyway, above all the reader: they hide nobody, and need
    no hiding: a total of them alone is shown, and a group of them alone if it is large enough to be one. A total is
    shown before any group, and large groups before small ones.
    """
    cells = _Cells(least, frozenset(known))
    totals = [cells.show(table.people) or cells.known(table.people) for table in tables]
    return tuple(
        _shown(table, cells, least) if total else Shown(nothing=True)
        for table, total in zip(tables, totals, strict=True)
    )


def _shown(table: Table, cells: _Cells, least: int) -> Shown:
    groups = {key: people for key, people in table.groups.items() if people}
    large_first = sorted(groups, key=lambda key: (-len(groups[key]), key))
    single = {
        key
        for key in large_first
        if cells.show(groups[key]) or (cells.known(groups[key]) and len(groups[key]) >= least)
    }
    return Shown(tuple(sorted(single)), tuple(sorted(set(groups) - single)))


class _Cells:
    """The people cut into cells by what is shown so far. ``show`` takes one more set, if no cell gets too small."""

    def __init__(self, least: int, known: frozenset[str]) -> None:
        self._least = least
        self._known = known
        self._cells: list[frozenset[str]] = []

    def known(self, people: frozenset[str]) -> bool:
        """Whether it is some people, and the reader knows each of them."""
        return bool(people) and people <= self._known

    def show(self, people: Iterable[str]) -> bool:
        rest = frozenset(people) - self._known
        if not rest:
            return False
        cut: list[frozenset[str]] = []
        for cell in self._cells:
            cut += [part for part in (cell & rest, cell - rest) if part]
        strangers = rest.difference(*self._cells)
        cut += [strangers] if strangers else []
        if any(len(cell) < self._least for cell in cut):
            return False
        self._cells = cut
        return True
