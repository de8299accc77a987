"""Due times found the slow way: every minute of the world is held against the line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
Matches = Callable[[datetime], bool]


def due_by_the_minute(matches: Matches, zone: ZoneInfo, first: datetime, last: datetime) -> Iterator[datetime]:
    """Later than ``first`` until ``last`` (UTC): the first time that a local minute comes, and at the first minute
    after a leap what was leapt over."""
    at, newest = first, first.astimezone(zone).replace(tzinfo=None)
    while at < last:
        at += MINUTE
        local = at.astimezone(zone).replace(tzinfo=None)
        if local <= newest:
            continue  # it comes for the second time
        reached = newest + MINUTE
        hit = False
        while reached <= local:  # one minute, but where the clocks leap
            hit = hit or matches(reached)
            reached += MINUTE
        newest = local
        if hit:
            yield at
