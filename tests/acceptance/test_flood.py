"""A table whose every check fails, with thousands of owners, on the first day and on the thirtieth.

The days pass by the commands' clock, and so do the pauses between messages, as long as they are in life:
Slack, by the same clock, refuses whatever comes faster than it allows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.acceptance import small_crm
from tests.acceptance.channel import SlackChannel, posting
from tests.acceptance.small_crm import SmallCrm
from tests.acceptance.test_life import shown
from tests.acceptance.using import Clock, clock_of_commands
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
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    """Ten o'clock in Copenhagen, on the next Monday."""
    with clock_of_commands(monkeypatch) as made:
        today = datetime.now(UTC).replace(hour=9, minute=0, second=0, microsecond=0)
        made.at = today + timedelta(days=7 - today.weekday())
        yield made


@pytest.fixture
def crowded(sqlite_url: sa.URL, tmp_path: Path, clock: Clock) -> Iterator[SlackChannel]:
    crm: SmallCrm = small_crm.make(sqlite_url, tmp_path / "project")
    _crowd(sqlite_url)
    for entity in ("users", "accounts"):
        (crm.folder / "expectations" / f"{entity}.yaml").unlink()
    crm.suite("opportunities", _suite())
    with posting(crm) as channel:
        channel.server.workspace.now = lambda: clock().timestamp()
        yield channel


def _empty(crm: SmallCrm) -> None:
    crm.execute(
        "UPDATE deal SET title = NULL, next_action = NULL, source = NULL, customer_id = NULL, value = NULL,"
        " expected_on = NULL"
    )


def _mend(crm: SmallCrm) -> None:
    crm.execute(
        "UPDATE deal SET title = 'Deal', next_action = 'Call', source = 'web', customer_id = 1, value = 5,"
        " expected_on = '2030-01-01'"
    )


def _is_rollup(root: Posted) -> bool:
    return (root.metadata or {}).get("event_type") == "crm_monitor_rollup"


@dataclass(frozen=True)
class Morning:
    """What a run asked of Slack: new messages of one problem, new ones that collect many, calls by method."""

    own: int
    collected: int
    calls: Counter[str]


QUIET = Morning(0, 0, Counter())


@dataclass(frozen=True)
class Days:
    """One run each morning, in front of a Slack that keeps to its rates."""

    channel: SlackChannel
    clock: Clock

    def next(self, days: int = 1) -> list[Morning]:
        return [self._morning() for _ in range(days)]

    def _morning(self) -> Morning:
        slack, began = self.channel.server, self.clock.at
        roots, calls = len(self.channel.roots), len(slack.calls)
        result = self.channel.check()
        assert result.exit_code == 0, result.said
        self.clock.at = began + timedelta(days=1)
        collected = sum(map(_is_rollup, new := self.channel.roots[roots:]))
        return Morning(len(new) - collected, collected, Counter(method for method, _ in slack.calls[calls:]))


@pytest.fixture
def days(crowded: SlackChannel, clock: Clock) -> Iterator[Days]:
    rates = crowded.server.keep_to_its_rates()
    yield Days(crowded, clock)
    assert rates.refused == []


def test_a_flood_from_the_first_day_on_is_learned_and_nobody_is_told_in_thirty_days(days: Days) -> None:
    _empty(days.channel.crm)
    assert days.next(30) == [QUIET] * 30


def test_on_the_thirtieth_day_three_are_told_by_themselves_and_the_rest_together(days: Days) -> None:
    crm = days.channel.crm
    assert days.next(9) == [QUIET] * 9
    crm.execute("UPDATE deal SET next_action = NULL WHERE id < 900")
    [tenth] = days.next()
    assert (tenth.own, tenth.collected) == (3, 1)
    _mend(crm)
    [ended] = days.next()
    assert (ended.own, ended.collected, ended.calls["chat.update"], ended.calls["chat.postMessage"]) == (0, 0, 4, 3)
    assert days.next(18) == [QUIET] * 18

    _empty(crm)
    [thirtieth] = days.next()
    assert (thirtieth.own, thirtieth.collected, thirtieth.calls["chat.postMessage"]) == (3, 1, 4)
    assert max(thirtieth.calls.values()) == 4  # nothing is asked of Slack for each problem or each owner
    roots = days.channel.roots[-4:]
    assert all("critical" in root.text for root in roots if not _is_rollup(root))  # what matters most comes first
    [together] = filter(_is_rollup, roots)
    assert together.text == "57 more problems, 17 of them critical"
    assert "and 42 more" in shown(together)
    assert days.next(7) == [QUIET] * 7  # nothing new: nothing is said again

    crm.execute("UPDATE deal SET title = 'Deal', customer_id = 1, value = 5, source = 'web'")
    [better] = days.next()
    assert (better.own, better.collected) == (0, 0)
    assert together.text.startswith(("19 more problems", "20 more problems"))
    _mend(crm)
    days.next()
    assert together.text == "All of these are mended"
    assert len(days.channel.roots) == 8


def test_when_more_breaks_every_day_ten_are_told_by_themselves_in_a_week(days: Days) -> None:
    days.next()
    told: list[tuple[int, int]] = []
    for column in ("title", "customer_id", "value", "expected_on", "next_action", "source"):
        days.channel.crm.execute(f"UPDATE deal SET {column} = NULL")
        told += [(one.own, one.collected) for one in days.next()]
    assert told == [(3, 1)] * 3 + [(1, 1)] + [(0, 1)] * 2
