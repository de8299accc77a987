"""Short words for outcomes, baselines and runs, for the tests of decisions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.incidents.decide import Decision, decide, decide_system
from monitor.incidents.model import Baseline, Incident, Observation, Policy, RunContext
from monitor.quality.outcome import Status

CLOCK = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
RUN = RunContext(1)
NO_DEBT = Baseline("c", 0, CLOCK, Status.PASS, 1000, 10, 0.01)


def seen(
    status: Status = Status.FAIL, unexpected: int | None = 200, rows: int | None = 1000, **more: Any
) -> Observation:
    return Observation("c", status, "opportunities", rows=rows, unexpected=unexpected, **more)


GOOD = seen(Status.PASS, 10)
BAD = seen(Status.FAIL, 200)


def debt(unexpected: int = 200, rows: int = 1000, status: Status = Status.FAIL) -> Baseline:
    return Baseline("c", 0, CLOCK, status, rows, unexpected, unexpected / rows)


@dataclass
class Life:
    """A check's runs one after the other, each decided on what the one before left."""

    policy: Policy = field(default_factory=Policy)
    baseline: Baseline | None = NO_DEBT
    incident: Incident | None = None
    now: datetime = CLOCK
    system: bool = False
    number: int = 0

    def run(self, observation: Observation, *, after: timedelta = timedelta(days=1), **more: Any) -> Decision:
        self.now += after
        self.number += 1
        run = replace(RunContext(self.number), **more)
        if self.system:
            decision = decide_system(self.incident, observation, self.policy, run, self.now)
        else:
            decision = decide(self.incident, observation, self.baseline, self.policy, run, self.now)
        if decision.baseline is not None:
            self.baseline = decision.baseline
        self.incident = None if decision.drop else decision.incident
        if self.incident is not None and not self.incident.id:
            self.incident = replace(self.incident, id=self.number)
        return decision

    def runs(self, observations: Sequence[Observation]) -> list[str]:
        return [str(self.run(observation).reason) for observation in observations]
