"""What is not done: recorded as missed or given up, and told to ops, in one transaction."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.app.jobs.due_now import Due
from monitor.app.jobs.trouble import Trouble
from monitor.app.project import OpenProject
from monitor.schedule.job import CatchUp, Job
from monitor.schedule.missed import STOOD_FOR
from monitor.service.tally import Tally
from monitor.store.faults import StateConflict
from monitor.store.ledger import JobRun
from monitor.store.observed_jobs import Ending

if TYPE_CHECKING:
    import sqlalchemy as sa

log = logging.getLogger(__name__)


class NotDone:
    """Writes of one look. Every call raises StateUnavailable."""

    def __init__(self, opened: OpenProject, tally: Tally) -> None:
        self._opened, self._state, self._tally = opened, opened.state, tally

    def missed(self, job: Job, whys: Mapping[datetime, str]) -> None:
        """The runs of a job due then are not done, each with why."""
        trouble = Trouble(self._opened, self._state, self._opened.clock())

        def tell(connection: sa.Connection, missed: Sequence[datetime]) -> None:
            if told := [due for due in missed if _is_told(job, whys[due])]:
                trouble.of(connection, job, _said(job, told, whys[told[-1]]))

        try:
            missed = self._state.ledger.miss(job.id, whys, tell)
        except StateConflict:  # somebody acted on the incident: the next look sees to it
            return
        for due in missed:
            self._tally.ran(job.id, Ending.MISSED)
            log.warning("missed: %s", whys[due], extra={"job": job.id, "due": due.isoformat()})

    def given_up(self, due: Due, left: JobRun) -> None:
        """A run that a dead process had begun is not done any more."""
        job, why = due.job, due.failed or due.missed
        trouble = Trouble(self._opened, self._state, self._opened.clock())

        def tell(connection: sa.Connection) -> None:
            if due.failed or _is_told(job, why):
                trouble.of(connection, job, due.failed or _said(job, [due.due], why))

        try:
            done = self._state.ledger.give_up(left, why, tell, failed=bool(due.failed))
        except StateConflict:
            return
        if done:
            self._tally.ran(job.id, Ending.FAILED if due.failed else Ending.MISSED)
            log.error("given up: %s", why, extra={"job": job.id, "due": due.due.isoformat(), "job_run": left.id})

    def forgotten(self, left: JobRun) -> None:
        """A dead process had begun a run of a job that is in the schedule no more."""
        why = "it was begun and not ended, and the job is in the schedule no more"
        if self._state.ledger.give_up(left, why):
            log.warning("missed: %s", why, extra={"job": left.job, "due": left.due_at.isoformat()})


def _is_told(job: Job, why: str) -> bool:
    return why != STOOD_FOR and job.catch_up is not CatchUp.NONE


def _said(job: Job, missed: Sequence[datetime], why: str) -> str:
    local = missed[-1].astimezone(job.zone).strftime("%Y-%m-%d %H:%M")
    if len(missed) == 1:
        return f"the run due on {local} was missed: {why}"
    return f"{len(missed)} runs were missed, the last one due on {local}: {why}"
