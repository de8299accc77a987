"""What real databases hold besides clean rows: keys of odd types, owners left blank, sums that are no number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from monitor.crm.compile import compile_map
from monitor.crm.connection import open_crm
from monitor.crm.maps import load_map
from monitor.crm.people import read_directory
from monitor.quality.check import Check
from monitor.quality.engine import Options, Reader, run_entity
from monitor.quality.moments import Moments
from monitor.quality.outcome import EntityResult, Status
from tests.quality.small_crm import check

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ACTIVE = check("expect_owners_to_be_active")
FILLED = check("expect_column_values_to_be_filled", {"column": "name"})
UNIQUE = check("expect_column_values_to_be_unique", {"column": "name"})
EMAIL = check("expect_column_values_to_be_valid_email", {"column": "name"})
FRESH = check("expect_entity_to_be_fresh", {"within": "2 days"})
MAP = """
map: untidy
entities:
  users: {from: person AS p, key: p.id, columns: {name: p.name}}
  opportunities:
    from: deal AS d
    key: d.id
    columns:
      {owner_key: d.owner, name: d.name, amount: d.amount, created_at: d.created, close_date: d.closes}
"""


@contextmanager
def crm(url: sa.URL, folder: Path, rows: Sequence[str], **types: str) -> Iterator[Reader]:
    """A CRM of users and deals whose columns are of the given types; ``rows`` are SQL values of deals."""
    kinds = {"id": "integer", "amount": "decimal(12, 2)", "created": "timestamp NULL", **types}
    maker = sa.create_engine(url)
    with maker.begin() as connection:
        if url.get_backend_name() == "mysql":
            connection.exec_driver_sql("SET SESSION sql_mode = ''")
        connection.exec_driver_sql(f"CREATE TABLE person (id {kinds['id']}, name varchar(40))")
        connection.exec_driver_sql("INSERT INTO person VALUES ('1', 'Ane Holm')")
        columns = f"amount {kinds['amount']}, created {kinds['created']}, closes {kinds.get('closes', 'date')}"
        connection.exec_driver_sql(
            f"CREATE TABLE deal (id {kinds['id']}, owner {kinds['id']}, name varchar(40), {columns})"
        )
        for row in rows:
            connection.exec_driver_sql(f"INSERT INTO deal VALUES ({row})")
    maker.dispose()
    (folder / "untidy.yaml").write_text(MAP)
    opened = open_crm(url)
    try:
        sources = compile_map(load_map(folder / "untidy.yaml"), opened.engine.dialect)
        people = read_directory(opened, sources)
        zone = ZoneInfo("UTC")
        yield Reader(opened.engine, opened.scan, sources, people, Moments(NOW, zone), NOW, "DK")
    finally:
        opened.close()


def run(reader: Reader, *checks: Check) -> EntityResult:
    return run_entity(reader, "opportunities", checks, [], Options())


def test_keys_kept_as_fractions_are_told_as_the_database_writes_them(any_url: sa.URL, tmp_path: Path) -> None:
    row = "2, 1, 'a', 5, '2026-01-01', NULL"
    with crm(any_url, tmp_path, [row, row], id="double precision") as reader:
        result = run(reader, ACTIVE, UNIQUE, EMAIL)
    assert result.facts is not None
    (owner,) = result.facts.owners
    assert owner in reader.directory.people
    assert [each.status for each in result.outcomes] == [Status.PASS, Status.FAIL, Status.FAIL]
    assert all({part.owner_key for part in each.owners} == {owner} for each in result.outcomes)


def test_keys_padded_with_spaces_are_told_without_them(postgresql_url: sa.URL, tmp_path: Path) -> None:
    with crm(postgresql_url, tmp_path, ["'2', '1', 'a', 5, '2026-01-01', NULL"], id="char(12)") as reader:
        outcome = run(reader, ACTIVE).outcomes[0]
    assert (outcome.status, [part.owner_key for part in outcome.owners]) == (Status.PASS, ["1"])


def test_an_owner_left_blank_is_nobody_however_it_is_written(any_url: sa.URL, tmp_path: Path) -> None:
    rows = [
        "'1', '', 'x', 2, '2026-01-02', NULL",
        "'2', NULL, 'x', 3, '2026-01-03', NULL",
        "'3', '1', 'a@b.dk', 4, '2026-01-01', NULL",
    ]
    with crm(any_url, tmp_path, rows, id="varchar(9)") as reader:
        result = run(reader, ACTIVE, UNIQUE, EMAIL)
    active, unique, email = result.outcomes
    assert result.facts is not None
    assert result.facts.owners == {None: 2, "1": 1}
    assert result.facts.newest == datetime(2026, 1, 3, tzinfo=UTC)
    for outcome in (unique, email):
        parts = {part.owner_key: (part.rows, part.unexpected, part.amount) for part in outcome.owners}
        assert parts == {None: (2, 2, Decimal(5)), "1": (1, 0, Decimal(0))}
        assert {record.owner_key for record in outcome.failing.records} == {None}
    assert (active.status, active.unexpected) == (Status.PASS, 0)


def test_money_that_is_no_number_is_not_available_and_never_a_part_of_a_sum(
    postgresql_url: sa.URL, tmp_path: Path
) -> None:
    rows = ["1, 1, '', 'NaN', '2026-01-01', NULL", "2, 1, '', 7, '2026-01-01', NULL", "3, 2, '', 9, NULL, NULL"]
    with crm(postgresql_url, tmp_path, rows, amount="double precision") as reader:
        outcome = run(reader, FILLED).outcomes[0]
    assert outcome.amount is None
    assert {part.owner_key: part.amount for part in outcome.owners} == {"1": None, "2": Decimal(9)}
    assert {record.amount for record in outcome.failing.records} == {None, Decimal(7), Decimal(9)}


def test_a_zero_date_that_the_map_does_not_know_of_is_no_date(mariadb_url: sa.URL, tmp_path: Path) -> None:
    rows = ["1, 1, '', 5, '0000-00-00 00:00:00', NULL", "2, 2, 'a', 5, '2026-01-01', NULL"]
    with crm(mariadb_url, tmp_path, rows, created="datetime") as reader:
        result = run(reader, FILLED)
    assert result.facts is not None
    assert result.facts.newest == datetime(2026, 1, 1, tzinfo=UTC)
    assert [record.created_at for record in result.outcomes[0].failing.records] == [None]


def test_a_moment_that_cannot_be_read_takes_no_owner_out_of_the_count(postgresql_url: sa.URL, tmp_path: Path) -> None:
    rows = ["1, 1, 'a', 5, '-infinity', NULL", "2, 2, 'a', 5, '2026-01-01', NULL"]
    with crm(postgresql_url, tmp_path, rows) as reader:
        result = run(reader)
    assert result.facts is not None
    assert result.facts.owners == {"1": 1, "2": 1}


def test_a_record_dated_ahead_of_the_clock_makes_no_entity_fresh(any_url: sa.URL, tmp_path: Path) -> None:
    rows = ["1, 1, 'a', 5, '2037-01-01', NULL", "2, 1, 'a', 5, '2026-01-01', NULL"]
    with crm(any_url, tmp_path, rows) as reader:
        result = run(reader, FRESH)
    assert result.facts is not None
    assert result.facts.newest == datetime(2026, 1, 1, tzinfo=UTC)
    assert result.outcomes[0].status is Status.FAIL


@pytest.mark.parametrize(
    "written",
    ["2026-11-18T00:00:00", "2026-11-18 00:00:00", "2026-11-18", "2026-11-18T01:00:00+01:00", "2026-11-18 00:00"],
)
def test_sqlite_compares_moments_and_not_the_letters_they_are_written_in(
    sqlite_url: sa.URL, tmp_path: Path, written: str
) -> None:
    checks = [
        check("expect_rows_to_satisfy", {"condition": condition}, id=condition)
        for condition in (
            "created_at >= '2026-11-18'",
            "created_at <= '2026-11-18'",
            "created_at < '2026-11-18T00:00:01'",
            "close_date <= '2026-11-18' AND close_date >= '2026-11-18'",
        )
    ]
    since = check("expect_rows_to_satisfy", {"condition": "amount > 0"}, since=date(2026, 11, 18))
    row = f"1, 1, 'a', 5, '{written}', '{written[:10]} 00:00:00'"
    with crm(sqlite_url, tmp_path, [row], created="text", closes="text") as reader:
        result = run(reader, *checks, since)
    assert [(each.status, each.rows) for each in result.outcomes] == [(Status.PASS, 1)] * 5
    assert result.facts is not None
    assert result.facts.newest == datetime(2026, 11, 18, tzinfo=UTC)


def test_what_is_no_moment_reads_as_none_on_sqlite(sqlite_url: sa.URL, tmp_path: Path) -> None:
    empty = check("expect_column_values_to_be_null", {"column": "created_at"})
    rows = [f"{number}, 1, '', 5, '{text}', NULL" for number, text in enumerate(("n/a", "0000-00-00", "soon"))]
    with crm(sqlite_url, tmp_path, rows, created="text") as reader:
        result = run(reader, empty, FILLED)
    assert result.outcomes[0].status is Status.PASS
    assert {record.created_at for record in result.outcomes[1].failing.records} == {None}
