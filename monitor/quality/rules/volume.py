"""Entities that suddenly hold far fewer (or far more) records than in the runs before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import takewhile
from statistics import median
from typing import Any

from monitor.quality.outcome import EntityFacts, Status
from monitor.quality.past import Past
from monitor.quality.rules.arguments import SHARE, object_schema, share
from monitor.quality.rules.base import RuleContext, Verdict
from monitor.quality.usual import Unit


class VolumeUsual:
    """Compares the number of records with what is usual: by its own history, until then the median of ``runs`` runs.

    Fails on a drop of more than ``max_drop``, or a rise of more than ``max_rise`` where that is given; a change
    of fewer than ``smallest_change`` records is never told. The median of several runs, so that a drop does
    not become the new normal on the very next day. What it held before it was empty says nothing of what is usual
    since: an entity that was emptied by mistake is an error, so a run that stored 0 records was right.
    """

    type = "expect_entity_volume_to_be_usual"
    unit = Unit.RECORDS
    schema = object_schema(
        "The number of records is about what it was",
        max_drop={**SHARE, "default": "20%"},
        max_rise={"anyOf": [{"type": "string", "pattern": r"^\s*[0-9]+(\.[0-9]+)?\s*%\s*$"}, {"type": "number"}]},
        runs={"type": "integer", "minimum": 1, "maximum": 90, "default": 7},
        smallest_change={"type": "integer", "minimum": 0, "default": 10},
    )

    def columns(self, kwargs: Mapping[str, Any]) -> frozenset[str]:
        return frozenset()

    def judge_facts(
        self, kwargs: Mapping[str, Any], facts: EntityFacts, earlier: Sequence[EntityFacts], context: RuleContext
    ) -> Verdict:
        observed = f"{facts.rows:,} records"
        usual = context.usual.usual if context.usual else _of_the_last(earlier[: int(kwargs.get("runs", 7))])
        if usual is None:
            return Verdict(Status.NO_BASELINE, observed, "no earlier run to compare with")
        change = facts.rows - usual
        observed += "" if context.usual else f", usually {usual:,.0f}"
        observed += f" ({change / usual:+.0%})" if usual and round(change) else ""
        if abs(change) < int(kwargs.get("smallest_change", 10)):
            return Verdict(Status.PASS, observed)
        dropped = -change > share(kwargs.get("max_drop", "20%")) * usual
        risen = "max_rise" in kwargs and change > share(kwargs["max_rise"]) * usual
        return Verdict(Status.FAIL if dropped or risen else Status.PASS, observed)

    def measured(self, facts: EntityFacts, past: Past, now: datetime) -> float | None:
        return facts.rows


def _of_the_last(runs: Sequence[EntityFacts]) -> float | None:
    held = [run.rows for run in runs]
    before = list(takewhile(bool, held)) or held[:1]
    return median(before) if before else None
