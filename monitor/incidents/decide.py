"""Outcome in, incident out: whether a problem opens, worsens or is mended, and why somebody is told or not.

Pure: the same arguments give the same answer, and the clock is one of them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from monitor.incidents.baseline import Standing, learn, rank, ratchet, smallest_change, standing
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
from monitor.quality.outcome import Status


class Tell(StrEnum):
    """What becomes of the incident's message: one root, edited in place, answered in its thread."""

    NOTHING = "nothing"
    POST = "post"
    EDIT = "edit"  # silent: the figures moved
    EDIT_AND_REPLY = "edit_and_reply"


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
    tell: Tell = Tell.NOTHING
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


@dataclass(frozen=True, slots=True)
class _Case:
    kind: IncidentKind
    seen: Observation
    policy: Policy
    run: RunContext
    now: datetime

    def event(self, kind: EventKind, reason: Reason) -> IncidentEvent:
        seen = self.seen
        return IncidentEvent(kind, self.now, self.run.run_id, reason, seen.status, seen.rows, seen.unexpected)

    def none(self, incident: Incident | None, reason: Reason) -> Decision:
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

    def told(self, incident: Incident) -> Incident:
        """The incident after a message with the figures of now."""
        return replace(incident, told_status=self.seen.status, told_unexpected=self.seen.unexpected, told_at=self.now)


def decide(
    incident: Incident | None,
    seen: Observation,
    baseline: Baseline | None,
    policy: Policy,
    run: RunContext,
    now: datetime,
) -> Decision:
    """What a check's outcome means for its data incident (the newest one, resolved or not) and its baseline."""
    case = _Case(IncidentKind.DATA, seen, policy, run, now)
    if run.replay or run.filtered:
        return case.none(incident, Reason.REPLAY if run.replay else Reason.FILTERED)
    if seen.status is Status.ERROR:
        return case.none(incident, Reason.ERROR_IS_SYSTEM)
    if rank(seen.status) < 0:
        return _without_verdict(case, incident)
    if run.learning or (baseline is None and seen.unexpected is not None):
        return _learn(case, incident)
    lower = ratchet(baseline, seen) if baseline else _no_debt(case)
    where = standing(seen, baseline, policy)
    decision = _step(case, incident, where) if run.counts else case.none(incident, Reason.NOT_COUNTED)
    return replace(decision, baseline=lower if lower != baseline else None)


def _without_verdict(case: _Case, incident: Incident | None) -> Decision:
    """Nothing is learned or opened. What stands ends once no row is left, or the check is skipped from now on."""
    if incident is None or incident.state is IncidentState.RESOLVED or not case.run.counts:
        return case.none(incident, Reason.NO_VERDICT)
    if case.seen.status is Status.NO_DATA:
        return _step(case, incident, Standing.WITHIN_LIMITS)
    if case.seen.status is Status.SKIPPED:
        return _skipped(case, incident)
    return case.none(incident, Reason.NO_VERDICT)


def _skipped(case: _Case, incident: Incident) -> Decision:
    """Nobody will see it mended: it ends as it stands, once the check was skipped as often as it would have to pass."""
    after = replace(incident, failing=0, passing=incident.passing + 1)
    if incident.live and after.passing < case.policy.passing_runs:
        return Decision(incident.subject, incident.kind, Reason.NO_VERDICT, incident, after)
    return _ended(case, incident, Reason.NO_LONGER_CHECKED)


def _ended(case: _Case, incident: Incident, reason: Reason) -> Decision:
    """An incident that ends without having been mended, and whoever was told is told so."""
    if incident.state is IncidentState.PENDING:
        return Decision(incident.subject, incident.kind, reason, incident, None, drop=True)
    after = replace(incident, state=IncidentState.RESOLVED, resolved_at=case.now, failing=0, passing=0)
    events, tell = (case.event(EventKind.RESOLVED, reason),), Tell.EDIT_AND_REPLY
    return Decision(incident.subject, incident.kind, reason, incident, after, events, tell)


def _learn(case: _Case, incident: Incident | None) -> Decision:
    """What is there becomes the baseline, and an incident that stands (the baseline was reset) is mended by it.

    The first look at an entity learns all of it; a check that is added later learns its own debt, where debt can
    be counted.
    """
    decision = case.none(incident, Reason.LEARNING)
    if incident is not None and incident.state is not IncidentState.RESOLVED and case.run.counts:
        decision = _step(case, incident, Standing.WITHIN_BASELINE)
    return replace(decision, baseline=learn(case.seen, case.run.run_id, case.now))


def _no_debt(case: _Case) -> Baseline | None:
    """The baseline of a check on a table as a whole that is new in an entity known before: it owes nothing."""
    learned = learn(case.seen, case.run.run_id, case.now)
    return replace(learned, status=Status.PASS) if learned else None


def decide_gone(incident: Incident, run: RunContext, now: datetime) -> Decision:
    """What becomes of an incident whose check is no longer in the project: it ends, and whoever was told is told so."""
    seen = Observation(
        incident.subject,
        incident.status,
        incident.entity,
        incident.severity,
        incident.rows,
        incident.unexpected,
        incident.observed,
    )
    case = _Case(incident.kind, seen, Policy(), run, now)
    if run.replay or run.filtered or not run.counts or incident.state is IncidentState.RESOLVED:
        return case.none(incident, Reason.CHECK_GONE)
    return _ended(case, incident, Reason.CHECK_GONE)


def decide_system(
    incident: Incident | None, seen: Observation, policy: Policy, run: RunContext, now: datetime
) -> Decision:
    """What an outcome means for the system incident of its check: an error is one, any other verdict mends it.

    A check that is skipped from now on ends it, too. Learning does not matter: a check that cannot run is no debt.
    """
    case = _Case(IncidentKind.SYSTEM, seen, policy, run, now)
    if run.replay or run.filtered:
        return case.none(incident, Reason.REPLAY if run.replay else Reason.FILTERED)
    if seen.status is Status.SKIPPED:
        return _without_verdict(case, incident)
    if not run.counts:
        return case.none(incident, Reason.NOT_COUNTED)
    return _step(case, incident, Standing.BAD if seen.status is Status.ERROR else Standing.WITHIN_LIMITS)


def _step(case: _Case, incident: Incident | None, where: Standing) -> Decision:
    live = incident is not None and incident.live
    if where is Standing.BAD:
        return _still_bad(case, incident) if incident is not None and live else _bad(case, incident)
    if incident is not None and live:
        return _recovering(case, incident, where)
    return _quiet(case, incident, where)


def _bad(case: _Case, incident: Incident | None) -> Decision:
    """It fails, and nobody has been told: open it once it failed often enough."""
    start = incident
    if start is None or (start.state is IncidentState.RESOLVED and not _is_recent(case, start)):
        start = Incident(case.kind, case.seen.subject, IncidentState.PENDING, case.now)
    again = start.state is IncidentState.RESOLVED
    after = case.update(replace(start, failing=start.failing + 1, passing=0))
    before = incident if start is incident else None
    if after.failing < case.policy.failing_runs:
        events = (case.event(EventKind.PENDING, Reason.PENDING),) if not start.failing else ()
        return Decision(case.seen.subject, case.kind, Reason.PENDING, before, after, events)
    after = case.told(
        replace(
            after,
            state=IncidentState.OPEN,
            opened_at=after.opened_at if again else case.now,
            acknowledged_at=None,
            resolved_at=None,
            flapping=after.flapping or again,
        )
    )
    reason = Reason.REOPENED if again else Reason.FIRST
    event = case.event(EventKind.REOPENED if again else EventKind.OPENED, reason)
    tell = Tell.EDIT_AND_REPLY if again else Tell.POST
    return Decision(case.seen.subject, case.kind, reason, before, after, (event,), tell)


def _is_recent(case: _Case, incident: Incident) -> bool:
    return incident.resolved_at is not None and case.now - incident.resolved_at <= case.policy.flap_window


def _still_bad(case: _Case, incident: Incident) -> Decision:
    after = case.update(replace(incident, failing=incident.failing + 1, passing=0))
    if _is_worse(case, incident):
        after = case.told(replace(after, state=IncidentState.OPEN, acknowledged_at=None))
        event = case.event(EventKind.WORSENED, Reason.WORSENED)
        return Decision(case.seen.subject, case.kind, Reason.WORSENED, incident, after, (event,), Tell.EDIT_AND_REPLY)
    acknowledged = incident.state is IncidentState.ACKNOWLEDGED
    reason = Reason.ACKNOWLEDGED if acknowledged else Reason.UNCHANGED
    return Decision(case.seen.subject, case.kind, reason, incident, after, (), _edit(incident, after))


def _is_worse(case: _Case, incident: Incident) -> bool:
    """Against the last message: a step from warn to fail, or ``worse_by`` more records."""
    if incident.told_status is not None and rank(case.seen.status) > rank(incident.told_status):
        return True
    if case.seen.unexpected is None or incident.told_unexpected is None:
        return False
    more = case.seen.unexpected - incident.told_unexpected
    enough = smallest_change(case.policy, incident.told_unexpected)
    return more >= max(enough, case.policy.worse_by * incident.told_unexpected)


def _edit(before: Incident, after: Incident) -> Tell:
    def shown(incident: Incident) -> tuple[object, ...]:
        return incident.status, incident.rows, incident.unexpected, incident.observed

    return Tell.EDIT if shown(before) != shown(after) else Tell.NOTHING


def _recovering(case: _Case, incident: Incident, where: Standing) -> Decision:
    """Somebody was told, and it is no longer bad: resolve it once it was well often enough."""
    if where is Standing.SLIGHTLY_ABOVE:  # neither bad enough to open nor back to where it was
        after = case.update(replace(incident, failing=0, passing=0))
        return Decision(case.seen.subject, case.kind, Reason.UNCHANGED, incident, after, (), _edit(incident, after))
    after = case.update(replace(incident, failing=0, passing=incident.passing + 1))
    if after.passing < case.policy.passing_runs:
        return Decision(case.seen.subject, case.kind, Reason.RECOVERING, incident, after, (), _edit(incident, after))
    after = case.told(replace(after, state=IncidentState.RESOLVED, resolved_at=case.now))
    event = case.event(EventKind.RESOLVED, Reason.RESOLVED)
    return Decision(case.seen.subject, case.kind, Reason.RESOLVED, incident, after, (event,), Tell.EDIT_AND_REPLY)


def _quiet(case: _Case, incident: Incident | None, where: Standing) -> Decision:
    """Nothing was told and nothing is to be: a pending incident goes, a resolved one forgets its count."""
    reason = Reason.WITHIN_LIMITS if where is Standing.WITHIN_LIMITS else Reason.WITHIN_BASELINE
    if incident is not None and incident.state is IncidentState.PENDING:
        return Decision(case.seen.subject, case.kind, reason, incident, None, drop=True)
    if incident is not None and incident.failing:
        return Decision(case.seen.subject, case.kind, reason, incident, replace(incident, failing=0))
    return case.none(incident, reason)
