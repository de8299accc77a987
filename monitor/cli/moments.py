"""Moments and spans of time as they are written on the command line, and in words."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import typer

from monitor.reach import within_reach

_DAY = "%Y-%m-%d"
_FORMS = ("%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", _DAY)
_UNITS = (("day", timedelta(days=1)), ("hour", timedelta(hours=1)), ("minute", timedelta(minutes=1)))


def moment(text: str, zone: ZoneInfo, *, end: bool = False) -> datetime:
    """A day or a minute in the project's zone. A day alone is its beginning, or with ``end`` its end.

    Raises typer.BadParameter saying how to write it.
    """
    for form in _FORMS:
        try:
            found = datetime.strptime(text, form).replace(tzinfo=zone)
        except ValueError:
            continue
        if within_reach(found.date()):
            return found + timedelta(days=1) if end and form == _DAY else found
    said = f"{text!r} is no moment: write it as YYYY-MM-DD or 'YYYY-MM-DD HH:MM', e.g. '2026-11-21 18:00'"
    raise typer.BadParameter(said)


def span(length: timedelta) -> str:
    """``2 hours``, ``1 day and 6 hours``: its two largest units, the rest left out."""
    parts = []
    for name, unit in _UNITS:
        count, length = divmod(length, unit)
        if count:
            parts.append(f"{count} {name}" if count == 1 else f"{count} {name}s")
    return " and ".join(parts[:2]) or "less than a minute"
