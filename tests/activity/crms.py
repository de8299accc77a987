"""Small CRMs for the tests of this room: canonical tables, filled by hand, on any database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from monitor.activity.facts import Reading, Window
from monitor.activity.load import load_measures
from monitor.activity.measure import Measure
from monitor.activity.reading import read_activity
from monitor.crm.connection import Crm, open_crm
from monitor.crm.source import EntitySource
from monitor.quality.check import Attribution, Check, Dimension
from tests.quality.world import World

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)  # a Friday
BUILT_IN = load_measures(None).measures
Counts = dict[tuple[str, date, str], int]


def weekdays(day: date) -> bool:
    return day.weekday() < 5


def at(text: str) -> datetime:
    """A timestamp as most CRMs keep it, without a zone."""
    return datetime.fromisoformat(text)


@dataclass
class SmallCrm:
    """An open CRM. ``zone`` is the project's; the sources' own is UTC unless a test says otherwise."""

    world: World
    crm: Crm
    zone: ZoneInfo = COPENHAGEN
    sources: dict[str, EntitySource] = field(default_factory=dict)

    def add(self, entity: str, rows: Sequence[Mapping[str, Any]], columns: Sequence[str] = (), **changes: Any) -> None:
        source = self.world.add(entity, rows, columns)
        # As compiled maps have it: compared as the dialect compares moments.
        self.sources[entity] = replace(source, **changes)

    def read(
        self,
        first: str,
        last: str,
        measures: Sequence[Measure] = BUILT_IN,
        *,
        capabilities: Mapping[str, str] | None = None,
        now: datetime = NOW,
        **more: Any,
    ) -> Reading:
        window = Window(date.fromisoformat(first), date.fromisoformat(last))
        more.setdefault("is_working_day", weekdays)
        return read_activity(
            self.crm, self.sources, capabilities or {}, measures, window, zone=self.zone, now=now, **more
        )


@contextmanager
def small_crm(url: sa.URL) -> Iterator[SmallCrm]:
    engine = sa.create_engine(url)
    if url.get_backend_name() == "sqlite":
        with engine.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE empty (id INTEGER)")
    crm = open_crm(url)
    try:
        yield SmallCrm(World(engine), crm)
    finally:
        crm.close()
        engine.dispose()


def counts(reading: Reading, measure: str = "") -> Counts:
    """The activities by user, day and measure, all their parts together."""
    found: Counter[tuple[str, date, str]] = Counter()
    for one in reading.activities:
        found[one.user, one.day, one.measure] += one.count
    return {key: count for key, count in found.items() if not measure or key[2] == measure}


def call(user: str | None, happened: str, **more: Any) -> dict[str, Any]:
    """A call that was held; entered by its user at once unless ``more`` says otherwise."""
    row = {"owner_key": user, "kind": "call", "status": "done", "happened_at": at(happened)}
    return {**row, "created_at": at(happened), "created_by": user, **more}


def named(*names: str) -> list[Measure]:
    return [each for each in BUILT_IN if each.name in names]


def field_check(entity: str, column: str, **more: Any) -> Check:
    """A check that asks a rep for a field."""
    kind = more.pop("type", "expect_column_values_to_be_filled")
    more = {"dimension": Dimension.COMPLETENESS, "attribution": Attribution.REP, **more}
    return Check(f"{entity}-{column}", entity, kind, {"column": column}, **more)
