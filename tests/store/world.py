"""A small company and its runs, for the store's tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from monitor.crm.source import Directory, Person, Team
from monitor.incidents.decide import Decision, decide
from monitor.incidents.model import IncidentKind, Observation, Policy, RunContext
from monitor.quality.check import Check, Limits, Severity
from monitor.quality.outcome import (
    EntityFacts,
    EntityResult,
    FailingRecord,
    FailingRecords,
    Outcome,
    OwnerCount,
    Status,
)
from monitor.store.state import State

CLOCK = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
DIRECTORY = Directory(
    people={
        "1": Person("1", "A", team_key="n"),
        "2": Person("2", "B", team_key="n"),
        "3": Person("3", "C", team_key="s"),
    },
    teams={"n": Team("n", "Nord", 2), "s": Team("s", "Syd", 1)},
)
CHECK = Check("offer-without-amount", "opportunities", "t", {}, Severity.CRITICAL, limits=Limits(0.05, 0.15))


def day(number: int) -> datetime:
    return CLOCK + timedelta(days=number)


def records(*keys: str) -> FailingRecords:
    return FailingRecords(
        tuple(
            FailingRecord(key, "1", CLOCK, "2", Decimal("10.50"), {"stage": "Offer", "source": "web"}) for key in keys
        )
    )


OVER_CAP = FailingRecords((), complete=False)


def outcome(
    failing: FailingRecords,
    *,
    status: Status = Status.FAIL,
    rows: int = 100,
    unexpected: int | None = None,
    **more: Any,
) -> Outcome:
    count = len(failing.records) if unexpected is None else unexpected
    return Outcome(CHECK, status, rows, count, failing=failing, **more)


def result(*outcomes: Outcome, rows: int = 100, columns: Mapping[str, str] | None = None) -> EntityResult:
    facts = EntityFacts("opportunities", rows, CLOCK, columns or {"crm_lead.id": "INTEGER"}, {"1": 60, None: 40})
    return EntityResult(facts, outcomes, 0.5, 2)


def owners(*parts: tuple[str | None, int, int, str | None]) -> tuple[OwnerCount, ...]:
    return tuple(
        OwnerCount(key, rows, bad, Decimal(amount) if amount is not None else None) for key, rows, bad, amount in parts
    )


def run(state: State, seen: Outcome, number: int, *, policy: Policy | None = None, **more: Any) -> int:
    """One whole run with one outcome, decided and closed; returns its number."""
    now = day(number)
    run_id = state.runs.start("test", now, **more)
    state.results.save_entity(run_id, "opportunities", result(seen), DIRECTORY, now)
    state.runs.close(run_id, decisions(state, run_id, [seen], now, policy), now)
    return run_id


def decisions(
    state: State, run_id: int, seen: Sequence[Outcome], now: datetime, policy: Policy | None = None
) -> list[Decision]:
    """The decisions on some outcomes, as the application makes them."""
    ledger = state.runs.get(run_id)
    assert ledger is not None
    baselines, current = state.baselines.all(), state.incidents.current()
    context = RunContext(run_id, not baselines, ledger.replay, ledger.filtered, ledger.counts)
    return [
        decide(
            current.get((IncidentKind.DATA, one.check.id)),
            Observation.of(one),
            baselines.get(one.check.id),
            policy or Policy(),
            context,
            now,
        )
        for one in seen
    ]
