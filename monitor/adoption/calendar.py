"""The days on which somebody is expected at work: what every figure about a person is measured against."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date

from monitor.adoption.organisation import Member
from monitor.adoption.week import IsoWeek
from monitor.quality.calendar import working_days

LEAST_DAYS = 3
"""Days to be worked, of the five of an ordinary week, that make a working week. On most of one's days a CRM is used; on
one or two, it takes no more than a meeting or a day of courses to have none."""


@dataclass(frozen=True, slots=True)
class WeekOfWork:
    """One person's week, in working days of full time times the part-time share.

    ``expected`` are those to be worked, ``absent`` those lost to absence. Both are 0 where nobody works: holidays,
    quiet weeks, or before the start. ``is_working_week``: enough is to be worked for the week to count against the
    person where nothing was done. Any week in which something was done counts for them.
    """

    expected: float
    absent: float = 0.0
    is_working_week: bool = False


def is_working_week(expected: float, part_time: float) -> bool:
    """Whether a week with these working days (times part-time) has ``LEAST_DAYS`` or more of full time.

    It is the calendar's days that count, not the person's hours: part-time is the same share of every day.
    """
    return part_time > 0 and expected >= LEAST_DAYS * part_time


class Calendar:
    """Working days of members: weekends, public holidays of their country, days off, quiet weeks, absence, start,
    part-time. It remembers each person's weeks.

    ``quiet_weeks`` are ISO week numbers in which nobody is expected to use the CRM. Raises ValueError, when asked about
    a member of a country whose public holidays are not known.
    """

    def __init__(self, days_off: Collection[date] = (), quiet_weeks: Collection[int] = ()) -> None:
        self._days_off = frozenset(days_off)
        self._quiet = frozenset(quiet_weeks)
        self._countries: dict[str, Callable[[date], bool]] = {}
        self._common: dict[tuple[str, IsoWeek], tuple[date, ...]] = {}
        self._weeks: dict[tuple[str, IsoWeek], tuple[Member, WeekOfWork]] = {}

    def workdays(self, country: str, week: IsoWeek) -> tuple[date, ...]:
        """The days of a week on which people of a country work."""
        found = self._common.get((country, week))
        if found is None:
            works = self._works(country)
            quiet = week.number in self._quiet
            found = () if quiet else tuple(day for day in week.days() if works(day))
            self._common[country, week] = found
        return found

    def week(self, member: Member, week: IsoWeek) -> WeekOfWork:
        """A member's week."""
        known = self._weeks.get((member.key, week))
        if known is not None and known[0] is member:
            return known[1]
        days = self.workdays(member.country, week)
        if member.start is not None and member.start > week.monday:
            days = tuple(day for day in days if day >= member.start)
        absent = 0
        if member.absences:
            absent = sum(1 for day in days if any(one.first <= day <= one.last for one in member.absences))
        expected = (len(days) - absent) * member.part_time
        found = WeekOfWork(expected, absent * member.part_time, is_working_week(expected, member.part_time))
        self._weeks[member.key, week] = (member, found)
        return found

    def expected(self, member: Member, first: date, last: date) -> float:
        """The working days expected of a member from ``first`` to ``last``, both included."""
        total = 0.0
        week, end = IsoWeek.of(first), IsoWeek.of(last)
        while week <= end:
            if week.monday >= first and week.sunday <= last:
                total += self.week(member, week).expected
            else:
                days = (day for day in self.workdays(member.country, week) if first <= day <= last)
                total += sum(member.part_time for day in days if _at_work(member, day))
            week += 1
        return total

    def _works(self, country: str) -> Callable[[date], bool]:
        if country not in self._countries:
            self._countries[country] = working_days(country, self._days_off)
        return self._countries[country]


def _at_work(member: Member, day: date) -> bool:
    if member.start is not None and day < member.start:
        return False
    return not any(one.first <= day <= one.last for one in member.absences)
