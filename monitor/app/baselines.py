"""What a check owed when it was learned, as decisions need it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from monitor.incidents.model import Baseline
from monitor.quality.check import Check
from monitor.quality.comparing import history_alone
from monitor.quality.outcome import Status


def known_baseline(baselines: Mapping[str, Baseline], check: Check, now: datetime) -> Baseline | None:
    """The baseline of a check. One that its history alone decides owes nothing: what is usual is its baseline."""
    found = baselines.get(check.id)
    if found is None and history_alone(check):
        return Baseline(check.id, None, now, Status.PASS)
    return found
