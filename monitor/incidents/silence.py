"""A silence: somebody says that nobody needs to be told of some incidents for a while, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.incidents.labels import Labels
from monitor.incidents.matching import Matcher


@dataclass(frozen=True, slots=True)
class Silence:
    """From ``starts_at`` until ``ends_at``, said by ``by``; ``id`` 0 is one that is not stored yet.

    ``ended_at`` and ``ended_by`` are set where somebody ended it before its time.
    """

    id: int
    matcher: Matcher
    starts_at: datetime
    ends_at: datetime
    by: str
    why: str
    ended_at: datetime | None = None
    ended_by: str = ""

    @property
    def over_at(self) -> datetime:
        """When it is over: as planned, or before."""
        return self.ends_at if self.ended_at is None else min(self.ended_at, self.ends_at)

    def active(self, now: datetime) -> bool:
        """Whether it holds at this moment; at its very end it does not."""
        return self.starts_at <= now < self.over_at

    def silences(self, labels: Labels, now: datetime) -> bool:
        """Whether it keeps an incident silent now: one that touches teams beyond those it names it does not."""
        return self.active(now) and self.matcher.covers(labels)
