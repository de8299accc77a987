"""Figures in words: counts, shares, money and moments, as a message shows them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MOST_DECIMALS = 3


def count(number: int) -> str:
    """``8,800``."""
    return f"{number:,}"


def change(number: int) -> str:
    """``+12`` or ``−3`` (a true minus sign)."""
    return f"+{number:,}" if number > 0 else f"−{-number:,}"


def percent(share: float, limit: float | None = None) -> str:
    """A share (0 to 1) in percent, with as few decimals as tell the truth.

    Whole percents, but tenths below one and above 99: ``0.4%``, ``<0.1%``. Something is never shown as ``0%``
    nor less than all as ``100%``; and where there is a ``limit`` (0 to 1), a share above or below it is never
    shown as equal to it.
    """
    exact = _exact(share)
    bound = None if limit is None else _exact(limit)
    for decimals in range(1 if 0 < exact < 1 or 99 < exact < 100 else 0, _MOST_DECIMALS + 1):
        rounded = _rounded(exact, decimals)
        if bound is None or (rounded > bound) - (rounded < bound) == (exact > bound) - (exact < bound):
            break
    else:
        return ("just over " if bound is not None and exact > bound else "just under ") + _plain(bound or rounded)
    unit = Decimal(1).scaleb(-decimals)
    if exact > 0 and rounded == 0:
        return f"<{unit}%"
    if exact < 100 and rounded == 100:
        return f">{100 - unit}%"
    return _plain(rounded)


def limit_percent(limit: float) -> str:
    """A limit as it was written: ``15%``, ``0.5%``."""
    return _plain(_exact(limit).quantize(Decimal("0.001"), ROUND_HALF_UP))


def money(amount: Decimal, currency: str) -> str:
    """``412,300 DKK`` below a million, then ``4.1m DKK`` and ``1.2bn DKK``."""
    size = abs(amount)
    if size < Decimal("999950"):
        step = Decimal("0.01") if 0 < size < 10 and size != size.to_integral_value() else Decimal(1)
        text = f"{amount.quantize(step, ROUND_HALF_UP):,}"
    else:
        divisor, unit = (Decimal(10**6), "m") if size < Decimal("999950000") else (Decimal(10**9), "bn")
        text = f"{(amount / divisor).quantize(Decimal('0.1'), ROUND_HALF_UP):,}".removesuffix(".0") + unit
    return f"{text} {currency}".rstrip().replace("-", "−")


def moment(at: datetime, zone: ZoneInfo, reference: datetime | None = None) -> str:
    """``Sat 21 Nov 06:10`` in ``zone``; with the year unless ``reference`` lies in the same one."""
    local = at.astimezone(zone)
    same_year = reference is not None and reference.astimezone(zone).year == local.year
    year = "" if same_year else f" {local.year}"
    return f"{_DAYS[local.weekday()][:3]} {local.day} {_MONTHS[local.month - 1]}{year} {local:%H:%M}"


def day(on: date) -> str:
    """``Sat 21 Nov 2026``."""
    return f"{_DAYS[on.weekday()][:3]} {on.day} {_MONTHS[on.month - 1]} {on.year}"


def since(at: datetime, zone: ZoneInfo, reference: datetime | None = None) -> str:
    """When something began, seen from ``reference``: ``06:10`` of the same day, ``Friday``, ``3 Nov``."""
    local = at.astimezone(zone)
    if reference is not None:
        seen_from = reference.astimezone(zone)
        days = (seen_from.date() - local.date()).days
        if days == 0:
            return f"{local:%H:%M}"
        if 0 < days < 7:
            return _DAYS[local.weekday()]
        if seen_from.year == local.year:
            return f"{local.day} {_MONTHS[local.month - 1]}"
    return f"{local.day} {_MONTHS[local.month - 1]} {local.year}"


def duration(span: timedelta) -> str:
    """``3 days``, ``5 hours``, ``12 minutes``: the largest unit that fits."""
    seconds = max(int(span.total_seconds()), 0)
    for unit, length in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= length:
            number = seconds // length
            return f"{number:,} {unit}{'' if number == 1 else 's'}"
    return "less than a minute"


def _exact(share: float) -> Decimal:
    # Through repr: 0.15 means 15%, not the binary fraction nearest to it.
    return Decimal(repr(float(share))) * 100


def _rounded(value: Decimal, decimals: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}%"
