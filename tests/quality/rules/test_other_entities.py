"""Rules that look into other entities than their own: looking back, and where a column of those is gone."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from monitor.crm.connection import Crm
from monitor.crm.maps import load_map
from monitor.quality.check import Check
from monitor.quality.engine import Options, Reader, run_entity
from monitor.quality.moments import Moments
from monitor.quality.outcome import Outcome, Status
from tests.crm.making import execute, opened, sources, write_map
from tests.quality.world import people

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
REFERENCE = Check(
    "r", "opportunities", "expect_column_values_to_exist_in", {"column": "account_key", "entity": "accounts"}
)
STUCK = Check("s", "opportunities", "expect_time_in_stage_to_be_usual", {"smallest_sample": 1, "shortest": 0})
MAP = """
entities:
  accounts: {from: company AS c, key: c.id, columns: {name: c.name, created_at: c.created}}
  opportunities:
    from: deal AS d
    key: d.id
    columns:
      {owner_key: d.owner, account_key: d.company, status: d.status, stage: "'Offer'", stage_entered_at: d.created,
       created_at: d.created, closed_at: d.closed, product: d.product}
"""


@pytest.fixture
def url(any_url: sa.URL) -> sa.URL:
    execute(
        any_url,
        "CREATE TABLE company (id INTEGER, name VARCHAR(9), created TIMESTAMP NULL)",
        "INSERT INTO company VALUES (1, 'Old', '2026-11-01 00:00:00'), (2, 'New', '2026-11-19 00:00:00')",
        "CREATE TABLE deal (id INTEGER, owner INTEGER, company INTEGER, status VARCHAR(9), created TIMESTAMP NULL,"
        " closed TIMESTAMP NULL, product VARCHAR(9))",
        "INSERT INTO deal VALUES (1, 1, 1, 'open', '2026-11-01 00:00:00', NULL, ''),"
        " (2, 1, 2, 'won', '2026-11-02 00:00:00', '2026-11-03 00:00:00', ''),"
        " (3, 1, 99, 'open', '2026-11-02 00:00:00', NULL, '')",
    )
    return any_url


def judged(crm: Crm, folder: Path, check: Check, as_of: datetime | None = None) -> Outcome:
    found = sources(crm, load_map(write_map(folder, MAP)), as_of)
    reader = Reader(crm.engine, crm.scan, found, people(**{"1": True}), Moments(NOW, ZoneInfo("UTC")), NOW, "DK")
    return run_entity(reader, "opportunities", [check], [], Options()).outcomes[0]


def test_looking_back_a_record_may_refer_to_one_that_was_entered_since(url: sa.URL, tmp_path: Path) -> None:
    with opened(url) as crm:
        outcome = judged(crm, tmp_path, REFERENCE, datetime(2026, 11, 10, tzinfo=UTC))
    assert (outcome.rows, outcome.unexpected) == (3, 1)
    assert [record.key for record in outcome.failing.records] == ["3"]


@pytest.mark.parametrize(("check", "gone"), [(REFERENCE, "company.name"), (STUCK, "deal.product")])
def test_a_column_that_is_gone_elsewhere_does_not_matter(url: sa.URL, tmp_path: Path, check: Check, gone: str) -> None:
    table, column = gone.split(".")
    execute(url, f"ALTER TABLE {table} DROP COLUMN {column}")
    with opened(url) as crm:
        outcome = judged(crm, tmp_path, check)
    assert (outcome.status, outcome.reason) == (Status.FAIL, "")
