"""When a job is due."""

from __future__ import annotations

import heapq
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice

from monitor.schedule.cron import Cron
from monitor.schedule.job import Every, Job
from monitor.schedule.localtime import ClockChange, clock_changes, instant

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FARTHER = (timedelta(hours=2), timedelta(days=2), timedelta(days=9), timedelta(days=63), timedelta(days=3700))


def due_times(job: Job, after: datetime) -> Iterator[datetime]:
    """The moments (UTC) at which the job is due, later than ``after``, in order, without end where there is none.

    Local times that the clocks leap over fall together in the first moment after the leap, which comes once.
    """
    if isinstance(job.timing, Every):
        yield from _every(job.timing, after)
    else:
        yield from _cron(job.timing, job, after)


def _every(every: Every, after: datetime) -> Iterator[datetime]:
    number = (after - EPOCH) // every.interval
    while True:
        number += 1
        yield EPOCH + number * every.interval


def _cron(cron: Cron, job: Job, after: datetime) -> Iterator[datetime]:
    local: datetime | None = after.astimezone(job.zone).replace(tzinfo=None)
    last = after
    while local is not None and (local := cron.next_local(local)) is not None:
        due = instant(local, job.zone)
        if due > last:
            yield due
            last = due


def due_between(job: Job, after: datetime, until: datetime) -> Iterator[datetime]:
    """The same, until ``until`` (included)."""
    for due in due_times(job, after):
        if due > until:
            return
        yield due


def newest_due(job: Job, after: datetime, until: datetime, *, since: datetime, before: int) -> list[datetime]:
    """The due times from ``after`` until ``until``, but of those up to ``since`` not many more than the ``before``
    newest: of a year of minutes nobody wants all, and to work them out takes a minute."""
    for back in (*_FARTHER, until - after):
        begin = max(after, min(since, until) - back)
        dues = list(due_between(job, begin, until))
        if begin == after or bisect_right(dues, since) >= before:
            break
    return dues


def last_due(job: Job, now: datetime) -> datetime | None:
    """The last time at which the job was due, ``now`` included; None where it never was."""
    for back in _FARTHER:
        if dues := list(due_between(job, now - back, now)):
            return dues[-1]
    return None


def next_fires(job: Job, now: datetime, count: int) -> list[datetime]:
    """When the next ``count`` runs begin, as nothing goes wrong; one that is put off already among them."""
    fires = (job.fires(due) for due in due_times(job, now - job.spread))
    # Runs are put off by at most ``spread``: of as many as can fall into it, any may be the first.
    found = sorted(islice((fire for fire in fires if fire > now), count + _within(job, now)))
    return found[:count]


def _within(job: Job, now: datetime) -> int:
    return sum(1 for _ in due_between(job, now, now + job.spread)) if job.spread else 0


@dataclass(frozen=True, slots=True, order=True)
class Firing:
    """One run as it is to be: ``fires`` is ``due`` and what the job is spread by."""

    fires: datetime
    due: datetime
    job_id: str


def simulate(jobs: Iterable[Job], after: datetime, until: datetime) -> Iterator[Firing]:
    """Every run between two moments, in the order in which they begin."""
    return heapq.merge(*(_firings(job, after, until) for job in jobs))


def _firings(job: Job, after: datetime, until: datetime) -> Iterator[Firing]:
    waiting: list[Firing] = []
    for due in due_between(job, after - job.spread, until):
        while waiting and waiting[0].fires <= due:
            yield heapq.heappop(waiting)
        if after < job.fires(due) <= until:
            heapq.heappush(waiting, Firing(job.fires(due), due, job.id))
    while waiting:
        yield heapq.heappop(waiting)


@dataclass(frozen=True, slots=True)
class Risk:
    """A run whose local time a change of the clocks moves or doubles."""

    local: datetime
    due: datetime
    change: ClockChange


def risks(job: Job, now: datetime, ahead: timedelta) -> list[Risk]:
    """The first local time of each coming change of the clocks that the job names; intervals name none."""
    if isinstance(job.timing, Every):
        return []
    found = []
    for change in clock_changes(job.zone, now.date(), (now + ahead).date()):
        begin = min(change.before, change.after) - timedelta(microseconds=1)
        local = job.timing.next_local(begin)
        if local is not None and change.touches(local) and change.at > now:
            found.append(Risk(local, instant(local, job.zone), change))
    return found
