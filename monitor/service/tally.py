"""What happened in this process since it began, counted for the metrics."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Mapping

from monitor.delivery.target import Failure
from monitor.store.observed_jobs import Ending


class Tally:
    """Counts from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._runs: Counter[tuple[str, Ending]] = Counter()
        self._failures: Counter[Failure] = Counter()
        self._looks = self._state_errors = 0
        self._configuration_well, self._configuration_at = True, time.time()

    def read_again(self, well: bool) -> None:
        """The configuration was read again, or was wrong, so that the one before stays in force."""
        with self._lock:
            self._configuration_well = well
            if well:
                self._configuration_at = time.time()

    def looked(self) -> None:
        """Somebody looked what is due."""
        with self._lock:
            self._looks += 1

    def ran(self, job: str, became: Ending) -> None:
        """A run is over, or was recorded as missed."""
        with self._lock:
            self._runs[job, became] += 1

    def state_failed(self) -> None:
        """The state could not be used."""
        with self._lock:
            self._state_errors += 1

    def delivery_failed(self, failure: Failure) -> None:
        """A message was not taken."""
        with self._lock:
            self._failures[failure] += 1

    @property
    def configuration(self) -> tuple[bool, float]:
        """Whether it was right when it was last read, and when the one in force was: seconds since 1970."""
        with self._lock:
            return self._configuration_well, self._configuration_at

    @property
    def looks(self) -> int:
        """How often somebody looked what is due."""
        return self._looks

    @property
    def state_errors(self) -> int:
        """How often the state could not be used."""
        return self._state_errors

    @property
    def runs(self) -> Mapping[tuple[str, Ending], int]:
        """By job and what became of them."""
        with self._lock:
            return dict(self._runs)

    @property
    def failures(self) -> Mapping[Failure, int]:
        """By reason."""
        with self._lock:
            return dict(self._failures)
