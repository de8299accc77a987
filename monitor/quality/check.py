"""A check as its suite declares it: one Great Expectations expectation, plus what GX lacks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from monitor.place import Place
from monitor.quality.usual import Anomaly


class Severity(StrEnum):
    """How much a check matters (GX's own scale). Not the outcome."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"


class Dimension(StrEnum):
    COMPLETENESS = "completeness"
    VALIDITY = "validity"
    UNIQUENESS = "uniqueness"
    CONSISTENCY = "consistency"
    TIMELINESS = "timeliness"
    INTEGRITY = "integrity"


class Attribution(StrEnum):
    """Whose task it is to mend what fails."""

    REP = "rep"
    ADMIN = "admin"
    INTEGRATION = "integration"


@dataclass(frozen=True, slots=True)
class Limits:
    """Shares (0 to 1) of the rows a check applies to: above ``warn`` it warns, above ``fail`` it fails."""

    warn: float | None = None
    fail: float | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One check on one entity.

    ``when`` is a SQL condition over canonical columns, with moments such as ``{today - 14 days}``,
    ``{now - 3 working days}``; ``kwargs`` strings may hold such moments too.
    """

    id: str
    entity: str
    type: str
    kwargs: Mapping[str, Any]
    severity: Severity = Severity.WARNING
    dimension: Dimension = Dimension.VALIDITY
    title: str = ""  # "Offers without amount": what fails, in a person's words
    when: str = ""
    since: date | None = None
    limits: Limits = field(default_factory=Limits)
    anomaly: Anomaly | None = None  # compare it with its own history, too
    why: str = ""
    fix: str = ""
    mind: str = ""  # when the check is often misleading: the reason, shown beside its figures
    attribution: Attribution = Attribution.REP
    tags: frozenset[str] = frozenset()
    place: Place = field(default_factory=lambda: Place(""))
    when_place: Place | None = None


@dataclass(frozen=True, slots=True)
class Suite:
    """All checks on one entity, in the order of their files."""

    entity: str
    name: str
    checks: tuple[Check, ...]
    place: Place
