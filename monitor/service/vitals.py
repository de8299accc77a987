"""Whether the main loop lives: it says so at every look, and silence is noticed."""

from __future__ import annotations

import time
from datetime import timedelta


class Vitals:
    """The heartbeat. ``every`` is how often it is expected."""

    def __init__(self, every: timedelta) -> None:
        self._patience = max(12 * every.total_seconds(), 60.0)
        self._started = self._last = time.monotonic()

    def beat(self) -> None:
        """The loop came round."""
        self._last = time.monotonic()

    @property
    def silence(self) -> float:
        """Seconds since the last beat."""
        return time.monotonic() - self._last

    @property
    def uptime(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._started

    @property
    def well(self) -> bool:
        """Whether the last beat is recent enough."""
        return self.silence < self._patience
