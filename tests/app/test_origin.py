"""What a database says of all records, held against a plain count of the same records in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from monitor.app.origin import AllRecords, Origins
from monitor.crm.connection import driver_url
from monitor.crm.maps import load_map
from monitor.crm.people import read_directory
from monitor.incidents.factors import Factor
from monitor.messages.alert import Origin
from monitor.quality.engine import Reader
from monitor.quality.moments import Moments
from monitor.quality.outcome import FailingRecord
from tests.crm.making import opened, sources, write_map
from tests.incidents.recorded import Recorded

NOW = datetime(2026, 11, 20, 19, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Copenhagen")
MAP = """\
time_zone: {zone}
entities:
  users:
    from: staff AS s
    key: s.id
    columns: {{name: s.name, team_key: s.team, team_name: s.team}}
    disclose: [team_name]
  leads:
    from: lead AS l
    key: l.id
    columns: {{owner_key: l.owner, source: l.source, created_at: l.created, created_by: l.creator}}
    disclose: [{disclosed}]
"""
_metadata = sa.MetaData()
staff = sa.Table(
    "staff",
    _metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("name", sa.String(40)),
    sa.Column("team", sa.String(40)),
)


def _lead(aware: bool) -> sa.Table:
    return sa.Table(
        "lead",
        sa.MetaData(),
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("owner", sa.Integer),
        sa.Column("source", sa.String(40)),
        sa.Column("created", sa.DateTime(timezone=aware)),
        sa.Column("creator", sa.Integer),
    )


def _records() -> list[FailingRecord]:
    """Two months over the end of summer time; some lack this or that; an import at the end."""
    start = datetime(2026, 9, 20, 22, 10, tzinfo=UTC)
    found = [
        FailingRecord(
            str(number),
            str(number % 9) if number % 11 else None,
            start + timedelta(minutes=93 * number),
            str(number % 7) if number % 13 else None,
            None,
            {"source": ("web", "fair", "phone")[number % 3]} if number % 17 else {},
        )
        for number in range(900)
    ]
    loaded = datetime(2026, 11, 20, 13, 2, tzinfo=UTC)
    at = (loaded + timedelta(seconds=number) for number in range(60))
    return found + [
        FailingRecord(f"{1000 + n}", str(n % 9), each, "8", None, {"source": "web"}) for n, each in enumerate(at)
    ]


@contextmanager
def _crm(
    url: sa.URL, folder: Path, records: Sequence[FailingRecord], *, aware: bool = False, disclosed: str = "source"
) -> Iterator[tuple[Reader, list[str]]]:
    """The records in a database, as a CRM in Copenhagen keeps them; and the statements that are run."""
    lead, engine = _lead(aware), sa.create_engine(driver_url(url), poolclass=sa.NullPool)
    with engine.begin() as connection:
        _metadata.create_all(connection)
        lead.create(connection)
        people = [{"id": n, "name": f"Person {n}", "team": ("Nord", "Syd")[n % 2]} for n in range(10)]
        connection.execute(sa.insert(staff), people)
        connection.execute(sa.insert(lead), [_row(one, aware) for one in records])
    text = MAP.format(zone="UTC" if aware else "Europe/Copenhagen", disclosed=disclosed)
    crm_map = load_map(write_map(folder, text))
    said: list[str] = []
    with opened(url) as crm:
        found = sources(crm, crm_map)
        people_of = read_directory(crm, found)
        sa.event.listen(crm.engine, "before_cursor_execute", lambda *heard: said.append(heard[2]))
        yield Reader(crm.engine, crm.scan, found, people_of, Moments(NOW, ZONE), NOW, "DK"), said


def _row(record: FailingRecord, aware: bool) -> dict[str, Any]:
    at = record.created_at
    return {
        "id": int(record.key),
        "owner": record.owner_key,
        "source": record.disclosed.get("source"),
        "created": at if at is None or aware else at.astimezone(ZONE).replace(tzinfo=None),
        "creator": record.created_by,
    }


def _queries(said: Sequence[str]) -> list[str]:
    return [statement for statement in said if "count(*)" in statement]


def _agree(reader: Reader, records: Sequence[FailingRecord]) -> None:
    asked, plain = AllRecords(reader, reader.sources["leads"], ZONE), Recorded(records, reader.directory, ZONE)
    assert asked.total() == plain.total()
    for factor in (Factor.SOURCE, Factor.CREATOR, Factor.TEAM, Factor.DAY):
        assert dict(asked.counts(factor)) == dict(plain.counts(factor)), factor
    first, last = datetime(2026, 10, 24, 21, tzinfo=UTC), datetime(2026, 11, 20, 13, 2, 30, tzinfo=UTC)
    for creator in ("3", "8", "", None):
        assert asked.entered(creator, first, last) == plain.entered(creator, first, last)
    for creator in ("3", "8", ""):
        assert dict(asked.hours(creator, first, last)) == dict(plain.hours(creator, first, last))
    assert plain.entered("8", first, last) == 31


def test_a_database_counts_all_records_as_a_plain_count_does(any_url: sa.URL, tmp_path: Path) -> None:
    records = _records()
    with _crm(any_url, tmp_path, records) as (reader, _):
        _agree(reader, records)


def test_timestamps_with_a_zone_of_their_own_are_counted_alike(postgresql_url: sa.URL, tmp_path: Path) -> None:
    records = _records()
    with _crm(postgresql_url, tmp_path, records, aware=True) as (reader, _):
        _agree(reader, records)


def test_a_date_that_is_none_is_no_day(mariadb_url: sa.URL, tmp_path: Path) -> None:
    records = _records()[:50]
    with _crm(mariadb_url, tmp_path, records) as (reader, _):
        engine = sa.create_engine(driver_url(mariadb_url), poolclass=sa.NullPool)
        with engine.begin() as connection:
            connection.exec_driver_sql("SET SESSION sql_mode = ''")
            connection.exec_driver_sql("UPDATE lead SET created = '0000-00-00 00:00:00' WHERE id < 5")
        asked = AllRecords(reader, reader.sources["leads"], ZONE)
        assert sum(asked.counts(Factor.DAY).values()) == 45


def test_an_import_is_found_and_no_question_is_asked_twice(any_url: sa.URL, tmp_path: Path) -> None:
    records = _records()
    new, since = records[-20:], datetime(2026, 11, 19, 19, tzinfo=UTC)
    with _crm(any_url, tmp_path, records) as (reader, said):
        origins = Origins(reader, ZONE)
        told = origins.of("leads", new, since)
        assert told == Origin("import of 20 Nov 14:02", 20, 20, 20 / 960)
        first = _queries(said)
        said.clear()
        assert origins.of("leads", records[-30:], since) is not None  # another check on the same entity
        again = _queries(said)
    whole = [one for one in first if "WHERE" not in one]
    assert len(whole) == 4  # who, from where, of which team, on which day: each a grouped query
    assert all("GROUP BY" in one for one in whole)
    assert [one for one in again if "WHERE" not in one] == []  # no whole table a second time


def test_nothing_is_asked_where_nothing_holds_most_of_the_new_records(sqlite_url: sa.URL, tmp_path: Path) -> None:
    records = _records()
    with _crm(sqlite_url, tmp_path, records) as (reader, said):
        origins = Origins(reader, ZONE)
        assert origins.of("leads", records[0:800:10], NOW - timedelta(days=1)) is None
        asked = _queries(said)
    assert asked == []


@pytest.mark.parametrize(("disclosed", "said"), [("source", "source web"), ("created_at", None)])
def test_a_source_that_is_not_disclosed_is_never_told(
    sqlite_url: sa.URL, tmp_path: Path, disclosed: str, said: str | None
) -> None:
    records = _records()
    web = [one for one in records[:900] if one.disclosed.get("source") == "web"][::6]
    with _crm(sqlite_url, tmp_path, records, disclosed=disclosed) as (reader, _):
        told = Origins(reader, ZONE).of("leads", web, NOW - timedelta(days=1))
    assert (told.what if told else None) == said


def test_a_crm_that_cannot_be_asked_is_told_of_without_an_origin(sqlite_url: sa.URL, tmp_path: Path) -> None:
    records = _records()
    with _crm(sqlite_url, tmp_path, records) as (reader, _):
        engine = sa.create_engine(driver_url(sqlite_url), poolclass=sa.NullPool)
        with engine.begin() as connection:
            connection.exec_driver_sql("DROP TABLE lead")
        assert Origins(reader, ZONE).of("leads", records[-20:], NOW) is None
        assert Origins(reader, ZONE).of("accounts", records[-20:], NOW) is None
