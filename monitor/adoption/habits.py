"""The numbers that a status is decided by, for one person and every week: sums over weeks of work and of use."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from monitor.adoption.calendar import Calendar, WeekOfWork
from monitor.adoption.known import WEEKS
from monitor.adoption.organisation import Member
from monitor.adoption.scorecard import PersonWeek
from monitor.adoption.week import IsoWeek

USUAL_WEEKS = 12
_LONGEST_AGO = 520  # weeks: a date in the CRM may be anything
_LEAST_USUAL_WEEKS = 4


@dataclass(frozen=True, slots=True)
class Habit:
    """One person's weeks from the first that is known: what was expected, and what was done.

    ``work`` and ``days`` (active days) have one entry per week from ``first``.
    """

    member: Member
    first: IsoWeek
    work: tuple[WeekOfWork, ...]
    days: tuple[int, ...]
    events: tuple[int, ...]  # up to and including each week
    last: tuple[IsoWeek | None, ...]  # newest week with use, up to and including each week
    reports: int = 0  # how many people report to the person
    idle_before: int = 0  # working weeks between the use before the first week, and that week

    @property
    def reads_only(self) -> bool:
        """Whether the role only reads, of which there is no trace: then no use is usual."""
        return self.member.role is not None and self.member.role.reads_only

    def values(self, week: IsoWeek) -> dict[str, float | None]:
        """Every variable of ``statuses.VARIABLES`` for a week within the habit. None: it cannot be told."""
        at = week - self.first
        four = range(max(0, at + 1 - WEEKS), at + 1)
        working = [number for number in four if self.work[number].is_working_week]
        missed = sum(1 for number in working if not self.days[number])
        expected = sum(self.work[number].expected for number in four)
        active = sum(self.days[number] for number in four)
        usual = self._usual(at, expected)
        start = self.member.start
        return {
            "working_days": self.work[at].expected,
            "working_days_4w": expected,
            "working_weeks_4w": len(working),
            "absent_days": self.work[at].absent,
            "days_since_start": (week.sunday - start).days if start is not None else None,
            "weeks_since_start": week - IsoWeek.of(start) if start is not None else None,
            "active_days": self.days[at],
            "active_days_4w": active,
            "active_weeks_4w": sum(1 for number in four if self.days[number]),
            "missed_weeks_4w": missed,
            "usual_days_4w": usual,
            "kept_up": active / usual if usual else None,
            "weeks_since_activity": self._idle(at),
            "events_ever": self.events[at],
            "reports": self.reports,
            "reads_only": 1 if self.reads_only else 0,
        }

    def _usual(self, at: int, expected: float) -> float | None:
        """The own active days per working day in the 12 weeks before the four, for ``expected`` working days."""
        before = [n for n in range(max(0, at + 1 - WEEKS - USUAL_WEEKS), at + 1 - WEEKS) if self.work[n].expected > 0]
        if sum(self.work[number].is_working_week for number in before) < _LEAST_USUAL_WEEKS or self.reads_only:
            return None
        worked = sum(self.work[number].expected for number in before)
        return sum(self.days[number] for number in before) / worked * expected

    def _idle(self, at: int) -> float | None:
        """Working weeks since the newest use; a week of holidays or absence does not count."""
        newest = self.last[at]
        if newest is None:
            return None
        since = max(newest + 1, self.first)
        before = self.idle_before if newest < self.first else 0
        return before + sum(1 for number in range(since - self.first, at + 1) if self.work[number].is_working_week)


def habit(
    member: Member,
    weeks: Mapping[IsoWeek, PersonWeek],
    span: Sequence[IsoWeek],
    use: Collection[str],
    calendar: Calendar,
    last_active: date | None = None,
    reports: int = 0,
) -> Habit:
    """The habit of a member over the weeks of ``span``, which follow one another.

    ``use`` names the measures that are use; ``last_active`` is a day of use that older rows told.
    """
    told = (last_active, *(row.last_active for row in weeks.values()))
    earlier = [day for day in told if day is not None and day < span[0].monday]
    newest_before = newest = IsoWeek.of(max(earlier)) if earlier else None
    ever = 1 if earlier else 0
    days: list[int] = []
    events: list[int] = []
    last: list[IsoWeek | None] = []
    for week in span:
        row = weeks.get(week)
        if row is not None:
            ever += sum(row.counts.get(name, 0) for name in use)
            if row.last_active is not None:
                seen = week if row.active_days else IsoWeek.of(row.last_active)
                newest = seen if newest is None or seen > newest else newest
                ever = max(ever, 1)
        days.append(row.active_days if row is not None else 0)
        events.append(ever)
        last.append(newest)
    work = tuple(calendar.week(member, week) for week in span)
    idle = _working_weeks(member, newest_before + 1, span[0], calendar) if newest_before is not None else 0
    return Habit(member, span[0], work, tuple(days), tuple(events), tuple(last), reports, idle)


def _working_weeks(member: Member, first: IsoWeek, end: IsoWeek, calendar: Calendar) -> int:
    """How many working weeks there were from ``first``, ``end`` left out: leave long ago is leave, too."""
    weeks = range(max(0, (end - first) - _LONGEST_AGO), max(0, end - first))
    return sum(1 for number in weeks if calendar.week(member, first + number).is_working_week)
