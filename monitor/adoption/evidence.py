"""All that figures are made of, and the questions that several of them ask of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from monitor.activity.facts import Standing
from monitor.adoption.calendar import Calendar
from monitor.adoption.habits import Habit, habit
from monitor.adoption.known import WEEKS, Known
from monitor.adoption.note import Note
from monitor.adoption.organisation import Member, Organisation
from monitor.adoption.scope import TEAM
from monitor.adoption.scorecard import PersonWeek
from monitor.adoption.scorecards import Rows
from monitor.adoption.week import IsoWeek


@dataclass(frozen=True, slots=True)
class Evidence:
    """``rows`` are each user's weeks. ``standing`` is, per week, that of each user on the newest day known in it.

    The reasons say why standing, wins or new records are not there at all. ``acknowledged`` are the weeks in which
    somebody acknowledged a digest or did one of its actions. ``last_active`` are days of use before the rows.
    """

    organisation: Organisation
    known: Known
    calendar: Calendar
    rows: Mapping[str, Rows]
    standing: Mapping[IsoWeek, Mapping[str, Standing]] = field(default_factory=dict)
    standing_reason: str = ""
    wins_reason: str = ""
    new_records_reason: str = ""
    acknowledged: Mapping[str, Collection[IsoWeek]] = field(default_factory=dict)
    last_active: Mapping[str, date] = field(default_factory=dict)
    _habits: dict[str, Habit] = field(default_factory=dict, repr=False, compare=False)
    _managers: list[frozenset[str]] = field(default_factory=list, repr=False, compare=False)
    _use: list[frozenset[str]] = field(default_factory=list, repr=False, compare=False)

    def four(self, keys: Iterable[str], week: IsoWeek) -> list[PersonWeek]:
        """The rows of some users in the four weeks that end with ``week``."""
        weeks = week.back(WEEKS)
        return [rows[one] for key in keys if (rows := self.rows.get(key)) for one in weeks if one in rows]

    def counted(self, keys: Iterable[str]) -> list[str]:
        """The users whose rows count in sums: everyone but programs; those that are no members too."""
        members = self.organisation.members
        return [key for key in keys if key not in members or not members[key].is_automation]

    def seats(self, keys: Iterable[str]) -> list[Member]:
        """The persons with a seat among some users whose use is measured."""
        members = self.organisation.members
        return [members[key] for key in keys if key in members and members[key].is_measured]

    @property
    def managers(self) -> frozenset[str]:
        """Keys of everyone to whom a person reports."""
        if not self._managers:
            members = self.organisation.members.values()
            found = (one.manager_key for one in members if one.is_person and one.manager_key != one.key)
            self._managers.append(frozenset(found) - {""})
        return self._managers[0]

    def habit(self, member: Member, week: IsoWeek) -> Habit:
        """A member's habit, which reaches to ``week`` at least."""
        found = self._habits.get(member.key)
        if found is None or not found.first <= week < found.first + len(found.work):
            if not self._use:
                self._use.append(frozenset(measure.name for measure in self.known.use))
            first = min(self.known.first, week)
            last = max([week, *(max(rows) for rows in [self.rows.get(member.key)] if rows)])
            span = last.back(last - first + 1)
            told = self.last_active.get(member.key)
            found = habit(member, self.rows.get(member.key, {}), span, self._use[0], self.calendar, told)
            self._habits[member.key] = found
        return found

    def regular(self, member: Member, week: IsoWeek, also: Collection[IsoWeek] = ()) -> bool | None:
        """Whether a member used the CRM in all but at most one of the working weeks among the last four.

        ``also`` are weeks that count as used. A shorter week counts where it was used, and is no miss where it was not.
        None where no week counts: somebody away is not counted.
        """
        own = self.habit(member, week)
        at = week - own.first
        four = range(max(0, at + 1 - WEEKS), at + 1)
        used = {number for number in four if own.days[number] or own.first + number in also}
        working = {number for number in four if own.work[number].is_working_week}
        if not working and not any(own.work[number].expected > 0 for number in used):
            return None
        return bool(used) and len(working - used) <= 1

    def last_use(self, member: Member, week: IsoWeek) -> IsoWeek | None:
        """The newest week in which a member used the CRM, up to ``week``."""
        own = self.habit(member, week)
        return own.last[week - own.first]


@dataclass(frozen=True, slots=True)
class Told:
    """What one figure is for one week: its value, what it is a share of, the numbers behind it, what to say beside.

    ``persons``: how many persons it counts, where it is a figure of persons.
    """

    value: float | None
    top: float | None = None
    bottom: float | None = None
    inputs: Mapping[str, float] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    persons: int | None = None


def strict(keys: Iterable[str]) -> bool:
    """Whether rows are of teams, so that nothing can be told of seats."""
    return any(key.startswith(TEAM) for key in keys)
