"""Cron lines as people write them, in local time. Calendar arithmetic is APScheduler's; what the fields mean, ours."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apscheduler.triggers.cron import CronTrigger

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WHOLE = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_BY_NUMBER = ("sun", "mon", "tue", "wed", "thu", "fri", "sat", "sun")  # crontab(5): 0 and 7 are Sunday
_SHORT = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * sun",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
_FIELDS = ("minute", "hour", "day", "month", "day_of_week")
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_CHARACTERS = re.compile(r"[0-9a-z*,/ -]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Cron:
    """A line of five fields: minute, hour, day of the month, month, weekday. Made by ``parse_cron``.

    ``text`` is as it was written; ``fields`` are as APScheduler reads them, weekdays by name.
    """

    text: str
    fields: tuple[str, str, str, str, str]

    def next_local(self, after: datetime) -> datetime | None:
        """The first matching local time (naive) later than ``after`` (naive); None when there is never another."""
        trigger = _trigger(self.fields)
        found = trigger.get_next_fire_time(after.replace(tzinfo=UTC), after.replace(tzinfo=UTC))
        return None if found is None else found.replace(tzinfo=None)


def parse_cron(text: str) -> Cron:
    """The line as a ``Cron``. Raises ValueError for what is none, with the next step on its second line.

    Weekdays may be names or crontab's numbers (Sunday is 0 and 7). Not both a day of the month and a weekday may be
    said: crontab means either of the two, other programs mean both at once.
    """
    line = _SHORT.get(text.strip().lower(), text.strip())
    if line.startswith("@"):
        raise ValueError(f"is no time that cron knows: {line}\nwrite one of {', '.join(_SHORT)}, or five fields")
    parts = line.split()
    if len(parts) != len(_FIELDS):
        raise ValueError(
            f"has {len(parts)} fields, not 5\nwrite minute, hour, day, month and weekday: 0 6 * * mon-fri is 6:00 on "
            "working days"
        )
    minute, hour, day, month, weekday = parts
    if day != "*" and weekday != "*":
        raise ValueError(
            "says both a day of the month and a weekday, which programs read differently\n"
            "leave one of them *; the first Monday is day 1st-mon, the last Friday last-fri"
        )
    fields = (minute, hour, re.sub(r"(?<=[a-z])-(?=[a-z])", " ", day.lower()), month.lower(), _weekdays(weekday))
    for name, value, written in zip(_FIELDS, fields, parts, strict=True):
        _check_field(name, value, written)
    cron = Cron(text.strip(), fields)
    if cron.next_local(_LONG_AGO) is None:
        raise ValueError("never comes: no month has such a day\nwrite a day that the month has")
    return cron


def _check_field(name: str, value: str, written: str) -> None:
    from apscheduler.triggers.cron import CronTrigger

    try:
        if not _CHARACTERS.fullmatch(value):
            raise ValueError
        CronTrigger(timezone=UTC, **{name: value})
    except ValueError:
        ranges = {"minute": "0-59", "hour": "0-23", "day": "1-31, last, 1st-mon", "month": "1-12 or jan-dec"}
        wanted = ranges.get(name, "mon-sun")
        article = "an" if name == "hour" else "a"
        raise ValueError(
            f"has {article} {name.replace('day_of_week', 'weekday')} that cannot be read: {written}\n"
            f"write *, or {wanted}; lists by commas, steps as */15"
        ) from None


def _weekdays(field: str) -> str:
    """Weekdays by name: APScheduler counts from Monday, crontab from Sunday, and a range may go past the week's end."""
    if field == "*":
        return "*"
    found: set[str] = set()
    for part in field.lower().split(","):
        span, _, step = part.partition("/")
        first, dash, last = ("0", "-", "6") if span in ("*", "0-7") else span.partition("-")  # both ends are Sunday
        names = _span(_weekday(first, field), _weekday(last if dash else first, field))
        if step and not (re.fullmatch("[0-9]{1,3}", step) and int(step)):
            raise _no_weekday(field)
        found.update(names[:: int(step or 1)])
    return ",".join(name for name in WEEKDAYS if name in found)


def _weekday(word: str, field: str) -> str:
    if word[:3] in WEEKDAYS and (len(word) == 3 or word in _WHOLE):
        return word[:3]
    if re.fullmatch("[0-7]", word):
        return _BY_NUMBER[int(word)]
    raise _no_weekday(field)


def _no_weekday(field: str) -> ValueError:
    return ValueError(f"has a weekday that cannot be read: {field}\nwrite names: mon-fri, or sat,sun")


def _span(first: str, last: str) -> list[str]:
    begin, end = WEEKDAYS.index(first), WEEKDAYS.index(last)
    return [WEEKDAYS[number % 7] for number in range(begin, end + 1 if end >= begin else end + 8)]


@cache
def _trigger(fields: tuple[str, str, str, str, str]) -> CronTrigger:
    from apscheduler.triggers.cron import CronTrigger  # takes a while to load, and only schedules need it

    return CronTrigger(timezone=UTC, **dict(zip(_FIELDS, fields, strict=True)))
