"""A small CRM's use, for the store's tests: measures, and readings of what its source holds at a moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from monitor.activity.facts import Activity, MeasureFacts, Reading, Window
from monitor.activity.measure import Availability, Basis, Measure, MeasureKind

FIRST = date(2026, 2, 2)
CALLS = Measure("calls", "Calls", "activities", "owner_key", "happened_at", MeasureKind.ACTIVITY)
EMAILS = Measure("emails", "E-mails", "activities", "owner_key", "happened_at", MeasureKind.ACTIVITY, pruned=True)
TOUCHES = Measure("touches", "Changed", "accounts", "updated_by", "updated_at", MeasureKind.CHANGED, Basis.LAST_TOUCH)
ALL = (CALLS, EMAILS, TOUCHES)

Source = Mapping[tuple[str, int], int]
"""How often each user (key) did something on each day (number from FIRST)."""


def on(number: int) -> date:
    return FIRST + timedelta(days=number)


def window(first: int, last: int) -> Window:
    return Window(on(first), on(last))


def read(
    first: int,
    last: int,
    sources: Mapping[str, Source],
    *,
    availability: Availability = Availability.AVAILABLE,
    measures: Iterable[Measure] = ALL,
) -> Reading:
    """What a reading of these days finds in the sources, by measure."""
    rows, facts = [], {}
    for measure in measures:
        source = sources.get(measure.name, {})
        days = [day for _, day in source]
        oldest = on(min(days)) if days else None
        facts[measure.name] = MeasureFacts(measure.name, availability, len(source), len(source), oldest)
        rows += [
            Activity(user, on(day), measure.name, measure.entity, count)
            for (user, day), count in source.items()
            if first <= day <= last and availability is not Availability.NONE
        ]
    return Reading(window(first, last), tuple(rows), measures=facts)
