"""Whether this machine's clock was wrong for a while, told by one that nobody sets."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from monitor.store.ledger import NEARLY


class Clocks:
    """``monotonic`` is in seconds, and goes on evenly. The clock counts as right when the process began."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._begun: tuple[datetime, float] | None = None
        self._ahead = False

    def put_right(self, now: datetime) -> bool:
        """Whether ``now`` is as it should be, after it was ahead when this was asked last."""
        passed = self._monotonic()
        if self._begun is None:
            self._begun = now, passed
        begun, at = self._begun
        ahead = now - (begun + timedelta(seconds=passed - at))
        was_ahead, self._ahead = self._ahead, ahead > NEARLY
        return was_ahead and abs(ahead) <= NEARLY
