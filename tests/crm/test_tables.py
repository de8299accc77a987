"""The tables behind an entity are told from the SQL of its map."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.crm.maps import EntityMap
from monitor.crm.tables import tables_of


@pytest.mark.parametrize(
    ("entity", "expected"),
    [
        ({"from": "lead"}, ("lead",)),
        ({"from": "crm.lead AS l, stage s"}, ("crm.lead", "stage")),
        ({"from": 'lead l LEFT JOIN "Sales Team" AS t ON t.id = l.team'}, ("lead", "Sales Team")),
        ({"from": "`tabCRM Deal` AS d"}, ("tabCRM Deal",)),
        ({"from": "(SELECT * FROM deal d JOIN stage ON TRUE) x LEFT JOIN person ON TRUE"}, ("deal", "stage", "person")),
        ({"from": "deal JOIN stage USING (id) LEFT JOIN person ON TRUE, note"}, ("deal", "stage", "person")),
        ({"from": "lead l", "columns": {"email": "(SELECT m.mail FROM mail m WHERE m.lead = l.id)"}}, ("lead", "mail")),
        ({"from": "lead l", "columns": {"name": "'copied from paper'"}}, ("lead",)),
        ({"from": "lead l", "where": "EXTRACT(YEAR FROM l.at) > 2020 AND TRIM(BOTH ' ' FROM l.n) <> ''"}, ("lead",)),
        ({"from": "lead l", "deleted": "l.id IN (SELECT id FROM bin)"}, ("lead", "bin")),
        ({"select": "WITH mine AS (SELECT * FROM lead) SELECT id FROM mine JOIN team ON TRUE"}, ("lead", "team")),
        ({"union": [{"prefix": "a", "from": "calls c"}, {"prefix": "b", "from": "mails m"}]}, ("calls", "mails")),
    ],
)  # fmt: skip
def test_tables_are_found_wherever_they_stand_and_once(entity: dict[str, Any], expected: tuple[str, ...]) -> None:
    assert tables_of(EntityMap.model_validate(entity)) == expected
