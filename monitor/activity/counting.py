"""One grouped query for all measures of an entity: rows per user, day and, where a lag is told, days until entered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from itertools import accumulate
from typing import Any

import sqlalchemy as sa

from monitor.activity.facts import NOBODY, Activity, Lag, Window
from monitor.activity.localday import Days, as_day, days_apart
from monitor.activity.plan import Job
from monitor.crm.source import EntitySource
from monitor.quality.rows import Condition, Rows, both, count_where, names_in, owner_of

LONGEST_LAG = 60
"""Calendar days: a row that was entered later than this after it happened counts as if it were this late."""

_USER, _DAY, _LAG = "of_user", "of_day", "of_lag"


def person_rows(source: EntitySource) -> Condition | None:
    """Rows that the system wrote by itself are left out, where the map says which those are."""
    if not source.has("automatic"):
        return None
    automatic = sa.column("automatic", source.selectable.c["automatic"].type)
    return sa.func.coalesce(automatic, sa.false(), type_=sa.Boolean()) == sa.false()


def count_query(job: Job, days: Days, window: Window, dialect: str) -> sa.Select[Any]:
    """Columns: user, day, days until entered (NULL where no lag is told), then one count per measure of the job."""
    source = days.source
    entered, entered_by = job.entered
    told = [each.condition for each in job.parts if each.entered]
    by_person = person_rows(source)
    conditions = [each.condition for each in job.parts]
    alone = conditions[0] if len(conditions) == 1 else None
    named = names_in([*conditions, by_person]) | {name for name in (job.user, job.time, entered, entered_by) if name}
    rows = Rows(source, named)
    happened = rows[job.time]
    lag: sa.ColumnElement[Any] = sa.null()
    if entered:
        telling = both(
            sa.or_(*told) if all(each is not None for each in told) else None,  # type: ignore[arg-type]
            sa.column(entered).is_not(None),
            sa.column(entered_by) == sa.column(job.user) if entered_by else None,
        )
        later = Window(window.first, window.last + timedelta(days=LONGEST_LAG))
        apart = days_apart(days.local(rows[entered], later), days.local(happened, window))
        capped = sa.case((apart < 0, 0), (apart > LONGEST_LAG, LONGEST_LAG), else_=apart)
        lag = sa.case((rows.bind(telling), capped)) if telling is not None else capped
    counts = [
        rows.bind(count_where(None if alone is not None else condition, dialect)).label(f"n{index}")
        for index, condition in enumerate(conditions)
    ]
    query = sa.select(
        rows.told(job.user).label(_USER), days.local(happened, window).label(_DAY), lag.label(_LAG), *counts
    )
    query = query.select_from(rows.table).where(days.within(happened, window))
    for condition in (by_person, alone):
        if condition is not None:
            query = query.where(rows.bind(condition))
    keys = [rows.native(job.user), sa.literal_column(_DAY), *([sa.literal_column(_LAG)] if entered else [])]
    return query.group_by(*keys)


@dataclass(slots=True)
class Counted:
    """What one query found; ``rows`` and ``attributed`` per measure."""

    activities: list[Activity] = field(default_factory=list)
    lags: list[Lag] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)
    attributed: dict[str, int] = field(default_factory=dict)


def counted(job: Job, found: Iterable[Sequence[Any]], working_lag: Callable[[date, int], int]) -> Counted:
    """The rows of ``count_query`` as facts. ``working_lag`` turns calendar days after a day into working days."""
    result = Counted()
    users: dict[Any, str] = {}
    days: dict[Any, date] = {}
    sums: dict[tuple[str, date], list[int]] = {}
    lags: defaultdict[tuple[str, date, int, int], int] = defaultdict(int)
    told = [index for index, part in enumerate(job.parts) if part.entered]
    for user_key, on, lag, *counts in found:
        user = users.get(user_key)
        if user is None:
            user = users.setdefault(user_key, owner_of(user_key) or NOBODY)
        day = days.get(on)
        if day is None:
            day = days.setdefault(on, as_day(on))
        before = sums.get((user, day))
        sums[user, day] = counts if before is None else [a + b for a, b in zip(before, counts, strict=True)]
        if lag is not None and user:
            for index in told:
                if counts[index]:
                    lags[user, day, index, working_lag(day, int(lag))] += counts[index]
    names = [part.measure.name for part in job.parts]
    for index, name in enumerate(names):
        result.rows[name] = sum(each[index] for each in sums.values())
        result.attributed[name] = sum(each[index] for (user, _), each in sums.items() if user)
    result.activities = [
        Activity(user, day, name, job.entity, count)
        for (user, day), each in sums.items()
        for name, count in zip(names, each, strict=True)
        if count
    ]
    result.lags = [Lag(user, day, names[index], late, count) for (user, day, index, late), count in lags.items()]
    return result


def working_lags(is_working_day: Callable[[date], bool]) -> Callable[[date, int], int]:
    """A function of a day and a number of calendar days: the working days among those that follow it."""

    @cache
    def following(day: date) -> tuple[int, ...]:
        worked = (is_working_day(day + timedelta(days=number)) for number in range(1, LONGEST_LAG + 1))
        return (0, *accumulate(int(each) for each in worked))

    return lambda day, later: following(day)[later]
