"""Outcome in, incident out: whether a problem opens, worsens or is mended.

Pure: the same arguments give the same answer, and the clock is one of them. Who hears of it is decided in ``notice``.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from monitor.incidents.baseline import Standing, learn, rank, ratchet, standing
from monitor.incidents.model import (
    Baseline,
    Incident,
    IncidentKind,
    IncidentState,
    Observation,
    Policy,
    Reason,
    RunContext,
)
from monitor.incidents.transitions import Case, Decision, ended, step
from monitor.quality.outcome import Status

__all__ = ["Decision", "decide", "decide_gone", "decide_system"]


def decide(
    incident: Incident | None,
    seen: Observation,
    baseline: Baseline | None,
    policy: Policy,
    run: RunContext,
    now: datetime,
) -> Decision:
    """What a check's outcome means for its data incident (the newest one, resolved or not) and its baseline."""
    case = Case(IncidentKind.DATA, seen, policy, run, now)
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
    decision = step(case, incident, where) if run.counts else case.none(incident, Reason.NOT_COUNTED)
    return replace(decision, baseline=lower if lower != baseline else None)


def _without_verdict(case: Case, incident: Incident | None) -> Decision:
    """Nothing is learned or opened. What stands ends once no row is left, or the check is skipped from now on."""
    if incident is None or incident.state is IncidentState.RESOLVED or not case.run.counts:
        return case.none(incident, Reason.NO_VERDICT)
    if case.seen.status is Status.NO_DATA:
        return step(case, incident, Standing.WITHIN_LIMITS)
    if case.seen.status is Status.SKIPPED:
        return _skipped(case, incident)
    return case.none(incident, Reason.NO_VERDICT)


def _skipped(case: Case, incident: Incident) -> Decision:
    """Nobody will see it mended: it ends as it stands, once the check was skipped as often as it would have to pass."""
    after = replace(incident, failing=0, passing=incident.passing + 1)
    if incident.live and after.passing < case.policy.passing_runs:
        return Decision(incident.subject, incident.kind, Reason.NO_VERDICT, incident, after)
    return ended(case, incident, Reason.NO_LONGER_CHECKED)


def _learn(case: Case, incident: Incident | None) -> Decision:
    """What is there becomes the baseline, and an incident that stands (the baseline was reset) is mended by it.

    The first look at an entity learns all of it; a check that is added later learns its own debt, where debt can
    be counted.
    """
    decision = case.none(incident, Reason.LEARNING)
    if incident is not None and incident.state is not IncidentState.RESOLVED and case.run.counts:
        decision = step(case, incident, Standing.WITHIN_BASELINE)
    return replace(decision, baseline=learn(case.seen, case.run.run_id, case.now))


def _no_debt(case: Case) -> Baseline | None:
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
    case = Case(incident.kind, seen, Policy(), run, now)
    if run.replay or run.filtered or not run.counts or incident.state is IncidentState.RESOLVED:
        return case.none(incident, Reason.CHECK_GONE)
    return ended(case, incident, Reason.CHECK_GONE)


def decide_system(
    incident: Incident | None, seen: Observation, policy: Policy, run: RunContext, now: datetime
) -> Decision:
    """What an outcome means for the system incident of its check.

    An error is one, and so is a check that had rows to look at and has none now; any verdict mends it. A check that is
    skipped from now on ends it, too. Learning does not matter: a check that cannot run is no debt.
    """
    case = Case(IncidentKind.SYSTEM, seen, policy, run, now)
    if run.replay or run.filtered:
        return case.none(incident, Reason.REPLAY if run.replay else Reason.FILTERED)
    if seen.status is Status.SKIPPED:
        return _without_verdict(case, incident)
    if not run.counts:
        return case.none(incident, Reason.NOT_COUNTED)
    return step(case, incident, Standing.BAD if _is_trouble(case, incident) else Standing.WITHIN_LIMITS)


def _is_trouble(case: Case, incident: Incident | None) -> bool:
    seen = case.seen
    if seen.status is not Status.NO_DATA:
        return seen.status is Status.ERROR
    stands = incident is not None and incident.state is not IncidentState.RESOLVED
    return stands or (seen.had_rows or 0) >= case.policy.no_data_least
