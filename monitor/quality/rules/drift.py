"""Tables that change under the map: a column gone, or of another type than before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from monitor.quality.outcome import EntityFacts, Status
from monitor.quality.rules.arguments import object_schema
from monitor.quality.rules.base import RuleContext, Verdict

NAMED = 6


class SchemaUnchanged:
    """Fails when a column of the entity's tables is gone or has changed its type since any of the last ``runs`` runs.

    Several runs, so that the loss is not forgotten on the day after. A new column is mentioned, and no failure.
    """

    type = "expect_entity_schema_to_be_unchanged"
    schema = object_schema(
        "The tables behind the entity have the columns they had",
        runs={"type": "integer", "minimum": 1, "maximum": 90, "default": 5},
    )

    def columns(self, kwargs: Mapping[str, Any]) -> frozenset[str]:
        return frozenset()

    def judge_facts(
        self, kwargs: Mapping[str, Any], facts: EntityFacts, earlier: Sequence[EntityFacts], context: RuleContext
    ) -> Verdict:
        if not facts.columns:
            return Verdict(Status.NO_DATA, reason="the columns of the tables could not be read")
        before: dict[str, str] = {}
        for run in reversed(earlier[: int(kwargs.get("runs", 5))]):
            for name, kind in run.columns.items():
                before.setdefault(name, kind)
        if not before:
            return Verdict(Status.NO_BASELINE, f"{len(facts.columns)} columns", "no earlier run to compare with")
        gone = [f"{name} is gone" for name in sorted(before.keys() - facts.columns.keys())]
        changed = [
            f"{name} was {before[name]}, is {kind}"
            for name, kind in sorted(facts.columns.items())
            if name in before and before[name] != kind
        ]
        if gone or changed:
            return Verdict(Status.FAIL, _listed([*gone, *changed]))
        new = len(facts.columns.keys() - before.keys())
        return Verdict(Status.PASS, f"{len(facts.columns)} columns" + (f", {new} of them new" if new else ""))


def _listed(changes: Sequence[str]) -> str:
    shown = "; ".join(changes[:NAMED])
    return shown if len(changes) <= NAMED else f"{shown}; and {len(changes) - NAMED} more"
