"""A figure and what is usual, in words: ``37 hours of working days, usual on a Monday up to 36``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from math import ceil, floor

from monitor.quality.anomaly import Alike, Band, Direction, TooShort
from monitor.quality.usual import Unit

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def usually(band: Band, unit: Unit, way: Direction, at: date) -> str:
    """``usual on a Tuesday 2,950-3,400``, ``usually 2.1-3.0%``; waits have no lower end that anybody minds."""
    if unit is Unit.HOURS and way is Direction.UP:
        return f"{_when(band.alike, at)} up to {floor(band.high):,}"
    return f"{_when(band.alike, at)} {_range(band, unit)}"


def figure(value: float, unit: Unit, at: date) -> str:
    """What was seen; nothing for a share and for all records, which are told anyway."""
    if unit is Unit.NEW_RECORDS:
        records = "1 new record" if value == 1 else f"{value:,.0f} new records"
        return f"{records} on {_DAYS[at.weekday()]} {at.day} {_MONTHS[at.month - 1]}"
    if unit is Unit.HOURS:
        return f"{value:,.0f} hours of working days"
    if unit is Unit.ENTRIES:
        return f"{value:.1f} entries per person and working day"
    return ""


def missing(short: TooShort, unit: Unit, at: date) -> str:
    """``needs 14 days of history, has 5``."""
    if short.alike is Alike.WEEKDAY:
        return f"needs {short.needs} {_DAYS[at.weekday()]}s in its history, has {short.has}"
    spans = "weeks" if unit is Unit.ENTRIES else "days"
    return f"needs {short.needs} {spans} of history, has {short.has}"


def _when(alike: Alike, at: date) -> str:
    if alike is Alike.WEEKDAY:
        return f"usual on a {_DAYS[at.weekday()]}"
    if alike is Alike.KIND:
        return "usual at the weekend" if at.weekday() >= 5 else "usual on a working day"
    return "usually"


def _range(band: Band, unit: Unit) -> str:
    """From the first figure that is usual to the last, so that one beyond never seems to be within."""
    low, high = max(band.low, 0.0), band.high
    if unit is Unit.SHARE:
        return f"{_tenths(100 * low, ceil)}-{_tenths(100 * min(high, 1.0), floor)}%"
    if unit is Unit.ENTRIES:
        return f"{_tenths(low, ceil)}-{_tenths(high, floor)}"
    return f"{ceil(low):,}-{floor(high):,}"


def _tenths(value: float, rounded: Callable[[float], int]) -> str:
    return f"{rounded(round(10 * value, 6)) / 10:,.1f}"
