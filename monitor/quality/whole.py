"""Checks that no single row fails: on an entity as a whole, on how much is entered in a day, on use by team."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from monitor.quality.comparing import beside_limits, by_history, compare, day_off
from monitor.quality.outcome import EntityFacts, Outcome, Status
from monitor.quality.past import Past
from monitor.quality.prepare import CountCheck, FactsCheck, UseCheck
from monitor.quality.rules.base import Measuring, RuleContext, Verdict
from monitor.quality.usual import Anomaly, Comparison

WholeCheck = FactsCheck | CountCheck | UseCheck


def on_facts(
    each: FactsCheck, facts: EntityFacts, earlier: Sequence[EntityFacts], context: RuleContext, past: Past
) -> Outcome:
    """By what the scan noted of the entity: against fixed limits, and where it is asked for against its history."""
    comparison = _comparison(each, facts, context, past)
    usual = comparison.usual if comparison else None
    verdict = each.rule.judge_facts(each.kwargs, facts, earlier, replace(context, usual=usual))
    return beside_limits(_outcome(each, verdict), comparison)


def on_count(each: CountCheck, rows: int, context: RuleContext, past: Past) -> Outcome:
    """By how many rows there were on the day that is judged."""
    comparison = compare(each.check, each.rule.unit, rows, past, context.now)
    outcome = Outcome(each.check, Status.NO_BASELINE, rows=rows, attributed=False)
    if comparison is None:
        return replace(outcome, reason=day_off(past.day(context.now, each.rule.unit)))
    return by_history(outcome, comparison)


def on_use(each: UseCheck, past: Past) -> Outcome:
    """By what is stored of use."""
    if past.use is None:
        return _outcome(each, Verdict(Status.NO_BASELINE, reason="nothing was read of people's use yet"))
    return _outcome(each, each.rule.judge_use(each.kwargs, each.check.anomaly or Anomaly(), past.use))


def _comparison(each: FactsCheck, facts: EntityFacts, context: RuleContext, past: Past) -> Comparison | None:
    if each.check.anomaly is None or not isinstance(each.rule, Measuring):
        return None
    value = each.rule.measured(facts, past, context.now)
    return None if value is None else compare(each.check, each.rule.unit, value, past, context.now)


def _outcome(each: WholeCheck, verdict: Verdict) -> Outcome:
    return Outcome(each.check, verdict.status, observed=verdict.observed, reason=verdict.reason, attributed=False)
