"""The steps of an incident's life: what bad, better and well mean for it, once a run's outcome was judged.

Pure: the same arguments give the same answer, and the clock is one of them. Who hears of a step is not decided here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from monitor.incidents.baseline import Standing, rank, smallest_change
from monitor.incidents.model import (
    Baseline,
    EventKind,
    Incident,
    IncidentEvent,
    IncidentKind,
    IncidentState,
    Observation,
    Policy,
    Reason,
    RunContext,
)
from monitor.quality.check import Severity

_SEVERITIES = tuple(Severity)  # info, warning, critical


@dataclass(frozen=True, slots=True)
class Decision:
    """What one outcome means for one incident.

    ``incident`` is how it stands now, None when there is none; ``before`` is what was stored. ``drop``
    says that a pending incident passed and leaves no trace. ``baseline`` is set when it changed.
    """

    subject: str
    kind: IncidentKind
    reason: Reason
    before: Incident | None = None
    incident: Incident | None = None
    events: tuple[IncidentEvent, ...] = ()
    baseline: Baseline | None = None
    drop: bool = False

    @property
    def changed(self) -> bool:
        """Whether there is anything of the incident to write."""
        return self.drop or self.incident != self.before

    @property
    def event(self) -> EventKind | None:
        """What happened, if anything did."""
        return self.events[-1].kind if self.events else None

    @property
    def shows(self) -> bool:
        """Whether a message about the incident would say something else than before."""
        before, after = self.before, self.incident
        if after is None or after.state is IncidentState.PENDING:
            return False
        return before is None or _shown(before) != _shown(after)


def _shown(incident: Incident) -> tuple[object, ...]:
    return incident.news, incident.state, incident.status, incident.rows, incident.unexpected, incident.observed


@dataclass(frozen=True, slots=True)
class Case:
    """One outcome on its way to a decision."""

    kind: IncidentKind
    seen: Observation
    policy: Policy
    run: RunContext
    now: datetime

    def event(self, kind: EventKind, reason: Reason) -> IncidentEvent:
        """Something that happens now, with the figures of now."""
        seen = self.seen
        return IncidentEvent(kind, self.now, self.run.run_id, reason, seen.status, seen.rows, seen.unexpected)

    def none(self, incident: Incident | None, reason: Reason) -> Decision:
        """Nothing changes, and why."""
        return Decision(self.seen.subject, self.kind, reason, incident, incident)

    def update(self, incident: Incident) -> Incident:
        """The incident with the figures of now."""
        seen = self.seen
        return replace(
            incident,
            entity=seen.entity,
            severity=seen.severity,
            status=seen.status,
            rows=seen.rows,
            unexpected=seen.unexpected,
            observed=seen.observed,
        )

    def news(self, incident: Incident, reason: Reason) -> Incident:
        """The incident after something worth telling, by whose figures what comes is measured."""
        seen = self.seen
        return replace(
            incident,
            news=incident.news + 1,
            newest=reason,
            told_status=seen.status,
            told_severity=seen.severity,
            told_unexpected=seen.unexpected,
            told_at=self.now,
        )


def step(case: Case, incident: Incident | None, where: Standing) -> Decision:
    """What an outcome that stands so means for its newest incident, if there is one."""
    live = incident is not None and incident.live
    if where is Standing.BAD:
        return _still_bad(case, incident) if incident is not None and live else _bad(case, incident)
    if incident is not None and live:
        return _recovering(case, incident, where)
    return _quiet(case, incident, where)


def ended(case: Case, incident: Incident, reason: Reason) -> Decision:
    """An incident that ends without having been mended."""
    if incident.state is IncidentState.PENDING:
        return Decision(incident.subject, incident.kind, reason, incident, None, drop=True)
    after = _resolved(case, replace(incident, news=incident.news + 1, newest=reason))
    return Decision(incident.subject, incident.kind, reason, incident, after, (case.event(EventKind.RESOLVED, reason),))


def _resolved(case: Case, incident: Incident) -> Incident:
    """What was agreed about a problem ends with it; who had it stays known."""
    return replace(
        incident,
        state=IncidentState.RESOLVED,
        resolved_at=case.now,
        failing=0,
        passing=0,
        acknowledged_at=None,
        acknowledged_by="",
        snoozed_until=None,
        snoozed_by="",
        due=None,
    )


def _bad(case: Case, incident: Incident | None) -> Decision:
    """It fails, and nothing is open: open it once it failed often enough."""
    start = incident
    if start is None or (start.state is IncidentState.RESOLVED and not _is_recent(case, start)):
        failing = start.failing if start else 0  # it may have begun to fail while the old one was still recent
        start = Incident(case.kind, case.seen.subject, IncidentState.PENDING, case.now, failing=failing)
    again = start.state is IncidentState.RESOLVED
    after = case.update(replace(start, failing=start.failing + 1, passing=0))
    before = incident if start is incident else None
    if after.failing < case.policy.failing_runs:
        events = (case.event(EventKind.PENDING, Reason.PENDING),) if not start.failing else ()
        return Decision(case.seen.subject, case.kind, Reason.PENDING, before, after, events)
    reason = Reason.REOPENED if again else Reason.FIRST
    opened = replace(
        after,
        state=IncidentState.OPEN,
        opened_at=after.opened_at if again else case.now,
        resolved_at=None,
        flapping=after.flapping or again,
    )
    event = case.event(EventKind.REOPENED if again else EventKind.OPENED, reason)
    return Decision(case.seen.subject, case.kind, reason, before, case.news(opened, reason), (event,))


def _is_recent(case: Case, incident: Incident) -> bool:
    return incident.resolved_at is not None and case.now - incident.resolved_at <= case.policy.flap_window


def _still_bad(case: Case, incident: Incident) -> Decision:
    after = case.update(replace(incident, failing=incident.failing + 1, passing=0))
    reason = _worse(case, incident)
    if reason is None:
        acknowledged = incident.state is IncidentState.ACKNOWLEDGED
        reason = Reason.ACKNOWLEDGED if acknowledged else Reason.UNCHANGED
        return Decision(case.seen.subject, case.kind, reason, incident, after)
    # whoever acknowledged it knew of less
    after = replace(case.news(after, reason), state=IncidentState.OPEN, acknowledged_at=None, acknowledged_by="")
    kind = EventKind.SEVERITY_RAISED if reason is Reason.SEVERITY_RAISED else EventKind.WORSENED
    return Decision(case.seen.subject, case.kind, reason, incident, after, (case.event(kind, reason),))


def _worse(case: Case, incident: Incident) -> Reason | None:
    """Against the last news: a higher severity; a step from warn to fail; or ``worse_by`` more records."""
    told, seen = incident.told_severity, case.seen
    if told is not None and _SEVERITIES.index(seen.severity) > _SEVERITIES.index(told):
        return Reason.SEVERITY_RAISED
    if incident.told_status is not None and rank(seen.status) > rank(incident.told_status):
        return Reason.WORSENED
    if seen.unexpected is None or incident.told_unexpected is None:
        return None
    more = seen.unexpected - incident.told_unexpected
    enough = smallest_change(case.policy, incident.told_unexpected)
    worse = more >= max(enough, case.policy.worse_by * incident.told_unexpected)
    return Reason.WORSENED if worse else None


def _recovering(case: Case, incident: Incident, where: Standing) -> Decision:
    """It is no longer bad: resolve it once it was well often enough."""
    if where is Standing.SLIGHTLY_ABOVE:  # neither bad enough to open nor back to where it was
        after = case.update(replace(incident, failing=0, passing=0))
        return Decision(case.seen.subject, case.kind, Reason.UNCHANGED, incident, after)
    after = case.update(replace(incident, failing=0, passing=incident.passing + 1))
    if after.passing < case.policy.passing_runs:
        return Decision(case.seen.subject, case.kind, Reason.RECOVERING, incident, after)
    after = _resolved(case, case.news(after, Reason.RESOLVED))
    event = case.event(EventKind.RESOLVED, Reason.RESOLVED)
    return Decision(case.seen.subject, case.kind, Reason.RESOLVED, incident, after, (event,))


def _quiet(case: Case, incident: Incident | None, where: Standing) -> Decision:
    """Nothing is open and nothing is to be: a pending incident goes, a resolved one forgets its count."""
    reason = Reason.WITHIN_LIMITS if where is Standing.WITHIN_LIMITS else Reason.WITHIN_BASELINE
    if incident is not None and incident.state is IncidentState.PENDING:
        return Decision(case.seen.subject, case.kind, reason, incident, None, drop=True)
    if incident is not None and incident.failing:
        return Decision(case.seen.subject, case.kind, reason, incident, replace(incident, failing=0))
    return case.none(incident, reason)
