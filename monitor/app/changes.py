"""What a run did to incidents, and whether anybody hears of it: for the report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from monitor.app.report import IncidentChange
from monitor.app.telling import Told
from monitor.app.views import CONNECTION, entity_of
from monitor.incidents.model import Reason
from monitor.store.runs import Applied


def changes(applied: Sequence[Applied], told: Sequence[Told], titles: Mapping[str, str]) -> tuple[IncidentChange, ...]:
    """One for each incident to which something happened; ``titles`` are those of checks, by their ids."""
    by_incident: dict[int, list[Told]] = {}
    for one in told:
        by_incident.setdefault(one.incident.id, []).append(one)
    return tuple(
        change
        for one in applied
        if (change := _change(one, by_incident.get(one.incident.id, []) if one.incident else [], titles))
    )


def _change(applied: Applied, told: Sequence[Told], titles: Mapping[str, str]) -> IncidentChange | None:
    decision, incident = applied.decision, applied.incident
    if decision.event is None or incident is None:
        return None
    there = titles.get(decision.subject, decision.subject)
    if entity := entity_of(decision.subject):
        there = f"{entity} cannot be read"
    title = "the connection to the CRM" if decision.subject == CONNECTION else there
    heard = any(one.notice.told for one in told)
    reason = decision.reason if heard or not decision.reason.notifies else None
    said = reason.value if reason else _why_not(incident.live, told)
    return IncidentChange(incident.id, decision.subject, title, decision.event.value, said, heard)


def _why_not(live: bool, told: Sequence[Told]) -> str:
    reasons = list(dict.fromkeys(one.notice.reason for one in told if one.notice.reason is not Reason.NEVER_TOLD))
    if reasons:
        return " and ".join(reason.value.replace("_", " ") for reason in reasons)
    return "no target is configured" if live else "nobody was told of it before"
