"""What an incident is: one problem, from the run that first saw it to the run that saw it mended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.quality.check import Severity
from monitor.quality.outcome import Outcome, Status


class IncidentState(StrEnum):
    """``pending`` has not failed often enough to be told of; ``acknowledged`` is silent until mended or worse."""

    PENDING = "pending"
    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"


class IncidentKind(StrEnum):
    """``data``: records break a rule, for the CRM admin. ``system``: a check cannot run, for ops."""

    DATA = "data"
    SYSTEM = "system"


class EventKind(StrEnum):
    """What happened to an incident."""

    PENDING = "pending"
    OPENED = "opened"
    WORSENED = "worsened"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"
    REOPENED = "reopened"


class Reason(StrEnum):
    """Why a message goes out, or why none does. Stored with every outcome, so that it can be explained."""

    FIRST = "first"
    WORSENED = "worsened"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    CHECK_GONE = "check_gone"  # taken out of the project: nobody will ever see it mended
    NO_LONGER_CHECKED = "no_longer_checked"  # skipped from now on, e.g. as its column is not mapped any more
    WITHIN_LIMITS = "within_limits"
    WITHIN_BASELINE = "within_baseline"
    LEARNING = "learning"
    PENDING = "pending"
    RECOVERING = "recovering"  # passes, but not yet often enough to be resolved
    UNCHANGED = "unchanged"
    ACKNOWLEDGED = "acknowledged"
    REPLAY = "replay"
    FILTERED = "filtered"
    NOT_COUNTED = "not_counted"
    ERROR_IS_SYSTEM = "error_is_system"
    NO_VERDICT = "no_verdict"  # no_baseline; no_data and skipped where there is nothing to close

    @property
    def notifies(self) -> bool:
        """Whether somebody is told."""
        return self in _TOLD


_TOLD = frozenset(
    {
        Reason.FIRST,
        Reason.WORSENED,
        Reason.RESOLVED,
        Reason.REOPENED,
        Reason.CHECK_GONE,
        Reason.NO_LONGER_CHECKED,
    }
)


@dataclass(frozen=True, slots=True)
class Policy:
    """When an incident opens, worsens and resolves.

    A change is worth telling beyond ``smallest_change_records`` and ``smallest_change_share`` of the
    baseline, whichever is more. ``worse_by`` is the growth since the last message that earns another.
    An incident that returns within ``flap_window`` is the same one again.
    """

    failing_runs: int = 1
    passing_runs: int = 1
    flap_window: timedelta = timedelta(days=3)
    smallest_change_records: int = 1
    smallest_change_share: float = 0.01
    worse_by: float = 0.25


@dataclass(frozen=True, slots=True)
class RunContext:
    """What kind of run is being decided.

    ``learning``: what the check shows now is debt that was there before. ``counts`` is False for a manual run
    that shall not count towards N and M.
    """

    run_id: int
    learning: bool = False
    replay: bool = False
    filtered: bool = False
    counts: bool = True


@dataclass(frozen=True, slots=True)
class Observation:
    """An outcome as far as an incident cares. ``subject`` is the check's id, or ``crm`` for the connection."""

    subject: str
    status: Status
    entity: str = ""
    severity: Severity = Severity.WARNING
    rows: int | None = None
    unexpected: int | None = None
    observed: str = ""  # what was seen, or why there was an error

    @classmethod
    def of(cls, outcome: Outcome) -> Observation:
        """The observation that an outcome is."""
        return cls(
            subject=outcome.check.id,
            status=outcome.status,
            entity=outcome.check.entity,
            severity=outcome.check.severity,
            rows=outcome.rows,
            unexpected=outcome.unexpected,
            observed=outcome.reason if outcome.status is Status.ERROR else outcome.observed,
        )

    @property
    def share(self) -> float | None:
        """Unexpected rows as a share (0 to 1); None without rows."""
        return None if not self.rows or self.unexpected is None else self.unexpected / self.rows


@dataclass(frozen=True, slots=True)
class Baseline:
    """The debt of one check when it was learned, since worked off: it goes down by itself, never up.

    ``unexpected`` and ``share`` are the lowest seen since; both are None for a check on a table as a whole.
    """

    check_id: str
    run_id: int | None
    set_at: datetime
    status: Status
    rows: int | None = None
    unexpected: int | None = None
    share: float | None = None


@dataclass(frozen=True, slots=True)
class Incident:
    """One problem. ``failing`` and ``passing`` count runs in a row; ``told_*`` is what the last message said.

    ``id`` 0 is an incident that is not stored yet; ``version`` tells a write that came too late.
    """

    kind: IncidentKind
    subject: str
    state: IncidentState
    created_at: datetime
    id: int = 0
    entity: str = ""
    severity: Severity = Severity.WARNING
    opened_at: datetime | None = None
    acknowledged_at: datetime | None = None
    resolved_at: datetime | None = None
    failing: int = 0
    passing: int = 0
    flapping: bool = False
    status: Status = Status.FAIL
    rows: int | None = None
    unexpected: int | None = None
    observed: str = ""
    told_status: Status | None = None
    told_unexpected: int | None = None
    told_at: datetime | None = None
    version: int = 0

    @property
    def live(self) -> bool:
        """Whether somebody has been told of it and it is not mended."""
        return self.state in (IncidentState.OPEN, IncidentState.ACKNOWLEDGED)


@dataclass(frozen=True, slots=True)
class IncidentEvent:
    """Something that happened to an incident, with the figures of that moment."""

    kind: EventKind
    at: datetime
    run_id: int | None
    reason: Reason
    status: Status
    rows: int | None = None
    unexpected: int | None = None
    note: str = ""
