"""What one alert says, whatever platform shows it. Holds counts, sums, names of teams; never a customer's value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum


class AlertState(StrEnum):
    OPEN = "open"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class TeamCount:
    """Failing records of one team; the name is empty for what is left over ("smaller teams")."""

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Origin:
    """Where new failures come from: ``what`` in words ("import of 20 Nov 14:02"), and how many of them.

    ``usual`` is its share (0 to 1) of all records; None is "not available".
    """

    what: str
    count: int
    of: int
    usual: float | None = None


@dataclass(frozen=True, slots=True)
class AlertView:
    """One incident, ready to be told.

    ``unexpected`` of ``rows`` fail; ``limit`` is the share (0 to 1) that was crossed, None where the check
    has none. ``observed`` says what was seen of a table as a whole, and of rows what share is usual. ``new``
    counts failing records that were not there before ``since``; None is "not available". ``amount`` is the
    money behind the failing records.
    ``audience`` of an alert in a channel is everyone in it: ``teams`` has only teams of five or more.
    """

    incident_id: int
    check_id: str
    entity: str
    title: str
    state: AlertState
    status: str  # warn, fail, error
    severity: str  # info, warning, critical
    rows: int | None = None
    unexpected: int | None = None
    limit: float | None = None
    observed: str = ""
    change: int | None = None
    new: int | None = None
    since: datetime | None = None
    origin: Origin | None = None
    teams: tuple[TeamCount, ...] = ()
    amount: Decimal | None = None
    currency: str = ""
    amount_label: str = ""  # "of open pipeline"
    why: str = ""
    fix: str = ""
    mind: str = ""
    reason: str = ""  # for an error: what went wrong
    attributed: bool = True
    data_as_of: datetime | None = None
    zone: str = "UTC"
    command: str = ""  # the CLI command for the full list
    link: str = ""  # the failing set in the CRM, where the CRM can show it
    opened_at: datetime | None = None
    resolved_at: datetime | None = None
    ended: str = ""  # how it ended, where no record was mended: "the CRM can be read again"
    trend: tuple[int, ...] = ()  # failing records of the newest runs, oldest first
    flapping: bool = False
    acknowledged_by: str = ""  # who: slack:U0123ABC, or a name on the machine where the command ran
    acknowledged_at: datetime | None = None
    assignee: str = ""
    due: date | None = None
    overdue: bool = False  # that day is over
    snoozed_until: datetime | None = None
    buttons: bool = False  # whether the reader has something to press
    mention: str = ""  # a user group or a person to call, from the configuration
