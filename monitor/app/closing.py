"""Closing a run: what each outcome means for its incident, and the messages that tell it. Decided once per run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.app.origin import find_origin
from monitor.app.project import OpenProject
from monitor.app.report import CheckReport, IncidentChange
from monitor.app.routes import Routes
from monitor.app.views import Told, alert_view
from monitor.incidents.baseline import ratchet
from monitor.incidents.decide import Decision, Tell, decide, decide_system
from monitor.incidents.model import EventKind, Incident, IncidentKind, Observation, RunContext
from monitor.messages.alert import AlertView
from monitor.messages.alerts import alert_message, changed_reply, resolved_reply
from monitor.messages.outgoing import Action
from monitor.messages.tree import Message
from monitor.messages.treejson import to_json
from monitor.quality.check import Severity
from monitor.quality.outcome import EntityResult, Outcome, Status
from monitor.store.failing import Compared
from monitor.store.outbox import Draft
from monitor.store.results import StoredOutcome
from monitor.store.runs import Applied
from monitor.store.state import State

if TYPE_CHECKING:
    from monitor.quality.engine import Reader

CONNECTION = "crm"
"""The subject of the system incident about the connection itself."""


class Closing:
    """Gathers a run's outcomes entity by entity, then decides and closes the run in one transaction."""

    def __init__(
        self, opened: OpenProject, state: State, reader: Reader, run_id: int, replay: bool, learning: bool, counts: bool
    ) -> None:
        self._opened, self._state, self._reader, self._run_id = opened, state, reader, run_id
        self._learning, self._replay, self._counts = learning, replay, counts
        self._outcomes: list[Outcome] = []
        self._base = state.runs.last(counted=True) if counts else None
        self._previous = self._before(state, run_id)
        self._baselines = state.baselines.all()
        self._incidents = state.incidents.current()
        self._told: dict[str, Told] = {}

    def _before(self, state: State, run_id: int) -> Mapping[str, StoredOutcome]:
        """What this run is compared with: for one that counts the last that counted, not somebody's look in between."""
        if self._base is None:
            return state.results.previous(run_id or None)
        return {outcome.check_id: outcome for outcome in state.results.of_run(self._base.id)}

    def add(self, entity: str, result: EntityResult, *, store: bool, now: datetime) -> list[CheckReport]:
        """Store one entity's outcomes (in one transaction) and say what changed. Raises StateUnavailable."""
        differences = (
            self._state.results.save_entity(self._run_id, entity, result, self._reader.directory, now) if store else {}
        )
        self._outcomes += result.outcomes
        reports = []
        for outcome in result.outcomes:
            difference = differences.get(outcome.check.id)
            reports.append(
                CheckReport(
                    outcome,
                    change=self._change(outcome),
                    new=len(difference.new) if difference else None,
                    fixed=len(difference.fixed) if difference else None,
                    baseline=self._baseline(outcome),
                    incident_id=self._incident(outcome.check.id),
                )
            )
        return reports

    def _change(self, outcome: Outcome) -> int | None:
        before = self._previous.get(outcome.check.id)
        if self._replay or before is None or before.unexpected is None or outcome.unexpected is None:
            return None
        return outcome.unexpected - before.unexpected

    def _baseline(self, outcome: Outcome) -> int | None:
        baseline = self._baselines.get(outcome.check.id)
        return ratchet(baseline, Observation.of(outcome)).unexpected if baseline else None

    def _incident(self, check_id: str) -> int | None:
        incident = self._incidents.get((IncidentKind.DATA, check_id))
        return incident.id if incident and incident.live else None

    def close(self, now: datetime) -> tuple[IncidentChange, ...]:
        """Decide, and write incidents, events and messages at once. Raises StateUnavailable."""
        run = self._state.runs.get(self._run_id)
        filtered = run.filtered if run else False
        context = RunContext(self._run_id, self._learning, self._replay, filtered, self._counts)
        decisions = [decision for outcome in self._outcomes for decision in self._decide(outcome, context, now)]
        decisions.append(self._connection_is_back(context, now))
        self._look_up([decision for decision in decisions if decision.tell is not Tell.NOTHING])
        applied = self._state.runs.close(self._run_id, decisions, now, self._compose) or ()
        titles = {outcome.check.id: outcome.check.title or outcome.check.id for outcome in self._outcomes}
        return tuple(change for one in applied if (change := _change_of(one, titles, self._opened.routes)))

    def _decide(self, outcome: Outcome, context: RunContext, now: datetime) -> Sequence[Decision]:
        seen = Observation.of(outcome)
        policy = self._opened.project.settings.alerts.policy()
        data = self._incidents.get((IncidentKind.DATA, seen.subject))
        system = self._incidents.get((IncidentKind.SYSTEM, seen.subject))
        return (
            decide(data, seen, self._baselines.get(seen.subject), policy, context, now),
            decide_system(system, seen, policy, context, now),
        )

    def _connection_is_back(self, context: RunContext, now: datetime) -> Decision:
        incident = self._incidents.get((IncidentKind.SYSTEM, CONNECTION))
        seen = Observation(CONNECTION, Status.PASS, severity=Severity.CRITICAL)
        return decide_system(incident, seen, self._opened.project.settings.alerts.policy(), context, now)

    def _look_up(self, decisions: Sequence[Decision]) -> None:
        """What messages need beyond the outcome; looked up before the transaction begins."""
        outcomes = {outcome.check.id: outcome for outcome in self._outcomes}
        for decision in decisions:
            outcome = outcomes.get(decision.subject)
            compared = self._compared(decision.subject) if outcome else None
            origin = None
            if outcome and compared and compared.new and decision.kind is IncidentKind.DATA:
                origin = find_origin(self._reader, outcome.check.entity, compared.new, self._opened.project.zone)
            self._told[decision.subject] = Told(outcome, self._previous.get(decision.subject), compared, origin)

    def _compared(self, check_id: str) -> Compared | None:
        return self._state.failing.compared(check_id, self._run_id, self._base.id if self._base else None)

    def _compose(self, incident: Incident, decision: Decision) -> Sequence[Draft]:
        target = self._opened.routes.of(incident.kind)
        if not target:
            return ()
        view = alert_view(self._opened, self._reader, incident, self._told[decision.subject], self._data_as_of())
        return drafts(target, decision, alert_message(view), _reply(decision, view))

    def _data_as_of(self) -> datetime | None:
        facts = [self._state.results.earlier_facts(entity, 1) for entity in {o.check.entity for o in self._outcomes}]
        return max((found[0].newest for found in facts if found and found[0].newest), default=None)


def _reply(decision: Decision, view: AlertView) -> Message | None:
    if decision.tell is not Tell.EDIT_AND_REPLY:
        return None
    if decision.event is EventKind.RESOLVED:
        return resolved_reply(view)
    return changed_reply(view, reopened=decision.event is EventKind.REOPENED)


def drafts(target: str, decision: Decision, root: Message, reply: Message | None) -> Sequence[Draft]:
    """The outbox rows of one decision: a new root, or an edit of it, and a reply in its thread."""
    action = Action.POST if decision.tell is Tell.POST else Action.UPDATE
    made = [Draft(target, action, to_json(root))]
    if reply is not None:
        made.append(Draft(target, Action.REPLY, to_json(reply)))
    return made


def _change_of(applied: Applied, titles: Mapping[str, str], routes: Routes) -> IncidentChange | None:
    decision, incident = applied.decision, applied.incident
    if decision.event is None or incident is None:
        return None
    title = titles.get(decision.subject, "the connection to the CRM")
    told = bool(applied.messages)
    reason = decision.reason.value if routes.of(incident.kind) else "no target is configured"
    return IncidentChange(incident.id, decision.subject, title, decision.event.value, reason, told)


def close_failed(opened: OpenProject, state: State, run_id: int, reason: str, *, counts: bool) -> None:
    """End a run that the CRM itself made impossible: one system incident, for ops."""
    now = opened.clock()
    incident = state.incidents.current().get((IncidentKind.SYSTEM, CONNECTION))
    seen = Observation(CONNECTION, Status.ERROR, severity=Severity.CRITICAL, observed=reason)
    context = RunContext(run_id, counts=counts)
    decision = decide_system(incident, seen, opened.project.settings.alerts.policy(), context, now)

    def compose(stored: Incident, made: Decision) -> Sequence[Draft]:
        target = opened.routes.of(stored.kind)
        if not target:
            return ()
        view = alert_view(opened, None, stored, Told(), None)
        return drafts(target, made, alert_message(view), _reply(made, view))

    state.runs.fail(run_id, reason, now, [decision], compose)
