"""Open deals that have stood in their stage far longer than deals that were won did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any

import sqlalchemy as sa

from monitor.crm.narrow import narrowed
from monitor.crm.source import EntitySource
from monitor.quality.conditions import column
from monitor.quality.portable import days_between
from monitor.quality.rules.arguments import object_schema
from monitor.quality.rules.base import RuleContext
from monitor.quality.rules.lookup import looked_up, lookup

ANY_STAGE = ""
_DEAL = ("key", "status", "created_at", "closed_at")
_HISTORY = ("entity", "field", "record_key", "old", "changed_at")

LATELY = 20_000
"""Of so many deals, won last, the time in their stages is read: what is usual changes, and memory is bounded."""


@dataclass(frozen=True, slots=True)
class Usual:
    """Median days of won deals per stage; under ``ANY_STAGE`` those from entered to won, where stages are not known."""

    days: Mapping[str, float]


class TimeInStageUsual:
    """An open deal fails when it entered its stage more than ``factor`` times the usual time ago.

    Usual is the median over deals that were won: in that very stage, where the CRM keeps the history of stage
    changes; otherwise the whole time from entered to won, which is longer and so accuses fewer. A stage (or a
    CRM) with fewer than ``smallest_sample`` won deals has no usual time, and its deals are not counted.
    """

    type = "expect_time_in_stage_to_be_usual"
    schema = object_schema(
        "No open deal stands in its stage much longer than won deals did",
        factor={"type": "number", "exclusiveMinimum": 0, "default": 2},
        smallest_sample={"type": "integer", "minimum": 1, "default": 20},
        shortest={"type": "number", "minimum": 0, "default": 7, "description": "days that are never too long"},
    )

    def __init__(self) -> None:
        self._lock = Lock()
        self._last: tuple[RuleContext, int, Usual] | None = None

    def columns(self, kwargs: Mapping[str, Any]) -> frozenset[str]:
        return frozenset({"key", "status", "stage", "stage_entered_at", "created_at", "closed_at"})

    def applies(self, kwargs: Mapping[str, Any], context: RuleContext) -> sa.ColumnElement[bool] | None:
        usual = self._usual(kwargs, context).days
        source = context.source
        parts = [column("status", source) == "open", column("stage_entered_at", source).is_not(None)]
        if ANY_STAGE not in usual:
            parts.append(column("stage", source).in_(looked_up(sorted(usual))) if usual else sa.false())
        return sa.and_(*parts)

    def unexpected(self, kwargs: Mapping[str, Any], context: RuleContext) -> sa.ColumnElement[bool]:
        factor, shortest = float(kwargs.get("factor", 2)), float(kwargs.get("shortest", 7))
        stage, entered = column("stage", context.source), column("stage_entered_at", context.source)
        late = []
        for name, days in sorted(self._usual(kwargs, context).days.items()):
            latest = context.source.instant(context.now - timedelta(days=max(factor * days, shortest)))
            is_late = entered < sa.literal(latest, sa.DateTime(timezone=context.source.aware))
            late.append(is_late if name == ANY_STAGE else sa.and_(stage == looked_up(name), is_late))
        return sa.or_(sa.false(), *late)

    def _usual(self, kwargs: Mapping[str, Any], context: RuleContext) -> Usual:
        """Read once per run: ``applies`` and ``unexpected`` both ask."""
        sample = int(kwargs.get("smallest_sample", 20))
        with self._lock:
            if self._last is None or self._last[0] is not context or self._last[1] != sample:
                with lookup(context) as connection:
                    self._last = (context, sample, Usual(_medians(connection, context, sample)))
            return self._last[2]


def _medians(connection: sa.Connection, context: RuleContext, sample: int) -> dict[str, float]:
    spent = _by_stage(connection, context) if _has_history(context) else {}
    medians = {stage: _median(days) for stage, days in spent.items() if days.total() >= sample}
    if medians:
        return medians
    whole = _whole_cycle(connection, context)
    return {ANY_STAGE: _median(whole)} if whole.total() >= sample else {}


def _has_history(context: RuleContext) -> bool:
    source = context.sources.get("changes")
    return source is not None and source.has(*_HISTORY)


def _by_stage(connection: sa.Connection, context: RuleContext) -> dict[str, Counter[int]]:
    """Whole days that deals won lately spent in each stage.

    The two are matched here and not in the database, which cannot guess how many rows of a history concern won deals.
    """
    won = _won_lately(connection, context)
    if not won:
        return {}
    source = context.sources["changes"]
    changes = narrowed(source.selectable, _HISTORY)
    oldest = sa.literal(source.instant(min(won.values())), sa.DateTime(timezone=source.aware))
    query = (
        sa.select(changes.c.record_key, changes.c.old, changes.c.changed_at)
        .where(changes.c.entity == "opportunities", changes.c.field == "stage")
        .where(changes.c.changed_at >= oldest)
        .order_by(changes.c.record_key, changes.c.changed_at)
    )
    spent: dict[str, Counter[int]] = {}
    rows = connection.execution_options(yield_per=5000).execute(query)
    for stage, days in _stays(rows, won, source):
        spent.setdefault(stage, Counter())[days] += 1
    return spent


def _won_lately(connection: sa.Connection, context: RuleContext) -> dict[str, datetime]:
    """When each of the deals won last was entered (aware), by key."""
    deals = narrowed(context.source.selectable, _DEAL)
    query = (
        sa.select(deals.c.key, deals.c.created_at)
        .where(deals.c.status == "won", deals.c.closed_at.is_not(None), deals.c.created_at.is_not(None))
        .order_by(deals.c.closed_at.desc())
        .limit(LATELY)
    )
    return {str(key): _aware(created_at, context.source) for key, created_at in connection.execute(query)}


def _stays(rows: Iterable[Any], won: Mapping[str, datetime], source: EntitySource) -> Iterator[tuple[str, int]]:
    """Each stage that a won deal left, and how many days it had been in it."""
    last_key, last_at = "", datetime.min.replace(tzinfo=UTC)
    for record_key, old, at in rows:
        key = str(record_key)
        if key not in won:
            continue
        changed_at = _aware(at, source)
        since = last_at if last_key == key else won[key]
        if old and changed_at >= since:
            yield str(old), (changed_at - since).days
        last_key, last_at = key, changed_at


def _aware(moment: datetime, source: EntitySource) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=source.zone)


def _whole_cycle(connection: sa.Connection, context: RuleContext) -> Counter[int]:
    deals = narrowed(context.source.selectable, _DEAL)
    days = sa.cast(days_between(deals.c.closed_at, deals.c.created_at), sa.Integer)
    query = (
        sa.select(days, sa.func.count())
        .where(deals.c.status == "won", deals.c.closed_at >= deals.c.created_at)
        .group_by(days)
    )
    return Counter({int(value): int(count) for value, count in connection.execute(query)})


def _median(days: Counter[int]) -> float:
    middle, seen = days.total() / 2, 0
    for value in sorted(days):
        seen += days[value]
        if seen >= middle:
            return float(value)
    return 0.0
