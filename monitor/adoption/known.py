"""What a CRM can tell of people's use at all: which measures it has, since when, and what is to be said about them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from monitor.activity.facts import MeasureFacts
from monitor.activity.measure import Availability, Basis, Measure, MeasureKind
from monitor.adoption.note import Note, NoteCode
from monitor.adoption.week import IsoWeek

WEEKS = 4
"""How many weeks, this one included, most figures look at."""
ATTRIBUTED = 0.6
"""Where a smaller share of a measure's rows names a user, it tells nothing about users."""
_ENOUGH_WEEKS = 8  # 4 weeks, and 4 before them to compare with


@dataclass(frozen=True, slots=True)
class Known:
    """The measures and what the newest reading found out about each.

    ``first`` is the first week that was read in whole; figures of weeks before are not known. ``attributed`` is the
    least share of rows that must name a user.
    """

    measures: tuple[Measure, ...]
    facts: Mapping[str, MeasureFacts]
    first: IsoWeek
    attributed: float = ATTRIBUTED

    def has(self, measure: Measure) -> bool:
        """Whether the CRM tells the measure at all."""
        facts = self.facts.get(measure.name)
        return facts is not None and facts.availability is not Availability.NONE

    @property
    def available(self) -> tuple[Measure, ...]:
        """The measures that the CRM tells, wholly or in part."""
        return tuple(measure for measure in self.measures if self.has(measure))

    @property
    def use(self) -> tuple[Measure, ...]:
        """The available measures whose rows are use of the CRM."""
        return tuple(measure for measure in self.available if measure.is_use)

    def of(self, *kinds: MeasureKind) -> tuple[Measure, ...]:
        """The available measures of these kinds."""
        return tuple(measure for measure in self.available if measure.kind in kinds)

    @property
    def areas(self) -> frozenset[str]:
        """The areas of the CRM whose use some available measure shows."""
        return frozenset(measure.area for measure in self.use if measure.area)

    def whole(self, week: IsoWeek, weeks: int = WEEKS) -> bool:
        """Whether all ``weeks`` weeks that end with ``week`` are known."""
        return week + (1 - weeks) >= self.first

    def too_short(self, week: IsoWeek) -> Note | None:
        """What is to be said where the history is too short to compare with."""
        weeks = max(0, (week - self.first) + 1)
        return Note(NoteCode.TOO_SHORT, {"weeks": weeks}) if weeks < _ENOUGH_WEEKS else None

    def share_attributed(self, measures: Iterable[Measure]) -> float | None:
        """Which share of all rows of these measures names a user; None where there are no rows."""
        found = [self.facts[measure.name] for measure in measures if measure.name in self.facts]
        rows = sum(facts.rows for facts in found)
        return sum(facts.attributed for facts in found) / rows if rows else None

    @property
    def tells_of_users(self) -> bool:
        """Whether anything is known of what users do: some use is read, and enough of it names a user."""
        share = self.share_attributed(self.use)
        return bool(self.use) and (share is None or share >= self.attributed)

    def notes(self, measures: Iterable[Measure]) -> tuple[Note, ...]:
        """What is to be said beside a figure that these measures feed."""
        return tuple(note for measure in measures for note in self._notes(measure))

    def _notes(self, measure: Measure) -> Sequence[Note]:
        name: dict[str, str | int | float] = {"measure": measure.name}
        facts = self.facts.get(measure.name)
        if facts is None or facts.availability is Availability.NONE:
            if any(self.has(other) for other in self.measures if _stand_in(measure, other)):
                return []  # what is told instead has notes of its own
            return [Note(NoteCode.NOT_AVAILABLE, {**name, "reason": facts.reason if facts else ""})]
        found = []
        if facts.availability is Availability.LAST_ONLY or measure.basis is Basis.LAST_TOUCH:
            found.append(Note(NoteCode.LAST_ONLY, name))
        if measure.incomplete:
            found.append(Note(NoteCode.INCOMPLETE, {**name, "reason": measure.incomplete}))
        if facts.rows and facts.attributed / facts.rows < self.attributed:
            share = round(facts.attributed / facts.rows, 4)
            found.append(Note(NoteCode.NOT_ATTRIBUTABLE, {**name, "share": share}))
        return found


def _stand_in(one: Measure, other: Measure) -> bool:
    """Whether one of two measures is read only where the CRM does not have the other."""
    return one.unless == other.name or other.unless == one.name
