"""Messages as the last run's findings would make them, without deciding, storing or sending anything."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache

from monitor.app.baselines import known_baseline
from monitor.app.presenting import view_of
from monitor.app.project import OpenProject
from monitor.app.selecting import one_check
from monitor.app.views import Told, alert_view, team_names
from monitor.errors import UsageError
from monitor.incidents.decide import Decision, decide, decide_system
from monitor.incidents.labels import Labels
from monitor.incidents.model import Incident, IncidentKind, IncidentState, Observation, Reason, RunContext
from monitor.incidents.notice import Memory
from monitor.incidents.story import WHY
from monitor.incidents.subjects import entity_subject
from monitor.messages.alert import AlertView
from monitor.messages.alerts import alert_message
from monitor.messages.tree import Message
from monitor.quality.check import Check, Severity
from monitor.quality.outcome import FailingRecords, Outcome, Status
from monitor.store.results import StoredOutcome
from monitor.store.state import State

_FIRST = -1


@dataclass(frozen=True, slots=True)
class Preview:
    """A message, and what is to become of it: ``told`` says that it was sent, or would be; ``fate`` says it in words.

    ``debt`` is a finding within its baseline, of which nobody is told. ``targets`` are where it goes, or would.
    """

    message: Message
    told: bool
    fate: str
    debt: bool = False
    targets: tuple[str, ...] = ()


def previews(opened: OpenProject, checks: Sequence[str] = ()) -> Sequence[Preview]:
    """One message per check that warned, failed or broke when it was last looked at as a whole, worst first.

    An entity that could not be read is one message, as it is one incident.
    Raises UsageError when there was no run yet, NothingSelected for an unknown check.
    """
    for check_id in checks:
        one_check(opened.project.checks, check_id)
    state = opened.state
    last = state.runs.last(comparable=True)
    if last is None:
        raise UsageError("there was no complete run yet", hint="crm-monitor check makes one")
    declared = {check.id: check for check in opened.project.checks if not checks or check.id in checks}
    reader = opened.reader(last.seen_until, last.as_of)
    facts = [state.results.earlier_facts(entity, 1) for entity in {check.entity for check in declared.values()}]
    newest = max((one[0].newest for one in facts if one and one[0].newest), default=None)
    fates = _Fates(opened)
    before = cache(state.results.previous)
    latest = state.results.previous().values()
    unread = _unread(state, latest)
    made: list[tuple[int, Preview]] = []
    for entity in dict.fromkeys(check.entity for check in declared.values() if check.entity in unread):
        made.append((_FIRST, _of_entity(opened, fates, entity, unread[entity], last.started_at)))
    for stored in latest:
        check = declared.get(stored.check_id)
        if check is None or check.entity in unread or stored.status not in (Status.WARN, Status.FAIL, Status.ERROR):
            continue
        outcome = _outcome(opened, check, stored)
        fate = fates.of(outcome)
        incident = fate.live or _as_if_opened(check, stored, last.started_at)
        compared = state.failing.compared(check.id, stored.run_id)
        known = Told(outcome, before(stored.run_id).get(check.id), compared)
        shown = alert_view(opened, reader, incident, known, newest)
        if fate.live is not None and (kept := state.incidents.view(fate.live.id)) is not None:
            shown = _as_told(shown, view_of(fate.live, kept, opened.clock()))
        message = alert_message(shown)
        made.append((_rank(outcome), Preview(message, fate.told, fate.said, fate.debt, fate.targets)))
    made.sort(key=lambda pair: pair[0])
    return [preview for _, preview in made]


def _as_told(shown: AlertView, told: AlertView) -> AlertView:
    """What its message says where nothing was counted since, with where the records came from and the trend; else what
    was counted, with who has it."""
    if (told.unexpected, told.status) == (shown.unexpected, shown.status):
        return told
    care = ("acknowledged_by", "acknowledged_at", "assignee", "due", "overdue", "snoozed_until", "flapping")
    return replace(shown, **{name: getattr(told, name) for name in care})


def _unread(state: State, latest: Iterable[StoredOutcome]) -> Mapping[str, str]:
    """The entities that could not be read when they were last looked at, and why."""
    newest: dict[str, int] = {}
    for stored in latest:
        newest[stored.entity] = max(stored.run_id, newest.get(stored.entity, 0))
    read = cache(state.results.entities_read)
    reasons: dict[str, set[str]] = {}
    for stored in latest:
        there = stored.run_id == newest[stored.entity] and stored.entity not in read(stored.run_id)
        if there and stored.status is Status.ERROR:
            reasons.setdefault(stored.entity, set()).add(stored.reason)
    return {entity: said.pop() for entity, said in reasons.items() if len(said) == 1}


def _of_entity(opened: OpenProject, fates: _Fates, entity: str, why: str, at: datetime) -> Preview:
    fate = fates.of_entity(entity, why)
    incident = fate.live or Incident(
        IncidentKind.SYSTEM,
        entity_subject(entity),
        IncidentState.OPEN,
        at,
        entity=entity,
        severity=Severity.CRITICAL,
        opened_at=at,
        status=Status.ERROR,
        observed=why,
    )
    message = alert_message(alert_view(opened, None, incident, Told(), None))
    return Preview(message, fate.told, fate.said, targets=fate.targets)


@dataclass(frozen=True, slots=True)
class _Fate:
    """The live incident, if there is one; the rest as in Preview."""

    live: Incident | None
    told: bool
    said: str
    targets: tuple[str, ...]
    debt: bool = False


class _Fates:
    """What the next run that counts would make of an outcome if it saw the same."""

    def __init__(self, opened: OpenProject) -> None:
        self._opened, self._now = opened, opened.clock()
        self._policy = opened.project.settings.alerts.policy()
        self._incidents = opened.state.incidents.current()
        self._baselines = opened.state.baselines.all()
        self._undelivered = {message.incident_id for message in opened.state.outbox.undelivered()}

    def of(self, outcome: Outcome) -> _Fate:
        kind = IncidentKind.SYSTEM if outcome.status is Status.ERROR else IncidentKind.DATA
        incident = self._incidents.get((kind, outcome.check.id))
        decision = self._decide(incident, outcome)
        teams = team_names(outcome, self._opened.directory)
        fate = self._fate(Labels.of(outcome.check, kind, outcome.status, teams), incident, decision)
        debt = decision.reason in (Reason.WITHIN_BASELINE, Reason.LEARNING) and fate.live is None
        return replace(fate, debt=debt)

    def of_entity(self, entity: str, why: str) -> _Fate:
        """The same of an entity that cannot be read."""
        seen = Observation(entity_subject(entity), Status.ERROR, entity, Severity.CRITICAL, observed=why)
        incident = self._incidents.get((IncidentKind.SYSTEM, seen.subject))
        decision = decide_system(incident, seen, self._policy, RunContext(0), self._now)
        labels = Labels(IncidentKind.SYSTEM, seen.subject, entity, severity=Severity.CRITICAL, status=Status.ERROR)
        return self._fate(labels, incident, decision)

    def _fate(self, labels: Labels, incident: Incident | None, decision: Decision) -> _Fate:
        live = incident if incident is not None and incident.live else None
        told = live is not None or _is_told(decision)
        targets = tuple(delivery.target for delivery in self._opened.routes.of(labels))
        if told and not targets:
            why = "no Slack is configured in config/monitor.yaml"
            if self._opened.project.routes is not None:
                why = "config/routes.yaml sends it to nobody"
            return _Fate(live, False, f"would not be sent: {why}", targets)
        if live is not None and live.id in self._undelivered:
            said = f"is told as incident {live.id}, but a message of it is undelivered: crm-monitor notify list"
            return _Fate(live, True, said, targets)
        if live is not None and not (known := self._known(live, targets)).news:
            return self._untold(live, known, targets)
        return _Fate(live, told, _said(live, decision, self._policy.failing_runs), targets)

    def _known(self, live: Incident, targets: Sequence[str]) -> Memory:
        """What is known of it at one of the targets, at one that heard of it if there is any."""
        memories = self._opened.state.notices.targets(live.id)
        return max((memories.get(target, Memory()) for target in targets), key=lambda memory: memory.news)

    def _untold(self, live: Incident, known: Memory, targets: tuple[str, ...]) -> _Fate:
        """It is an incident already, and nobody has heard of it."""
        if known.reason is None:
            said = f"is incident {live.id}, and would be sent by the next run that counts: nobody was told yet"
            return _Fate(live, True, said, targets)
        last = next(one for one in reversed(self._opened.state.notices.of(live.id)) if one.target in targets)
        why = ", ".join(part for part in (WHY.get(last.reason, ""), last.note) if part)
        return _Fate(live, False, f"is incident {live.id}, and nobody was told yet: {why}", targets)

    def _decide(self, incident: Incident | None, outcome: Outcome) -> Decision:
        seen = Observation.of(outcome)
        baseline = known_baseline(self._baselines, outcome.check, self._now)
        if outcome.status is Status.ERROR:
            return decide_system(incident, seen, self._policy, RunContext(0), self._now)
        context = RunContext(0, learning=baseline is None)
        return decide(incident, seen, baseline, self._policy, context, self._now)


def _is_told(decision: Decision) -> bool:
    return decision.reason.notifies or decision.shows


def _said(live: Incident | None, decision: Decision, failing_runs: int) -> str:
    if live is not None:
        said = f"is told already as incident {live.id}"
        return f"{said}, and would be updated by the next run that counts" if _is_told(decision) else said
    if _is_told(decision):
        return "would be sent by the next run that counts"
    if decision.reason is Reason.PENDING and decision.incident is not None:
        return f"would not be sent yet: by then it failed in {decision.incident.failing} of {failing_runs} runs"
    if decision.reason is Reason.LEARNING:
        return "would not be sent: the next run learns it as the baseline"
    return "would not be sent: within the baseline"


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
        IncidentKind.SYSTEM if stored.status is Status.ERROR else IncidentKind.DATA,
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
