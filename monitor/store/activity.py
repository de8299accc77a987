"""What was read of people's use: rows per user, day, measure and source.

Each reading covers a window of days, and windows overlap, because entries come late. Of a source of ``events`` the
days that it still has are replaced by what was read: nothing is counted twice, and what was deleted is gone. Of a
source that the CRM prunes, or that knows only the last touch, the larger of old and new is kept, so that reading again
lowers nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

import sqlalchemy as sa

from monitor.activity.facts import Activity, Lag, MeasureFacts, NewRecords, Reading, Standing, Wins
from monitor.activity.measure import Availability, Measure
from monitor.garbage import without_collecting
from monitor.store.database import Database
from monitor.store.definitions import NOWHERE, definition
from monitor.store.people import not_forgotten, stored_as
from monitor.store.tables import meta, owners
from monitor.store.tables_adoption import (
    activity,
    activity_lags,
    deal_standing,
    measures,
    new_records,
    won_deals,
)
from monitor.store.upsert import upsert
from monitor.store.write_activity import COMPLETE, DEPENDS_ON, REASONS, WHOLE_ON, write_reading


class Activities:
    """People's use, per day. Days are dates in the project's zone."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @without_collecting()
    def save(
        self,
        reading: Reading,
        declared: Iterable[Measure],
        *,
        teams: Mapping[str, str] | None = None,
        depends_on: str = "",
        read_from: Mapping[str, str] = NOWHERE,
        whole: bool = False,
    ) -> None:
        """Stores one reading as a whole, in one transaction.

        ``declared`` are the measures that were read. With ``teams`` (user -> team) every user is replaced by
        ``team:KEY`` before anything is stored. ``depends_on`` is any text that changes when new records, wins and
        standing come to mean something else (the checks that they are counted by), ``read_from`` the like per entity
        for its measures (see ``definition``). Where a meaning changed, what
        was stored under the old one goes. A measure that is not available is left as it is. ``whole``: the reading is
        of all of the history.
        Raises ValueError for facts outside the reading's window, or of a measure that is not declared.
        """
        known = {measure.name: measure for measure in declared}
        with self._database.write() as connection:
            users = {one.user for part in _parts(reading) for one in part}
            write_reading(
                connection,
                reading,
                known,
                name=stored_as(teams),
                wanted=not_forgotten(connection, users),
                means=partial(definition, strict=teams is not None, read_from=read_from),
                depends_on=f"{teams is not None}:{depends_on}",
            )
            if whole:
                upsert(connection, meta, ("key",), {"key": WHOLE_ON, "value": reading.window.last.isoformat()})

    def reasons(self) -> Mapping[str, str]:
        """Why the newest reading could not tell ``standing``, ``wins`` or ``new_records``; empty where it could."""
        with self._database.read() as connection:
            stored = connection.execute(sa.select(meta.c.value).where(meta.c.key == REASONS)).scalar()
        return dict(json.loads(stored)) if stored else {}

    def read_to(
        self,
        declared: Iterable[Measure],
        *,
        strict: bool = False,
        depends_on: str = "",
        read_from: Mapping[str, str] = NOWHERE,
    ) -> date | None:
        """The day up to which all these measures were read; None: one of them has to be read from the start.

        That is one that is new, or whose meaning changed. One that the CRM did not have when last read holds the
        others back in nothing: that it has it now, ``appeared`` tells of a reading.
        """
        with self._database.read() as connection:
            if connection.execute(_value(DEPENDS_ON)).scalar() not in (None, f"{strict}:{depends_on}"):
                return None
            stored = {row.name: row for row in connection.execute(sa.select(measures))}
        days: list[date] = []
        for measure in declared:
            row = stored.get(measure.name)
            if row is None or row.definition != definition(measure, strict=strict, read_from=read_from):
                return None
            if row.read_to is not None:
                days.append(row.read_to)
        return min(days, default=None)

    def appeared(self, reading: Reading) -> frozenset[str]:
        """Measures of a reading, before it is saved, that the CRM has and of which nothing was ever stored."""
        has = {name for name, facts in reading.measures.items() if facts.availability is not Availability.NONE}
        rows = sa.select(measures.c.name).where(measures.c.read_to.is_not(None))
        with self._database.read() as connection:
            return frozenset(has - set(connection.execute(rows).scalars()))

    def same_meaning(
        self, declared: Iterable[Measure], *, strict: bool = False, read_from: Mapping[str, str] = NOWHERE
    ) -> frozenset[str]:
        """The names of these measures that are stored by the meaning they have now."""
        with self._database.read() as connection:
            stored = {row.name: row.definition for row in connection.execute(sa.select(measures))}
        means = partial(definition, strict=strict, read_from=read_from)
        return frozenset(one.name for one in declared if stored.get(one.name) == means(one))

    def complete_from(self) -> date | None:
        """The first day from which on all days are stored, without a gap; None before the first reading.

        Earlier days were not read, or are deleted by now: a week that begins before it must not be summed anew.
        """
        with self._database.read() as connection:
            stored = connection.execute(_value(COMPLETE)).scalar()
        return date.fromisoformat(stored.split("/")[0]) if stored else None

    def whole_on(self) -> date | None:
        """The day on which all of the history was last read; None where it is not known."""
        with self._database.read() as connection:
            stored = connection.execute(_value(WHOLE_ON)).scalar()
        return date.fromisoformat(stored) if stored else None

    def complete_to(self) -> date | None:
        """The day up to which all days are stored, itself perhaps not to its end; None before the first reading."""
        with self._database.read() as connection:
            stored = connection.execute(_value(COMPLETE)).scalar()
        return date.fromisoformat(stored.split("/")[1]) if stored else None

    def measures(self) -> Mapping[str, MeasureFacts]:
        """What the newest reading found out about each measure, by name."""
        rows = sa.select(measures).where(measures.c.availability != "").order_by(measures.c.name)
        with self._database.read() as connection:
            return {row.name: _facts(row) for row in connection.execute(rows)}

    def activities(self, first: date, last: date) -> Sequence[Activity]:
        """Rows of these days, both included, by day, measure and user."""
        columns = (owners.c.key, activity.c.day, measures.c.name, activity.c.source, activity.c.count)
        return [Activity(*row) for row in self._rows(activity, columns, first, last)]

    def lags(self, first: date, last: date) -> Sequence[Lag]:
        """How late what happened on these days was entered."""
        columns = (owners.c.key, activity_lags.c.day, measures.c.name, activity_lags.c.days, activity_lags.c.count)
        return [Lag(*row) for row in self._rows(activity_lags, columns, first, last)]

    def new_records(self, first: date, last: date) -> Sequence[NewRecords]:
        """What was created on these days."""
        table = new_records
        columns = (owners.c.key, table.c.day, table.c.entity, table.c.records, table.c.asked, table.c.filled)
        return [NewRecords(*row) for row in self._rows(table, columns, first, last)]

    def wins(self, first: date, last: date) -> Sequence[Wins]:
        """What was won on these days."""
        columns = (owners.c.key, won_deals.c.day, won_deals.c.won, won_deals.c.quick)
        return [Wins(*row) for row in self._rows(won_deals, columns, first, last)]

    def standing(self, first: date, last: date | None = None) -> Sequence[Standing]:
        """Open deals at the end of a day, or of each of these days that was read."""
        table = deal_standing
        amounts = (table.c.deals, table.c.value, table.c.touched, table.c.touched_value, table.c.valued)
        columns = (owners.c.key, table.c.day, *amounts)
        return [Standing(*row) for row in self._rows(table, columns, first, last or first)]

    def first_days(self) -> Mapping[str, date]:
        """Per user the first stored day with anything on it."""
        return self._by_user(sa.func.min(activity.c.day))

    def last_days(self) -> Mapping[str, date]:
        """Per user the newest stored day with anything on it."""
        return self._by_user(sa.func.max(activity.c.day))

    def _by_user(self, day: sa.ColumnElement[Any]) -> Mapping[str, date]:
        rows = sa.select(owners.c.key, day).select_from(activity).join(owners).group_by(owners.c.key)
        with self._database.read() as connection:
            return {row[0]: row[1] for row in connection.execute(rows.where(owners.c.key != ""))}

    def _rows(
        self, table: sa.Table, columns: Sequence[sa.ColumnElement[Any]], first: date, last: date
    ) -> Sequence[tuple[Any, ...]]:
        source: sa.FromClause = table.join(owners)
        if "measure_id" in table.c:
            source = source.join(measures, measures.c.id == table.c.measure_id)
        rows = sa.select(*columns).select_from(source).where(table.c.day.between(first, last))
        with self._database.read() as connection:
            return [tuple(row) for row in connection.execute(rows.order_by(columns[1], columns[2], columns[0]))]


def _parts(reading: Reading) -> Iterable[Sequence[Activity | Lag | NewRecords | Wins | Standing]]:
    return (reading.activities, reading.lags, reading.new_records, reading.wins, reading.standing)


def _value(key: str) -> sa.Select[Any]:
    return sa.select(meta.c.value).where(meta.c.key == key)


def _facts(row: sa.Row[Any]) -> MeasureFacts:
    return MeasureFacts(row.name, Availability(row.availability), row.rows, row.attributed, row.oldest, row.reason)
