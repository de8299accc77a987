"""Writes one entity's part of a run: its facts, its outcomes, and those per owner and team."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa

from monitor.crm.source import Directory, Team
from monitor.errors import StateUnavailable
from monitor.quality.outcome import EntityFacts, EntityResult, FailingRecords, Outcome, OwnerCount, Status
from monitor.store import failing
from monitor.store.names import NOBODY, check_numbers, owner_numbers, team_numbers
from monitor.store.tables import (
    column_sets,
    entity_facts,
    fact_owners,
    outcome_owners,
    outcome_teams,
    outcomes,
    runs,
)
from monitor.store.upsert import numbers

VERDICTS = (Status.PASS, Status.WARN, Status.FAIL)


@dataclass(frozen=True, slots=True)
class TeamPart:
    """One team's part of an outcome; the key is empty for owners without a team."""

    key: str
    name: str
    rows: int
    unexpected: int
    amount: Decimal | None = None


def kept_list(outcome: Outcome) -> FailingRecords | None:
    """The outcome's failing records if they are all there, else None."""
    if outcome.status not in VERDICTS or outcome.unexpected is None or not outcome.failing.complete:
        return None
    if outcome.unexpected and not outcome.failing.records:
        return None
    return outcome.failing


def team_parts(counts: Sequence[OwnerCount], directory: Directory) -> list[TeamPart]:
    """Per-owner counts summed by the owners' teams."""
    groups: dict[str, tuple[Team, list[OwnerCount]]] = {}
    for count in counts:
        team = directory.team_of(count.owner_key) or Team(NOBODY, "")
        groups.setdefault(team.key, (team, []))[1].append(count)
    return [
        TeamPart(
            key,
            team.name,
            sum(part.rows for part in parts),
            sum(part.unexpected for part in parts),
            _total([part.amount for part in parts]),
        )
        for key, (team, parts) in groups.items()
    ]


def _total(amounts: Sequence[Decimal | None]) -> Decimal | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if known else None


def write_entity(
    connection: sa.Connection, run_id: int, entity: str, result: EntityResult, directory: Directory, now: datetime
) -> Mapping[str, failing.Difference | None]:
    """See ``Results.save_entity``; inside the caller's transaction."""
    run = connection.execute(sa.select(runs).where(runs.c.id == run_id)).one_or_none()
    if run is None:
        raise StateUnavailable(f"the state database has no run {run_id}")
    connection.execute(sa.update(runs).where(runs.c.id == run_id).values(seen_at=now))
    if result.facts is not None:
        _write_facts(connection, run_id, result.facts, result)
    comparable = not (run.replay or run.filtered)
    known = check_numbers(connection, {outcome.check.id: entity for outcome in result.outcomes})
    return {
        outcome.check.id: _write_outcome(connection, run_id, known[outcome.check.id], outcome, directory, comparable)
        for outcome in result.outcomes
    }


def _write_facts(connection: sa.Connection, run_id: int, facts: EntityFacts, result: EntityResult) -> None:
    columns = dict(sorted(facts.columns.items()))
    digest = hashlib.sha256(json.dumps(columns).encode()).hexdigest()
    made = connection.execute(
        sa.insert(entity_facts)
        .values(
            run_id=run_id,
            entity=facts.entity,
            rows=facts.rows,
            newest=facts.newest,
            column_set_id=numbers(connection, column_sets, "digest", {digest: {"columns": columns}})[digest],
            seconds=result.seconds,
            scans=result.scans,
        )
        .returning(entity_facts.c.id)
    )
    fact = made.scalar_one()
    known = owner_numbers(connection, facts.owners)
    values = [{"fact_id": fact, "owner_id": known[key or NOBODY], "rows": rows} for key, rows in facts.owners.items()]
    if values:
        connection.execute(sa.insert(fact_owners), values)


def _write_outcome(
    connection: sa.Connection, run_id: int, check: int, outcome: Outcome, directory: Directory, comparable: bool
) -> failing.Difference | None:
    kept = kept_list(outcome) if comparable else None
    difference = None
    if comparable and outcome.status in VERDICTS:  # without a verdict the list stays as it was
        difference = failing.store(connection, run_id, check, kept)
    made = connection.execute(
        sa.insert(outcomes)
        .values(
            run_id=run_id,
            check_id=check,
            status=outcome.status,
            severity=outcome.check.severity,
            rows=outcome.rows,
            unexpected=outcome.unexpected,
            accepted=outcome.accepted,
            warn=outcome.check.limits.warn,
            fail=outcome.check.limits.fail,
            amount=outcome.amount,
            observed=outcome.observed,
            reason=outcome.reason,
            attributed=outcome.attributed,
            complete=kept is not None,
            new=len(difference.new) if difference else None,
            fixed=len(difference.fixed) if difference else None,
            base_run_id=difference.base_run_id if difference else None,
        )
        .returning(outcomes.c.id)
    )
    _write_parts(connection, made.scalar_one(), outcome.owners, directory)
    return difference


def _write_parts(connection: sa.Connection, outcome: int, counts: Sequence[OwnerCount], directory: Directory) -> None:
    if not counts:
        return
    people = owner_numbers(connection, [count.owner_key for count in counts])
    connection.execute(
        sa.insert(outcome_owners),
        [
            {
                "outcome_id": outcome,
                "owner_id": people[count.owner_key or NOBODY],
                "rows": count.rows,
                "unexpected": count.unexpected,
                "amount": count.amount,
            }
            for count in counts
        ],
    )
    parts = team_parts(counts, directory)
    known = team_numbers(connection, {part.key: Team(part.key, part.name) for part in parts})
    connection.execute(
        sa.insert(outcome_teams),
        [
            {
                "outcome_id": outcome,
                "team_id": known[part.key],
                "rows": part.rows,
                "unexpected": part.unexpected,
                "amount": part.amount,
            }
            for part in parts
        ],
    )
