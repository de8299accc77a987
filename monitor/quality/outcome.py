"""What a run found: one outcome per check, in total and per record owner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from monitor.quality.check import Check
from monitor.quality.usual import Comparison


class Status(StrEnum):
    """The outcome of one check in one run. Not its severity."""

    PASS = "pass"
    WARN = "warn"
    FAIL = "fail"
    ERROR = "error"
    NO_DATA = "no_data"
    NO_BASELINE = "no_baseline"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class OwnerCount:
    """One owner's part. ``owner_key`` None is "nobody"; ``amount`` is the money behind the failing records."""

    owner_key: str | None
    rows: int
    unexpected: int
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class FailingRecord:
    """A record that fails a check, with what may be kept of it: never a value that the map does not disclose.

    ``key`` is the record's key, or its keyed hash where keys are personal. ``stage`` and the like come in
    ``disclosed``. ``batch`` is the creation minute (UTC) that tells an import apart. ``handed_at``: when the owner took
    it over from another one, where that was lately and the CRM's history tells it. ``older``: it is the first of some
    duplicates, so that the owners of the newer ones are to merge them; its own owner has nothing to do.
    """

    key: str
    owner_key: str | None = None
    created_at: datetime | None = None
    created_by: str | None = None
    amount: Decimal | None = None
    disclosed: Mapping[str, str] = field(default_factory=dict)
    handed_at: datetime | None = None
    older: bool = False


@dataclass(frozen=True, slots=True)
class FailingRecords:
    """The failing records of one check, in the order of their keys as text; none when there are more than the cap."""

    records: tuple[FailingRecord, ...] = ()
    complete: bool = True  # False: over the cap (or not attributable), so "new" and "fixed" are not available


@dataclass(frozen=True, slots=True)
class Outcome:
    """One check's result.

    ``rows`` are the rows the check applies to (after ``when``, ``since`` and GX's own null rule);
    ``unexpected`` those that fail it. For a check on the table as a whole (row count, freshness, a mean)
    ``unexpected`` is None and ``observed`` says in words what was seen.
    """

    check: Check
    status: Status
    rows: int | None = None
    unexpected: int | None = None
    observed: str = ""
    amount: Decimal | None = None
    owners: tuple[OwnerCount, ...] = ()
    attributed: bool = True
    failing: FailingRecords = field(default_factory=FailingRecords)
    reason: str = ""  # why error, skipped, no_data or no_baseline; no customer value in it
    accepted: int = 0  # failing records that someone accepted, not counted in ``unexpected``
    comparison: Comparison | None = None  # with the check's own history, where it asks for that

    @property
    def share(self) -> float | None:
        """Unexpected rows as a share (0 to 1) of the rows the check applies to; None without rows."""
        if not self.rows or self.unexpected is None:
            return None
        return self.unexpected / self.rows


@dataclass(frozen=True, slots=True)
class EntityFacts:
    """What every run notes of an entity, for freshness, volume, drift and "it had rows before"."""

    entity: str
    rows: int
    newest: datetime | None = None  # newest created_at, aware
    columns: Mapping[str, str] = field(default_factory=dict)  # physical "table.column" -> type
    owners: Mapping[str | None, int] = field(default_factory=dict)  # rows per owner
    owner_history: bool = False  # the CRM told which failing records had another owner lately


@dataclass(frozen=True, slots=True)
class EntityResult:
    """One entity's part of a run, committed as a whole."""

    facts: EntityFacts | None
    outcomes: Sequence[Outcome]
    seconds: float = 0.0
    scans: int = 0


@dataclass(frozen=True, slots=True)
class Selection:
    """Which part of everything a run looks at; nothing set means all of it."""

    entities: frozenset[str] = frozenset()
    checks: frozenset[str] = frozenset()
    owners: frozenset[str] = frozenset()
    teams: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()  # of the checks: each of them is looked at as a whole

    @property
    def filtered(self) -> bool:
        """Whether part of an entity is left out; such a run never changes incidents or baselines."""
        return bool(self.checks or self.owners or self.teams)
