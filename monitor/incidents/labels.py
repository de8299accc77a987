"""What an incident is known by to routes and silences."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from monitor.incidents.model import IncidentKind
from monitor.quality.check import Check, Severity
from monitor.quality.outcome import Status


@dataclass(frozen=True, slots=True)
class Labels:
    """``check`` is the incident's subject, a check's id or what is wrong with the system.

    ``teams`` are the names of the teams that hold failing records of it, with ``""`` for records of no team.
    Of those in ``few``, which are of fewer than five people, no channel may come to know. ``dimension`` is empty where
    no check is meant.
    """

    kind: IncidentKind
    check: str
    entity: str = ""
    dimension: str = ""
    severity: Severity = Severity.WARNING
    status: Status = Status.FAIL
    tags: frozenset[str] = frozenset()
    teams: frozenset[str] = frozenset()
    few: frozenset[str] = frozenset()

    @property
    def for_channels(self) -> Labels:
        """As a route for a channel may know it: that a message comes at all would tell of a small team."""
        return replace(self, teams=self.teams - self.few) if self.few else self

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
