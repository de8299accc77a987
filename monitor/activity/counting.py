"""One grouped query for all measures of an entity: rows per user, day and, where a lag is told, day of entry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from itertools import accumulate, compress, islice, repeat
from typing import Any

import sqlalchemy as sa

from monitor.activity.facts import NOBODY, Activity, Lag, Window
from monitor.activity.localday import Days, as_day
from monitor.activity.plan import Job
from monitor.crm.source import EntitySource
from monitor.quality.rows import Condition, Rows, both, count_where, names_in, owner_of

LONGEST_LAG = 60
"""Calendar days: a row that was entered later than this after it happened counts as if it were this late."""

_USER, _DAY, _ENTERED = "of_user", "of_day", "entered_on"


def person_rows(source: EntitySource) -> Condition | None:
    """Rows that the system wrote by itself are left out, where the map says which those are."""
    if not source.has("automatic"):
        return None
    automatic = sa.column("automatic", source.selectable.c["automatic"].type)
    return sa.func.coalesce(automatic, sa.false(), type_=sa.Boolean()) == sa.false()


def count_query(job: Job, days: Days, window: Window, dialect: str) -> sa.Select[Any]:
    """Columns: user, day, day of entry, one count per measure of the job, one of what tells a lag per ``job.late``.

    The day of entry is NULL where a row tells no lag or was entered on its own day, or before: most are, and so most
    days of a user are one group.
    """
    source = days.source
    entered, entered_by = job.entered
    by_person = person_rows(source)
    conditions = [each.condition for each in job.parts]
    alone = conditions[0] if len(conditions) == 1 else None
    named = names_in([*conditions, by_person]) | {name for name in (job.user, job.time, entered, entered_by) if name}
    rows = Rows(source, named)
    happened = rows[job.time]
    day = days.local(happened, window)
    entry_day: sa.ColumnElement[Any] = sa.null()
    told: list[Condition | None] = []
    if entered:
        by_user = sa.column(entered_by) == sa.column(job.user) if entered_by else None
        told = [both(each.condition, by_user, sa.column(entered).is_not(None)) for each in job.late]
        entry = days.local(rows[entered], Window(window.first, window.last + timedelta(days=LONGEST_LAG)))
        telling = sa.or_(*(rows.bind(each) for each in told if each is not None))
        entry_day = sa.case((sa.and_(telling, entry > day), entry))
    counts = [count_where(None if alone is not None else each, dialect) for each in conditions]
    columns = [rows.bind(each).label(f"n{index}") for index, each in enumerate(counts)]
    columns += [rows.bind(count_where(each, dialect)).label(f"late{index}") for index, each in enumerate(told)]
    query = sa.select(rows.told(job.user).label(_USER), day.label(_DAY), entry_day.label(_ENTERED), *columns)
    query = query.select_from(rows.table).where(days.within(happened, window))
    for condition in (by_person, alone):
        if condition is not None:
            query = query.where(rows.bind(condition))
    keys = [rows.native(job.user), sa.literal_column(_DAY), *([sa.literal_column(_ENTERED)] if entered else [])]
    return query.group_by(*keys)


@dataclass(slots=True)
class Counted:
    """What one query found; ``rows`` and ``attributed`` per measure."""

    activities: list[Activity] = field(default_factory=list)
    lags: list[Lag] = field(default_factory=list)
    rows: Counter[str] = field(default_factory=Counter)
    attributed: Counter[str] = field(default_factory=Counter)


def counted(job: Job, found: Iterable[Sequence[Any]], working_lag: Callable[[date, date], int]) -> Counted:
    """The rows of ``count_query`` as facts. ``working_lag`` counts the working days after one day up to another.

    There may be half a million rows: they are taken apart column by column, with hardly a step of Python for each.
    """
    result, users, days = Counted(), _Users(), _Days()
    # SQLite keeps any text as a moment; what is none happened on no day.
    dated = (row for row in found if row[1] is not None)
    while rows := list(islice(dated, _AT_ONCE)):
        user_keys, happened, entered, *counts = zip(*rows, strict=True)
        of_users, on_days = list(map(users.__getitem__, user_keys)), list(map(days.__getitem__, happened))
        _count(job, of_users, on_days, counts[: len(job.parts)], result)
        if job.late:
            lags = [0 if on is None else working_lag(day, days[on]) for day, on in zip(on_days, entered, strict=True)]
            _count_late(job, of_users, on_days, lags, counts[len(job.parts) :], result)
    return result


_AT_ONCE = 5000
_Columns = Sequence[Sequence[int]]


class _Users(dict[Any, str]):
    """Keys as the database gave them, as text."""

    def __missing__(self, key: Any) -> str:
        found = self[key] = owner_of(key) or NOBODY
        return found


class _Days(dict[Any, date]):
    """Likewise days."""

    def __missing__(self, value: Any) -> date:
        found = self[value] = as_day(value)
        return found


def _count(job: Job, users: Sequence[str], days: Sequence[date], columns: _Columns, result: Counted) -> None:
    for part, counts in zip(job.parts, columns, strict=True):
        name = part.measure.name
        rows = zip(users, days, repeat(name), repeat(job.entity), counts, strict=False)
        result.activities += map(Activity._make, compress(rows, counts))
        result.rows[name] += sum(counts)
        result.attributed[name] += sum(compress(counts, users))  # nobody's name is empty


def _count_late(
    job: Job, users: Sequence[str], days: Sequence[date], lags: Sequence[int], columns: _Columns, result: Counted
) -> None:
    for part, counts in zip(job.late, columns, strict=True):
        rows = zip(users, days, repeat(part.measure.name), lags, counts, strict=False)
        result.lags += map(Lag._make, compress(rows, map(all, zip(users, counts, strict=True))))


def working_lags(is_working_day: Callable[[date], bool]) -> Callable[[date, date], int]:
    """A function that counts the working days after one day up to and with another; 0 where that is no later."""

    @cache
    def following(day: date) -> tuple[int, ...]:
        worked = (is_working_day(day + timedelta(days=number)) for number in range(1, LONGEST_LAG + 1))
        return (0, *accumulate(int(each) for each in worked))

    def lag(day: date, entered: date) -> int:
        days = entered.toordinal() - day.toordinal()
        return following(day)[days if days < LONGEST_LAG else LONGEST_LAG] if days > 0 else 0

    return lag
