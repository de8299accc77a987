"""What a local time means when the clocks change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_SECOND = timedelta(seconds=1)


def instant(local: datetime, zone: ZoneInfo) -> datetime:
    """The moment (UTC) that a naive local time means.

    A time that comes twice means its first; one that the clocks leap over means the first moment after the leap.
    """
    found = local.replace(tzinfo=zone).astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None) == local:
        return found
    before = local.replace(tzinfo=zone, fold=1).astimezone(UTC)  # by the offset that comes after the leap
    return _change_between(before, found, zone)


@dataclass(frozen=True, slots=True)
class ClockChange:
    """The clocks of a zone change ``at`` (UTC); ``before`` and ``after`` are the local times at that moment."""

    at: datetime
    before: datetime
    after: datetime

    @property
    def leaps(self) -> bool:
        """Whether local times are left out (else they come twice)."""
        return self.after > self.before

    def touches(self, local: datetime) -> bool:
        """Whether a naive local time is left out or comes twice."""
        first, last = sorted((self.before, self.after))
        return first <= local < last


def clock_changes(zone: ZoneInfo, first: date, last: date) -> Iterator[ClockChange]:
    """Every change between two days (both included, UTC), in order."""
    day = datetime.combine(first, time(), UTC)
    while day.date() <= last:
        tomorrow = day + timedelta(days=1)
        if _offset(day, zone) != _offset(tomorrow, zone):
            at = _change_between(day, tomorrow, zone)
            naive = at.replace(tzinfo=None)
            yield ClockChange(at, naive + _offset(at - _SECOND, zone), naive + _offset(at, zone))
        day = tomorrow


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()


def _change_between(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The first second of the new offset; ``before`` has the old one still."""
    old = _offset(before, zone)
    while after - before > _SECOND:
        middle = before + (after - before) // 2
        middle = middle.replace(microsecond=0)
        if middle == before:
            break
        before, after = (middle, after) if _offset(middle, zone) == old else (before, middle)
    return after
