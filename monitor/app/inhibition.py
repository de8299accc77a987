"""What hides behind what: while the CRM or an entity cannot be read, or is stale, its checks are not told of."""

from __future__ import annotations

from collections.abc import Iterable

from monitor.app.views import CONNECTION, entity_of
from monitor.incidents.model import Incident, IncidentKind
from monitor.quality.check import Check
from monitor.quality.rules.freshness import Fresh


class Inhibition:
    """``checks`` are those of the project: which of them tell that an entity is stale."""

    def __init__(self, checks: Iterable[Check]) -> None:
        self._stale_by = {check.id: check.entity for check in checks if check.type == Fresh.type}
        self._reasons: dict[str, str] = {}  # by entity, and under CONNECTION for all of them

    def look(self, incidents: Iterable[Incident]) -> None:
        """Take in how things stand now."""
        self._reasons = {}
        for one in incidents:
            if not one.live:
                continue
            if one.kind is IncidentKind.SYSTEM and one.subject == CONNECTION:
                self._reasons[CONNECTION] = f"the CRM cannot be read (incident {one.id})"
            elif one.kind is IncidentKind.SYSTEM and (entity := entity_of(one.subject)):
                self._reasons[entity] = f"{entity} cannot be read (incident {one.id})"
            elif one.kind is IncidentKind.DATA and (entity := self._stale_by.get(one.subject, "")):
                self._reasons.setdefault(entity, f"{entity} is stale (incident {one.id})")

    def of(self, incident: Incident) -> str:
        """What is wrong that makes this incident's news doubtful, or nothing."""
        if incident.kind is IncidentKind.SYSTEM and incident.subject == CONNECTION:
            return ""
        if reason := self._reasons.get(CONNECTION, ""):
            return reason
        is_reason = incident.subject in self._stale_by or bool(entity_of(incident.subject))
        return "" if is_reason else self._reasons.get(incident.entity, "")
