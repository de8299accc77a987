"""What new failing records may have in common, and what of all records they are compared with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol


class Factor(StrEnum):
    """In the order of how much they tell a person."""

    BATCH = "batch"
    SOURCE = "source"
    CREATOR = "creator"
    TEAM = "team"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Guard:
    """When a factor stands out.

    It holds at least ``least`` records and ``most_of`` of the new ones, that is ``lift`` times its usual share, and
    chance would do so less often than ``chance`` (a binomial tail, times the values that could have stood out).

    A batch is at least ``batch_least`` rows of one creator without a pause above one of the ``batch_gaps``, entered
    faster than a hand can: one in ``batch_pace`` on average, those that do not fail included. It is nothing unusual
    where the creator enters half as many rows within an hour on ``routine_days`` of the ``routine_weeks`` before: that
    is how a program feeds a CRM.
    """

    least: int = 3
    most_of: float = 0.5
    lift: float = 2.0
    chance: float = 0.002
    batch_least: int = 5
    batch_gaps: tuple[timedelta, ...] = (timedelta(minutes=1), timedelta(minutes=5))
    batch_pace: timedelta = timedelta(seconds=20)
    routine_days: int = 8
    routine_weeks: int = 4


@dataclass(frozen=True, slots=True)
class Finding:
    """A factor and how much it is over-represented: ``count`` of the ``of`` new, against the share ``usual`` of all.

    ``value`` is a key (creator, team), a disclosed value (source), or a moment in ISO form (day, batch). ``log_chance``
    is the logarithm of the chance of that, ``lift`` the ratio of the two shares; ``tried`` as many values could have
    stood out. ``at`` is a batch's first row.
    """

    factor: Factor
    value: str
    count: int
    of: int
    usual: float
    log_chance: float
    lift: float
    tried: int = 1
    at: datetime | None = None

    @property
    def strength(self) -> float:
        """How much it is over-represented: 0 is not at all."""
        return -self.log_chance

    def weaker(self, log_chance: float, lift: float) -> Finding:
        """The same, judged by the less telling of two comparisons."""
        return replace(self, log_chance=max(self.log_chance, log_chance), lift=min(self.lift, lift))


class Usual(Protocol):
    """All records of an entity, asked only for what is needed: each answer may take a query."""

    def total(self) -> int:
        """How many there are."""
        ...

    def counts(self, factor: Factor) -> Mapping[str, int]:
        """How many by the value of a factor (but a batch), ``""`` for none; nothing where the CRM does not tell."""
        ...

    def entered(self, creator: str | None, first: datetime, last: datetime) -> int:
        """How many a creator (``""``: nobody known, None: all) entered from one moment to another, both included."""
        ...

    def hours(self, creator: str, first: datetime, last: datetime) -> Mapping[datetime, int]:
        """How many a creator entered, by the hour (its first moment, aware)."""
        ...
