"""Which measures a CRM's map lets be read, and which of them one query can count together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from monitor.activity.facts import MeasureFacts
from monitor.activity.measure import Availability, Basis, Measure
from monitor.crm.source import EntitySource
from monitor.quality.conditions import ConditionError, compile_condition, parse
from monitor.quality.moments import Moments

LAST_TOUCH = "only the latest change of each record is known"
LAST_LOGIN = "the CRM keeps only the latest of each user"


@dataclass(frozen=True, slots=True)
class Countable:
    """A measure that can be read: who did it, where its rows count, and the columns that tell its lag (or none)."""

    measure: Measure
    user: str
    condition: sa.ColumnElement[bool] | None
    availability: Availability
    reason: str = ""
    entered: str = ""
    entered_by: str = ""

    @property
    def replaces(self) -> bool:
        """Whether what is read stands in place of what was stored."""
        return self.availability is Availability.AVAILABLE and not self.measure.pruned


@dataclass(frozen=True, slots=True)
class Job:
    """Measures of one entity with the same columns of who and when: one query counts them all."""

    entity: str
    user: str
    time: str
    parts: tuple[Countable, ...]

    @property
    def entered(self) -> tuple[str, str]:
        """The columns of when and by whom a row was entered; empty where no measure tells a lag."""
        return next(((part.entered, part.entered_by) for part in self.late), ("", ""))

    @property
    def late(self) -> tuple[Countable, ...]:
        """The measures that tell a lag, in their order."""
        return tuple(part for part in self.parts if part.entered)


def missing(measure: Measure, reason: str) -> MeasureFacts:
    """That a measure is not available, and why."""
    return MeasureFacts(measure.name, Availability.NONE, reason=reason, replaces=False)


def not_mapped(entity: str, columns: Sequence[str]) -> str:
    """The reason of what needs columns that the map lacks: ``not mapped: activities.owner_key``."""
    return "not mapped: " + ", ".join(f"{entity}.{name}" for name in dict.fromkeys(columns))


def examine(
    measure: Measure, sources: Mapping[str, EntitySource], capabilities: Mapping[str, str], moments: Moments
) -> Countable | MeasureFacts:
    """The measure ready to be counted; or, where the CRM or its map lacks what it needs, why it is not available."""
    source = sources.get(measure.entity)
    capability = capabilities.get(measure.entity, "")
    if source is None or capability == Availability.NONE:
        return missing(
            measure, f"not mapped: {measure.entity}" if source is None else f"the CRM has no {measure.entity}"
        )
    users = (measure.user, *measure.other_users)
    user = next((name for name in users if source.has(name)), users[0])
    try:
        parsed = parse(measure.where) if measure.where else None
        needed = [user, measure.time, *sorted(parsed.columns if parsed else ())]
        if lacking := [name for name in needed if not source.has(name)]:
            return missing(measure, not_mapped(measure.entity, lacking))
        condition = compile_condition(parsed, moments, source) if parsed else None
    except ConditionError as error:
        return missing(measure, f"its condition cannot be read: {error.message}")
    reason = LAST_LOGIN if capability == Availability.LAST_ONLY else ""
    if measure.basis is Basis.LAST_TOUCH:
        reason = LAST_TOUCH
    stamps = [name for name in (measure.entered, measure.entered_by) if name]
    # Without knowing who entered a row, a nightly synchronisation would pass for a person's delay.
    lag = bool(measure.entered) and source.has(*stamps)
    return Countable(
        measure,
        user,
        condition,
        Availability.LAST_ONLY if reason else Availability.AVAILABLE,
        reason,
        measure.entered if lag else "",
        measure.entered_by if lag else "",
    )


def jobs(parts: Sequence[Countable]) -> list[Job]:
    """The measures put together into as few queries as can be, in their order."""
    found: list[Job] = []
    # Those with a lag first: a query that tells one lag counts what has none, too.
    for part in sorted(parts, key=lambda each: not each.entered):
        fits = (index for index, job in enumerate(found) if _fits(job, part))
        index = next(fits, None)
        if index is None:
            found.append(Job(part.measure.entity, part.user, part.measure.time, (part,)))
        else:
            job = found[index]
            found[index] = Job(job.entity, job.user, job.time, (*job.parts, part))
    return found


def _fits(job: Job, part: Countable) -> bool:
    same = (job.entity, job.user, job.time) == (part.measure.entity, part.user, part.measure.time)
    return same and (not part.entered or job.entered in (("", ""), (part.entered, part.entered_by)))
