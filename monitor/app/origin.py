"""Where new failing records come from: the figures of all records that the new ones are held against."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from monitor.app.channel_teams import shown_teams
from monitor.crm.source import EntitySource
from monitor.errors import CrmUnavailable
from monitor.incidents.factors import Factor
from monitor.incidents.where_from import findings
from monitor.incidents.where_words import origin
from monitor.messages.alert import Origin
from monitor.quality.outcome import FailingRecord
from monitor.quality.rows import Condition, Rows

if TYPE_CHECKING:
    from monitor.quality.engine import Reader

Column = sa.ColumnElement[Any]


class Origins:
    """Finds origins in one run. What all records are like is asked at most once per entity and factor."""

    def __init__(self, reader: Reader, zone: ZoneInfo) -> None:
        self._reader, self._zone = reader, zone
        self._known: dict[str, AllRecords] = {}

    def of(self, entity: str, new: Sequence[FailingRecord], since: datetime) -> Origin | None:
        """The factor that is over-represented the most, in words; None when nothing stands out.

        ``since`` is the moment that the run before looked at.
        """
        source = self._reader.sources.get(entity)
        if source is None:
            return None
        usual = self._known.setdefault(entity, AllRecords(self._reader, source, self._zone))
        try:
            found = findings(new, usual, self._reader.directory, self._zone, since=since)
        except CrmUnavailable:
            return None  # the message goes out without this line rather than not at all
        return origin(found, self._reader.directory, self._zone, shown_teams(self._reader.directory))


class AllRecords:
    """See ``monitor.incidents.factors.Usual``: one query for each question that is asked. Raises CrmUnavailable."""

    def __init__(self, reader: Reader, source: EntitySource, zone: ZoneInfo) -> None:
        self._reader, self._source, self._zone = reader, source, zone
        self._counts: dict[Factor, Mapping[str, int]] = {}

    def total(self) -> int:
        """See Usual. From what was asked already, or will be: who entered a batch is a question, too."""
        known = [*self._counts.values()] or [self.counts(Factor.CREATOR)]
        if counts := next(filter(None, known), None):
            return sum(counts.values())
        return self._one(sa.select(sa.func.count()).select_from(Rows(self._source, ()).table))

    def counts(self, factor: Factor) -> Mapping[str, int]:
        """See Usual."""
        if factor not in self._counts:
            self._counts[factor] = self._counted(factor)
        return self._counts[factor]

    def entered(self, creator: str | None, first: datetime, last: datetime) -> int:
        """See Usual."""
        rows = Rows(self._source, ("created_at", "created_by"))
        return self._one(
            sa.select(sa.func.count()).select_from(rows.table).where(*self._by(rows, creator, first, last))
        )

    def hours(self, creator: str, first: datetime, last: datetime) -> Mapping[datetime, int]:
        """See Usual."""
        rows = Rows(self._source, ("created_at", "created_by"))
        return self._by_hour(rows, *self._by(rows, creator, first, last))

    def _counted(self, factor: Factor) -> Mapping[str, int]:
        source = self._source
        if factor is Factor.SOURCE and source.has("source") and "source" in source.disclose:
            return self._by_value("source")
        if factor is Factor.CREATOR and source.has("created_by"):
            return self._by_value("created_by")
        if factor is Factor.TEAM and source.has("owner_key"):
            return _summed(self._by_value("owner_key").items(), self._team)
        if factor is Factor.DAY and source.has("created_at"):
            hours = self._by_hour(Rows(source, ("created_at",)))
            return _summed(hours.items(), lambda hour: hour.astimezone(self._zone).date().isoformat())
        return {}

    def _team(self, owner: str) -> str:
        team = self._reader.directory.team_of(owner)
        return team.key if team else ""

    def _by_value(self, name: str) -> Mapping[str, int]:
        rows = Rows(self._source, (name,))
        query = sa.select(rows.told(name), sa.func.count()).group_by(rows.native(name))
        with self._reader.connect() as connection:
            pairs = connection.execute(query).all()
        return _summed(pairs, lambda value: "" if value is None else str(value))

    def _by(self, rows: Rows, creator: str | None, first: datetime, last: datetime) -> tuple[Condition, ...]:
        source, at = self._source, rows["created_at"]
        zoned = sa.DateTime(timezone=source.aware)
        low, high = (sa.literal(source.instant(each), zoned) for each in (first, last))
        if creator is None or not source.has("created_by"):
            return at >= low, at <= high
        by = rows["created_by"]
        return at >= low, at <= high, by == creator if creator else sa.or_(by.is_(None), by == "")

    def _by_hour(self, rows: Rows, *where: Condition) -> Mapping[datetime, int]:
        """Zones differ from UTC by whole hours, or nearly so: an hour is fine enough to tell the day."""
        hour = _hour(self._reader.dialect, rows["created_at"])
        query = sa.select(hour, sa.func.count()).where(*where).group_by(hour)
        zone = UTC if self._source.aware else self._source.zone  # all of the program's sessions are in UTC
        with self._reader.connect() as connection:
            found = connection.execute(query).all()
        return {moment: int(count) for text, count in found if (moment := _moment(text, zone)) is not None}

    def _one(self, query: sa.Select[int]) -> int:
        with self._reader.connect() as connection:
            return int(connection.scalar(query) or 0)


def _summed(counts: Iterable[tuple[Any, int]], what: Callable[[Any], str]) -> Mapping[str, int]:
    found: Counter[str] = Counter()
    for value, rows in counts:
        found[what(value)] += int(rows)
    return found


def _moment(hour: str | None, zone: tzinfo) -> datetime | None:
    """None for what is no moment, such as MySQL's zero date."""
    try:
        return datetime.fromisoformat(f"{hour}:00:00").replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _hour(dialect: str, column: Column) -> Column:
    if dialect == "postgresql":
        return sa.func.to_char(column, "YYYY-MM-DD HH24")
    if dialect == "sqlite":
        return sa.func.strftime("%Y-%m-%d %H", column)
    return sa.func.date_format(column, "%Y-%m-%d %H")
