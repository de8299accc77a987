"""Whether this machine's clock was wrong for a while, told by one that nobody sets."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from monitor.store.ledger import NEARLY


def steady() -> float:
    """Seconds that go on evenly, also while the machine sleeps, where it can tell."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


class Clocks:
    """``monotonic`` is in seconds, and goes on evenly. The clock counts as right when the process began."""

    def __init__(self, monotonic: Callable[[], float] = steady) -> None:
        self._monotonic = monotonic
        self._begun: tuple[datetime, float] | None = None
        self._ahead = self._behind = False
        self.fell_back = False
        """Whether it is behind by now, and was not when this was asked before. Either it is wrong now, or it was ahead
        when the process began: nobody can tell."""

    def put_right(self, now: datetime) -> bool:
        """Whether ``now`` is as it should be, after it was ahead when this was asked last."""
        ahead = self._ahead_by(now)
        was_ahead, self._ahead = self._ahead, ahead > NEARLY
        was_behind, self._behind = self._behind, ahead < -NEARLY
        self.fell_back = self._behind and not was_behind
        return was_ahead and abs(ahead) <= NEARLY

    def went_on(self, now: datetime) -> bool:
        """Whether the clock that shows ``now`` is not behind since this was asked first."""
        return self._ahead_by(now) >= -NEARLY

    def _ahead_by(self, now: datetime) -> timedelta:
        passed = self._monotonic()
        if self._begun is None:
            self._begun = now, passed
        begun, at = self._begun
        return now - (begun + timedelta(seconds=passed - at))
