"""Writes one reading of people's use into the caller's transaction; the rules are those of ``store.activity``."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa

from monitor.activity.facts import Activity, Lag, MeasureFacts, NewRecords, Reading, Window, Wins
from monitor.activity.measure import Availability, Basis, Measure
from monitor.store.names import owner_numbers
from monitor.store.tables import meta
from monitor.store.tables_adoption import activity, activity_lags, deal_standing, measures, new_records, won_deals
from monitor.store.upsert import insert_many, upsert

COMPLETE = "activity_complete"
WHOLE_ON = "activity_whole_on"
DEPENDS_ON = "activity_depends_on"
REASONS = "activity_reasons"
PRUNED_BY = "pruned_by"  # the times by which what was past them was last deleted
"""Keys of ``meta``."""
READ_AGAIN = "days were read again"

_OfADay = Activity | Lag | NewRecords | Wins
_Key = tuple[Any, ...]
_Sums = dict[_Key, tuple[Any, ...]]
_Counts = dict[tuple[date, int, Any], int]  # per day, number of the user, and what parts the user's rows
_NOT_OF_MEASURES = (new_records, won_deals, deal_standing)


def write_reading(
    connection: sa.Connection,
    reading: Reading,
    declared: Mapping[str, Measure],
    *,
    name: Callable[[str], str],
    wanted: Callable[[str], bool],
    means: Callable[[Measure], str],
    depends_on: str,
) -> None:
    """``name`` says how a user is stored, ``wanted`` whether anything is, ``means`` what a measure means.

    Raises ValueError, see Activities.save.
    """
    _complain(reading, declared)
    afresh = _drop_what_meant_something_else(connection, declared, depends_on, means)
    ids = _write_facts(connection, reading, declared, means)
    _stand_aside(connection, reading, declared, ids, means)

    @cache
    def who(user: str) -> str | None:
        return name(user) if wanted(user) else None

    of_measures = _OfMeasures(connection, reading, declared, ids, who)
    of_measures.write(activity, "source", reading.activities)
    of_measures.write(activity_lags, "days", reading.lags)
    _write_others(connection, reading, who)
    _note_days_read_again(connection, reading.window)
    _remember_window(connection, reading.window, afresh=afresh)
    reasons = {
        "standing": reading.standing_reason,
        "wins": reading.wins_reason,
        "new_records": reading.new_records_reason,
    }
    upsert(connection, meta, ("key",), {"key": REASONS, "value": json.dumps(reasons)})


def _note_days_read_again(connection: sa.Connection, window: Window) -> None:
    """Days that were deleted, as their time was over, are stored again for as long as weeks are summed of them. That is
    noted: if this command dies before it deletes them, the next one that opens the state to write does it."""
    known = connection.execute(sa.select(meta.c.value).where(meta.c.key == COMPLETE)).scalar()
    if known and window.first.isoformat() < known.partition("/")[0]:
        connection.execute(sa.update(meta).where(meta.c.key == PRUNED_BY).values(value=READ_AGAIN))


def _complain(reading: Reading, declared: Mapping[str, Measure]) -> None:
    window = reading.window
    counted = {one.measure for one in reading.activities} | {one.measure for one in reading.lags}
    for name in counted:
        if name not in declared or name not in reading.measures:
            raise ValueError(f"a reading has rows of the measure {name!r}, and no facts about it")
    parts: tuple[Sequence[_OfADay], ...] = (reading.activities, reading.lags, reading.new_records, reading.wins)
    for day in {row.day for part in parts for row in part}:
        if not window.first <= day <= window.last:
            raise ValueError(f"a reading of {window.first} to {window.last} has a row of {day}")


def _drop_what_meant_something_else(
    connection: sa.Connection, declared: Mapping[str, Measure], depends_on: str, means: Callable[[Measure], str]
) -> bool:
    """Whether anything was dropped."""
    dropped = False
    for row in connection.execute(sa.select(measures)).all():
        measure = declared.get(row.name)
        if measure is not None and row.definition != means(measure):
            for table in (activity, activity_lags):
                connection.execute(sa.delete(table).where(table.c.measure_id == row.id))
            connection.execute(sa.update(measures).where(measures.c.id == row.id).values(read_to=None))
            dropped = True
    before = connection.execute(sa.select(meta.c.value).where(meta.c.key == DEPENDS_ON)).scalar()
    if before != depends_on:
        if before is not None:
            for table in _NOT_OF_MEASURES:
                connection.execute(sa.delete(table))
            dropped = True
        upsert(connection, meta, ("key",), {"key": DEPENDS_ON, "value": depends_on})
    return dropped


def _write_facts(
    connection: sa.Connection, reading: Reading, declared: Mapping[str, Measure], means: Callable[[Measure], str]
) -> Mapping[str, int]:
    """The number of every measure that was read; what its reading found out is kept."""
    for name, facts in reading.measures.items():
        if name not in declared:
            continue
        values = {
            "name": name,
            "definition": means(declared[name]),
            "availability": str(facts.availability),
            "rows": facts.rows,
            "attributed": facts.attributed,
            "oldest": facts.oldest,
            "reason": facts.reason,
        }
        if facts.availability is not Availability.NONE:
            values["read_to"] = reading.window.last
        upsert(connection, measures, ("name",), values)
    return {row.name: row.id for row in connection.execute(sa.select(measures.c.name, measures.c.id))}


def _stand_aside(
    connection: sa.Connection,
    reading: Reading,
    declared: Mapping[str, Measure],
    ids: Mapping[str, int],
    means: Callable[[Measure], str],
) -> None:
    """A measure that another stands in for is noted as not read; where both would tell of a day, the other does."""
    for name, measure in declared.items():
        pair = {measure.unless, *(other.name for other in declared.values() if other.unless == name)}
        others = [facts for one in pair if (facts := reading.measures.get(one)) is not None]
        if name in reading.measures or not others:
            continue
        since = min((one.oldest for one in others if one.oldest is not None), default=None)
        if since is not None and name in ids:
            days = (max(since, reading.window.first), reading.window.last)
            for table in (activity, activity_lags):
                ours = sa.and_(table.c.measure_id == ids[name], table.c.day.between(*days))
                connection.execute(sa.delete(table).where(ours))
        nothing = {"availability": "", "rows": 0, "attributed": 0, "oldest": None, "reason": "", "read_to": None}
        values = {"name": name, "definition": means(measure), **nothing}
        upsert(connection, measures, ("name",), values)


def _replaced_days(measure: Measure, facts: MeasureFacts, window: Window) -> Window | None:
    """The days whose stored rows make way; None where the larger of old and new is kept."""
    if measure.pruned or measure.basis is Basis.LAST_TOUCH or facts.availability is Availability.LAST_ONLY:
        return None
    if facts.oldest is None:  # an empty source says nothing about any day
        return Window(window.last + timedelta(days=1), window.last)
    return Window(max(window.first, facts.oldest), window.last)


class _OfMeasures:
    """Rows of one table that belong to measures."""

    def __init__(
        self,
        connection: sa.Connection,
        reading: Reading,
        declared: Mapping[str, Measure],
        ids: Mapping[str, int],
        who: Callable[[str], str | None],
    ) -> None:
        self._connection, self._window, self._ids, self._who = connection, reading.window, ids, who
        self._read = {
            name: (declared[name], facts)
            for name, facts in reading.measures.items()
            if name in declared and facts.availability is not Availability.NONE
        }

    def write(self, table: sa.Table, detail: str, found: Sequence[tuple[str, date, str, Any, int]]) -> None:
        """``found`` are activities or lags; ``detail`` is the column for the fourth of each."""
        stored = {user: key for user in {row[0] for row in found} if (key := self._who(user)) is not None}
        people = owner_numbers(self._connection, stored.values())
        numbers = {user: people[key] for user, key in stored.items()}
        by_measure: dict[str, _Counts] = {name: {} for name in self._read}
        for user, day, measure, part, count in found:
            if user in numbers and measure in by_measure:
                at, counts = (day, numbers[user], part), by_measure[measure]
                counts[at] = counts.get(at, 0) + count
        columns = ("measure_id", "day", "owner_id", detail, "count")
        for name, rows in by_measure.items():
            number = self._ids[name]
            self._make_way(table, detail, name, rows)
            insert_many(self._connection, table, columns, [(number, *key, rows[key]) for key in sorted(rows)])

    def _make_way(self, table: sa.Table, detail: str, name: str, fresh: _Counts) -> None:
        """Deletes what is replaced, and raises ``fresh`` to what stays larger."""
        days = _replaced_days(*self._read[name], self._window)
        ours = table.c.measure_id == self._ids[name]
        if days is not None:
            self._connection.execute(sa.delete(table).where(ours, table.c.day.between(days.first, days.last)))
        if days == self._window:
            return
        # what was not replaced: all of it, or days before the source's oldest
        within = sa.and_(ours, table.c.day.between(self._window.first, self._window.last))
        columns = (table.c.day, table.c.owner_id, table.c[detail], table.c.count)
        for day, owner, part, old in self._connection.execute(sa.select(*columns).where(within)):
            at = day, owner, part
            fresh[at] = max(fresh.get(at, 0), old)
        self._connection.execute(sa.delete(table).where(within))


def _values(row: object, columns: Sequence[str]) -> tuple[Any, ...]:
    return tuple([getattr(row, column) for column in columns])


def _add(rows: _Sums, key: _Key, values: tuple[Any, ...]) -> None:
    known = rows.get(key)
    rows[key] = values if known is None else tuple(a + b for a, b in zip(known, values, strict=True))


def _write_others(connection: sa.Connection, reading: Reading, who: Callable[[str], str | None]) -> None:
    window = reading.window
    if not reading.new_records_reason:
        days = new_records.c.day.between(window.first, window.last)
        sums = ("records", "asked", "filled")
        _replace(connection, new_records, days, ("entity",), sums, reading.new_records, who)
    if not reading.wins_reason:
        days = won_deals.c.day.between(window.first, window.last)
        _replace(connection, won_deals, days, (), ("won", "quick"), reading.wins, who)
    if not reading.standing_reason:
        days = deal_standing.c.day.in_({window.last, *(one.day for one in reading.standing)})
        amounts = ("deals", "value", "touched", "touched_value", "valued")
        _replace(connection, deal_standing, days, (), amounts, reading.standing, who)


def _replace(
    connection: sa.Connection,
    table: sa.Table,
    days: sa.ColumnElement[bool],
    more: Sequence[str],
    sums: Sequence[str],
    found: Iterable[Any],
    who: Callable[[str], str | None],
) -> None:
    rows: _Sums = {}
    for row in found:
        if (key := who(row.user)) is not None:
            _add(rows, (row.day, key, *_values(row, more)), _values(row, sums))
    people = owner_numbers(connection, {key[1] for key in rows})
    connection.execute(sa.delete(table).where(days))
    columns = ("day", "owner_id", *more, *sums)
    values = [(day, people[key], *rest, *made) for (day, key, *rest), made in rows.items()]
    insert_many(connection, table, columns, values)


def _remember_window(connection: sa.Connection, window: Window, *, afresh: bool) -> None:
    """Keeps from which day to which nothing is missing; what a gap parts from the newest days does not count."""
    stored = connection.execute(sa.select(meta.c.value).where(meta.c.key == COMPLETE)).scalar()
    first, last = window.first, window.last
    if stored and not afresh:
        known_first, known_last = map(date.fromisoformat, stored.split("/"))
        if first <= known_last + _DAY and known_first <= last + _DAY:
            first, last = min(first, known_first), max(last, known_last)
        elif known_last > last:
            first, last = known_first, known_last
    upsert(connection, meta, ("key",), {"key": COMPLETE, "value": f"{first}/{last}"})


_DAY = timedelta(days=1)
