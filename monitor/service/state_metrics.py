"""The metrics that the state gives: of jobs, the lease, incidents, the outbox, outcomes and readings of the CRM."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import product

from prometheus_client.metrics_core import GaugeMetricFamily, Metric

from monitor.app.status import JobStatus, Status, status_of
from monitor.incidents.model import IncidentKind, IncidentState
from monitor.quality.check import Severity
from monitor.quality.outcome import Status as OutcomeStatus
from monitor.schedule.job import Job
from monitor.store.observed import Observed
from monitor.store.observed_jobs import Ending


def reading_metrics(seen: Observed | None, seconds: float) -> Iterator[Metric]:
    """Whether the state could be read at all, and how long that took."""
    yield _gauge("state_up", "Whether the state could be read just now.", float(seen is not None))
    yield _gauge("state_read_seconds", "How long that took.", seconds)


def state_metrics(seen: Observed, jobs: Iterable[Job]) -> Iterator[Metric]:
    """All of them. Jobs that came into the schedule after the state was read are left out until the next time."""
    found = status_of(seen, [job for job in jobs if job.id in seen.jobs])
    yield from _jobs(found.jobs, seen)
    yield from _lease(seen)
    yield from _incidents(seen)
    yield from _outbox(found)
    yield from _outcomes(seen)
    yield from _entities(found)


def _jobs(jobs: Sequence[JobStatus], seen: Observed) -> Iterator[Metric]:
    success = _by_job(
        "last_success_timestamp_seconds", "When a run last ended that did its work; 0: none that is kept."
    )
    end = _by_job("last_end_timestamp_seconds", "When a run last ended, or was recorded as missed.")
    duration = _by_job("last_duration_seconds", "How long the last run took that was done.")
    code = _by_job("last_exit_code", "How the last run that was done ended, as the command crm-monitor run does.")
    due = _by_job("last_due_timestamp_seconds", "When it last was due; a later success means that it was done.")
    late = _by_job("late_seconds", "Since when a run should have begun that nobody began; 0: none is late.")
    following = _by_job("next_run_timestamp_seconds", "When its next run begins.")
    recent = GaugeMetricFamily(
        "crm_monitor_job_recent_runs",
        "Runs of the last 24 hours by what became of them, whoever did them.",
        labels=("job_name", "result"),
    )
    for one in jobs:
        name, last, worked = (one.job.id,), one.seen.last, one.seen.worked
        ended = worked.finished_at if worked else None
        success.add_metric(name, ended.timestamp() if ended else 0)
        late.add_metric(name, (seen.at - one.late).total_seconds() if one.late else 0)
        for family, at in ((end, last.finished_at if last else None), (due, one.due), (following, one.next)):
            if at is not None:
                family.add_metric(name, at.timestamp())
        if (done := one.seen.done) is not None and done.seconds is not None:
            duration.add_metric(name, done.seconds)
        if done is not None and done.exit_code is not None:
            code.add_metric(name, done.exit_code)
        for became in Ending:
            recent.add_metric((one.job.id, became.value), one.seen.recent.get(became, 0))
    yield from (success, end, duration, code, due, late, following, recent)


def _by_job(name: str, text: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"crm_monitor_job_{name}", text, labels=("job_name",))


def _lease(seen: Observed) -> Iterator[Metric]:
    lease = seen.lease
    yield _gauge("lease_held", "Whether any process leads, by what the state says.", float(bool(lease and lease.held)))
    term = "Goes up by one whenever a process takes the lease that did not hold it."
    yield _gauge("lease_term", term, lease.term if lease else 0)
    left = lease.left.total_seconds() if lease else 0
    yield _gauge("lease_remaining_seconds", "How long the lease still holds unless it is renewed.", left)


def _incidents(seen: Observed) -> Iterator[Metric]:
    family = GaugeMetricFamily(
        "crm_monitor_incidents",
        "Incidents that are not mended: data is about records, system about the monitor itself.",
        labels=("kind", "severity", "state"),
    )
    for kind in IncidentKind:
        for severity in Severity:
            for state in (IncidentState.OPEN, IncidentState.ACKNOWLEDGED):
                family.add_metric(
                    (kind.value, severity.value, state.value), seen.incidents.get((kind, severity, state), 0)
                )
    yield family


def _outbox(found: Status) -> Iterator[Metric]:
    waiting = found.waiting
    family = GaugeMetricFamily(
        "crm_monitor_outbox_messages",
        "Messages that did not arrive, by state; those that are scheduled wait for a time of their own.",
        labels=("state",),
    )
    for state in ("queued", "sending", "scheduled", "failed", "unknown"):
        family.add_metric((state,), getattr(waiting, state))
    yield family
    age = (found.seen.at - waiting.since).total_seconds() if waiting.since else 0.0
    yield _gauge("outbox_oldest_age_seconds", "For how long the oldest could have arrived; 0: all did.", max(age, 0.0))


def _outcomes(seen: Observed) -> Iterator[Metric]:
    family = GaugeMetricFamily(
        "crm_monitor_outcomes",
        "The newest outcome of each check of the project, by the check's severity.",
        labels=("severity", "status"),
    )
    for each in product(Severity, OutcomeStatus):
        family.add_metric([label.value for label in each], seen.outcomes.get(each, 0))
    yield family


def _entities(found: Status) -> Iterator[Metric]:
    at = _by_entity("read_timestamp_seconds", "When the last whole run that read it began.")
    newest = _by_entity("newest_timestamp_seconds", "When its newest record was entered, as of that run.")
    rows = _by_entity("rows", "Records, as of that run.")
    scans = _by_entity("scans", "Queries that went over all of it in that run.")
    seconds = _by_entity("read_seconds", "How long that run took to read and judge it.")
    for name, entity in sorted(found.seen.entities.items()):
        at.add_metric((name,), entity.at.timestamp())
        rows.add_metric((name,), entity.rows)
        scans.add_metric((name,), entity.scans)
        seconds.add_metric((name,), entity.seconds)
        if entity.newest is not None:
            newest.add_metric((name,), entity.newest.timestamp())
    yield from (at, newest, rows, scans, seconds)
    if found.data_as_of is not None:
        text = "When the newest record of all was entered, as of the last reading of each entity."
        yield _gauge("data_timestamp_seconds", text, found.data_as_of.timestamp())


def _by_entity(name: str, text: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"crm_monitor_entity_{name}", text, labels=("entity",))


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(f"crm_monitor_{name}", text, value)
