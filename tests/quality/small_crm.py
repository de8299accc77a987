"""A small CRM in one table, read through sources written by hand, for tests of the engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from monitor.crm.source import Directory, EntitySource, Person, Team
from monitor.crm.vocabulary import ENTITIES, Column, Kind
from monitor.quality.check import Check, Limits
from monitor.quality.engine import Options, Reader, run_entity
from monitor.quality.moments import Moments
from monitor.quality.outcome import EntityResult, Outcome

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Copenhagen")
EXTRA = {name: Column(name, Kind.INTEGER, "a number") for name in ("a", "b", "c")}
COLUMNS = {
    name: column
    for name, column in {**ENTITIES["opportunities"].columns, **EXTRA}.items()
    if name in {"key", "owner_key", "name", "status", "amount", "created_at", "created_by", "close_date", "a", "b", "c"}
}

metadata = sa.MetaData()
deals = sa.Table(
    "deals",
    metadata,
    sa.Column("key", sa.String(20)),
    sa.Column("owner_key", sa.String(20)),
    sa.Column("name", sa.String(60)),
    sa.Column("status", sa.String(20)),
    sa.Column("amount", sa.Float),
    sa.Column("created_at", sa.DateTime),
    sa.Column("created_by", sa.String(20)),
    sa.Column("close_date", sa.Date),
    sa.Column("a", sa.Integer),
    sa.Column("b", sa.Integer),
    sa.Column("c", sa.Integer),
)
DIRECTORY = Directory(
    people={
        "u0": Person("u0", "Ane Holm", "ane@example.com", team_key="t1"),
        "u1": Person("u1", "Bo Lind", "bo@example.com", team_key="t1"),
        "u2": Person("u2", "Carl Dahl", "carl@example.com", active=False, team_key="t2"),
    },
    teams={"t1": Team("t1", "Nord", 2), "t2": Team("t2", "Syd", 1)},
)


def deal(number: int) -> dict[str, Any]:
    """One deal; nulls, duplicates and outliers come up at different intervals, so that checks disagree."""
    return {
        "key": f"d{number}",
        "owner_key": None if number % 11 == 10 else f"u{number % 3}",
        "name": None if number % 7 == 6 else f"Deal {number % 40} {'GTX' if number % 5 else 'gtx'}",
        "status": ("open", "won", "lost")[number % 3 if number % 4 else 0],
        "amount": None if number % 9 == 8 else float(number * 10),
        "created_at": datetime.fromisoformat("2026-01-01") + timedelta(days=number, hours=number % 24),
        "created_by": "u9" if number % 2 else "u0",
        "close_date": None if number % 6 == 5 else date(2026, 3, 1) + timedelta(days=number),
        "a": None if number % 8 == 7 else number % 10,
        "b": None if number % 10 == 9 else number % 7,
        "c": number % 3,
    }


def hand_made(table: sa.FromClause = deals, **changes: Any) -> EntitySource:
    """The deals as the opportunities of a CRM."""
    columns = [table.c[name] for name in COLUMNS]
    made = EntitySource(
        entity="opportunities",
        selectable=sa.select(*columns).select_from(table).subquery("opportunities"),
        columns=COLUMNS,
        zone=ZoneInfo("UTC"),
        disclose=frozenset({"status"}),
        tables=("deals",),
    )
    return replace(made, **changes)


@dataclass
class SmallCrm:
    """An open database with the deals in it; ``run`` runs checks on it."""

    engine: sa.Engine
    source: EntitySource
    connections: int = 0
    statements: list[str] = field(default_factory=list)

    @contextmanager
    def connect(self) -> Iterator[sa.Connection]:
        self.connections += 1
        with self.engine.connect() as connection:
            yield connection

    def reader(self) -> Reader:
        return Reader(
            engine=self.engine,
            connect=self.connect,
            sources={"opportunities": self.source},
            directory=DIRECTORY,
            moments=Moments(NOW, ZONE),
            now=NOW,
            country="DK",
        )

    def run(self, checks: Sequence[Check], options: Options | None = None) -> EntityResult:
        return run_entity(self.reader(), "opportunities", checks, [], options or Options())

    def one(self, check: Check, options: Options | None = None) -> Outcome:
        return self.run([check], options).outcomes[0]


def check(kind: str, kwargs: Mapping[str, Any] | None = None, **more: Any) -> Check:
    """A check on the deals; its id is its type unless ``id`` says otherwise."""
    return Check(more.pop("id", kind), "opportunities", kind, kwargs or {}, **more)


def share(warn: float | None = None, fail: float | None = None) -> Limits:
    return Limits(warn, fail)


@contextmanager
def opened(
    url: sa.URL, count: int = 120, make: Callable[[int], dict[str, Any]] = deal, **engine: Any
) -> Iterator[SmallCrm]:
    """A database with ``count`` deals in it."""
    made = sa.create_engine(url, **engine)
    try:
        with made.begin() as connection:
            metadata.create_all(connection)
            if count:
                connection.execute(deals.insert(), [make(number) for number in range(count)])
            connection.execute(sa.text("CREATE VIEW open_deals AS SELECT * FROM deals WHERE status = 'open'"))
        crm = SmallCrm(made, hand_made())
        sa.event.listen(made, "before_cursor_execute", lambda *args: crm.statements.append(args[2]))
        yield crm
    finally:
        made.dispose()
