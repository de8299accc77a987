"""Closing a run: what each outcome means for its incident, and the messages that tell it. Decided once per run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from monitor.app.baselines import known_baseline
from monitor.app.changes import changes
from monitor.app.describing import Describing, bare_description
from monitor.app.project import OpenProject
from monitor.app.report import CheckReport, IncidentChange
from monitor.crm.vocabulary import RECORDS
from monitor.incidents.baseline import ratchet
from monitor.incidents.decide import Decision, decide, decide_gone, decide_system
from monitor.incidents.model import IncidentKind, IncidentState, Observation, Reason, RunContext
from monitor.incidents.subjects import CONNECTION, entity_subject, job_of
from monitor.quality.check import Severity
from monitor.quality.comparing import history_alone
from monitor.quality.outcome import EntityResult, Outcome, Status
from monitor.store.faults import StateConflict
from monitor.store.results import StoredOutcome
from monitor.store.runs import Then, nothing_else
from monitor.store.state import State
from monitor.store.write_entity import VERDICTS

if TYPE_CHECKING:
    import sqlalchemy as sa

    from monitor.quality.engine import Reader

_ATTEMPTS = 4
T = TypeVar("T")


class Closing:
    """Gathers a run's outcomes entity by entity, then decides and closes the run in one transaction."""

    def __init__(self, opened: OpenProject, state: State, reader: Reader, run: RunContext, *, narrowed: bool) -> None:
        """``narrowed``: the run looks at some owners' records only. Raises StateUnavailable."""
        self._opened, self._state, self._reader, self._run = opened, state, reader, run
        self._narrowed = narrowed
        self._found: dict[str, Sequence[Outcome]] = {}
        self._problems: dict[str, str] = {}  # by entity: why it could not be read, or nothing
        self._newest: datetime | None = None
        before = run.run_id or None
        counted = state.results.previous(before, counted=True) if run.counts else {}
        # one that counts is compared with the last that counted, not with somebody's look in between
        self._previous: Mapping[str, StoredOutcome] = {**state.results.previous(before), **counted}
        self._judged, self._read = state.results.ever_judged(before), state.results.ever_read(before)
        self._describing = Describing(opened, state, reader, run)
        self.learned = 0
        """Checks whose baseline this run set, known once it is closed."""
        self.first = False
        """Whether all that the run judged is the baseline now, and there was none before; known once it is closed."""
        self.live: dict[str, int | None] = {}
        """The number of each check's open incident, known once the run is closed."""
        self._refresh()

    def _refresh(self) -> None:
        self._baselines = self._state.baselines.all()
        self._incidents = self._state.incidents.current()

    def add(
        self, entity: str, result: EntityResult, *, store: bool, now: datetime, problem: str = ""
    ) -> list[CheckReport]:
        """Store one entity's outcomes (in one transaction) and say what changed. Raises StateUnavailable.

        ``problem`` is why the entity could not be read: then it is one incident, and not one for each of its checks.
        """
        differences = (
            self._state.results.save_entity(self._run.run_id, entity, result, self._reader.directory, now)
            if store
            else {}
        )
        self._found[entity] = result.outcomes
        self._problems[entity] = problem
        if result.facts and result.facts.newest:
            self._newest = max(result.facts.newest, self._newest or result.facts.newest)
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
        if self._run.replay or self._narrowed or before is None:
            return None
        if before.unexpected is None or outcome.unexpected is None:
            return None
        return outcome.unexpected - before.unexpected

    def _baseline(self, outcome: Outcome) -> int | None:
        baseline = None if self._narrowed else self._baselines.get(outcome.check.id)
        return ratchet(baseline, Observation.of(outcome)).unexpected if baseline else None

    def _incident(self, check_id: str) -> int | None:
        incident = self._incidents.get((IncidentKind.DATA, check_id))
        return incident.id if incident and incident.live else None

    def close(self, now: datetime, also: Then = nothing_else) -> tuple[IncidentChange, ...]:
        """Decide, and write incidents, events and messages at once, and what ``also`` does.

        Where another run closed at the same moment, what it left is looked at and decided upon anew.
        Raises StateUnavailable.
        """
        for _ in range(_ATTEMPTS - 1):
            try:
                return self._close(now, also)
            except StateConflict:
                continue
        return self._close(now, also)

    def _close(self, now: datetime, also: Then) -> tuple[IncidentChange, ...]:
        self._refresh()
        decisions = [decision for outcome in self._outcomes for decision in self._decide(outcome, now)]
        decisions += [self._of_entity(entity, problem, now) for entity, problem in _in_order(self._problems)]
        decisions.append(self._connection_is_back(now))
        decisions += self._of_checks_that_are_gone(now)
        seen = self._describing.all(decisions, self._outcomes, self._previous, self._newest)
        telling = self._opened.telling(self._state, now)
        run_id = self._run.run_id

        def then(connection: sa.Connection) -> None:
            telling.tell(connection, now, run_id)
            also(connection)

        applied = self._state.runs.close(run_id, decisions, now, seen, then)
        applied = applied or ()
        self.learned = sum(one.decision.reason is Reason.LEARNING for one in applied)
        self.first = not self._baselines and 0 < self.learned == self.judged
        for one in applied:
            if one.decision.kind is IncidentKind.DATA:
                self.live[one.decision.subject] = one.incident.id if one.incident and one.incident.live else None
        titles = {outcome.check.id: outcome.check.title or outcome.check.id for outcome in self._outcomes}
        return changes(applied, telling.told, titles)

    @property
    def _outcomes(self) -> list[Outcome]:
        return [outcome for _, outcomes in _in_order(self._found) for outcome in outcomes]

    @property
    def judged(self) -> int:
        """Checks that gave a verdict, and could owe something."""
        return sum(outcome.status in VERDICTS and not history_alone(outcome.check) for outcome in self._outcomes)

    def _learns(self, outcome: Outcome) -> bool:
        """Whether what the check shows is debt: its entity was never looked at before, or its baseline was reset.

        What leaves the usual is none, whenever it does.
        """
        check = outcome.check
        if check.id in self._baselines or history_alone(check):
            return False
        # A verdict always leaves a baseline, so that one without the other was reset.
        return check.id in self._judged or check.entity not in self._read

    def _decide(self, outcome: Outcome, now: datetime) -> Sequence[Decision]:
        before = self._previous.get(outcome.check.id)
        seen = Observation.of(outcome, had_rows=before.rows if before else None)
        context = replace(self._run, learning=self._learns(outcome))
        policy = self._opened.project.settings.alerts.policy()
        data = self._incidents.get((IncidentKind.DATA, seen.subject))
        system = self._incidents.get((IncidentKind.SYSTEM, seen.subject))
        decided = decide(data, seen, known_baseline(self._baselines, outcome.check, now), policy, context, now)
        if self._problems.get(outcome.check.entity):
            return (decided,)
        return decided, decide_system(system, seen, policy, context, now)

    def _of_entity(self, entity: str, problem: str, now: datetime) -> Decision:
        subject, status = entity_subject(entity), Status.ERROR if problem else Status.PASS
        seen = Observation(subject, status, entity, Severity.CRITICAL, observed=problem)
        incident = self._incidents.get((IncidentKind.SYSTEM, subject))
        return decide_system(incident, seen, self._opened.project.settings.alerts.policy(), self._run, now)

    def _of_checks_that_are_gone(self, now: datetime) -> Sequence[Decision]:
        checks = self._opened.project.checks
        there = {CONNECTION, *(check.id for check in checks), *(entity_subject(check.entity) for check in checks)}
        return [
            decide_gone(incident, self._run, now)
            for (_, subject), incident in self._incidents.items()
            if subject not in there and not job_of(subject) and incident.state is not IncidentState.RESOLVED
        ]

    def _connection_is_back(self, now: datetime) -> Decision:
        incident = self._incidents.get((IncidentKind.SYSTEM, CONNECTION))
        seen = Observation(CONNECTION, Status.PASS, severity=Severity.CRITICAL)
        return decide_system(incident, seen, self._opened.project.settings.alerts.policy(), self._run, now)


def _in_order(by_entity: Mapping[str, T]) -> list[tuple[str, T]]:
    """By entity as they are shown, which is not always how they were read."""
    return sorted(by_entity.items(), key=lambda item: RECORDS.index(item[0]) if item[0] in RECORDS else len(RECORDS))


def close_failed(opened: OpenProject, state: State, context: RunContext, reason: str) -> None:
    """End a run that the CRM itself made impossible: one system incident, for ops."""
    now = opened.clock()
    incident = state.incidents.current().get((IncidentKind.SYSTEM, CONNECTION))
    seen = Observation(CONNECTION, Status.ERROR, severity=Severity.CRITICAL, observed=reason)
    decision = decide_system(incident, seen, opened.project.settings.alerts.policy(), context, now)
    telling, run_id = opened.telling(state, now), context.run_id
    described = {(decision.kind, decision.subject): bare_description(opened, decision)}
    state.runs.fail(
        run_id, reason, now, [decision], described, lambda connection: telling.tell(connection, now, run_id)
    )
