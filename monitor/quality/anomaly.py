"""What is usual by a figure's own history, and how far from it is news: medians and their deviations, nothing else.

Robust z-scores (Iglewicz and Hoaglin, "How to Detect and Handle Outliers", 1993): a value is as unusual as its
distance from the median, measured in spreads, and the spread is 1.4826 times the median absolute deviation, which is
the standard deviation where values are normal (Rousseeuw and Croux, "Alternatives to the Median Absolute Deviation",
1993). So one wild day among those learned from moves neither much.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import combinations
from math import ceil
from statistics import median

OF_NORMAL = 1.4826
"""Standard deviations in one median absolute deviation, where values are normal."""
_NINE_IN_TEN = 1.6449
"""Standard deviations within which nine in ten normal values lie."""
ENOUGH_WEEKS = 4
"""From so many values of one weekday on, it is compared with itself."""
ENOUGH_OF_A_KIND = 10
"""Until then with its like, working days or weekends: from two working weeks on."""


class Direction(StrEnum):
    """Which way a figure must not go."""

    UP = "up"
    DOWN = "down"
    BOTH = "both"


class Alike(StrEnum):
    """The days that a day is compared with."""

    ANY = "any"
    KIND = "kind"  # Monday to Friday, or the weekend
    WEEKDAY = "weekday"


@dataclass(frozen=True, slots=True)
class Point:
    """One day's figure; of a figure per week, ``day`` is its Monday."""

    day: date
    value: float


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """When a figure is news.

    Beyond ``threshold`` spreads it warns, beyond ``fail_threshold`` it fails. It takes ``least`` values of the last
    ``window`` days to say so. A change of less than ``smallest`` (in the figure's own unit) and of less than
    ``smallest_share`` of what is usual is never news. ``weekdays``: a Tuesday is compared with Tuesdays. ``trend``: the
    figure grows or shrinks steadily, as a total does, and each day is seen from where that leads. ``tail``: by
    nature it is far from its median now and then, as waits are, and the spread covers nine in ten of the days.
    """

    threshold: float = 4.0
    fail_threshold: float = 6.0
    least: int = 14
    window: int = 90
    smallest: float = 0.0
    smallest_share: float = 0.0
    weekdays: bool = True
    trend: bool = False
    tail: bool = False


@dataclass(frozen=True, slots=True)
class Band:
    """What is usual: ``usual`` is the median, ``spread`` the unit in which distances from it are measured.

    ``values`` of the history were learned from, those of days that are ``alike``.
    """

    usual: float
    spread: float
    threshold: float
    fail_threshold: float
    values: int
    alike: Alike

    @property
    def low(self) -> float:
        """Below this it warns, where the direction is down."""
        return self.usual - self.threshold * self.spread

    @property
    def high(self) -> float:
        """Above this it warns, where the direction is up."""
        return self.usual + self.threshold * self.spread

    def beyond(self, value: float, direction: Direction) -> int:
        """0: as usual. 1: beyond the threshold. 2: beyond the one at which it fails."""
        away = value - self.usual
        far = {Direction.UP: away, Direction.DOWN: -away, Direction.BOTH: abs(away)}[direction]
        return (far > self.threshold * self.spread) + (far > self.fail_threshold * self.spread)


@dataclass(frozen=True, slots=True)
class TooShort:
    """Why nothing can be said: of the days that are ``alike`` it takes ``needs``, and there are ``has``."""

    needs: int
    has: int
    alike: Alike = Alike.ANY


def expected(history: Iterable[Point], at: date, how: Sensitivity, *, until: date | None = None) -> Band | TooShort:
    """What ``history`` lets one expect of the day ``at``; its order does not matter, and days from ``at`` on do not.

    The window is the ``how.window`` days before ``until``, by default before ``at``: while what was flagged still
    stands, one keeps expecting what was usual before it began, and follows no trend beyond.

    A trend is the median of the slopes between all pairs of days (Theil 1950, Sen 1968).

    With weekdays, ``usual`` is the median of the same weekday once there are four of it, and the spread is the larger
    of the weekday's own and that of all weekdays of its kind, each around its own median. Until then it is the median
    of all days of its kind, and the spread covers nine in ten of them: a Friday that was always quieter is no news
    only because nobody has seen four Fridays yet.

    Each value's deviation is that from the median of the others, not of all: this is how the day ``at``, which is not
    among them, will be measured, and with few values the difference is large. Where nothing ever varied, the smallest
    change alone decides.
    """
    end = at if until is None else min(at, until)
    begin = end - timedelta(days=how.window)
    points = [point for point in history if begin <= point.day < end]
    if len(points) < how.least:
        return TooShort(how.least, len(points))
    if how.trend:
        points = _as_of(end, points)
    if not how.weekdays:
        values = [point.value for point in points]
        return _band(how, values, Alike.ANY, _spread(_deviations(values), tail=how.tail))
    return _of_its_weekday(points, at, how)


def _as_of(end: date, points: Sequence[Point]) -> list[Point]:
    """What each day's figure would be on the day ``end``, had it followed the trend."""
    ordered = sorted(points, key=lambda point: point.day)
    pairs = combinations(ordered, 2)
    slope = median((later.value - one.value) / (later.day - one.day).days for one, later in pairs)
    return [Point(point.day, point.value + slope * (end - point.day).days) for point in ordered]


def _of_its_weekday(points: Sequence[Point], at: date, how: Sensitivity) -> Band | TooShort:
    kind = [point for point in points if _weekend(point.day) == _weekend(at)]
    by_weekday: dict[int, list[float]] = {}
    for point in kind:
        by_weekday.setdefault(point.day.weekday(), []).append(point.value)
    own = by_weekday.get(at.weekday(), [])
    if len(own) >= ENOUGH_WEEKS:
        known = [values for values in by_weekday.values() if len(values) >= ENOUGH_WEEKS]
        together = [deviation for values in known for deviation in _deviations(values)]
        spread = max(_spread(_deviations(own)), _spread(together, tail=how.tail))
        return _band(how, own, Alike.WEEKDAY, spread)
    values = [point.value for point in kind]
    if len(values) >= ENOUGH_OF_A_KIND:
        return _band(how, values, Alike.KIND, _spread(_deviations(values), tail=True))
    return TooShort(ENOUGH_WEEKS, len(own), Alike.WEEKDAY)


def _band(how: Sensitivity, values: Sequence[float], alike: Alike, spread: float) -> Band:
    usual = median(values)
    smallest = max(how.smallest, how.smallest_share * abs(usual))
    return Band(usual, max(spread, smallest / how.threshold), how.threshold, how.fail_threshold, len(values), alike)


def _deviations(values: Sequence[float]) -> list[float]:
    """How far each value is from the median of the others."""
    ordered = sorted(values)
    return [abs(value - median(ordered[:place] + ordered[place + 1 :])) for place, value in enumerate(ordered)]


def _spread(deviations: Sequence[float], *, tail: bool = False) -> float:
    """By half of the deviations; with ``tail`` so that nine in ten are covered, too."""
    usually = OF_NORMAL * median(deviations)
    if not tail:
        return usually
    return max(usually, sorted(deviations)[ceil(0.9 * len(deviations)) - 1] / _NINE_IN_TEN)


def _weekend(day: date) -> bool:
    return day.weekday() >= 5
