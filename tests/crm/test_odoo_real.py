"""The map of Odoo 17 against a database that a real Odoo wrote: a published sales history, entered through Odoo.

``CRM_MONITOR_REAL_CRM`` names a folder with the dump ``odoo-17-*.postgresql.sql.gz``; without it these are skipped.
"""

from __future__ import annotations

import gzip
import os
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa

from monitor.crm.compile import compile_map
from monitor.crm.connection import Crm
from monitor.crm.detect import detect
from monitor.crm.guard import hidden_rows
from monitor.crm.maps import load_map
from monitor.crm.people import read_directory
from monitor.crm.source import EntitySource, PersonKind
from tests.crm.making import opened, write_map
from tests.servers import database

pytestmark = [pytest.mark.real_crm, pytest.mark.postgresql, pytest.mark.xdist_group("real_odoo")]
AS_OF = datetime(2026, 11, 22, tzinfo=UTC)
Sources = dict[str, EntitySource]


def dump() -> Path:
    folder = os.environ.get("CRM_MONITOR_REAL_CRM", "")
    found = sorted(Path(folder).glob("odoo-17-*.postgresql.sql.gz")) if folder else []
    if not found:
        pytest.skip("NOT TESTED: no dump of a real Odoo 17; set CRM_MONITOR_REAL_CRM to a folder that has one")
    return found[0]


@pytest.fixture(scope="session")
def crm() -> Iterator[Crm]:
    path = dump()
    with database("postgresql") as url:
        address = url.set(drivername="postgresql").render_as_string(hide_password=False)
        command = ["psql", "-q", "-v", "ON_ERROR_STOP=1", "-o", os.devnull, address]
        subprocess.run(command, input=gzip.decompress(path.read_bytes()), check=True, capture_output=True)
        with opened(url) as crm:
            yield crm


@pytest.fixture(scope="session")
def mapped(crm: Crm) -> Sources:
    return compile_map(load_map("builtin/odoo-17@1"), crm.engine.dialect, as_of=AS_OF)


def test_it_is_recognised(crm: Crm) -> None:
    assert detect(crm.engine).reference == "builtin/odoo-17@1"


def test_the_deals_are_all_there_with_their_outcome_and_their_money(crm: Crm, mapped: Sources) -> None:
    deal = mapped["opportunities"].selectable.c
    query = sa.select(deal.status, sa.func.count(), sa.func.count(deal.amount), sa.func.sum(deal.amount))
    with crm.scan() as connection:
        found = {row[0]: tuple(row[1:]) for row in connection.execute(query.group_by(deal.status))}
        without_account = connection.scalar(sa.select(sa.func.count()).where(deal.account_key.is_(None)))
    assert found == {
        "won": (4238, 4238, Decimal(10_005_534)),
        "lost": (2473, 0, None),
        "open": (2089, 0, None),
    }
    assert without_account == 1425


def test_every_account_of_a_deal_is_an_account(crm: Crm, mapped: Sources) -> None:
    deal, account = mapped["opportunities"].selectable.c, mapped["accounts"].selectable.c
    orphan = sa.select(sa.func.count()).where(deal.account_key.not_in(sa.select(account.key)))
    with crm.scan() as connection:
        assert connection.scalar(orphan) == 0
        names = set(connection.scalars(sa.select(account.name)))
        people = set(connection.scalars(sa.select(mapped["contacts"].selectable.c.name)))
    assert "YourCompany" not in names
    assert not people & {person.name for person in read_directory(crm, mapped).people.values()}


def test_the_reps_are_the_agents_and_their_managers(crm: Crm, mapped: Sources) -> None:
    directory = read_directory(crm, mapped)
    deal = mapped["opportunities"].selectable.c
    with crm.scan() as connection:
        owners = set(connection.scalars(sa.select(deal.owner_key).distinct()))
    sellers = {person.manager_key for person in directory.people.values() if person.manager_key}
    assert len(sellers) == 6
    agents = [person for person in directory.people.values() if person.manager_key in sellers]
    assert len(agents) == 35
    assert len([person for person in agents if person.key not in owners]) == 5  # some own no deal at all
    assert len(owners) == 30
    assert {directory.people[key].kind for key in owners} == {PersonKind.PERSON}
    others = {key: person.kind for key, person in directory.people.items() if person.kind is not PersonKind.PERSON}
    assert others == {"1": PersonKind.INTEGRATION, "2": PersonKind.ADMIN}
    assert not any("Template" in person.name for person in directory.people.values())


def test_nobody_logged_in_so_logins_are_empty_and_no_rows_are_hidden(crm: Crm, mapped: Sources) -> None:
    with crm.scan() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(mapped["logins"].selectable)) == 0
    assert hidden_rows(crm, mapped["leads"], rows=0) is None  # there are none: every row of crm_lead is a deal


def test_a_wrongly_written_product_can_be_found_by_a_map_of_ones_own(crm: Crm, tmp_path: Path) -> None:
    path = write_map(
        tmp_path,
        """
        extends: builtin/odoo-17@1
        entities:
          opportunities:
            columns: {product: "SUBSTRING(l.name FROM '^[^ ]+ (.+)$')"}
        """,
    )
    deal = compile_map(load_map(path), crm.engine.dialect)["opportunities"].selectable.c
    query = sa.select(deal.product, sa.func.count()).group_by(deal.product)
    with crm.scan() as connection:
        products = {row[0]: row[1] for row in connection.execute(query)}
        by_name = connection.scalar(sa.select(sa.func.count()).where(deal.name.like("%GTXPro%")))
    assert by_name
    assert products["GTXPro"] == by_name
    assert "GTX Pro" not in products
