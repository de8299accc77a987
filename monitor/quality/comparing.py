"""A check's figure against the check's own history: beside its fixed limits, or instead of any."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from monitor.quality.anomaly import Band, Direction, TooShort, expected
from monitor.quality.check import Check
from monitor.quality.outcome import Outcome, Status
from monitor.quality.past import Past
from monitor.quality.rules import REGISTRY
from monitor.quality.rules.base import CountRule, UseRule, unit_of
from monitor.quality.usual import Anomaly, Comparison, Unit, direction, sensitivity
from monitor.quality.usual_words import figure, missing, usually

LEVELS = (Status.PASS, Status.WARN, Status.FAIL)
NOT_ALL = "its history is of all owners' records, and this run looks at those of some"


def compare(check: Check, unit: Unit, value: float, past: Past, now: datetime, *, rows: int = 0) -> Comparison | None:
    """The figure that a run at ``now`` saw beside what is usual of it; None where the day tells nothing.

    ``rows`` are those that a share is of.
    """
    day = past.day(now, unit)
    if not past.tells(day, unit):
        return None
    said = check.anomaly or Anomaly()
    how, way = sensitivity(said, unit, rows=rows), direction(said, unit)
    band = expected(past.points(check.id, check.entity, unit), day, how, until=past.until(check.id, unit))
    if isinstance(band, TooShort):
        return Comparison(unit, value, band, usually=missing(band, unit, day))
    words = figure(value, unit, day), usually(band, unit, way, day)
    tells = (
        band.low > 0 if way is Direction.DOWN else unit is not Unit.SHARE or way is not Direction.UP or band.high < 1
    )
    return Comparison(unit, value, band, band.beyond(value, way), *words, tells=tells)


def history_alone(check: Check) -> bool:
    """Whether the history alone decides about a check: it has no limit beside it."""
    if isinstance(REGISTRY.get(check.type), CountRule | UseRule):
        return True
    of_rows = check.anomaly is not None and unit_of(check.type, REGISTRY, by_row=True) is Unit.SHARE
    return of_rows and check.limits.warn is None and check.limits.fail is None


def beside_limits(outcome: Outcome, comparison: Comparison | None) -> Outcome:
    """An outcome by fixed limits with what is usual beside it: the worse of the two, and both in words."""
    if comparison is None:
        return outcome
    if not isinstance(comparison.band, Band):
        return replace(outcome, comparison=comparison)
    observed = f"{outcome.observed}; {comparison.seen}" if comparison.seen else outcome.observed
    observed = ", ".join(filter(None, (observed, comparison.usually)))
    return replace(outcome, status=worse(outcome.status, comparison), observed=observed, comparison=comparison)


def by_history(outcome: Outcome, comparison: Comparison) -> Outcome:
    """An outcome that the history alone decides: no verdict where it is too short."""
    if not isinstance(comparison.band, Band):
        return replace(outcome, status=Status.NO_BASELINE, reason=comparison.usually, comparison=comparison)
    observed = ", ".join(filter(None, (comparison.seen, comparison.usually)))
    if not comparison.tells:
        reason = f"{observed}: with so few, no figure would be news"
        return replace(outcome, status=Status.NO_BASELINE, reason=reason, comparison=comparison)
    return replace(outcome, status=LEVELS[comparison.level], observed=observed, comparison=comparison)


def worse(status: Status, comparison: Comparison) -> Status:
    """The worse of a verdict and of what the history says; what is no verdict stays as it is."""
    if status not in LEVELS:
        return status
    return LEVELS[max(LEVELS.index(status), comparison.level)]


def on_rows(outcome: Outcome, past: Past | None, now: datetime) -> Outcome:
    """The outcome of a check on rows beside the history of its share, where the check asks for that.

    ``past`` None: the run looks at some owners' records only.
    """
    check = outcome.check
    if check.anomaly is None or outcome.share is None or outcome.rows is None:
        return outcome
    if past is None:
        alone = history_alone(check)
        return replace(outcome, status=Status.NO_BASELINE, reason=NOT_ALL) if alone else outcome
    found = compare(check, Unit.SHARE, outcome.share, past, now, rows=outcome.rows)
    return by_history(outcome, found) if found and history_alone(check) else beside_limits(outcome, found)


def day_off(day: date) -> str:
    """Why nothing is said of a day on which nobody was expected at work."""
    return f"{day} was a day off, and is compared with no other"
