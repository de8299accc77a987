"""What one reader may be shown of groups of people. All that the same reader gets is looked at together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from monitor.adoption.few import apart, beside, of_too_few
from monitor.adoption.figure import Figure, FigureId
from monitor.adoption.figures import figures
from monitor.adoption.naming import LEAST_GROUP, Naming
from monitor.adoption.scope import MANAGER, WHOLE
from monitor.adoption.suppression import Shown, Table, suppressed_together
from monitor.app.use_evidence import Situation
from monitor.digest.build_rows import Group, team_groups
from monitor.settings.use import Use

TERMINAL = ""
"""The reader who runs a command: no manager, no sponsor."""


@dataclass(frozen=True, slots=True)
class Told:
    """A scope as a reader may see it: its persons, its figures, and its teams, none where there is only one."""

    people: tuple[str, ...]
    figures: tuple[Figure, ...]
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Readers:
    """``naming_for`` says whether a reader may see the people below by name, ``stored`` gives a scope's figures as they
    were stored, if they were."""

    situation: Situation
    use: Use
    naming_for: Callable[[str], Naming]
    stored: Callable[[str], Sequence[Figure]]
    _known_told: dict[tuple[str, str, bool], Told] = field(default_factory=dict, repr=False, compare=False)

    def told(self, scope: str, reader: str = TERMINAL, *, named: bool = False) -> Told:
        """A scope for one reader; where nobody may be ``named``, as suppression leaves it."""
        asked = scope, reader, named
        if asked not in self._known_told:
            self._known_told[asked] = self._told(scope, reader, named=named)
        return self._known_told[asked]

    def _told(self, scope: str, reader: str, *, named: bool) -> Told:
        tables = self._tables(reader, scope)
        table = tables[scope]
        total = self._total(scope, table)
        everything = Shown(tuple(sorted(table.groups)))
        shown = dict(zip(tables, suppressed_together(list(tables.values()), self._known(reader)), strict=True))[scope]
        groups = self._groups(table, everything if named else shown)
        if not named:
            told = beside([group.figures for group in groups], total)
            groups = tuple(replace(group, figures=some) for group, some in zip(groups, told, strict=True))
            total = self._beside_own(_uniform(total, table, shown), table, reader)
        return Told(tuple(sorted(table.people)), tuple(total), groups)

    def whole_of(self, reader: str) -> frozenset[str]:
        """The whole as a reader sees it: without the few who are not below a reader that sees all the others as a
        manager, too, as they could be worked out from the two."""
        people = frozenset(self.situation.people(WHOLE))
        others = people - self._below(reader) - {reader}
        return people - others if self._below(reader) and len(others) < LEAST_GROUP else people

    def single_teams(self) -> tuple[str, ...]:
        """The teams that are shown by themselves beside the whole where nobody may be named."""
        return suppressed_together(list(self._tables(TERMINAL, WHOLE).values()))[0].single

    def _tables(self, reader: str, scope: str) -> Mapping[str, Table]:
        """What the reader gets, the own people first."""
        found: dict[str, Table] = {}
        if below := self._below(reader):
            found[f"{MANAGER}{reader}"] = self._table(below)
        if reader == self.situation.organisation.sponsor or scope == WHOLE:
            found[WHOLE] = self._table(self.whole_of(reader))
        if scope not in found:
            found[scope] = self._table(frozenset(self.situation.people(scope)))
        return found

    def _below(self, reader: str) -> frozenset[str]:
        return frozenset(self.situation.people(f"{MANAGER}{reader}")) if reader else frozenset()

    def _known(self, reader: str) -> frozenset[str]:
        """Persons whose own figures the reader has anyway."""
        if not reader:
            return frozenset()
        below = self._below(reader) if self.naming_for(reader).allowed else frozenset[str]()
        return below | {reader}

    def _table(self, people: frozenset[str]) -> Table:
        organisation = self.situation.organisation
        groups: dict[str, set[str]] = {}
        for key in people:
            groups.setdefault(organisation.members[key].team_key, set()).add(key)
        return Table(people, {key: frozenset(some) for key, some in groups.items() if key in organisation.teams})

    def _total(self, scope: str, table: Table) -> Sequence[Figure]:
        """As they were stored, else worked out now."""
        stored = self.stored(scope) if table.people == frozenset(self.situation.people(scope)) else ()
        if stored:
            return stored
        return self._figures_of(self.situation.scope(scope) if scope != WHOLE else self._rows_of(table.people))

    def _groups(self, table: Table, shown: Shown) -> tuple[Group, ...]:
        if len(table.groups) + bool(table.people.difference(*table.groups.values())) < 2:
            return ()
        return team_groups(
            table, shown, self.situation.organisation, lambda people: self._figures_of(self._rows_of(people))
        )

    def _rows_of(self, people: frozenset[str]) -> frozenset[str]:
        """The keys of their rows; where no person is stored, those of the whole teams that they are."""
        return self.situation.stored_as(people)

    def _figures_of(self, keys: frozenset[str]) -> Sequence[Figure]:
        now = self.situation
        return figures(now.evidence, keys, now.week, self.use.figures)

    def _beside_own(self, total: Sequence[Figure], table: Table, reader: str) -> Sequence[Figure]:
        """A total without what tells of the few that a figure counts beside the reader's own people."""
        below = self._below(reader)
        if not below or not table.people - below - {reader}:
            return total
        return apart(total, self._total(f"{MANAGER}{reader}", self._table(below)), 1)


def _uniform(total: Sequence[Figure], table: Table, shown: Shown) -> Sequence[Figure]:
    """How far teams lie apart tells of the best and the worst: only where each of them is shown by itself anyway."""
    compared = {key for key, people in table.groups.items() if len(people) >= LEAST_GROUP}
    if compared <= set(shown.single):
        return total
    return [of_too_few(one) if one.id is FigureId.UNIFORMITY else one for one in total]
