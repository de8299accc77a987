"""Where new failing records come from: the figures of all records that the new ones are held against."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from monitor.app.channel_teams import shown_teams
from monitor.crm.narrow import narrowed
from monitor.crm.source import EntitySource
from monitor.errors import CrmUnavailable
from monitor.incidents.where_from import Factor, find, in_words
from monitor.messages.alert import Origin
from monitor.quality.outcome import FailingRecord

if TYPE_CHECKING:
    from monitor.quality.engine import Reader

Column = sa.ColumnElement[Any]


def find_origin(reader: Reader, entity: str, new: Sequence[FailingRecord], zone: ZoneInfo) -> Origin | None:
    """The factor that explains the new failing records best, in words; None when nothing stands out."""
    source = reader.sources.get(entity)
    if source is None:
        return None
    try:
        usual = _usual(reader, source, zone)
    except CrmUnavailable:
        return None  # the message goes out without this line rather than not at all
    finding = find(new, usual, reader.directory, zone)
    return in_words(finding, reader.directory, zone, shown_teams(reader.directory)) if finding else None


def _usual(reader: Reader, source: EntitySource, zone: ZoneInfo) -> Mapping[Factor, Mapping[str, int]]:
    """All records of the entity, counted by each factor that is mapped; one scan each."""
    found: dict[Factor, Mapping[str, int]] = {}
    if source.has("source") and "source" in source.disclose:
        found[Factor.SOURCE] = _counts(reader, source, "source")
    if source.has("created_by"):
        found[Factor.CREATOR] = _counts(reader, source, "created_by")
    if source.has("owner_key"):
        teams: Counter[str] = Counter()
        for owner, rows in _counts(reader, source, "owner_key").items():
            team = reader.directory.team_of(owner)
            teams[team.key if team else ""] += rows
        found[Factor.TEAM] = teams
    if source.has("created_at"):
        found[Factor.DAY] = _days(reader, source, zone)
    return found


def _counts(
    reader: Reader, source: EntitySource, name: str, part: Callable[[Column], Column] = lambda column: column
) -> dict[str, int]:
    table = narrowed(source.selectable, [name])
    counted = part(table.c[name])
    query = sa.select(counted, sa.func.count()).select_from(table).group_by(counted)
    with reader.connect() as connection:
        return {str(value if value is not None else ""): int(rows) for value, rows in connection.execute(query)}


def _days(reader: Reader, source: EntitySource, zone: ZoneInfo) -> dict[str, int]:
    """Per day in the project's zone, from counts per hour: zones differ from UTC by whole hours, or nearly so."""
    days: Counter[str] = Counter()
    for hour, rows in _counts(reader, source, "created_at", partial(_hour, reader.dialect)).items():
        if hour:
            moment = datetime.fromisoformat(hour[:13] + ":00:00").replace(tzinfo=source.zone)
            days[moment.astimezone(zone).date().isoformat()] += rows
    return days


def _hour(dialect: str, column: Column) -> Column:
    if dialect == "postgresql":
        return sa.func.to_char(column, "YYYY-MM-DD HH24")
    if dialect == "sqlite":
        return sa.func.strftime("%Y-%m-%d %H", column)
    return sa.func.date_format(column, "%Y-%m-%d %H")
