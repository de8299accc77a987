"""A year of a large CRM's monitoring, written into the state as the program writes it: how large does it get?

Every day a run of 100 checks on 500 people's records, a reading of their use, and the heartbeat's runs; every week
scorecards, digests and own pages; incidents open, worsen and end. Each day what is past its time is deleted.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import sqlalchemy as sa

from monitor.activity.facts import Activity, MeasureFacts, Reading, Window
from monitor.activity.measure import Availability, Measure, MeasureKind
from monitor.crm.source import Directory, Person, Team
from monitor.incidents.decide import decide
from monitor.incidents.model import IncidentKind, Observation, Policy, RunContext
from monitor.messages.outgoing import Action
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
from monitor.store.ledger import How, RunState
from monitor.store.outbox import Draft, queue
from monitor.store.retention import Redacting, Retention
from monitor.store.state import State
from monitor.store.tables_service import job_runs

PEOPLE, CHECKS, ENTITIES, MEASURES = 500, 100, 6, 12
FIRST = datetime(2025, 11, 3, 5, tzinfo=UTC)
MOST_RECORDS = 200
"""Failing records of a check, of which one in thirty is mended and one is new every day."""
_SAME = Redacting(lambda snapshot: snapshot, lambda snapshot: snapshot, lambda _snapshot: False)
_MEASURES = tuple(
    Measure(f"measure{number}", "M", "activities", "owner_key", "happened_at", MeasureKind.ACTIVITY)
    for number in range(MEASURES)
)


@dataclass
class Year:
    """The simulated company. ``seconds`` are what each kind of write took, by its name."""

    state: State
    chance: random.Random
    seconds: dict[str, list[float]] = field(default_factory=dict)
    failing: dict[str, list[int]] = field(default_factory=dict)
    next_key: int = 0

    def __post_init__(self) -> None:
        self.checks = [
            Check(f"check-{n}", f"entity{n % ENTITIES}", "t", {}, Severity.WARNING, limits=Limits(0.05, 0.5))
            for n in range(CHECKS)
        ]
        teams = {f"team{n}": Team(f"team{n}", f"Team {n}") for n in range(25)}
        people = {str(n): Person(str(n), f"Person {n}", team_key=f"team{n % 25}") for n in range(PEOPLE)}
        self.directory = Directory(people=people, teams=teams)
        for check in self.checks:
            self.failing[check.id] = [self._key() for _ in range(self.chance.randint(0, MOST_RECORDS))]

    def _key(self) -> int:
        self.next_key += 1
        return self.next_key

    def timed(self, name: str, work: Callable[[], object]) -> None:
        begun = time.perf_counter()
        work()
        self.seconds.setdefault(name, []).append(time.perf_counter() - begun)

    def day(self, number: int) -> None:
        now = FIRST + timedelta(days=number)
        self.timed("a run of 100 checks", lambda: self._run(now))
        self.timed("a reading of use", lambda: self._use(now.date()))
        self._heartbeats(now)
        if now.weekday() == 0:
            self._digests(now)
        self.timed("deleting what is past its time", lambda: self.state.keeping.prune(now, Retention(), _SAME))

    def _run(self, now: datetime) -> None:
        state = self.state
        run_id = state.runs.start("schedule", now)
        seen = []
        for entity in range(ENTITIES):
            outcomes = [self._outcome(check, now) for check in self.checks if check.entity == f"entity{entity}"]
            owners: dict[str | None, int] = {str(n): 20 + n % 7 for n in range(PEOPLE)}
            facts = EntityFacts(f"entity{entity}", 10_000, now, {"a.id": "INTEGER"}, owners)
            state.results.save_entity(run_id, f"entity{entity}", EntityResult(facts, outcomes), self.directory, now)
            seen += outcomes
        current, baselines = state.incidents.current(), state.baselines.all()
        run = RunContext(run_id)
        decisions = [
            decide(
                current.get((IncidentKind.DATA, one.check.id)),
                Observation.of(one),
                baselines.get(one.check.id),
                Policy(),
                run,
                now,
            )
            for one in seen
        ]

        def tell(connection: sa.Connection) -> None:
            for decision in decisions:
                if decision.incident is not None and decision.incident.id and decision.incident.live:
                    thread = f"incident:{decision.incident.id}"
                    queue(connection, thread, Draft("slack:C1", Action.UPDATE, {"text": "x" * 3000}), now)

        applied = state.runs.close(run_id, decisions, now, None, tell) or ()
        with state.database.write() as connection:
            for one in applied:
                if one.incident is not None and one.decision.before is None:
                    thread = f"incident:{one.incident.id}"
                    queue(connection, thread, Draft("slack:C1", Action.POST, {"text": "x" * 3000}), now)
        for message in state.outbox.due(now):
            if state.outbox.claim(message.id, now):
                state.outbox.sent(message.id, now, None)

    def _outcome(self, check: Check, now: datetime) -> Outcome:
        keys = self.failing[check.id]
        change = max(len(keys) // 30, 1)
        keys[:] = keys[change:] + [self._key() for _ in range(change if len(keys) < MOST_RECORDS else change - 1)]
        if self.chance.random() < 0.01:
            keys.extend(self._key() for _ in range(100))  # an import: an incident
        elif len(keys) > MOST_RECORDS and self.chance.random() < 0.2:
            del keys[: len(keys) - MOST_RECORDS // 2]
        records = tuple(
            FailingRecord(str(key), str(key % PEOPLE), now, None, Decimal(100), {"stage": "Offer"}) for key in keys
        )
        parts = tuple(self._parts(keys))
        status = Status.FAIL if len(keys) > MOST_RECORDS else Status.PASS
        return Outcome(check, status, 10_000, len(keys), owners=parts, failing=FailingRecords(records))

    def _parts(self, keys: list[int]) -> Iterator[OwnerCount]:
        counts = [0] * PEOPLE
        for key in keys:
            counts[key % PEOPLE] += 1
        for number, count in enumerate(counts):
            yield OwnerCount(str(number), 20, count, Decimal(count * 100))

    def _use(self, today: date) -> None:
        window = Window(today - timedelta(days=7), today)
        rows = tuple(
            Activity(str(person), window.first + timedelta(days=day), measure.name, "activities", 1 + person % 5)
            for person in range(PEOPLE)
            for day in range(8)
            for measure in _MEASURES
        )
        facts = {one.name: MeasureFacts(one.name, Availability.AVAILABLE, 1, 1, window.first) for one in _MEASURES}
        self.state.activity.save(Reading(window, rows, measures=facts), _MEASURES)

    def _heartbeats(self, now: datetime) -> None:
        rows = [
            {
                "job": "heartbeat",
                "due_at": now + timedelta(minutes=5 * number),
                "state": RunState.DONE,
                "how": How.SCHEDULE,
                "started_at": now,
                "finished_at": now,
                "exit_code": 0,
                "why": "",
            }
            for number in range(288)
        ]
        with self.state.database.write() as connection:
            connection.execute(sa.insert(job_runs), rows)

    def _digests(self, now: datetime) -> None:
        """As large as the demo's: 3 KB for a person's own page, 16 KB for a manager's digest."""
        week = now.strftime("%G-W%V")
        for number in range(PEOPLE):
            self.state.digests.create(str(number), "own", week, {"page": "x" * 3000}, (), (), now)
        for number in range(50):
            self.state.digests.create(str(number), "manager", week, {"page": "x" * 16000}, (), (), now)


def queries(state: State) -> dict[str, float]:
    """What people and the service ask most, in seconds."""
    asked: dict[str, Callable[[], object]] = {
        "the newest results of every check": state.results.previous,
        "the open incidents": state.incidents.current,
        "what is undelivered": state.outbox.undelivered,
        "a trend of 14 runs": lambda: state.results.trend("check-1", 14),
        "what became of an hourly job's runs": lambda: state.ledger.recorded("heartbeat", FIRST + timedelta(days=364)),
    }
    found = {}
    for name, ask in asked.items():
        times = []
        for _ in range(5):
            begun = time.perf_counter()
            ask()
            times.append(time.perf_counter() - begun)
        found[name] = statistics.median(times)
    return found


def main(folder: Path, days: int = 365) -> int:
    """Simulates, and prints the size every month, what writing took, and what queries take at the end."""
    path = folder / "monitor.db"
    with State.open(f"sqlite:///{path}", clock=lambda: FIRST) as state:
        year = Year(state, random.Random(20261128))
        for number in range(days):
            year.day(number)
            if number % 30 == 29 or number == days - 1:
                print(f"day {number + 1}: {path.stat().st_size / 1e6:.0f} MB", flush=True)  # noqa: T201
        for name, seconds in year.seconds.items():
            late = statistics.median(seconds[-30:])
            print(f"{name}: {statistics.median(seconds[:30]):.2f} s at first, {late:.2f} s at the end")  # noqa: T201
        for name, taken in queries(state).items():
            print(f"{name}: {taken * 1000:.1f} ms")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 365))
