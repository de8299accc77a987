"""How a job ends before its end: it is asked at every step, and at every write."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta


class JobStoppedError(Exception):
    """The job was told to stop. ``again``: another process shall do it anew."""

    def __init__(self, why: str, *, again: bool) -> None:
        super().__init__(why)
        self.why, self.again = why, again


class Stop:
    """Tells a job whether to go on. ``event`` is the end of the process; may be asked from any thread.

    ``monotonic`` is a clock in seconds that nobody sets: neither winter time nor a correction ends a job.
    """

    def __init__(
        self, timeout: timedelta, event: threading.Event, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._monotonic, self._event, self._timeout = monotonic, event, timeout
        self._until = monotonic() + timeout.total_seconds()
        self._lost: str = ""

    def lose(self, why: str) -> None:
        """Somebody else does the job by now."""
        self._lost = why

    def check(self, *_step: object) -> None:
        """Raises JobStoppedError when the job is not to go on. Takes and ignores what a step is told."""
        if self._lost:
            raise JobStoppedError(self._lost, again=False)
        if self._event.is_set():
            raise JobStoppedError("the service was stopped", again=True)
        if self._monotonic() > self._until:
            raise JobStoppedError(f"it took longer than {self._timeout}, and was given up", again=False)

    def sleep(self, seconds: float) -> None:
        """Waits, but not past the end. Raises JobStoppedError."""
        self._event.wait(min(seconds, max(self._until - self._monotonic(), 0.0) + 0.01))
        self.check()
