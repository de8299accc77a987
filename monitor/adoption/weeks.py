"""Sums what was read per day into one row per person and week."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from monitor.activity.facts import NOBODY, Activity, Lag, NewRecords, Wins
from monitor.adoption.known import Known
from monitor.adoption.scorecard import PersonWeek
from monitor.adoption.week import IsoWeek


@dataclass(slots=True)
class _Sum:
    days: set[date] = field(default_factory=set)
    counts: Counter[str] = field(default_factory=Counter)
    lags: Counter[int] = field(default_factory=Counter)
    records: int = 0
    asked: int = 0
    filled: int = 0
    won: int = 0
    quick: int = 0


def person_weeks(
    activities: Iterable[Activity],
    lags: Iterable[Lag] = (),
    new_records: Iterable[NewRecords] = (),
    wins: Iterable[Wins] = (),
    *,
    known: Known,
    before: Mapping[str, date] | None = None,
) -> list[PersonWeek]:
    """One row per user and week in which something is known of the user, by user and week.

    All days of a week must be among the facts: a row replaces what was known of its week. ``before`` is the newest day
    of use of a user that older rows tell. Rows that name no user are left out. A measure that the CRM has stands in
    ``counts`` even where the count is 0; one that it has not is missing.
    """
    sums: dict[tuple[str, IsoWeek], _Sum] = defaultdict(_Sum)
    week_of = _Weeks()
    use = {measure.name for measure in known.measures if measure.is_use}
    for activity in activities:
        if activity.user == NOBODY or activity.count <= 0:
            continue
        row = sums[activity.user, week_of[activity.day]]
        row.counts[activity.measure] += activity.count
        if activity.measure in use:
            row.days.add(activity.day)
    for lag in lags:
        if lag.user != NOBODY:
            sums[lag.user, week_of[lag.day]].lags[lag.days] += lag.count
    for new in new_records:
        if new.user != NOBODY:
            row = sums[new.user, week_of[new.day]]
            row.records, row.asked, row.filled = (
                row.records + new.records,
                row.asked + new.asked,
                row.filled + new.filled,
            )
    for win in wins:
        if win.user != NOBODY:
            row = sums[win.user, week_of[win.day]]
            row.won, row.quick = row.won + win.won, row.quick + win.quick
    return _rows(sums, [measure.name for measure in known.available], before or {})


def _rows(
    sums: Mapping[tuple[str, IsoWeek], _Sum], available: list[str], before: Mapping[str, date]
) -> list[PersonWeek]:
    found = []
    newest: dict[str, date] = {}
    for user, week in sorted(sums):
        row = sums[user, week]
        if row.days:
            newest[user] = max(row.days)
        known = [day for day in (newest.get(user), before.get(user)) if day is not None and day <= week.sunday]
        found.append(
            PersonWeek(
                user=user,
                week=week,
                active_days=len(row.days),
                counts={**dict.fromkeys(available, 0), **row.counts},
                lags=dict(sorted(row.lags.items())),
                new_records=row.records,
                new_asked=row.asked,
                new_filled=row.filled,
                won=row.won,
                won_quickly=row.quick,
                last_active=max(known, default=None),
            )
        )
    return found


def keep_known(
    found: Iterable[PersonWeek],
    earlier: Iterable[PersonWeek],
    *,
    lasts: Callable[[str, IsoWeek], bool],
    use: Collection[str],
) -> list[PersonWeek]:
    """The rows of ``found``, none of them lower than an ``earlier`` row of the same user and week knew better.

    An old week may be summed anew when its days are long deleted. ``lasts`` tells of a measure and week whether what
    was counted earlier still holds, because the CRM has kept less of it since; ``use`` are the measures of use.
    """
    rows = {(row.user, row.week): row for row in found}
    for old in earlier:
        kept = {name: count for name, count in old.counts.items() if lasts(name, old.week)}
        if any(kept.values()):
            key = old.user, old.week
            rows[key] = _no_lower(rows.get(key) or PersonWeek(old.user, old.week), old, kept, use)
    return [rows[key] for key in sorted(rows)]


def _no_lower(row: PersonWeek, old: PersonWeek, kept: Mapping[str, int], use: Collection[str]) -> PersonWeek:
    used = min(old.active_days, sum(count for name, count in kept.items() if name in use))
    days = [day for day in (row.last_active, old.last_active if used else None) if day is not None]
    return replace(
        row,
        active_days=max(row.active_days, used),
        counts={**row.counts, **{name: max(count, row.counts.get(name, 0)) for name, count in kept.items()}},
        lags={lag: max(row.lags.get(lag, 0), old.lags.get(lag, 0)) for lag in sorted({*row.lags, *old.lags})},
        last_active=max(days, default=None),
    )


class _Weeks(dict[date, IsoWeek]):
    """The week of a day, remembered."""

    def __missing__(self, day: date) -> IsoWeek:
        week = self[day] = IsoWeek.of(day)
        return week


def by_user(weeks: Iterable[PersonWeek]) -> dict[str, dict[IsoWeek, PersonWeek]]:
    """The same rows, to look up."""
    found: dict[str, dict[IsoWeek, PersonWeek]] = {}
    for row in weeks:
        found.setdefault(row.user, {})[row.week] = row
    return found
