"""What a run has to say, whoever says it: the terminal, JSON or JUnit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import IntEnum, StrEnum
from zoneinfo import ZoneInfo

from monitor.crm.directory import Directory
from monitor.quality.outcome import EntityFacts, Outcome, Selection, Status


class ExitCode(IntEnum):
    """The documented exit codes; their meaning never changes."""

    OK = 0
    FINDINGS = 1
    USAGE = 2
    COULD_NOT_RUN = 3
    UNDELIVERED = 4
    NOTHING_SELECTED = 5


class FailOn(StrEnum):
    """From which outcome on a run exits 1."""

    WARN = "warn"
    FAIL = "fail"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class CheckReport:
    """One outcome beside what is known from before; None means not available, which is not zero."""

    outcome: Outcome
    change: int | None = None  # failing records against the last comparable run
    new: int | None = None  # failing now, not then
    fixed: int | None = None  # failing then, not now
    baseline: int | None = None  # failing records that were there on the first day
    incident_id: int | None = None


@dataclass(frozen=True, slots=True)
class OwnerSum:
    """One owner's deals of one status; ``amount`` None where no deal has one."""

    owner_key: str | None
    rows: int
    amount: Decimal | None


@dataclass(frozen=True, slots=True)
class StatusSum:
    """All deals of one status; ``owners`` add up to it exactly."""

    status: str | None
    rows: int
    amount: Decimal | None
    owners: tuple[OwnerSum, ...]


@dataclass(frozen=True, slots=True)
class EntityReport:
    """One entity's findings; ``problem`` says why there are none."""

    entity: str
    facts: EntityFacts | None
    checks: tuple[CheckReport, ...]
    seconds: float = 0.0
    scans: int = 0
    problem: str = ""
    pipeline: tuple[StatusSum, ...] = ()


@dataclass(frozen=True, slots=True)
class IncidentChange:
    """What the run did to an incident, with the named reason for telling or not telling."""

    incident_id: int | None
    check_id: str
    title: str
    change: str  # opened, worsened, resolved, ...
    reason: str
    told: bool


@dataclass(frozen=True, slots=True)
class DeliverySummary:
    """What became of the messages; anything not sent counts as undelivered."""

    sent: int = 0
    waiting: int = 0
    failed: int = 0
    unknown: int = 0
    errors: tuple[str, ...] = ()

    @property
    def undelivered(self) -> int:
        """Messages that nobody has seen yet, or of which that is not known."""
        return self.waiting + self.failed + self.unknown


@dataclass(frozen=True, slots=True)
class RunReport:
    """One run as a whole. ``run_id`` is None when nothing was stored (a dry run, or no state)."""

    project: str
    crm: str
    started_at: datetime
    zone: ZoneInfo
    directory: Directory
    entities: tuple[EntityReport, ...]
    selection: Selection = field(default_factory=Selection)
    run_id: int | None = None
    as_of: datetime | None = None
    data_as_of: datetime | None = None
    learning: bool = False
    replay: bool = False
    dry_run: bool = False
    incidents: tuple[IncidentChange, ...] = ()
    delivery: DeliverySummary | None = None
    notes: tuple[str, ...] = ()
    state_problem: str = ""
    currency: str = ""

    def checks(self) -> Iterator[CheckReport]:
        """Every check of every entity."""
        for entity in self.entities:
            yield from entity.checks

    def counts(self) -> Counter[Status]:
        """How many checks had which outcome."""
        return Counter(check.outcome.status for check in self.checks())

    @property
    def coverage(self) -> float | None:
        """The share, 0 to 1, of the checks that can be asked of this CRM: the others are skipped, as the map lacks what
        they need. None where there is no check."""
        counts = self.counts()
        number = counts.total()
        return (number - counts[Status.SKIPPED]) / number if number else None

    def exit_code(self, fail_on: FailOn = FailOn.FAIL) -> ExitCode:
        """The documented exit code; "could not run" wins over findings, findings over undelivered."""
        counts = self.counts()
        if self.state_problem or counts[Status.ERROR] or any(entity.problem for entity in self.entities):
            return ExitCode.COULD_NOT_RUN
        if not any(True for _ in self.checks()):
            return ExitCode.NOTHING_SELECTED
        bad = counts[Status.FAIL] + (counts[Status.WARN] if fail_on is FailOn.WARN else 0)
        if bad and fail_on is not FailOn.NEVER:
            return ExitCode.FINDINGS
        if self.delivery and self.delivery.undelivered:
            return ExitCode.UNDELIVERED
        return ExitCode.OK
