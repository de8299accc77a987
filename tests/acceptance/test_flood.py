"""A table whose every check fails, with thousands of owners: the channel stays within its budget and its rate."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.acceptance import small_crm
from tests.acceptance.channel import CHANNEL, SlackChannel, posting
from tests.acceptance.small_crm import SmallCrm
from tests.acceptance.test_life import shown
from tests.delivery.fake_slack import Posted

pytestmark = pytest.mark.faults

OWNERS, CHECKS, DEALS = 5_000, 60, 20_000
COLUMNS = ("name", "account_key", "amount", "close_date", "next_step", "source")


def _suite() -> str:
    """Sixty checks, every third of them critical, all of which fail when nothing is filled."""
    lines = ["name: opportunities", "entity: opportunities", "standing: false", "expectations:"]
    for number in range(CHECKS):
        column, severity = COLUMNS[number % len(COLUMNS)], "critical" if number % 3 == 0 else "warning"
        meta = f"{{id: check-{number:02}, title: Rule {number}, fail: {number % 7 + 1}%}}"
        kind = f"type: expect_column_values_to_be_filled, kwargs: {{column: {column}}}"
        lines.append(f"- {{{kind}, severity: {severity}, meta: {meta}}}")
    return "\n".join(lines) + "\n"


def _crowd(url: sa.URL) -> None:
    entered = datetime.now(UTC).replace(tzinfo=None, microsecond=0) - timedelta(days=2)
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.execute(sa.delete(small_crm.deal))
        people = [small_crm.person(number) | {"team_id": 1 + number % 3} for number in range(13, OWNERS + 13)]
        connection.execute(sa.insert(small_crm.staff), people)
        deals = [
            small_crm.a_deal(number, entered) | {"owner_id": 13 + number % OWNERS, "customer_id": 1}
            for number in range(1, DEALS + 1)
        ]
        connection.execute(sa.insert(small_crm.deal), deals)


@pytest.fixture
def crowded(sqlite_url: sa.URL, tmp_path: Path, quick_delivery: None) -> Iterator[SlackChannel]:
    crm: SmallCrm = small_crm.make(sqlite_url, tmp_path / "project")
    _crowd(sqlite_url)
    for entity in ("users", "accounts"):
        (crm.folder / "expectations" / f"{entity}.yaml").unlink()
    crm.suite("opportunities", _suite())
    with posting(crm) as channel:
        yield channel


def _empty(crm: SmallCrm) -> None:
    crm.execute(
        "UPDATE deal SET title = NULL, next_action = NULL, source = NULL, customer_id = NULL, value = NULL,"
        " expected_on = NULL"
    )


def _is_rollup(root: Posted) -> bool:
    return (root.metadata or {}).get("event_type") == "crm_monitor_rollup"


def test_on_the_first_day_a_flood_is_learned_and_nobody_is_told(crowded: SlackChannel) -> None:
    _empty(crowded.crm)
    assert crowded.check().exit_code == 0
    assert crowded.calls == 0


def test_on_a_later_day_three_are_told_by_themselves_and_the_rest_together(crowded: SlackChannel) -> None:
    assert crowded.check().exit_code == 0
    _empty(crowded.crm)
    flood = crowded.check()
    assert flood.exit_code == 0, flood.said
    own, together = [root for root in crowded.roots if not _is_rollup(root)], [*filter(_is_rollup, crowded.roots)]
    assert (len(own), len(together)) == (3, 1)
    assert all("critical" in root.text for root in own)  # what matters most comes first
    assert together[0].text == "57 more problems, 17 of them critical"
    assert "and 42 more" in shown(together[0])
    calls = crowded.calls
    assert crowded.check().exit_code == 0
    assert crowded.calls == calls  # nothing new: nothing is said again
    crowded.crm.execute("UPDATE deal SET title = 'Deal', customer_id = 1, value = 5, source = 'web'")
    crowded.check()
    assert len(crowded.roots) == 4
    left = next(filter(_is_rollup, crowded.roots))
    assert left.text.startswith("19 more problems") or left.text.startswith("20 more problems"), left.text
    assert crowded.server.workspace.channels[CHANNEL].archived is False
