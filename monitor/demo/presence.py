"""On which days people sit down with the CRM: most working days, and ever fewer where nobody asks for it any more."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from monitor.demo.people import Seller, Staff
from monitor.demo.rhythm import days, pace
from monitor.demo.story import Timeline

_YEARS = 5  # how far back records were entered
_USUAL, _MANAGERS = (0.84, 0.97), (0.7, 0.85)  # shares of the working days
_LOST = (0.62, 0.93)  # of those days, what is given up in the end in the team whose manager stopped


def attend(rng: Random, staff: Staff, timeline: Timeline) -> None:
    """Gives every seller the days on which they use the CRM, up to today."""
    for seller in staff.sellers:
        _attend(rng, seller, timeline)


def _attend(rng: Random, seller: Seller, timeline: Timeline) -> None:
    share = rng.uniform(*(_MANAGERS if seller.manager else _USUAL))
    lost = rng.uniform(*_LOST) if seller.story else 0.0
    for day in days(timeline.first_day - timedelta(days=_YEARS * 366), timeline.today):
        kept = share * (1 - lost * timeline.fading(day))
        if rng.random() < kept * min(pace(day, seller.habits.country), 1) and seller.works(day):
            seller.days.append(day)
