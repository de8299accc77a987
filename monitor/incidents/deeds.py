"""What a person does with an incident: acknowledge it, take it, snooze it, say that its rule is wrong.

Pure. Who may do what is decided elsewhere; here is what it means, and when it means nothing any more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from monitor.errors import UsageError
from monitor.incidents.model import (
    UNTIL_MENDED,
    EventKind,
    Incident,
    IncidentEvent,
    IncidentState,
    Reason,
)


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that a person does with an incident.

    ``by`` is who: ``slack:U0123ABC``, or a name on the machine where the command ran. ``key`` is unique to the doing,
    so that what arrives twice is done once; empty for what cannot. ``to`` is whom it is assigned to, empty for
    nobody. ``until`` ends a snooze. ``count`` is how many records were accepted.
    """

    kind: EventKind
    by: str
    key: str = ""
    note: str = ""
    to: str = ""
    due: date | None = None
    until: datetime | None = None
    count: int = 0


_ON_LIVE = (EventKind.ACKNOWLEDGED, EventKind.SNOOZED, EventKind.WOKEN, EventKind.ASSIGNED)


def act(incident: Incident, deed: Deed, now: datetime) -> tuple[Incident, IncidentEvent]:
    """The incident after the deed, and the event that tells of it.

    Raises UsageError, with what a person can do about it, where the incident is past the deed.
    """
    if incident.state is IncidentState.PENDING:
        raise UsageError(f"incident {incident.id} is not open yet", hint="nobody was told of it; wait for the next run")
    if deed.kind in _ON_LIVE and not incident.live:
        raise UsageError(f"incident {incident.id} is resolved already", hint="there is nothing left to do with it")
    after = _DEEDS[deed.kind](incident, deed, now) if deed.kind in _DEEDS else incident
    event = IncidentEvent(
        deed.kind,
        now,
        None,
        Reason.BY_PERSON,
        incident.status,
        incident.rows,
        incident.unexpected,
        _note(deed),
        deed.by,
        deed.key,
    )
    return after, event


def _note(deed: Deed) -> str:
    """What the event says beside its kind; no person but whom it is assigned to."""
    said = []
    if deed.kind is EventKind.ASSIGNED:
        said.append(f"to {deed.to}" if deed.to else "to nobody")
        said += [f"due {deed.due.isoformat()}"] if deed.due else []
    if deed.kind is EventKind.SNOOZED and deed.until is not None:
        said.append("until it is mended" if deed.until == UNTIL_MENDED else f"until {deed.until.isoformat()}")
    if deed.kind is EventKind.ACCEPTED:
        said.append("1 record" if deed.count == 1 else f"{deed.count} records")
    return ": ".join(filter(None, (", ".join(said), deed.note)))


def _acknowledge(incident: Incident, deed: Deed, now: datetime) -> Incident:
    """Silent until it is mended or worse than now."""
    return replace(
        incident,
        state=IncidentState.ACKNOWLEDGED,
        acknowledged_at=now,
        acknowledged_by=deed.by,
        told_status=incident.status,
        told_severity=incident.severity,
        told_unexpected=incident.unexpected,
    )


def _assign(incident: Incident, deed: Deed, _now: datetime) -> Incident:
    return replace(incident, assignee=deed.to, due=deed.due if deed.to else None)


def _snooze(incident: Incident, deed: Deed, now: datetime) -> Incident:
    if deed.until is None or deed.until <= now:
        raise UsageError(
            "a snooze needs an end that is still to come", hint="say for how long: 1d, 1w, or until mended"
        )
    return replace(incident, snoozed_until=deed.until, snoozed_by=deed.by)


def _wake(incident: Incident, _deed: Deed, now: datetime) -> Incident:
    if not incident.snoozed(now):
        raise UsageError(f"incident {incident.id} is not snoozed", hint="there is nothing to take back")
    return replace(incident, snoozed_until=None, snoozed_by="")


_DEEDS = {
    EventKind.ACKNOWLEDGED: _acknowledge,
    EventKind.ASSIGNED: _assign,
    EventKind.SNOOZED: _snooze,
    EventKind.WOKEN: _wake,
}
