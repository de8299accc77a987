"""Reads the measures: one grouped query per entity and pair of columns (who, when), plus one for its oldest row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa

from monitor.activity.asking import Asking, Refused
from monitor.activity.counting import count_query, counted, working_lags
from monitor.activity.facts import Activity, Lag, MeasureFacts, Window
from monitor.activity.measure import Availability, Measure
from monitor.activity.plan import Countable, Job, examine, jobs, missing
from monitor.quality.counting import instant
from monitor.quality.rows import Rows, names_in

NEVER = "the CRM has kept no such rows"
EARLIEST = date(1970, 1, 2)


@dataclass(slots=True)
class Found:
    """What was read; ``facts`` by the measure's name."""

    activities: list[Activity] = field(default_factory=list)
    lags: list[Lag] = field(default_factory=list)
    facts: dict[str, MeasureFacts] = field(default_factory=dict)


def read_measures(
    asking: Asking, measures: Sequence[Measure], capabilities: Mapping[str, str], window: Window
) -> Found:
    """All measures. Of two of which one stands in for the other, only the one that the CRM has is in ``facts``.

    Raises CrmUnavailable when the connection is gone.
    """
    found = Found()
    examined = {each.name: examine(each, asking.sources, capabilities, asking.moments) for each in measures}
    _read(asking, [examined[each.name] for each in measures if not each.unless], window, found)
    standing_in = []
    for measure in measures:
        if not measure.unless:
            continue
        if not _has(asking, measure.unless, examined.get(measure.unless), found):
            standing_in.append(measure)
    _read(asking, [examined[each.name] for each in standing_in], window, found)
    for measure in standing_in:
        if found.facts[measure.name].availability is not Availability.NONE:
            found.facts.pop(measure.unless, None)
        elif measure.unless in found.facts:
            del found.facts[measure.name]
    return found


def _has(asking: Asking, name: str, other: Countable | MeasureFacts | None, found: Found) -> bool:
    """Whether the CRM has a measure, ever: a history that is kept of other entities only tells nothing of this one."""
    facts = found.facts.get(name)
    if facts is None or facts.availability is Availability.NONE or not isinstance(other, Countable):
        return False
    if facts.rows:
        return True
    conditions = [each for each in (other.condition,) if each is not None]
    source = asking.sources[other.measure.entity]
    rows = Rows(source, names_in(conditions) | {other.measure.time})
    query: sa.Select[Any] = (
        sa.select(sa.literal_column("1")).select_from(rows.table).where(rows[other.measure.time].is_not(None))
    )
    try:
        ever = asking.run(query.where(*map(rows.bind, conditions)).limit(1), lambda found: bool(list(found)))
    except Refused:
        return True
    if not ever:
        found.facts[name] = missing(other.measure, NEVER)
    return ever


def _read(asking: Asking, examined: Sequence[Countable | MeasureFacts], window: Window, found: Found) -> None:
    found.facts.update({each.measure: each for each in examined if isinstance(each, MeasureFacts)})
    for job in jobs([each for each in examined if isinstance(each, Countable)]):
        try:
            oldest = _oldest(asking, job)
            if oldest is None:
                raise Refused(f"the CRM has no dated {job.entity}")
            query = count_query(job, asking.days(job.entity), window, asking.dialect)
            lag = working_lags(asking.moments.is_working_day)
            result = asking.run(query, lambda rows, job=job, lag=lag: counted(job, rows, lag))  # type: ignore[misc]
        except Refused as error:
            found.facts.update({part.measure.name: missing(part.measure, str(error)) for part in job.parts})
            continue
        found.activities += result.activities
        found.lags += result.lags
        for part in job.parts:
            name = part.measure.name
            found.facts[name] = MeasureFacts(
                measure=name,
                availability=part.availability,
                rows=result.rows[name],
                attributed=result.attributed[name],
                oldest=oldest,
                reason=part.reason,
                replaces=part.replaces,
            )


def _oldest(asking: Asking, job: Job) -> date | None:
    """The local day of the entity's oldest row; None where it has no row at all. By an index, where there is one.

    What is dated before there were such programs (year 1, a zero date, minus infinity) is a date left out.
    """
    source = asking.sources[job.entity]
    rows = Rows(source, {job.time})
    at = rows[job.time]
    dated = at >= sa.literal(asking.days(job.entity).start(EARLIEST), sa.DateTime(timezone=source.aware))
    # As the driver gives it: what is no moment at all must not break the reading of it.
    query = sa.select(sa.type_coerce(at, sa.types.NullType())).select_from(rows.table).where(dated)

    def first(found: Iterable[Any]) -> date | None:
        values = [row[0] for row in found]
        if not values:
            return None
        moment = instant(values[0], source)
        return moment.astimezone(asking.zone).date() if moment else EARLIEST

    return asking.run(query.order_by(at).limit(1), first)
