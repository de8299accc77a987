"""``/metrics`` in Prometheus's text format: what this process knows of itself, and what the state says.

Labels come from the schedule, the vocabulary and closed sets alone: no person, no key, no channel, no CRM value. A job
stands in the label ``job_name``, as ``job`` is Prometheus's own.
"""

from __future__ import annotations

import logging
import platform
import threading
import time
from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry, PlatformCollector, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4 as FORMAT
from prometheus_client.exposition import generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from monitor import __version__
from monitor.delivery.target import Failure
from monitor.errors import StateUnavailable
from monitor.service.leading import Leadership
from monitor.service.opening import Opening
from monitor.service.state_metrics import state_metrics
from monitor.service.steward import Steward
from monitor.service.vitals import Vitals
from monitor.store.observed import Observed
from monitor.store.observed_jobs import Ending

__all__ = ["FORMAT", "Metrics"]

log = logging.getLogger(__name__)
PATIENCE = 5.0
"""Seconds that a scrape waits for the state: Prometheus itself gives up after ten."""


class Metrics:
    """Everything there is to scrape. May be asked from several threads."""

    def __init__(self, leadership: Leadership, steward: Steward, vitals: Vitals, opening: Opening) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)
        self._registry.register(_OfProcess(leadership, steward, vitals, opening))
        self._registry.register(_OfState(opening))

    def render(self) -> bytes:
        """All of it, as it is now. What the state says is left out while it cannot be read."""
        return generate_latest(self._registry)


class _OfProcess(Collector):
    """What needs no state."""

    def __init__(self, leadership: Leadership, steward: Steward, vitals: Vitals, opening: Opening) -> None:
        self._leadership, self._steward, self._vitals, self._opening = leadership, steward, vitals, opening

    def collect(self) -> Iterator[Metric]:
        """See Collector."""
        tally = self._opening.tally
        build = GaugeMetricFamily("crm_monitor_build_info", "1: which version runs.", labels=("version", "python"))
        build.add_metric((__version__, platform.python_version()), 1)
        yield build
        silence = self._vitals.silence
        yield _gauge("heartbeat_age_seconds", "Since the main loop last came round; it does every 5 seconds.", silence)
        leads = float(self._opening.leads)
        yield _gauge("leads", "Whether this process leads; of several on one state, one does.", leads)
        losses = self._leadership.losses
        yield _counter("lease_losses", "How often this process lost the lease without giving it back.", losses)
        yield _counter("looks", "How often this process looked what is due.", tally.looks)
        yield _counter("state_errors", "How often this process could not use the state for a job.", tally.state_errors)
        yield self._running()
        yield self._runs()
        failures = CounterMetricFamily(
            "crm_monitor_delivery_failures",
            "Attempts of this process to send a message that failed; most are tried again.",
            labels=("reason",),
        )
        for reason in Failure:
            failures.add_metric((reason.value,), tally.failures.get(reason, 0))
        yield failures

    def _running(self) -> Metric:
        busy = self._steward.busy
        family = GaugeMetricFamily(
            "crm_monitor_job_running", "Whether this process does the job now.", labels=("job_name",)
        )
        for job in self._opening.schedule.jobs:
            family.add_metric((job.id,), float(job.id in busy))
        return family

    def _runs(self) -> Metric:
        runs = self._opening.tally.runs
        family = CounterMetricFamily(
            "crm_monitor_job_runs",
            "Runs that this process ended or recorded as missed, by what became of them.",
            labels=("job_name", "result"),
        )
        for job in self._opening.schedule.jobs:
            for became in Ending:
                family.add_metric((job.id, became.value), runs.get((job.id, became), 0))
        return family


class _OfState(Collector):
    """What the state says."""

    def __init__(self, opening: Opening) -> None:
        self._opening = opening
        self._reading = _Reading(opening.observed)

    def collect(self) -> Iterator[Metric]:
        """See Collector."""
        begun = time.monotonic()
        seen = self._reading.newest(PATIENCE)
        yield _gauge("state_up", "Whether the state could be read just now.", float(seen is not None))
        yield _gauge("state_read_seconds", "How long that took.", time.monotonic() - begun)
        if seen is not None:
            yield from state_metrics(seen, self._opening.schedule.jobs)


class _Reading:
    """Reads the state beside the scrape: one that is frozen, or out of reach, holds up neither it nor the end of the
    process. Scrapes that come while it is read share what is found."""

    def __init__(self, read: Callable[[], Observed]) -> None:
        self._read = read
        self._lock = threading.Lock()
        self._attempt: _Attempt | None = None
        self._problem = ""

    def newest(self, patience: float) -> Observed | None:
        """None where it cannot be read, or not in time; why, is logged once."""
        with self._lock:
            if self._attempt is None or self._attempt.over.is_set():
                self._attempt = _Attempt(self._read)
            attempt = self._attempt
        problem = attempt.problem if attempt.over.wait(patience) else f"the state gave no answer in {patience:g} s"
        with self._lock:
            said, self._problem = self._problem, problem
        if problem and problem != said:
            log.warning("no metrics of the state: %s", problem)
        return attempt.found


class _Attempt:
    def __init__(self, read: Callable[[], Observed]) -> None:
        self.over = threading.Event()
        self.found: Observed | None = None
        self.problem = ""
        threading.Thread(target=self._do, args=(read,), name="metrics", daemon=True).start()

    def _do(self, read: Callable[[], Observed]) -> None:
        try:
            self.found = read()
        except StateUnavailable as error:
            self.problem = error.message
        except Exception as error:  # noqa: BLE001 - the other metrics are given all the same
            self.problem = f"an unexpected {type(error).__name__}"
        finally:
            self.over.set()


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(f"crm_monitor_{name}", text, value)


def _counter(name: str, text: str, value: float) -> Metric:
    return CounterMetricFamily(f"crm_monitor_{name}", text, value)
