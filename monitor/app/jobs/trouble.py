"""A job that is not done is an incident for ops; the next time that it is done ends it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.app.describing import bare_description
from monitor.app.project import OpenProject
from monitor.incidents.decide import Decision, decide_gone, decide_system
from monitor.incidents.model import Incident, IncidentKind, IncidentState, Observation, RunContext
from monitor.incidents.subjects import job_of, job_subject
from monitor.quality.check import Severity
from monitor.quality.outcome import Status
from monitor.schedule.job import Job, Work
from monitor.store.runs import apply
from monitor.store.state import State

if TYPE_CHECKING:
    import sqlalchemy as sa

_NO_RUN = RunContext(0)


class Trouble:
    """Incidents about jobs: looked up before a transaction, written within it."""

    def __init__(self, opened: OpenProject, state: State, now: datetime) -> None:
        self._opened, self._state, self._now = opened, state, now
        self._telling = opened.telling(state, now)
        self._current = {
            subject: incident
            for (kind, subject), incident in state.incidents.current().items()
            if kind is IncidentKind.SYSTEM and job_of(subject)
        }

    def of(self, connection: sa.Connection, job: Job, problem: str) -> None:
        """What became of a run: nothing is wrong where ``problem`` is empty. No value of the CRM stands in it."""
        severity = Severity.CRITICAL if job.work is Work.CHECK else Severity.WARNING
        status = Status.ERROR if problem else Status.PASS
        seen = Observation(job_subject(job.id), status, severity=severity, observed=problem)
        incident = self._current.get(seen.subject)
        policy = self._opened.project.settings.alerts.policy()
        self._apply(connection, decide_system(incident, seen, policy, _NO_RUN, self._now))

    def forget_all_but(self, connection: sa.Connection, jobs: Collection[str]) -> None:
        """Ends the incidents of jobs that are in the schedule no more."""
        for subject, incident in self._current.items():
            if job_of(subject) not in jobs and _stands(incident):
                self._apply(connection, decide_gone(incident, _NO_RUN, self._now))

    def stands(self, jobs: Collection[str]) -> bool:
        """Whether there is an incident of a job that is in the schedule no more."""
        return any(job_of(subject) not in jobs and _stands(one) for subject, one in self._current.items())

    def _apply(self, connection: sa.Connection, decision: Decision) -> None:
        described = {(decision.kind, decision.subject): bare_description(self._opened, decision)}
        decision = replace(decision, events=tuple(replace(event, run_id=None) for event in decision.events))
        if decision.changed:
            apply(connection, None, decision, described)
            self._telling.tell(connection, self._now)


def _stands(incident: Incident) -> bool:
    return incident.state is not IncidentState.RESOLVED
