"""What a check says under ``anomaly``, what that means for its kind of figure, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from monitor.quality.anomaly import Band, Direction, Sensitivity, TooShort


class Unit(StrEnum):
    """What the figure of a check counts, which decides what is bad, and what is small."""

    SHARE = "share"  # failing rows, as a share (0 to 1) of those that the check applies to
    RECORDS = "records"  # all that an entity holds
    NEW_RECORDS = "new_records"  # those entered on the day before
    HOURS = "hours"  # of working days, since the newest record was entered
    ENTRIES = "entries"  # per person and working day, in a week


@dataclass(frozen=True, slots=True)
class Anomaly:
    """``anomaly`` as a suite says it; None is left to the kind of figure. ``window`` is in days."""

    direction: Direction | None = None
    threshold: float | None = None
    fail_threshold: float | None = None
    min_history: int | None = None
    window: int | None = None
    smallest_share: float | None = None
    smallest_count: float | None = None
    weekdays: bool | None = None


FAIL = 1.5
"""Without a ``fail_threshold``, a check fails this many times as far from what is usual as it warns."""


@dataclass(frozen=True, slots=True)
class Defaults:
    """What ``anomaly: true`` means for one kind of figure; as in ``Anomaly``, in the figure's own unit."""

    direction: Direction
    smallest_share: float
    smallest_count: float
    threshold: float = 4.0
    min_history: int = 14
    window: int = 90
    weekdays: bool = True
    trend: bool = False
    tail: bool = False


DEFAULTS = {
    Unit.SHARE: Defaults(Direction.UP, 0.02, 10),
    # A CRM grows, and not for ever as it did a quarter ago.
    Unit.RECORDS: Defaults(Direction.DOWN, 0.02, 10, window=28, weekdays=False, trend=True),
    Unit.NEW_RECORDS: Defaults(Direction.DOWN, 0.02, 10),
    # Where little is entered nobody can tell a long wait from chance, so this is slow to speak: less than once in 200
    # days without cause, whatever the rate. Hours are of working days, which have 24.
    Unit.HOURS: Defaults(Direction.UP, 0.0, 36, threshold=8.0, tail=True),
    Unit.ENTRIES: Defaults(Direction.DOWN, 0.2, 0, min_history=8, window=182, weekdays=False),
}


def direction(said: Anomaly, unit: Unit) -> Direction:
    """Which way the figure must not go."""
    return said.direction or DEFAULTS[unit].direction


def sensitivity(said: Anomaly, unit: Unit, *, rows: int = 0) -> Sensitivity:
    """When a figure of this kind is news. ``rows`` are those that a share is of.

    The smallest change of a share is told in percentage points and in records; of other figures, in their own unit and
    as a share of what is usual. A change must reach both.
    """
    usual = DEFAULTS[unit]
    threshold = _or(said.threshold, usual.threshold)
    share = _or(said.smallest_share, usual.smallest_share)
    count = _or(said.smallest_count, usual.smallest_count)
    of_rows = unit is Unit.SHARE
    return Sensitivity(
        threshold=threshold,
        fail_threshold=_or(said.fail_threshold, FAIL * threshold),
        least=said.min_history or usual.min_history,
        window=said.window or usual.window,
        smallest=max(share, count / rows if rows else 1.0) if of_rows else count,
        smallest_share=0.0 if of_rows else share,
        weekdays=usual.weekdays if said.weekdays is None else said.weekdays,
        trend=usual.trend,
        tail=usual.tail,
    )


def _or(given: float | None, otherwise: float) -> float:
    return otherwise if given is None else given


@dataclass(frozen=True, slots=True)
class Comparison:
    """A figure beside what is usual: ``band``, or what is missing for one.

    ``level`` is 0 as usual, 1 beyond the threshold, 2 beyond the one at which it fails. In words: ``seen`` is the
    figure (empty where others say it), ``usually`` what is usual, or why that is not known. ``tells`` is false where no
    figure at all could be news, as so little is usual: then an ordinary one does not show that all is well, either.
    """

    unit: Unit
    value: float
    band: Band | TooShort
    level: int = 0
    seen: str = ""
    usually: str = ""
    tells: bool = True

    @property
    def usual(self) -> Band | None:
        """What is usual, once the history is long enough."""
        return self.band if isinstance(self.band, Band) else None
