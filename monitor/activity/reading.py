"""One reading of people's use of a CRM: every measure, and the other facts that figures are made of."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from monitor.activity.asking import Asking, Refused
from monitor.activity.created import read_new_records
from monitor.activity.facts import Reading, Window
from monitor.activity.measure import Measure
from monitor.activity.measures import read_measures
from monitor.activity.standing import read_standing
from monitor.activity.wins import read_wins
from monitor.crm.connection import Crm
from monitor.crm.source import EntitySource
from monitor.garbage import without_collecting
from monitor.quality.check import Check
from monitor.quality.moments import Moments

T = TypeVar("T")


@without_collecting()
def read_activity(
    crm: Crm,
    sources: Mapping[str, EntitySource],
    capabilities: Mapping[str, str],
    measures: Sequence[Measure],
    window: Window,
    *,
    zone: ZoneInfo,
    is_working_day: Callable[[date], bool],
    now: datetime,
    completeness: Sequence[Check] = (),
    not_people: Collection[str] = (),
    standing_days: Sequence[date] | None = None,
) -> Reading:
    """The facts of all days in ``window``, which is cut off at today: what lies ahead has not happened.

    ``capabilities`` say how much there is of an entity (``CrmMap.capability``); ``completeness`` are checks, of which
    those that ask a rep for a field are used; ``not_people`` keys of users that are programs. ``standing_days`` are
    the days at whose end open deals are looked at, by default the window's last.

    What the database refuses is not available, with the reason. Raises CrmUnavailable when the connection is gone.
    """
    started = time.monotonic()
    moments = Moments(now, zone, is_working_day)
    window = Window(window.first, min(window.last, moments.today))
    asking = Asking(crm, sources, moments, frozenset(not_people))
    if window.first > window.last:
        return Reading(window)
    found = read_measures(asking, measures, capabilities, window)
    new_records, new_reasons = read_new_records(asking, completeness, window)
    wins, wins_reason = _or_why(lambda: read_wins(asking, window))
    days = [day for day in ((window.last,) if standing_days is None else standing_days) if day <= moments.today]
    standing, standing_reason = _or_why(lambda: read_standing(asking, days))
    return Reading(
        window=window,
        activities=tuple(found.activities),
        lags=tuple(found.lags),
        new_records=tuple(new_records),
        wins=tuple(wins),
        standing=tuple(standing),
        measures={each.name: found.facts[each.name] for each in measures if each.name in found.facts},
        standing_reason=standing_reason,
        wins_reason=wins_reason,
        new_records_reason="; ".join(new_reasons),
        queries=asking.queries,
        seconds=time.monotonic() - started,
    )


def _or_why(read: Callable[[], tuple[list[T], str]]) -> tuple[list[T], str]:
    try:
        return read()
    except Refused as error:
        return [], str(error)
