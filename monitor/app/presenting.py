"""An incident as it is shown now: what the last run saw of it, and what has become of it since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from monitor.incidents.labels import Labels
from monitor.incidents.model import Incident, IncidentState, Reason
from monitor.messages.alert import AlertState, AlertView
from monitor.messages.alertjson import from_json
from monitor.messages.alerts import alert_message, changed_reply, overdue_reply, resolved_reply
from monitor.messages.tree import Message

_WORDS = {
    Reason.WORSENED: "Worse",
    Reason.SEVERITY_RAISED: "More severe",
    Reason.REOPENED: "Back again",
    Reason.REPEAT_DUE: "Still open",
    Reason.SNOOZE_EXPIRED: "Still there after its snooze",
}


def view_of(incident: Incident, stored: Mapping[str, Any] | None, now: datetime) -> AlertView:
    """The stored view with the incident's state of ``now``; a bare one where none was stored (by an older version)."""
    seen = from_json(stored) if stored else _bare(incident)
    return replace(
        seen,
        incident_id=incident.id,
        state=AlertState.RESOLVED if incident.state is IncidentState.RESOLVED else AlertState.OPEN,
        opened_at=incident.opened_at,
        resolved_at=incident.resolved_at,
        flapping=incident.flapping,
        acknowledged_by=incident.acknowledged_by if incident.state is IncidentState.ACKNOWLEDGED else "",
        acknowledged_at=incident.acknowledged_at,
        assignee=incident.assignee,
        due=incident.due,
        overdue=incident.overdue(now.astimezone(ZoneInfo(seen.zone)).date()),
        snoozed_until=incident.snoozed_until if incident.snoozed(now) else None,
    )


def _bare(incident: Incident) -> AlertView:
    return AlertView(
        incident_id=incident.id,
        check_id=incident.subject,
        entity=incident.entity or "CRM",
        title=incident.subject,
        state=AlertState.OPEN,
        status=incident.status.value,
        severity=incident.severity.value,
        rows=incident.rows,
        unexpected=incident.unexpected,
        observed=incident.observed,
        reason=incident.observed,
    )


def labels_of(incident: Incident, stored: Mapping[str, Any] | None) -> Labels:
    """What routes and silences know the incident by."""
    stored = stored or {}
    return Labels(
        kind=incident.kind,
        check=incident.subject,
        entity=incident.entity,
        dimension=stored.get("dimension", ""),
        severity=incident.severity,
        status=incident.status,
        tags=frozenset(stored.get("tags", ())),
        teams=frozenset(stored.get("teams", ())),
        few=frozenset(stored.get("few", ())),
    )


def facts_of(incident: Incident) -> dict[str, Any]:
    """How it stands, for a program: of JSON's own types, without a person and without a value of the CRM's."""
    return {
        "kind": incident.kind.value,
        "state": incident.state.value,
        "check": incident.subject,
        "entity": incident.entity,
        "severity": incident.severity.value,
        "status": incident.status.value,
        "rows": incident.rows,
        "unexpected": incident.unexpected,
        "opened_at": _utc(incident.opened_at),
        "resolved_at": _utc(incident.resolved_at),
        "snoozed_until": _utc(incident.snoozed_until),
        "due": incident.due.isoformat() if incident.due else None,
        "flapping": incident.flapping,
    }


def _utc(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat(timespec="seconds")


def message_of(view: AlertView) -> Message:
    """The incident's own message as it should read now."""
    return alert_message(view)


def reply_of(view: AlertView, reason: Reason) -> Message:
    """What is said in the message's thread."""
    if view.state is AlertState.RESOLVED:
        return resolved_reply(view)
    if reason is Reason.OVERDUE:
        return overdue_reply(view)
    return changed_reply(view, word=_WORDS.get(reason, "Worse"))
