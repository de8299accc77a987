"""The debt that was there on the first day: learned once, worked off, never raised by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from math import ceil
from typing import TypeVar

from monitor.incidents.model import Baseline, Observation, Policy
from monitor.quality.outcome import Status

_N = TypeVar("_N", int, float)
_RANK = {Status.PASS: 0, Status.WARN: 1, Status.FAIL: 2}


def rank(status: Status | None) -> int:
    """How bad a verdict is: 0 within limits, 1 warn, 2 fail; -1 is no verdict at all."""
    return -1 if status is None else _RANK.get(status, -1)


class Standing(StrEnum):
    """How an outcome stands against its limits and its baseline."""

    WITHIN_LIMITS = "within_limits"
    WITHIN_BASELINE = "within_baseline"
    SLIGHTLY_ABOVE = "slightly_above"  # above the baseline, by less than is worth telling
    BAD = "bad"
    NO_VERDICT = "no_verdict"


def learn(seen: Observation, run_id: int, now: datetime) -> Baseline | None:
    """What is there becomes the baseline; None where the outcome is no verdict."""
    if rank(seen.status) < 0:
        return None
    return Baseline(
        check_id=seen.subject,
        run_id=run_id,
        set_at=now,
        status=seen.status,
        rows=seen.rows,
        unexpected=seen.unexpected,
        share=seen.share,
    )


def ratchet(baseline: Baseline, seen: Observation) -> Baseline:
    """The baseline after this outcome: each of its figures the lower of the two, so mended records stay mended."""
    if rank(seen.status) < 0:
        return baseline
    lower = replace(
        baseline,
        status=min(baseline.status, seen.status, key=rank),
        unexpected=_lower(baseline.unexpected, seen.unexpected),
        share=_lower(baseline.share, 0.0 if seen.rows == 0 else seen.share),
    )
    if lower.unexpected != baseline.unexpected:
        lower = replace(lower, rows=seen.rows)
    return lower


def _lower(old: _N | None, new: _N | None) -> _N | None:
    return old if old is None or new is None else min(old, new)


def smallest_change(policy: Policy, before: int) -> int:
    """How many records more than ``before`` a change must reach to be worth telling, at least 1."""
    return max(1, policy.smallest_change_records, ceil(before * policy.smallest_change_share))


def standing(seen: Observation, baseline: Baseline | None, policy: Policy) -> Standing:
    """Where an outcome stands.

    Without debt (no baseline, or one within its limits) the limits alone decide. With debt an outcome
    over its limits is bad when it crossed a limit that the debt had not crossed, or when both its count
    and its share rose above the baseline's: a growing CRM that is kept as before gains failing
    records too, and is no worse for it.
    """
    if rank(seen.status) < 0:
        return Standing.NO_VERDICT
    if seen.status is Status.PASS:
        return Standing.WITHIN_LIMITS
    if baseline is None or baseline.status is Status.PASS or rank(seen.status) > rank(baseline.status):
        return Standing.BAD
    if seen.unexpected is None or baseline.unexpected is None:
        return Standing.WITHIN_BASELINE
    more = seen.unexpected - baseline.unexpected
    if more <= 0 or not _share_rose(seen, baseline):
        return Standing.WITHIN_BASELINE
    return Standing.BAD if more >= smallest_change(policy, baseline.unexpected) else Standing.SLIGHTLY_ABOVE


def _share_rose(seen: Observation, baseline: Baseline) -> bool:
    return seen.share is None or baseline.share is None or seen.share > baseline.share
