"""Import batches: many rows by one creator within minutes, where that is not how the CRM is fed every day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.incidents.factors import Guard, Usual
from monitor.quality.outcome import FailingRecord

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Burst:
    """Failing records that one creator entered without a longer pause; others may have come between them."""

    creator: str
    first: datetime
    last: datetime
    failing: int

    @property
    def length(self) -> timedelta:
        """How long it took."""
        return self.last - self.first


def bursts(records: Sequence[FailingRecord], guard: Guard) -> Iterator[Burst]:
    """Every burst of the least size or more, by the shorter pause and by the longer one."""
    by_creator: dict[str, list[tuple[datetime, FailingRecord]]] = defaultdict(list)
    for record in records:
        if record.created_at is not None:
            by_creator[record.created_by or ""].append((record.created_at, record))
    for creator, rows in by_creator.items():
        rows.sort(key=lambda row: row[0])
        yield from dict.fromkeys(burst for gap in guard.batch_gaps for burst in _bursts(creator, rows, gap, guard))


def _bursts(
    creator: str, rows: Sequence[tuple[datetime, FailingRecord]], gap: timedelta, guard: Guard
) -> Iterator[Burst]:
    start = 0
    for end in range(1, len(rows) + 1):
        if end < len(rows) and rows[end][0] - rows[end - 1][0] <= gap:
            continue
        if end - start >= guard.batch_least:
            yield Burst(creator, rows[start][0], rows[end - 1][0], end - start)
        start = end


def routine(burst: Burst, usual: Usual, zone: ZoneInfo, guard: Guard) -> bool:
    """Whether its creator enters as many every few days, so that a batch of theirs explains nothing."""
    before = burst.first - timedelta(weeks=guard.routine_weeks)
    hours = usual.hours(burst.creator, before, burst.last)
    peak = max((rows for hour, rows in hours.items() if hour + _HOUR > burst.first), default=0)
    earlier = {
        hour.astimezone(zone).date() for hour, rows in hours.items() if hour + _HOUR <= burst.first and 2 * rows >= peak
    }
    return len(earlier - {burst.first.astimezone(zone).date()}) >= guard.routine_days
