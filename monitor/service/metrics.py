"""``/metrics`` in Prometheus's text format: what this process knows of itself, and what the state says.

Labels come from the schedule, the vocabulary and closed sets alone: no person, no key, no channel, no CRM value. A job
stands in the label ``job_name``, as ``job`` is Prometheus's own.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry, PlatformCollector, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4 as FORMAT
from prometheus_client.exposition import generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from monitor.errors import StateUnavailable
from monitor.service.leading import Leadership
from monitor.service.opening import Opening
from monitor.service.process_metrics import process_metrics
from monitor.service.state_metrics import reading_metrics, state_metrics
from monitor.service.steward import Steward
from monitor.service.vitals import Vitals
from monitor.store.observed import Observed

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
        self._parts = (leadership, steward, vitals, opening)

    def collect(self) -> Iterator[Metric]:
        """See Collector."""
        return process_metrics(*self._parts)


class _OfState(Collector):
    """What the state says."""

    def __init__(self, opening: Opening) -> None:
        self._opening = opening
        self._reading = _Reading(opening.observed)

    def collect(self) -> Iterator[Metric]:
        """See Collector."""
        begun = time.monotonic()
        seen = self._reading.newest(PATIENCE)
        yield from reading_metrics(seen, time.monotonic() - begun)
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
