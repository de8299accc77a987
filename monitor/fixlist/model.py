"""What a fix list is made of: records that failed checks, one line each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from monitor.quality.check import Severity

RecordId = tuple[str, str]
"""An entity, and a record's key as it is stored: where keys are personal, its keyed hash."""


@dataclass(frozen=True, slots=True)
class Named:
    """A record as the CRM shows it now: its own name (never stored) and its page; each may be empty."""

    name: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """That one record fails one check ``now``, or failed it ``then``, about a week before; or both.

    ``owner`` is a user's key, as of now. ``then`` says nothing where there is no complete list of that time.
    """

    check: str
    key: str
    owner: str
    now: bool = True
    then: bool = False
    amount: Decimal | None = None
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One record to mend, and all the checks that it fails, the gravest first.

    ``new``: it fails one that it did not fail a week before; None where nobody can tell.
    """

    entity: str
    key: str
    checks: tuple[str, ...]
    severity: Severity
    owner: str = ""
    amount: Decimal | None = None
    created_at: datetime | None = None
    new: bool | None = None

    @property
    def id(self) -> RecordId:
        return self.entity, self.key


@dataclass(frozen=True, slots=True)
class FixList:
    """The records that somebody is to mend, worst first, and those that were mended since about a week before.

    ``since`` is the oldest moment that the comparison goes back to; None: there is nothing to compare with, so neither
    "new" nor "mended" is available. ``unknown`` are checks that fail, or failed, and cannot be compared. ``beyond``
    says how many records more fail a check than can be listed.
    """

    lines: tuple[Line, ...] = ()
    mended: tuple[RecordId, ...] = ()
    since: datetime | None = None
    unknown: tuple[str, ...] = ()
    beyond: Mapping[str, int] = field(default_factory=dict)

    @property
    def new_count(self) -> int | None:
        """How many lines are new; None: not available."""
        return None if self.since is None else sum(line.new is True for line in self.lines)

    @property
    def mended_count(self) -> int | None:
        """How many records were mended; None: not available."""
        return None if self.since is None else len(self.mended)

    @property
    def is_empty(self) -> bool:
        """Whether there is surely nothing to mend."""
        return not self.lines and not self.beyond
