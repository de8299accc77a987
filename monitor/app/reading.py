"""Reads one entity in a run: its checks, whether the database hides rows of it, and the pipeline's figures."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import sqlalchemy as sa

from monitor.app.emptied import accepted_as_empty, lapsed, rows_are_back
from monitor.app.pipeline import ENTITY as PIPELINE
from monitor.app.pipeline import Pipeline
from monitor.app.report import StatusSum
from monitor.crm.connection import Crm
from monitor.crm.guard import hidden_rows
from monitor.errors import CrmUnavailable
from monitor.quality.ahead import Ahead
from monitor.quality.check import Check
from monitor.quality.counting import instant, newest_item
from monitor.quality.outcome import EntityFacts, EntityResult, Outcome, Status
from monitor.store.emptied import AcceptedEmpty

if TYPE_CHECKING:
    from monitor.quality.engine import Options, Reader


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found of one entity; ``problem`` says why its figures would be untrue, ``warning`` why they may be.

    ``note`` is worth telling beside it.
    """

    result: EntityResult
    pipeline: tuple[StatusSum, ...] = ()
    problem: str = ""
    warning: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Beside:
    """What is read of the CRM beside one entity after the other: queries begun ahead, and the pipeline's figures."""

    ahead: Ahead
    pipeline: Future[Pipeline]


def read_entity(
    crm: Crm,
    reader: Reader,
    entity: str,
    checks: Sequence[Check],
    earlier: Sequence[EntityFacts],
    options: Options,
    beside: Beside,
    emptied: AcceptedEmpty | None = None,
) -> Reading:
    """Run the checks on one entity. Raises CrmUnavailable when the CRM itself is gone.

    ``emptied``: somebody accepted that the entity has no rows.

    What only this entity suffers from (its query ran too long, its table is locked) is its own problem.
    """
    from monitor.quality.engine import run_entity

    try:
        result = run_entity(reader, entity, checks, earlier, options, beside.ahead)
        if problem := _one_reason(result):
            return Reading(result, problem=problem)
        problem, warning = _hidden(crm, reader, entity, result, earlier, options, emptied)
        if problem:
            return Reading(_untrue(result, problem), problem=problem)
        if result.facts is not None:
            result = replace(result, facts=_newest(reader, entity, result.facts, options))
        note = ""
        if emptied is not None and result.facts is not None:
            note = rows_are_back(emptied) if result.facts.rows else ""
            if not result.facts.rows and not _narrowed(options):
                result, note = accepted_as_empty(result, emptied)
        sums, missing = beside.pipeline.result() if entity == PIPELINE and result.facts else ((), "")
        return Reading(result, sums, warning="; ".join(filter(None, (warning, missing))), note=note)
    except CrmUnavailable as error:
        if not _answers(crm):
            raise
        return Reading(
            _untrue(EntityResult(None, [Outcome(check, Status.ERROR) for check in checks]), str(error)),
            problem=str(error),
        )


def _one_reason(result: EntityResult) -> str:
    """Why the entity could not be read at all, which every one of its checks then says."""
    if result.facts is not None:
        return ""
    reasons = {outcome.reason for outcome in result.outcomes if outcome.status is Status.ERROR}
    return reasons.pop() if len(reasons) == 1 else ""


def _newest(reader: Reader, entity: str, facts: EntityFacts, options: Options) -> EntityFacts:
    """The facts with the newest record whoever owns it: some owners' records do not say how old the CRM's data is."""
    source = reader.sources[entity]
    asked = newest_item(reader, source) if _narrowed(options) else []
    for item in asked:
        query = sa.select(item.aggregates["newest"]).select_from(source.selectable)
        with reader.connect() as connection:
            facts = replace(facts, newest=instant(connection.scalar(query), source))
    return facts


def _hidden(
    crm: Crm,
    reader: Reader,
    entity: str,
    result: EntityResult,
    earlier: Sequence[EntityFacts],
    options: Options,
    emptied: AcceptedEmpty | None,
) -> tuple[str, str]:
    """Rows that the role may not see: a problem where figures are untrue for certain, else a warning."""
    source = reader.sources.get(entity)
    if source is None or result.facts is None or _narrowed(options):
        return "", ""
    rows, before = result.facts.rows, earlier[0].rows if earlier else None
    in_force = emptied is not None and not emptied.lapsed(reader.now)
    hidden = hidden_rows(crm, source, rows, before, emptied=in_force)
    if hidden is None:
        return (lapsed(emptied, reader.moments.zone) if emptied and not in_force and not rows else ""), ""
    said = f"{hidden.problem.message}; {hidden.problem.hint}"
    return (said, "") if hidden.certain else ("", said)


def _narrowed(options: Options) -> bool:
    return bool(options.selection.owners or options.selection.teams)


def _untrue(result: EntityResult, problem: str) -> EntityResult:
    outcomes = [
        outcome if outcome.status is Status.SKIPPED else Outcome(outcome.check, Status.ERROR, reason=problem)
        for outcome in result.outcomes
    ]
    return EntityResult(None, outcomes, result.seconds, result.scans)


def _answers(crm: Crm) -> bool:
    try:
        with crm.scan() as connection:
            connection.execute(sa.text("SELECT 1"))
    except CrmUnavailable:
        return False
    return True
