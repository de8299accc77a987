"""Messages as the last run's findings would make them, without deciding, storing or sending anything."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache

from monitor.app.project import OpenProject
from monitor.app.views import Told, alert_view
from monitor.errors import UsageError
from monitor.incidents.model import Incident, IncidentKind, IncidentState
from monitor.messages.alerts import alert_message
from monitor.messages.tree import Message
from monitor.quality.check import Check
from monitor.quality.outcome import FailingRecords, Outcome, Status
from monitor.store.results import StoredOutcome


def previews(opened: OpenProject, checks: Sequence[str] = ()) -> Sequence[Message]:
    """One message per check that warned, failed or broke when it was last looked at as a whole, worst first.

    Raises UsageError when there was no run yet.
    """
    state = opened.state
    last = state.runs.last(comparable=True)
    if last is None:
        raise UsageError("there was no complete run yet", hint="crm-monitor check makes one")
    declared = {check.id: check for check in opened.project.checks if not checks or check.id in checks}
    reader = opened.reader(last.seen_until, last.as_of)
    facts = [state.results.earlier_facts(entity, 1) for entity in {check.entity for check in declared.values()}]
    newest = max((one[0].newest for one in facts if one and one[0].newest), default=None)
    incidents = state.incidents.current()
    made: list[tuple[int, Message]] = []
    before = cache(state.results.previous)
    for stored in state.results.previous().values():
        check = declared.get(stored.check_id)
        if check is None or stored.status not in (Status.WARN, Status.FAIL, Status.ERROR):
            continue
        outcome = _outcome(opened, check, stored)
        incident = incidents.get((IncidentKind.DATA, check.id))
        if incident is None or not incident.live:
            incident = _as_if_opened(check, stored, last.started_at)
        compared = state.failing.compared(check.id, stored.run_id)
        told = Told(outcome, before(stored.run_id).get(check.id), compared)
        made.append((_rank(outcome), alert_message(alert_view(opened, reader, incident, told, newest))))
    made.sort(key=lambda pair: pair[0])
    return [message for _, message in made]


def _rank(outcome: Outcome) -> int:
    severity = ("critical", "warning", "info").index(outcome.check.severity.value)
    return severity + (0 if outcome.status is Status.FAIL else 3)


def _outcome(opened: OpenProject, check: Check, stored: StoredOutcome) -> Outcome:
    return Outcome(
        check,
        stored.status,
        stored.rows,
        stored.unexpected,
        stored.observed,
        stored.amount,
        tuple(opened.state.results.owner_parts(stored.run_id, check.id)),
        stored.attributed,
        FailingRecords(),
        stored.reason,
        stored.accepted,
    )


def _as_if_opened(check: Check, stored: StoredOutcome, at: datetime) -> Incident:
    return Incident(
        IncidentKind.DATA,
        check.id,
        IncidentState.OPEN,
        at,
        entity=check.entity,
        severity=check.severity,
        opened_at=at,
        status=stored.status,
        rows=stored.rows,
        unexpected=stored.unexpected,
        observed=stored.reason,
    )
