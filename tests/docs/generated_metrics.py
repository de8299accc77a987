"""The metrics that a service gives, as the documentation lists them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from prometheus_client.metrics_core import Metric

from monitor.app.scheduled import load_scheduled
from monitor.schedule.job import Every, Job, Work
from monitor.service.leading import Leadership
from monitor.service.opening import Opening
from monitor.service.process_metrics import process_metrics
from monitor.service.state_metrics import reading_metrics, state_metrics
from monitor.service.steward import Steward
from monitor.service.vitals import Vitals
from monitor.store.ledger import How, JobRun, RunState
from monitor.store.observed import EntitySeen, Observed
from monitor.store.observed_jobs import JobSeen
from tests.docs.pages import REPOSITORY

_AT = datetime(2026, 11, 21, 5, 10, tzinfo=UTC)
_RUN = JobRun(1, "beat", _AT, RunState.DONE, How.SCHEDULE, started_at=_AT, finished_at=_AT, exit_code=0)


def metrics() -> str:
    """A table of each metric with its labels and what it says."""
    rows = [f"| `{_name(one)}` | {_labels(one)} | {one.documentation} |" for one in (*_of_process(), *_of_state())]
    return "\n".join(["| metric | labels | what it says |", "| --- | --- | --- |", *rows, ""])


def _name(metric: Metric) -> str:
    return f"{metric.name}_total" if metric.type == "counter" else metric.name


def _labels(metric: Metric) -> str:
    return ", ".join(f"`{name}`" for name in metric.samples[0].labels)


def _of_state() -> Iterator[Metric]:
    job = Job("beat", Work.HEARTBEAT, Every(timedelta(hours=1), "every 1h"), ZoneInfo("UTC"))
    seen = JobSeen(_RUN, _RUN, floor=_AT - timedelta(hours=2))
    entities = {"accounts": EntitySeen(_AT, 1, _AT, 1.0, 1)}
    found = Observed(_AT, {job.id: seen}, entities=entities)
    yield from (*reading_metrics(found, 0.0), *state_metrics(found, [job]))


def _of_process() -> Iterator[Metric]:
    """Of a service of this repository's own project, which is not started."""
    scheduled = load_scheduled(REPOSITORY, {"CRM_URL": "sqlite:///crm.db"})
    vitals = Vitals(timedelta(seconds=5))
    opening = Opening(lambda: scheduled, lambda: None, lambda: _AT, {})
    leadership = Leadership(opening.state, timedelta(seconds=30), lambda: True, lambda: None)
    steward = Steward(lambda: scheduled, opening, lambda *_: None, threading.Event(), 1)
    yield from process_metrics(leadership, steward, vitals, opening)
