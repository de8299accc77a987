"""From counts to an outcome: limits decide, else Great Expectations' own verdict, else any failing row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from monitor.quality.adapter import Counts, Expectation, PlainResult
from monitor.quality.check import Check, Limits
from monitor.quality.outcome import Outcome, OwnerCount, Status


@dataclass(frozen=True, slots=True)
class Tally:
    """One owner's counts: rows of the domain, those with a value to judge, failing ones, accepted ones among them."""

    owner_key: str | None
    rows: int
    valued: int
    unexpected: int
    accepted: int = 0
    amount: Decimal | None = None


def by_limits(limits: Limits, share: float) -> Status | None:
    """The status that the limits give a share (0 to 1) of failing rows; None where no limit is set."""
    if limits.warn is None and limits.fail is None:
        return None
    if limits.fail is not None and share > limits.fail:
        return Status.FAIL
    if limits.warn is not None and share > limits.warn:
        return Status.WARN
    return Status.PASS


def judge(check: Check, tallies: Sequence[Tally], expectation: Expectation | None, *, attributed: bool) -> Outcome:
    """The outcome of a check on rows, in total (the sum over owners) and per owner."""
    rows = sum(each.valued for each in tallies)
    unexpected = sum(each.unexpected for each in tallies)
    amounts = [each.amount for each in tallies if each.amount is not None]
    summed = amounts and len(amounts) == len(tallies)  # a sum that leaves some owners out is no sum
    status = Status.NO_DATA if not rows else _status(check, tallies, rows, unexpected, expectation)
    return Outcome(
        check=check,
        status=status,
        rows=rows,
        unexpected=unexpected,
        amount=sum(amounts, Decimal(0)) if summed else None,
        owners=tuple(_owner(each) for each in tallies if each.valued) if attributed else (),
        attributed=attributed,
        reason="" if rows else _why_none(check, tallies),
        accepted=sum(each.accepted for each in tallies),
    )


def _status(
    check: Check, tallies: Sequence[Tally], rows: int, unexpected: int, expectation: Expectation | None
) -> Status:
    if (status := by_limits(check.limits, unexpected / rows)) is not None:
        return status
    if expectation is None:
        mostly = float(check.kwargs.get("mostly", 1))
        return Status.PASS if (rows - unexpected) / rows >= mostly else Status.FAIL
    total = sum(each.rows for each in tallies)
    counts = Counts(rows=total, missing=total - rows, unexpected=unexpected)
    return Status.PASS if expectation.succeeds(counts) else Status.FAIL


def by_plain(check: Check, result: PlainResult) -> Outcome:
    """The outcome of a check that Great Expectations ran itself: nobody knows whose records fail."""
    status = Status.PASS if result.success else Status.FAIL
    reason = ""
    if result.rows is not None and result.unexpected is not None:
        if not result.rows:
            status, reason = Status.NO_DATA, "no row has a value to check"
        else:
            status = by_limits(check.limits, result.unexpected / result.rows) or status
    return Outcome(
        check=check,
        status=status,
        rows=result.rows,
        unexpected=result.unexpected,
        observed=result.observed,
        attributed=False,
        reason=reason,
    )


def _why_none(check: Check, tallies: Sequence[Tally]) -> str:
    if any(each.rows for each in tallies):
        return "no row has a value to check"
    return "no row meets the condition" if check.when or check.since else "no row to check"


def _owner(tally: Tally) -> OwnerCount:
    return OwnerCount(tally.owner_key, tally.valued, tally.unexpected, tally.amount)
