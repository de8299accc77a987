"""What is read of people's use of a CRM, per user and day (a date in the project's zone). Users are CRM keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from monitor.activity.measure import Availability

NOBODY = ""
"""The user of rows that name none."""


class Activity(NamedTuple):
    """``count`` rows of one measure by one user on one day. ``source`` is the entity they were read from.

    A tuple, as are lags: a year of a large company has more than a million of them. And as are lags, those of one user,
    day and measure may be told in several parts; the store adds them up.
    """

    user: str
    day: date
    measure: str
    source: str
    count: int  # type: ignore[assignment]  # nobody counts in these tuples


class Lag(NamedTuple):
    """``count`` rows that ``user`` entered ``days`` working days after they happened on ``day`` (0: the same day)."""

    user: str
    day: date
    measure: str
    days: int
    count: int  # type: ignore[assignment]  # nobody counts in these tuples


@dataclass(frozen=True, slots=True)
class NewRecords:
    """Records of ``entity`` that ``user`` created on ``day``; of ``asked`` fields in them, ``filled`` are filled.

    A field is one check of dimension completeness; ``records`` counts the records themselves.
    """

    user: str
    day: date
    entity: str
    records: int
    asked: int
    filled: int


@dataclass(frozen=True, slots=True)
class Wins:
    """Deals of ``user`` won on ``day``; ``quick`` of them were created at most 7 days before."""

    user: str
    day: date
    won: int
    quick: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Open deals of ``user`` at the end of ``day``, and those touched in the 14 days before.

    ``valued`` of them have an amount; None: nobody asked.
    """

    user: str
    day: date
    deals: int
    value: Decimal
    touched: int
    touched_value: Decimal
    valued: int | None = None


@dataclass(frozen=True, slots=True)
class MeasureFacts:
    """What one reading found out about a measure as a whole.

    ``rows`` were read in the window, ``attributed`` of them name a user. ``oldest`` is the source's oldest day.
    ``replaces``: what was read stands in place of what was stored; where it is false (last touches, a source that is
    pruned) the larger of the two is kept.
    """

    measure: str
    availability: Availability
    rows: int = 0
    attributed: int = 0
    oldest: date | None = None
    reason: str = ""  # why it is not available: "not mapped: activities.owner_key"
    replaces: bool = True


@dataclass(frozen=True, slots=True)
class Window:
    """Days from ``first`` to ``last``, both included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of the CRM: the facts of all days in ``window``."""

    window: Window
    activities: tuple[Activity, ...] = ()
    lags: tuple[Lag, ...] = ()
    new_records: tuple[NewRecords, ...] = ()
    wins: tuple[Wins, ...] = ()
    standing: tuple[Standing, ...] = ()
    measures: Mapping[str, MeasureFacts] = field(default_factory=dict)
    standing_reason: str = ""  # why there is no standing: "not mapped: opportunities.amount"
    wins_reason: str = ""
    new_records_reason: str = ""
    queries: int = 0
    seconds: float = 0.0
