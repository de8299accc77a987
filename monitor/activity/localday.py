"""The local day of a timestamp as SQL, in any zone and over its changes to and from daylight saving.

Not every database knows time zones (MariaDB has no tables of them as installed), so the zone's changes within the
days that are read are written into the query.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from monitor.activity.facts import Window
from monitor.crm.source import EntitySource

_MARGIN = timedelta(days=2)  # more than any two zones are apart
_STEP = timedelta(hours=1)


class shifted_day(FunctionElement[Any]):
    """The date of a timestamp that is moved by so many seconds (a plain int, written into the query).

    An aware timestamp is taken apart in UTC: so are all of this program's sessions.
    """

    inherit_cache = True
    name = "shifted_day"
    type = sa.types.NullType()  # a date or, from SQLite, its text: `as_day` reads either

    def __init__(self, column: sa.ColumnElement[Any], seconds: int) -> None:
        super().__init__(column, sa.literal_column(str(int(seconds))))


def _parts(element: FunctionElement[Any], compiler: SQLCompiler, **kwargs: Any) -> tuple[str, str]:
    first, second = (compiler.process(clause, **kwargs) for clause in element.clauses)
    return first, second


@compiles(shifted_day)
def _shifted(element: shifted_day, compiler: SQLCompiler, **kwargs: Any) -> str:
    column, seconds = _parts(element, compiler, **kwargs)
    return f"CAST({column} AS DATE)" if seconds == "0" else f"CAST({column} + INTERVAL '{seconds} seconds' AS DATE)"


@compiles(shifted_day, "sqlite")
def _sqlite_shifted(element: shifted_day, compiler: SQLCompiler, **kwargs: Any) -> str:
    column, seconds = _parts(element, compiler, **kwargs)
    return f"date({column}, '{seconds} seconds')"


@compiles(shifted_day, "mysql")
@compiles(shifted_day, "mariadb")
def _mysql_shifted(element: shifted_day, compiler: SQLCompiler, **kwargs: Any) -> str:
    column, seconds = _parts(element, compiler, **kwargs)
    return f"DATE({column})" if seconds == "0" else f"DATE({column} + INTERVAL {seconds} SECOND)"


@dataclass(frozen=True, slots=True)
class Days:
    """The days of a window in the project's ``zone``, as the timestamps of one entity are compared with them."""

    source: EntitySource
    zone: ZoneInfo

    def start(self, day: date) -> datetime:
        """The first moment of a day, as the entity writes moments."""
        return self.source.instant(datetime.combine(day, time(), tzinfo=self.zone))

    def within(self, column: sa.ColumnElement[Any], window: Window) -> sa.ColumnElement[bool]:
        """Whether a timestamp lies in the window: two bounds on the column as it is, so that an index helps."""
        first, end = self.start(window.first), self.start(window.last + timedelta(days=1))
        return sa.and_(column >= self._literal(first), column < self._literal(end))

    def local(self, column: sa.ColumnElement[Any], window: Window) -> sa.ColumnElement[Any]:
        """The local day of a timestamp; right for those near the window, too."""
        pieces = list(_pieces(None if self.source.aware else self.source.zone.key, self.zone.key, window))
        *earlier, (_, last) = pieces
        if not earlier:
            return shifted_day(column, last)
        whens = [(column < self._literal(end), shifted_day(column, seconds)) for end, seconds in earlier if end]
        return sa.case(*whens, else_=shifted_day(column, last))

    def _literal(self, moment: datetime) -> sa.ColumnElement[Any]:
        aware = self.source.aware
        return sa.literal(moment.replace(tzinfo=UTC) if aware else moment, sa.DateTime(timezone=aware))


def _pieces(source: str | None, zone: str, window: Window) -> Iterator[tuple[datetime | None, int]]:
    """How many seconds local time is ahead of the source's clock, and up to which moment of that clock.

    The last has no such end. ``source`` is the zone of the source's naive timestamps; None: they are UTC.
    """
    if source == zone:
        yield None, 0
        return
    clock, local = ZoneInfo(source or "UTC"), ZoneInfo(zone)
    at = datetime.combine(window.first, time()) - _MARGIN
    end = datetime.combine(window.last, time()) + _MARGIN
    ahead = _ahead(at, clock, local)
    while at < end:
        following = at + _STEP
        if (other := _ahead(following, clock, local)) != ahead:
            yield _change(at, following, clock, local), ahead
            ahead = other
        at = following
    yield None, ahead


def _change(before: datetime, after: datetime, clock: ZoneInfo, local: ZoneInfo) -> datetime:
    """The first minute after ``before`` at which the difference is that of ``after``."""
    ahead = _ahead(after, clock, local)
    minutes = range(1, int((after - before) / timedelta(minutes=1)) + 1)
    return next(
        moment for number in minutes if _ahead(moment := before + timedelta(minutes=number), clock, local) == ahead
    )


def _ahead(at: datetime, clock: ZoneInfo, local: ZoneInfo) -> int:
    moment = at.replace(tzinfo=clock).astimezone(UTC)
    return int((moment.astimezone(local).replace(tzinfo=None) - at).total_seconds())


@cache
def _parsed(text: str) -> date:
    return date.fromisoformat(text[:10])


def as_day(value: Any) -> date:
    """A day as the database gave it."""
    if isinstance(value, str):
        return _parsed(value)
    return value.date() if isinstance(value, datetime) else value
