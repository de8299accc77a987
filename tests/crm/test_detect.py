"""Which CRM a database belongs to is told from its tables, or it is said what was missing."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from monitor.crm.detect import detect
from monitor.crm.maps import CrmMap, load_map
from tests.crm.making import execute, opened, write_map

LEAD = "CREATE TABLE lead (id INTEGER, mail VARCHAR(20))"


@pytest.fixture
def maps(tmp_path: Path) -> list[CrmMap]:
    texts = {
        "small": "{tables: {lead: [id, mail]}, title_why: lead has mail}",
        "large": "{tables: {lead: [id, mail, phone], account: []}}",
    }
    made = []
    for name, text in texts.items():
        made.append(
            load_map(
                write_map(
                    tmp_path,
                    f"map: {name}\ntitle: {name.title()} CRM\nentities: {{}}\ndetect: {text}\n",
                    f"{name}.yaml",
                )
            )
        )
    return made


def test_a_crm_is_recognised_and_the_reason_said(any_url: sa.URL, maps: list[CrmMap]) -> None:
    execute(any_url, LEAD)
    with opened(any_url) as crm:
        found = detect(crm.engine, maps)
    assert found.reference.endswith("small.yaml")
    assert (found.title, found.why) == ("Small CRM", "lead has mail")


def test_a_database_that_no_map_fits_is_told_the_nearest_and_what_it_lacks(
    sqlite_url: sa.URL, maps: list[CrmMap]
) -> None:
    execute(sqlite_url, "CREATE TABLE lead (id INTEGER)")
    with opened(sqlite_url) as crm:
        found = detect(crm.engine, maps)
    assert found.reference == ""
    assert "nearest is" in found.why
    assert "(Small CRM), for which it lacks lead.mail" in found.why
    assert found.missing == ("lead.mail",)


def test_of_another_kind_of_database_no_map_is_called_near(sqlite_url: sa.URL, maps: list[CrmMap]) -> None:
    execute(sqlite_url, "CREATE TABLE letters (id INTEGER)")
    with opened(sqlite_url) as crm:
        found = detect(crm.engine, maps)
    assert (found.reference, found.missing) == ("", ())
    assert found.why == "no built-in map comes near to this database"
    assert all(one.foreign for one in found.candidates)


def test_several_maps_that_fit_are_all_named(sqlite_url: sa.URL, maps: list[CrmMap]) -> None:
    execute(sqlite_url, "CREATE TABLE lead (id INTEGER, mail TEXT, phone TEXT)", "CREATE TABLE account (id INTEGER)")
    with opened(sqlite_url) as crm:
        found = detect(crm.engine, maps)
    assert found.reference == ""
    assert found.why.startswith("several maps fit this database (")
    assert "small.yaml" in found.why
    assert "large.yaml" in found.why


def test_tables_in_another_schema_are_found_and_the_way_there_is_said(
    postgresql_url: sa.URL, maps: list[CrmMap]
) -> None:
    execute(postgresql_url, "CREATE SCHEMA sales", LEAD.replace("lead (", "sales.lead ("))
    with opened(postgresql_url) as crm:
        found = detect(crm.engine, maps)
    assert found.reference == ""
    assert "its tables are in the schema sales" in found.why
    with opened(postgresql_url.update_query_dict({"options": "-csearch_path=sales"})) as crm:
        assert detect(crm.engine, maps).title == "Small CRM"


def test_a_table_in_another_case_is_pointed_out(sqlite_url: sa.URL, maps: list[CrmMap]) -> None:
    execute(sqlite_url, LEAD.replace("lead", '"Lead"'))
    with opened(sqlite_url) as crm:
        assert "lead (there is Lead)" in detect(crm.engine, maps).why


def test_a_table_that_must_not_exist_speaks_against_a_map(sqlite_url: sa.URL, tmp_path: Path) -> None:
    execute(sqlite_url, LEAD)
    text = "entities: {}\ndetect: {tables: {lead: [id]}, absent: {lead: [mail]}}\n"
    with opened(sqlite_url) as crm:
        found = detect(crm.engine, [load_map(write_map(tmp_path, text))])
    assert found.missing == ("the absence of lead.mail",)


def test_an_empty_database_is_no_crm(any_url: sa.URL) -> None:
    if any_url.get_backend_name() == "sqlite":
        execute(any_url, "CREATE TABLE something (id INTEGER)")
    with opened(any_url) as crm:
        assert detect(crm.engine).reference == ""
