"""What a run may compare its figures with: one figure a day, less the days that must teach nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from monitor.quality.anomaly import Point
from monitor.quality.usual import Unit

OF_ENTITY = frozenset({Unit.RECORDS, Unit.HOURS})
"""The figures that every run notes of an entity, whatever checks it has."""
_LONGEST_WAIT = 366
"""Days. Who has waited longer waits for nothing any more."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """What one earlier run saw. ``at`` is the moment that it looked at, ``ended`` when its results were stored.

    Of a check ``rows`` and ``unexpected`` are its outcome's; of an entity ``rows`` is what it held, ``newest`` when its
    newest record was entered.
    """

    at: datetime
    ended: datetime
    rows: int | None = None
    unexpected: int | None = None
    newest: datetime | None = None


@dataclass(frozen=True, slots=True)
class Trouble:
    """A time in which an incident of the check stood; ``until`` None: it still does.

    ``accepted``: it ended although the check still failed, as somebody took what it saw for what it should be.
    """

    since: datetime
    until: datetime | None = None
    accepted: bool = False

    def covers(self, moment: datetime) -> bool:
        """Whether the incident stood at a moment; what ended it belongs to what came after."""
        return self.since <= moment and (self.until is None or moment < self.until)


@dataclass(frozen=True, slots=True)
class TeamUse:
    """A team's entries per person and working day: of the weeks that may teach something, and of the one judged."""

    team: str
    now: float
    weeks: tuple[Point, ...] = ()


@dataclass(frozen=True, slots=True)
class UseByTeam:
    """Use by team in the week that begins on ``monday``; no team that may not be shown by itself is in it.

    ``reason`` says why nothing is known of it.
    """

    monday: date
    teams: tuple[TeamUse, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Past:
    """What earlier runs saw, per check and per entity; ``use`` where a check asks for it.

    ``works`` says of a day whether people work on it: not at weekends, on holidays, days off and in quiet weeks.
    """

    zone: ZoneInfo
    works: Callable[[date], bool]
    checks: Mapping[str, Sequence[Earlier]] = field(default_factory=dict)
    entities: Mapping[str, Sequence[Earlier]] = field(default_factory=dict)
    troubles: Mapping[str, Sequence[Trouble]] = field(default_factory=dict)
    use: UseByTeam | None = None

    def points(self, check: str, entity: str, unit: Unit) -> tuple[Point, ...]:
        """The check's figures: the last of each day, less those of days on which an incident of it stood.

        Nothing from before it was last accepted as it is teaches anything, nor what an entity held before it was empty.
        """
        troubles = self.troubles.get(check, ())
        anew = max((one.until for one in troubles if one.accepted and one.until), default=None)
        seen = self.entities.get(entity, ()) if unit in OF_ENTITY else self.checks.get(check, ())
        last: dict[date, tuple[datetime, float]] = {}
        for one in seen:
            value = self._value(one, unit)
            if value is None or (anew is not None and one.ended < anew):
                continue
            if any(trouble.covers(one.ended) for trouble in troubles):
                continue
            day = self.day(one.at, unit)
            if day not in last or one.at >= last[day][0]:
                last[day] = (one.at, value)
        points = tuple(Point(day, value) for day, (_, value) in sorted(last.items()))
        if unit is Unit.RECORDS:
            return _since_empty(points)
        return tuple(point for point in points if self.tells(point.day, unit))

    def until(self, check: str, unit: Unit) -> date | None:
        """The day from which on an incident of the check has stood, if one does: the window ends before it."""
        standing = [one.since for one in self.troubles.get(check, ()) if one.until is None]
        return self.day(min(standing), unit) if standing else None

    def day(self, moment: datetime, unit: Unit) -> date:
        """The day that a figure seen at this moment is of: what was entered is counted on the day after."""
        day = moment.astimezone(self.zone).date()
        return day - timedelta(days=1) if unit is Unit.NEW_RECORDS else day

    def tells(self, day: date, unit: Unit) -> bool:
        """Whether the figure of a day says anything: what is entered on a holiday or in a quiet week does not."""
        return unit is not Unit.NEW_RECORDS or day.weekday() >= 5 or self.works(day)

    def waited(self, newest: datetime, moment: datetime) -> float:
        """The hours of working days between two moments; a record ahead of the clock was waited for no time."""
        first, last = newest.astimezone(self.zone), moment.astimezone(self.zone)
        start = max(first.date(), last.date() - timedelta(days=_LONGEST_WAIT))
        seconds = 0.0
        for number in range((last.date() - start).days + 1):
            day = start + timedelta(days=number)
            if self.works(day):
                begin, end = (datetime.combine(day + timedelta(days=more), time(), self.zone) for more in (0, 1))
                seconds += max(0.0, min(last, end).timestamp() - max(first, begin).timestamp())
        return seconds / 3600

    def _value(self, one: Earlier, unit: Unit) -> float | None:
        if unit is Unit.HOURS:
            return self.waited(one.newest, one.at) if one.newest is not None and one.rows else None
        if unit is Unit.SHARE:
            return one.unexpected / one.rows if one.rows and one.unexpected is not None else None
        return one.rows


def _since_empty(points: Sequence[Point]) -> tuple[Point, ...]:
    """What follows the last day on which there was nothing."""
    empty = max((place for place, point in enumerate(points) if not point.value), default=-1)
    return tuple(points[empty + 1 :])
