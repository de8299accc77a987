"""Days, moments, months and weeks as a language writes them."""

from __future__ import annotations

from datetime import date, datetime, tzinfo

from babel import Locale
from babel.dates import format_date, format_time

_DAY = {"en": "d MMM", "da": "d. MMM", "nb": "d. MMM"}
_LONG = {"en": "d MMMM", "da": "d. MMMM", "nb": "d. MMMM"}


def day(when: date, locale: Locale, *, year: bool = False, weekday: bool = False, long: bool = False) -> str:
    """``20 Nov``; with its ``weekday`` and ``year`` as asked, ``long`` with the month in full."""
    pattern = (_LONG if long else _DAY)[locale.language]
    if year:
        pattern += " y"
    text = format_date(when, pattern, locale=locale)
    if weekday:
        name = format_date(when, "EEEE" if long else "EEE", locale=locale).rstrip(".")
        text = f"{name} {text}"
    return text.replace(" ", "\u00a0")


def moment(at: datetime, zone: tzinfo, locale: Locale, *, year: bool = False) -> str:
    """``Mon 23 Nov 06:10`` in ``zone``."""
    local = at.astimezone(zone)
    clock = format_time(local, "HH:mm" if locale.language != "da" else "HH.mm", locale=locale)
    return f"{day(local.date(), locale, year=year, weekday=True)}\u00a0{clock}"


def month(when: date, locale: Locale) -> str:
    """``November 2026``."""
    return format_date(when, "MMMM y", locale=locale).replace(" ", "\u00a0")
