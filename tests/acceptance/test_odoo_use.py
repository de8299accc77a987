"""Who uses a real Odoo 17: counted per person and week as hand-written SQL counts it, and said with care.

``CRM_MONITOR_REAL_CRM`` names a folder with the dump, as for ``test_odoo``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from monitor.adoption.week import IsoWeek
from monitor.store.state import State
from tests.acceptance.program import crm_monitor
from tests.acceptance.test_odoo import AS_OF, address, dump

__all__ = ["address", "dump"]

pytestmark = [pytest.mark.real_crm, pytest.mark.postgresql, pytest.mark.xdist_group("real_odoo")]
WITHOUT_DEALS = {"Carl Lin", "Carol Thompson", "Elizabeth Anderson", "Mei-Mei Johns", "Natalya Ivanova"}
LAST = IsoWeek(2026, 46)
WEEKS = LAST.back(20)
MANDATE = """\
purpose: To see where help is needed with the CRM.
legal_basis: GDPR art. 6(1)(f)
recipients: managers
consulted: {who: the representatives, on: 2026-01-10}
informed: {how: a letter to everybody, on: 2026-02-01}
review_on: 2999-01-01
country: DK
contact: the CRM team
"""


@pytest.fixture(scope="module")
def reps(address: sa.URL) -> dict[str, str]:
    """Name -> key of the 35 agents: whoever is in a team that somebody leads, the leaders left out."""
    query = """
        SELECT p.name, u.id FROM res_users AS u JOIN res_partner AS p ON p.id = u.partner_id
        WHERE u.login LIKE '%.%@example.com' AND u.id NOT IN (SELECT user_id FROM crm_team WHERE user_id IS NOT NULL)
    """
    engine = sa.create_engine(address)
    with engine.connect() as connection:
        found = {str(name): str(key) for name, key in connection.execute(sa.text(query))}
    engine.dispose()
    assert len(found) == 35
    return found


@pytest.fixture(scope="module")
def project(address: sa.URL, reps: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("use") / "odoo"
    made = crm_monitor("init", "--url", address.render_as_string(hide_password=False), folder)
    assert made.exit_code == 0, made.said
    lines = [f"  - {{user: {key}, start: 2025-10-01}}" for key in (*reps.values(), *map(str, range(8, 14)))]
    (folder / "config" / "people.yaml").write_text("people:\n" + "\n".join(lines) + "\n", encoding="utf-8")
    (folder / "config" / "mandate.yaml").write_text(MANDATE, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def found(project: Path) -> Any:
    result = crm_monitor("adoption", *AS_OF, "--format", "json", project=project)
    assert result.exit_code == 0, result.said
    return result.json


@pytest.fixture(scope="module")
def state(project: Path, found: Any) -> Iterator[State]:
    assert found
    with State.open(f"sqlite:///{project / 'state' / 'monitor.db'}") as opened:
        yield opened


def counted(state: State, measure: str) -> Counter[tuple[str, IsoWeek]]:
    rows = state.adoption.weeks(WEEKS[0], WEEKS[-1])
    return Counter({(row.user, row.week): row.counts[measure] for row in rows if row.counts.get(measure)})


def by_hand(address: sa.URL, user: str, day: str, where: str) -> Counter[tuple[str, IsoWeek]]:
    query = f"""
        SELECT {user}, CAST(DATE_TRUNC('week', {day}) AS DATE), COUNT(*) FROM crm_lead
        WHERE type = 'opportunity' AND {user} IS NOT NULL AND {day} >= :first AND {day} < :end AND {where}
        GROUP BY 1, 2
    """
    engine = sa.create_engine(address)
    window = {"first": WEEKS[0].monday, "end": (WEEKS[-1] + 1).monday}
    with engine.connect() as connection:
        rows = connection.execute(sa.text(query), window).all()
    engine.dispose()
    return Counter({(str(key), IsoWeek.of(monday)): count for key, monday, count in rows})


def test_created_deals_per_person_and_week_are_what_sql_counts(
    state: State, address: sa.URL, reps: dict[str, str]
) -> None:
    expected = by_hand(address, "create_uid", "create_date", "TRUE")
    told = counted(state, "opportunities_created")
    assert expected.total() > 1000
    for key in reps.values():
        for week in WEEKS:
            assert told[key, week] == expected[key, week], (key, week)


def test_closed_deals_per_person_and_week_are_what_sql_counts(
    state: State, address: sa.URL, reps: dict[str, str]
) -> None:
    ended = """(stage_id IN (SELECT id FROM crm_stage WHERE is_won)
        OR (active IS NOT TRUE AND COALESCE(probability, 0) = 0))"""
    expected = by_hand(address, "user_id", "date_closed", ended)
    told = counted(state, "opportunities_closed")
    assert expected.total() > 1000
    for key in reps.values():
        for week in WEEKS:
            assert told[key, week] == expected[key, week], (key, week)


def test_the_agents_without_any_deal_never_used_it_and_the_others_did(found: Any, reps: dict[str, str]) -> None:
    status = {one["key"]: one["status"] for one in found["people"]}
    assert {name for name, key in reps.items() if status[key] in ("never", "dormant")} == WITHOUT_DEALS


def test_nothing_is_said_of_managers_who_left_no_trace(found: Any) -> None:
    figure = next(one for one in found["figures"] if one["id"] == "managers_use")
    assert figure["value"] is None
    assert "not_seen_reading" in {note["code"] for note in figure["notes"]}


def test_only_the_agents_without_any_deal_have_an_unused_seat_and_no_manager_who_may_be_reading(found: Any) -> None:
    assert found["seats"]["unused"] == found["seats"]["never"] == len(WITHOUT_DEALS)


def test_logins_that_the_crm_does_not_keep_are_not_available_rather_than_none(found: Any) -> None:
    said = {note["measure"]: note["code"] for note in found["notes"] if "measure" in note}
    assert said["logins"] in ("not_available", "last_only")
    assert all("logins" not in one["counts"] for one in found["people"])


def test_the_week_is_the_last_one_that_was_over(found: Any) -> None:
    assert found["week"] == str(LAST)
    assert date(2026, 11, 21) > LAST.sunday
