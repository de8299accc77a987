"""Entities in which something new must turn up: silence is often a broken import or a team that stopped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from monitor.quality.outcome import EntityFacts, Status
from monitor.quality.past import Past
from monitor.quality.rules.arguments import object_schema
from monitor.quality.rules.base import RuleContext, Verdict
from monitor.quality.usual import Unit


class Fresh:
    """Fails when the newest record was entered longer ago than ``within``. Working days leave out holidays."""

    type = "expect_entity_to_be_fresh"
    unit = Unit.HOURS
    schema = object_schema(
        "Something new is entered in time",
        within={
            "type": "string",
            "pattern": r"^\s*[0-9]{1,5}\s*(working days?|days?|weeks?|months?|hours?)\s*$",
            "default": "2 working days",
            "description": 'e.g. "2 working days", "36 hours"',
        },
    )

    def columns(self, kwargs: Mapping[str, Any]) -> frozenset[str]:
        return frozenset({"created_at"})

    def judge_facts(
        self, kwargs: Mapping[str, Any], facts: EntityFacts, earlier: Sequence[EntityFacts], context: RuleContext
    ) -> Verdict:
        if facts.rows == 0:
            return Verdict(Status.NO_DATA, reason="the entity has no records")
        if facts.newest is None:
            return Verdict(Status.NO_DATA, reason="no record says when it was entered")
        within = str(kwargs.get("within", "2 working days")).strip()
        latest = context.moments.resolve("{now - " + within + "}")
        zone = context.moments.zone
        newest = facts.newest.astimezone(zone)
        observed = f"newest record entered {newest:%Y-%m-%d %H:%M}, {_ago(facts.newest, context)}"
        return Verdict(Status.PASS if newest >= _instant(latest, context) else Status.FAIL, observed)

    def measured(self, facts: EntityFacts, past: Past, now: datetime) -> float | None:
        return past.waited(facts.newest, now) if facts.rows and facts.newest is not None else None


def _instant(moment: date, context: RuleContext) -> datetime:
    if isinstance(moment, datetime):
        return moment
    return datetime.combine(moment, time(), tzinfo=context.moments.zone).astimezone(UTC)


def _ago(moment: datetime, context: RuleContext) -> str:
    hours = int((context.now - moment).total_seconds() // 3600)
    if hours < 0:
        return "ahead of the clock"
    if hours < 48:
        return f"{hours} hour{'' if hours == 1 else 's'} ago"
    return f"{hours // 24} days ago"
