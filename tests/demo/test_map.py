"""The demo's map reads the demo's CRM, and reads it right."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from monitor.crm.compile import compile_map
from monitor.crm.maps import CrmMap, load_map
from monitor.crm.source import EntitySource
from monitor.crm.vocabulary import ENTITIES, Kind
from monitor.demo import DemoStory

Sources = dict[str, EntitySource]
NATIVE: dict[Kind, Any] = {
    Kind.KEY: str,
    Kind.TEXT: str,
    Kind.INTEGER: int,
    Kind.DECIMAL: (int, float, Decimal),
    Kind.BOOLEAN: bool,
    Kind.DATE: date,
    Kind.DATETIME: datetime,
}


@pytest.fixture(scope="module")
def crm_map() -> CrmMap:
    return load_map("builtin/demo@1")


@pytest.fixture(scope="module")
def sources(crm_map: CrmMap) -> Sources:
    return compile_map(crm_map, "sqlite", link_base="https://crm.example")


@pytest.fixture(scope="module")
def connection(story: DemoStory) -> Iterator[sa.Connection]:
    engine = sa.create_engine(sa.URL.create("sqlite", database=str(story.path)))
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def scalar(connection: sa.Connection, source: EntitySource, column: sa.ColumnElement[int], *where: object) -> int:
    statement = sa.select(column).select_from(source.selectable)
    for condition in where:
        statement = statement.where(condition)  # type: ignore[arg-type]  # conditions over a subquery's columns
    return int(connection.execute(statement).scalar_one())


def test_every_entity_is_mapped_and_nearly_every_canonical_column(sources: Sources) -> None:
    assert set(sources) == set(ENTITIES)
    left_out = {f"{name}.{c}" for name, entity in ENTITIES.items() for c in entity.columns if not sources[name].has(c)}
    assert left_out == {f"{name}.other_owner_keys" for name in ("accounts", "contacts", "leads", "opportunities")}


@pytest.mark.parametrize("entity", ENTITIES)
def test_every_row_is_read_with_values_of_the_columns_kinds(
    entity: str, sources: Sources, connection: sa.Connection
) -> None:
    source = sources[entity]
    rows = connection.execute(sa.select(source.selectable)).mappings().all()
    assert rows
    for row in rows:
        for name, column in source.columns.items():
            assert row[name] is None or isinstance(row[name], NATIVE[column.kind]), (name, type(row[name]))
    if "key" in source.columns:
        assert len({row["key"] for row in rows}) == len(rows)


def test_the_figures_equal_plain_sql(
    sources: Sources, connection: sa.Connection, crm: sqlite3.Connection, story: DemoStory
) -> None:
    plain = {
        "users": "SELECT count(*) FROM app_user",
        "accounts": "SELECT count(*) FROM company WHERE archived = 0",
        "contacts": "SELECT count(*) FROM person WHERE is_deleted = 0",
        "leads": "SELECT count(*) FROM inquiry WHERE is_deleted = 0",
        "opportunities": "SELECT count(*) FROM deal WHERE deleted_at IS NULL",
        "activities": """SELECT (SELECT count(*) FROM call_log) + (SELECT count(*) FROM meeting)
            + (SELECT count(*) FROM todo) + (SELECT count(*) FROM mail)
            + (SELECT count(*) FROM note WHERE written_by_system = 0)""",
        "logins": "SELECT count(*) FROM login_log",
        "changes": "SELECT count(*) FROM field_history",
    }
    for entity, sql in plain.items():
        assert scalar(connection, sources[entity], sa.func.count()) == crm.execute(sql).fetchone()[0], entity
    deals = sources["opportunities"].selectable.c
    orphans = scalar(connection, sources["opportunities"], sa.func.count(), deals.account_key.is_(None))
    sql = """SELECT count(*) FROM deal d WHERE deleted_at IS NULL AND NOT EXISTS
        (SELECT 1 FROM deal_company c WHERE c.deal_id = d.id AND role = 'customer')"""
    assert orphans == crm.execute(sql).fetchone()[0]
    owned = scalar(connection, sources["opportunities"], sa.func.count(), deals.owner_key == story.leaver_key)
    assert owned == story.planted["deals of the leaver"]


def test_money_is_in_kroner_and_pushes_are_counted(
    sources: Sources, connection: sa.Connection, crm: sqlite3.Connection, story: DemoStory
) -> None:
    deals = sources["opportunities"].selectable.c
    cheap = scalar(connection, sources["opportunities"], sa.func.count(), deals.amount == 1)
    assert cheap == story.planted["deals worth 1 kr"]
    pushes = scalar(connection, sources["opportunities"], sa.func.sum(deals.close_date_pushes))
    sql = """SELECT count(*) FROM field_history h JOIN deal d ON d.id = h.record_id
        WHERE field = 'expected_on' AND new_value > old_value AND deleted_at IS NULL"""
    assert pushes == crm.execute(sql).fetchone()[0]


def test_as_of_the_learning_run_the_import_is_not_there(
    crm_map: CrmMap, connection: sa.Connection, story: DemoStory, sources: Sources
) -> None:
    before = compile_map(crm_map, "sqlite", as_of=story.learned_at)
    for entity, planted in (("accounts", "imported accounts"), ("contacts", "imported contacts")):
        source = before[entity]
        imported = source.selectable.c.source == "Trade fair import"
        assert scalar(connection, source, sa.func.count(), imported) == 0
        now = sources[entity]
        imported = now.selectable.c.source == "Trade fair import"
        assert scalar(connection, now, sa.func.count(), imported) == story.planted[planted]


def test_integrations_and_administrators_are_no_reps(sources: Sources, connection: sa.Connection) -> None:
    users = sources["users"].selectable.c
    rows = connection.execute(sa.select(users.kind, sa.func.count()).group_by(users.kind))
    kinds = {str(kind): int(count) for kind, count in rows}
    assert kinds == {"person": 48, "admin": 1, "integration": 1}


def test_a_record_is_linked_to_its_page(sources: Sources) -> None:
    assert sources["opportunities"].link_to("7") == "https://crm.example/deals/7"
