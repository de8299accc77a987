"""A company that enters some 400 deals a day, by a weekly pattern, and a monitor that looks every morning at six."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa

from monitor.crm.connection import driver_url
from tests.acceptance import small_crm
from tests.acceptance.program import Result, crm_monitor
from tests.acceptance.small_crm import SmallCrm, customer, deal, staff, team
from tests.acceptance.using import Clock, clock_of_commands
from tests.quality.series import OFFICE, count

MONDAY = date(2026, 9, 7)
NEW, SHARE, ALL, FRESH = "new-deals", "deal-without-account", "deals-volume", "deals-fresh"
SUITE = f"""\
name: opportunities
entity: opportunities
standing: false
expectations:
- {{type: expect_new_records_to_be_usual, meta: {{id: {NEW}, title: New deals}}}}
- type: expect_column_values_to_be_filled
  kwargs: {{column: account_key}}
  meta: {{id: {SHARE}, title: Deals without an account, anomaly: true}}
- type: expect_entity_volume_to_be_usual
  kwargs: {{max_drop: 20%}}
  meta: {{id: {ALL}, title: Number of deals, anomaly: true}}
- type: expect_entity_to_be_fresh
  kwargs: {{within: 5 working days}}
  meta: {{id: {FRESH}, title: No new deals, anomaly: true}}
"""


class Office:
    """A company that enters some 400 deals a day, and its monitor, which looks every morning at six."""

    def __init__(self, crm: SmallCrm, clock: Clock) -> None:
        self.crm, self.clock, self.rng = crm, clock, Random(7)
        self.engine = sa.create_engine(driver_url(crm.url), poolclass=sa.NullPool)
        self.today = MONDAY
        self.env: dict[str, str] = {}
        self.pattern: Sequence[float] = OFFICE

    def day(self, share: float = 1.0, without_account: float = 0.05) -> None:
        """A day goes by: so much of the usual is entered, and then it is six in the morning of the next."""
        number = int(count(self.rng, 400 * share * self.pattern[self.today.weekday()])) if share else 0
        rows = [self._deal(self.rng.random() < without_account) for _ in range(number)]
        if rows:
            with self.engine.begin() as connection:
                connection.execute(sa.insert(deal), rows)
        self.today += timedelta(days=1)
        self.clock.at = datetime.combine(self.today, time(4), UTC)  # six o'clock in Copenhagen, or five in winter

    def _deal(self, lost: bool) -> dict[str, Any]:
        at = datetime.combine(self.today, time(7 + self.rng.randrange(8), self.rng.randrange(60)))
        key = 1 + self.rng.randrange(20)
        return {
            "title": "Deal",
            "outcome": "open",
            "next_action": "Call",
            "source": "web",
            "value": 100,
            "customer_id": None if lost else key,
            "owner_id": 1 + key % 11,
            "created_at": at,
            "created_by": 1,
        }

    def run(self, *arguments: object) -> Result:
        return crm_monitor(*arguments, project=self.crm.folder, env=self.env)

    def check(self, *arguments: object) -> dict[str, Any]:
        """What the morning's run says of each check."""
        result = self.run("check", "--count", "--fail-on", "never", "--format", "json", *arguments)
        assert result.exit_code == 0, result.said
        return {one["id"]: one for entity in result.json["entities"] for one in entity["checks"]}

    def days(self, number: int, share: float = 1.0) -> list[dict[str, Any]]:
        """So many days, each looked at on the morning after."""
        found = []
        for _ in range(number):
            self.day(share)
            found.append(self.check())
        return found

    @property
    def incidents(self) -> str:
        return self.run("incidents", "list", "--all").said


@contextmanager
def opened(url: sa.URL, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """The company on the Monday on which it begins, without a deal."""
    rows: dict[sa.Table, list[dict[str, Any]]] = {
        team: [{"id": 1, "title": "North"}],
        staff: [small_crm.person(number) for number in range(1, 13)],
        customer: [small_crm.account(number, datetime(2026, 9, 1, 9)) for number in range(1, 21)],  # noqa: DTZ001
    }
    crm = small_crm.make(url, folder, rows)
    for entity in ("users", "accounts"):
        (crm.folder / "expectations" / f"{entity}.yaml").unlink()
    crm.suite("opportunities", SUITE)
    crm.settings("country: DK\n")
    with clock_of_commands(monkeypatch) as clock:
        made = Office(crm, clock)
        yield made
        made.engine.dispose()


def statuses(found: list[dict[str, Any]], check: str) -> list[str]:
    """What became of a check, morning by morning."""
    return [one[check]["status"] for one in found]
