"""The map of Odoo 17, against a small CRM in Odoo's tables."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from monitor.crm.compile import compile_map
from monitor.crm.connection import Crm
from monitor.crm.detect import detect
from monitor.crm.maps import load_map
from monitor.crm.people import read_directory
from monitor.crm.source import PersonKind
from monitor.crm.vocabulary import ENTITIES
from tests.crm.making import execute, naive, opened, sources, write_map
from tests.crm.odoo import make_odoo
from tests.servers import database

Rows = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def url() -> Iterator[sa.URL]:
    with database("postgresql") as made:
        make_odoo(made)
        yield made


@pytest.fixture(scope="module")
def crm(url: sa.URL) -> Iterator[Crm]:
    with opened(url) as crm:
        yield crm


def rows(crm: Crm, entity: str) -> Rows:
    source = sources(crm, load_map("builtin/odoo-17@1"))[entity]
    with crm.scan() as connection:
        found = connection.execute(sa.select(source.selectable)).mappings().all()
    return {row["key"]: dict(row) for row in found}


def test_odoo_is_recognised_by_what_only_version_17_has(crm: Crm) -> None:
    found = detect(crm.engine)
    assert found.reference == "builtin/odoo-17@1"
    assert "res_users has share" in found.why


def test_every_entity_is_mapped_and_readable(crm: Crm) -> None:
    mapped = sources(crm, load_map("builtin/odoo-17@1"))
    assert set(mapped) == set(ENTITIES)
    with crm.scan() as connection:
        for source in mapped.values():
            assert connection.execute(sa.select(source.selectable)).keys() == source.columns.keys()


def test_users_are_people_an_administrator_and_odoo_itself_but_no_customers_and_no_patterns(crm: Crm) -> None:
    found = rows(crm, "users")
    assert {key: row["kind"] for key, row in found.items()} == {
        "1": "integration",
        "2": "admin",
        "10": "person",
        "11": "person",
        "12": "person",
    }
    assert found["11"]["last_login_at"] == naive("2026-02-26 08:00")
    assert found["10"]["last_login_at"] is None


def test_teams_come_with_their_leader_who_manages_the_others(crm: Crm) -> None:
    directory = read_directory(crm, sources(crm, load_map("builtin/odoo-17@1")))
    people = directory.people
    assert (people["11"].team_key, people["11"].manager_key) == ("1", "10")
    assert (people["10"].team_key, people["10"].manager_key) == ("1", "")
    assert (people["12"].team_key, people["12"].active) == ("", False)  # no longer a member
    assert [(team.name, team.size) for team in directory.teams.values()] == [("North", 2)]
    assert people["1"].kind is PersonKind.INTEGRATION


def test_accounts_are_companies_but_not_ones_own_nor_archived_ones(crm: Crm) -> None:
    found = rows(crm, "accounts")
    assert set(found) == {"20"}
    acme = found["20"]
    assert (acme["domain"], acme["company_number"], acme["country"]) == ("acme.example", "DK12345674", "Denmark")
    assert acme["phone"] == "+45 12 34 56 78"
    assert acme["touched_at"] == naive("2026-02-12 10:00")  # the customer's e-mail


def test_contacts_are_no_colleagues_and_no_addresses(crm: Crm) -> None:
    found = rows(crm, "contacts")
    assert set(found) == {"7", "23"}
    assert (found["7"]["account_key"], found["23"]["account_key"]) == ("20", None)
    assert (found["7"]["opted_out"], found["23"]["opted_out"]) == (True, False)
    assert found["7"]["email_bounced"] is True


def test_a_lost_deal_is_archived_with_probability_0_and_other_archived_deals_are_put_away(crm: Crm) -> None:
    found = rows(crm, "opportunities")
    assert {key: row["status"] for key, row in found.items()} == {"1": "open", "2": "won", "3": "lost", "5": "open"}
    assert (found["3"]["stage"], found["3"]["lost_reason"]) == ("Qualified", "Too expensive")


def test_an_amount_of_zero_is_no_amount(crm: Crm) -> None:
    amounts = {key: row["amount"] for key, row in rows(crm, "opportunities").items()}
    assert amounts == {"1": None, "2": Decimal("500.5"), "3": Decimal(90), "5": None}


def test_stages_mean_what_their_place_says(crm: Crm) -> None:
    found = rows(crm, "opportunities")
    assert {row["stage"]: (row["stage_order"], row["stage_phase"]) for row in found.values()} == {
        "Proposition": (3, "offer"),
        "Won": (4, "closed"),
        "Qualified": (2, "qualified"),
        "New": (1, "new"),
    }


def test_a_deal_knows_its_customer_its_next_step_and_its_last_touch_by_a_person(crm: Crm) -> None:
    found = rows(crm, "opportunities")
    assert (found["1"]["account_key"], found["1"]["contact_key"]) == ("20", None)
    assert (found["2"]["account_key"], found["2"]["contact_key"]) == ("20", "7")
    assert (found["5"]["account_key"], found["5"]["contact_key"]) == (None, "23")
    assert (found["1"]["next_step"], found["2"]["next_step"]) == ("Call", None)
    assert found["1"]["touched_at"] == naive("2026-02-20 10:00")  # not what Odoo wrote in March
    assert found["1"]["currency"] == "DKK"


def test_pushes_of_the_close_date_are_unknown_unless_odoo_tracks_the_field(url: sa.URL) -> None:
    with opened(url) as crm:
        assert {row["close_date_pushes"] for row in rows(crm, "opportunities").values()} == {None}
        execute(url, "UPDATE ir_model_fields SET tracking = 1 WHERE name = 'date_deadline'")
        try:
            pushes = {key: row["close_date_pushes"] for key, row in rows(crm, "opportunities").items()}
        finally:
            execute(url, "UPDATE ir_model_fields SET tracking = NULL WHERE name = 'date_deadline'")
    assert pushes == {"1": 2, "2": 0, "3": 0, "5": 0}  # a date moved earlier is no push


def test_activities_are_what_people_did_met_and_have_still_to_do(crm: Crm) -> None:
    found = rows(crm, "activities")
    assert {key: (row["kind"], row["status"], row["owner_key"]) for key, row in found.items()} == {
        "message:1": ("email", "done", "11"),
        "message:3": ("call", "done", "11"),
        "message:4": ("email", "done", None),  # written by the customer
        "meeting:1": ("meeting", "done", "11"),
        "meeting:4": ("meeting", "done", "11"),  # with a customer; a lunch among colleagues is no activity
        "todo:1": ("call", "open", "11"),
        "todo:2": ("email", "open", "11"),
    }
    assert found["message:1"]["opportunity_key"] == "1"
    assert found["message:4"]["account_key"] == "20"
    assert (found["meeting:4"]["contact_key"], found["meeting:4"]["account_key"]) == ("7", "20")


def test_leads_changes_and_logins_are_read(crm: Crm) -> None:
    assert rows(crm, "leads")["6"]["source"] == "Trade fair"
    mapped = sources(crm, load_map("builtin/odoo-17@1"))
    with crm.scan() as connection:
        changes = connection.execute(sa.select(mapped["changes"].selectable)).mappings().all()
        logins = connection.execute(sa.select(mapped["logins"].selectable)).all()
    amount = next(change for change in changes if change["field"] == "amount")
    assert (amount["entity"], amount["record_key"], amount["changed_by"]) == ("opportunities", "1", "11")
    assert (float(amount["old"]), float(amount["new"])) == (10, 20)
    assert [tuple(login) for login in logins] == [("11", naive("2026-02-26 08:00"))]


def test_another_language_and_another_rule_come_from_the_users_own_map(crm: Crm, tmp_path: Path) -> None:
    path = write_map(
        tmp_path,
        """
        extends: builtin/odoo-17@1
        entities:
          opportunities:
            columns: {account_key: p.commercial_partner_id}
            extra: {product: null, first_word: {sql: "SPLIT_PART(l.name, ' ', 1)", kind: text}}
        """,
    )
    mapped = compile_map(load_map(path), crm.engine.dialect, variables={"language": "da_DK"})
    with crm.scan() as connection:
        found = connection.execute(sa.select(mapped["opportunities"].selectable)).mappings().all()
        country = connection.execute(sa.select(mapped["accounts"].selectable.c.country)).scalar()
    private = next(row for row in found if row["key"] == "5")
    assert (private["account_key"], private["first_word"], private["stage"]) == ("23", "Private", "Ny")
    assert country == "Danmark"


def test_a_deal_links_to_its_page_in_odoo(crm: Crm) -> None:
    mapped = compile_map(load_map("builtin/odoo-17@1"), crm.engine.dialect, link_base="https://odoo.example")
    expected = "https://odoo.example/web#id=7&model=crm.lead&view_type=form"
    assert mapped["opportunities"].link_to("7") == expected
