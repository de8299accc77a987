"""What somebody takes over is not held against them for 30 days, as the CRM's history or earlier runs tell it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.acceptance.test_digest_lists import PEOPLE
from tests.acceptance.use_crm import MANDATE, MAP, NORTH, NORTH_LEAD, SOUTH, UsedCrm, make
from tests.acceptance.using import Firm, firm

pytestmark = pytest.mark.journeys

GIVER, HEIR = SOUTH[0], NORTH[2]
HISTORY = """\
  changes:
    from: owner_log AS o
    columns:
      {entity: "'opportunities'", record_key: o.deal_id, field: "'owner_key'", old: o.old_owner, changed_at: o.at}
"""


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Firm]:
    url = sa.URL.create("sqlite", database=str(tmp_path / "crm.db"))
    crm = make(url, tmp_path / "project")
    crm.mandate(MANDATE)
    crm.write_to_crm(f"UPDATE deal SET next_action = '' WHERE staff_id = {GIVER} AND id % 4 > 0")
    with firm(crm, monkeypatch) as made:
        yield made


def hand_over(company: Firm, at: datetime) -> int:
    """All deals of the giver become the heir's; how many of them lack a next step."""
    crm = company.crm
    if crm.ask("SELECT 1 FROM sqlite_master WHERE name = 'owner_log'"):
        crm.write_to_crm(
            f"INSERT INTO owner_log SELECT id, staff_id, '{at:%Y-%m-%d %H:%M:%S}' FROM deal WHERE staff_id = {GIVER}",
        )
    ((failing,),) = crm.ask(f"SELECT count(*) FROM deal WHERE staff_id = {GIVER} AND next_action = ''")
    crm.write_to_crm(f"UPDATE deal SET staff_id = {HEIR} WHERE staff_id = {GIVER}")
    return int(failing)


def with_history(crm: UsedCrm) -> None:
    crm.write("config/crms/used.yaml", MAP.replace("capabilities:", HISTORY + "capabilities:"))
    crm.write_to_crm(
        "CREATE TABLE owner_log (deal_id INTEGER, old_owner INTEGER, at TIMESTAMP)",
        "INSERT INTO owner_log VALUES (1, 70099, '2025-01-07 09:00:00')",
    )


def own_failing(company: Firm) -> tuple[int, int]:
    """The heir's own deals, and those without a next step, by a query written by hand."""
    rows = company.crm.ask(f"SELECT count(*), sum(next_action = '') FROM deal WHERE staff_id = {HEIR}")
    return rows[0][0], rows[0][1]


def explained(company: Firm) -> str:
    return company.ok("explain", HEIR).stdout


def test_what_failed_under_another_owner_before_is_left_out_for_thirty_days(company: Firm) -> None:
    rows, failing = own_failing(company)
    company.run("check", "--count", "--fail-on", "never")
    company.clock.later(days=7)
    taken = hand_over(company, company.clock())
    assert taken > failing > 0
    company.run("check", "--count", "--fail-on", "never")
    all_rows, _ = own_failing(company)

    said = explained(company)
    assert f"part: {failing}\n  of: {all_rows - taken}\n" in said
    assert "left out: taken over in the last 30 days: not available" in said  # what passed then is not known
    own = company.ok("digest", "--own", HEIR, "--preview").stdout
    assert f"{failing} of {all_rows - taken}" in own
    assert "The CRM does not tell everything of who had a record before" in own

    for days in (24, 7):
        company.clock.later(days=days)
        company.run("check", "--count", "--fail-on", "never")
    assert "up from" not in company.ok("digest", "--own", HEIR, "--preview").stdout  # it is one's own now, and not new
    assert f"part: {failing + taken}\n  of: {all_rows}\n" in explained(company)
    assert rows < all_rows


def test_the_crms_own_history_tells_what_was_taken_over_even_on_the_first_day(company: Firm) -> None:
    with_history(company.crm)
    _, failing = own_failing(company)
    taken = hand_over(company, company.clock() - timedelta(days=3))
    all_rows, _ = own_failing(company)
    company.run("check", "--count", "--fail-on", "never")

    said = explained(company)
    assert f"part: {failing}\n  of: {all_rows - taken}\n  left out: taken over in the last 30 days: {taken}\n" in said
    own = company.ok("digest", "--own", HEIR, "--preview").stdout
    assert "Failing records that you took over in the last 30 days are not counted yet." in own
    assert "The CRM does not tell everything" not in own


def test_a_hand_over_longer_ago_counts_and_nothing_is_left_out(company: Firm) -> None:
    with_history(company.crm)
    hand_over(company, company.clock() - timedelta(days=31))
    all_rows, failing = own_failing(company)
    company.run("check", "--count", "--fail-on", "never")
    assert f"part: {failing}\n  of: {all_rows}\n  left out: taken over in the last 30 days: 0\n" in explained(company)


@pytest.mark.parametrize("between", [False, True], ids=["alone", "with a look at something else since"])
def test_nobody_is_told_that_what_was_handed_over_grew(company: Firm, *, between: bool) -> None:
    with_history(company.crm)
    company.crm.write("expectations/users.yaml", PEOPLE)
    company.run("check", "--count", "--fail-on", "never")
    company.clock.later(hours=2)
    hand_over(company, company.clock())
    company.clock.later(hours=4)
    if between:
        company.ok("check", "--entity", "users", "--fail-on", "never")
    company.clock.later(days=7)
    company.run("check", "--count", "--fail-on", "never")
    for page in (("--own", HEIR), ("--manager", NORTH_LEAD)):
        assert "up from" not in company.ok("digest", *page, "--preview").stdout, page

    company.crm.write_to_crm(f"UPDATE deal SET next_action = '' WHERE staff_id = {HEIR}")
    company.clock.later(hours=1)
    company.run("check", "--count", "--fail-on", "never")
    for page in (("--own", HEIR), ("--manager", NORTH_LEAD)):
        assert "up from" in company.ok("digest", *page, "--preview").stdout, page
