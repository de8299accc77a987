"""The metrics that need no state: what this process knows of itself."""

from __future__ import annotations

import platform
from collections.abc import Iterator, Mapping

from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric

from monitor import __version__
from monitor.delivery.target import Failure
from monitor.schedule.job import Schedule
from monitor.service.leading import Leadership
from monitor.service.opening import Opening
from monitor.service.steward import Steward
from monitor.service.vitals import Vitals
from monitor.store.observed_jobs import Ending


def process_metrics(leadership: Leadership, steward: Steward, vitals: Vitals, opening: Opening) -> Iterator[Metric]:
    """All of them. Counters begin at zero for each job and each reason, so that the first one is an increase."""
    tally, schedule = opening.tally, opening.schedule
    build = GaugeMetricFamily("crm_monitor_build_info", "1: which version runs.", labels=("version", "python"))
    build.add_metric((__version__, platform.python_version()), 1)
    yield build
    text = "Since the main loop last came round; it does every 5 seconds."
    yield GaugeMetricFamily("crm_monitor_heartbeat_age_seconds", text, vitals.silence)
    text = "Whether this process leads; of several on one state, one does."
    yield GaugeMetricFamily("crm_monitor_leads", text, float(opening.leads))
    text = "How often this process lost the lease without giving it back."
    yield CounterMetricFamily("crm_monitor_lease_losses", text, leadership.losses)
    yield CounterMetricFamily("crm_monitor_looks", "How often this process looked what is due.", tally.looks)
    text = "How often this process could not use the state for a job."
    yield CounterMetricFamily("crm_monitor_state_errors", text, tally.state_errors)
    yield from _configuration(*tally.configuration)
    yield _running(schedule, steward)
    yield _runs(schedule, tally.runs)
    yield _failures(tally.failures)


def _configuration(well: bool, read_at: float) -> Iterator[Metric]:
    text = "Whether the configuration was right when it was last read; if not, the one before stays in force."
    yield GaugeMetricFamily("crm_monitor_config_last_reload_successful", text, float(well))
    text = "When the configuration that is in force was read."
    yield GaugeMetricFamily("crm_monitor_config_last_reload_success_timestamp_seconds", text, read_at)


def _running(schedule: Schedule, steward: Steward) -> Metric:
    busy = steward.busy
    text = "Whether this process does the job now."
    family = GaugeMetricFamily("crm_monitor_job_running", text, labels=("job_name",))
    for job in schedule.jobs:
        family.add_metric((job.id,), float(job.id in busy))
    return family


def _runs(schedule: Schedule, runs: Mapping[tuple[str, Ending], int]) -> Metric:
    text = "Runs that this process ended or recorded as missed, by what became of them."
    family = CounterMetricFamily("crm_monitor_job_runs", text, labels=("job_name", "result"))
    for job in schedule.jobs:
        for became in Ending:
            family.add_metric((job.id, became.value), runs.get((job.id, became), 0))
    return family


def _failures(failures: Mapping[Failure, int]) -> Metric:
    text = "Attempts of this process to send a message that failed; most are tried again."
    family = CounterMetricFamily("crm_monitor_delivery_failures", text, labels=("reason",))
    for reason in Failure:
        family.add_metric((reason.value,), failures.get(reason, 0))
    return family
