"""What an incident is: one problem, from the run that first saw it to the run that saw it mended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from monitor.quality.check import Severity
from monitor.quality.outcome import Outcome, Status

UNTIL_MENDED = datetime(9999, 1, 1, tzinfo=UTC)
"""Until when an incident is snoozed that shall be silent for as long as it lasts."""


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
    SEVERITY_RAISED = "severity_raised"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    ACKNOWLEDGED = "acknowledged"  # this and the following by a person
    ASSIGNED = "assigned"
    SNOOZED = "snoozed"
    WOKEN = "woken"  # a snooze was taken back
    ACCEPTED = "accepted"  # records that are right as they are
    RULE_WRONG = "rule_wrong"
    RECHECK = "recheck"
    NOTE = "note"


class Reason(StrEnum):
    """Why a message goes out, or why none does.

    Stored with every outcome, and with every notice to a target, so that it can be explained.
    """

    FIRST = "first"
    WORSENED = "worsened"
    SEVERITY_RAISED = "severity_raised"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    REPEAT_DUE = "repeat_due"
    SNOOZE_EXPIRED = "snooze_expired"
    OVERDUE = "overdue"  # the day by which somebody was to have it mended is over
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
    BUDGET = "budget"  # the channel had its messages: told in the roll-up
    QUIET_HOURS = "quiet_hours"
    SNOOZED = "snoozed"
    SILENCED = "silenced"
    INHIBITED = "inhibited"  # by something larger that is wrong: the connection, the entity, its freshness
    NEVER_TOLD = "never_told"  # it ended before anybody heard of it
    BY_PERSON = "by_person"  # somebody did something with it; the event says what

    @property
    def notifies(self) -> bool:
        """Whether somebody is told."""
        return self in _TOLD


_TOLD = frozenset(
    {
        Reason.FIRST,
        Reason.WORSENED,
        Reason.SEVERITY_RAISED,
        Reason.RESOLVED,
        Reason.REOPENED,
        Reason.REPEAT_DUE,
        Reason.SNOOZE_EXPIRED,
        Reason.OVERDUE,
        Reason.CHECK_GONE,
        Reason.NO_LONGER_CHECKED,
    }
)


@dataclass(frozen=True, slots=True)
class Policy:
    """When an incident opens, worsens and resolves.

    A change is worth telling beyond ``smallest_change_records`` and ``smallest_change_share`` of the
    baseline, whichever is more. ``worse_by`` is the growth since the last message that earns another.
    An incident that returns within ``flap_window`` is the same one again. A check that had at least
    ``no_data_least`` rows to look at and now has none is a trouble of its own.
    """

    failing_runs: int = 1
    passing_runs: int = 1
    flap_window: timedelta = timedelta(days=3)
    smallest_change_records: int = 1
    smallest_change_share: float = 0.01
    worse_by: float = 0.25
    no_data_least: int = 10


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
    had_rows: int | None = None  # the rows that the check had to look at when it last gave a verdict

    @classmethod
    def of(cls, outcome: Outcome, had_rows: int | None = None) -> Observation:
        """The observation that an outcome is."""
        return cls(
            had_rows=had_rows,
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
    """One problem. ``failing`` and ``passing`` count runs in a row.

    ``news`` counts what was worth telling, ``newest`` is the last of it, and ``told_*`` are the figures it was about:
    what comes is measured by them. ``assignee``, ``acknowledged_by`` and the like are as ``Deed.by``. ``id`` 0 is an
    incident that is not stored yet; ``version`` tells a write that came too late.
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
    told_severity: Severity | None = None
    told_unexpected: int | None = None
    told_at: datetime | None = None
    news: int = 0
    newest: Reason | None = None
    acknowledged_by: str = ""
    assignee: str = ""
    due: date | None = None
    snoozed_until: datetime | None = None
    snoozed_by: str = ""
    version: int = 0

    @property
    def live(self) -> bool:
        """Whether somebody has been told of it and it is not mended."""
        return self.state in (IncidentState.OPEN, IncidentState.ACKNOWLEDGED)

    def overdue(self, today: date) -> bool:
        """Whether somebody was to have it mended by a day that is over."""
        return self.live and self.due is not None and self.due < today

    def snoozed(self, now: datetime) -> bool:
        """Whether somebody asked not to hear of it at this moment."""
        return self.snoozed_until is not None and now < self.snoozed_until


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
    by: str = ""  # who did it, where a person did
    key: str = ""  # unique to the doing: what comes twice is done once
