"""What an incident is known by to routes and silences."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from monitor.incidents.model import IncidentKind
from monitor.quality.check import Check, Severity
from monitor.quality.outcome import Status


@dataclass(frozen=True, slots=True)
class Labels:
    """``check`` is the incident's subject, a check's id or what is wrong with the system.

    ``teams`` are the names of the teams that hold failing records of it, with ``""`` for records of no team.
    ``dimension`` is empty where no check is meant.
    """

    kind: IncidentKind
    check: str
    entity: str = ""
    dimension: str = ""
    severity: Severity = Severity.WARNING
    status: Status = Status.FAIL
    tags: frozenset[str] = frozenset()
    teams: frozenset[str] = frozenset()

    @classmethod
    def of(cls, check: Check, kind: IncidentKind, status: Status, teams: Iterable[str] = ()) -> Labels:
        """The labels of an incident of a check."""
        return cls(
            kind=kind,
            check=check.id,
            entity=check.entity,
            dimension=check.dimension.value,
            severity=check.severity,
            status=status,
            tags=check.tags,
            teams=frozenset(teams),
        )
