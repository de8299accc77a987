"""Sums what was read per day into one row per person and week."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
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
