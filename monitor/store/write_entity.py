"""Writes one entity's part of a run: its facts, its outcomes, and those per owner and team."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import sqlalchemy as sa

from monitor.crm.source import Directory, Team
from monitor.errors import StateUnavailable
from monitor.quality.outcome import EntityFacts, EntityResult, FailingRecords, Outcome, OwnerCount, Status
from monitor.quality.teams import TeamPart, by_team
from monitor.store import failing
from monitor.store.comparable import COMPARABLE
from monitor.store.names import NOBODY, described_checks, owner_numbers, team_numbers
from monitor.store.tables import (
    column_sets,
    entity_facts,
    fact_owners,
    outcome_owners,
    outcome_teams,
    outcomes,
    runs,
)
from monitor.store.unnamed import USERS, Unnamed
from monitor.store.upsert import insert_many, numbers

VERDICTS = (Status.PASS, Status.WARN, Status.FAIL)


def kept_list(outcome: Outcome) -> FailingRecords | None:
    """The outcome's failing records if they are all there, else None."""
    if outcome.status not in VERDICTS or outcome.unexpected is None or not outcome.failing.complete:
        return None
    if outcome.unexpected and not outcome.failing.records:
        return None
    return outcome.failing


def write_entity(
    connection: sa.Connection, run_id: int, entity: str, result: EntityResult, directory: Directory, now: datetime
) -> Mapping[str, failing.Difference | None]:
    """See ``Results.save_entity``; inside the caller's transaction."""
    run = connection.execute(sa.select(runs).where(runs.c.id == run_id)).one_or_none()
    if run is None:
        raise StateUnavailable(f"the state database has no run {run_id}")
    connection.execute(sa.update(runs).where(runs.c.id == run_id).values(seen_at=now))
    unnamed = Unnamed.among(connection, directory, _users(entity, result))
    if result.facts is not None:
        _write_facts(connection, run_id, result.facts, result, unnamed)
    comparable = not (run.replay or run.filtered)
    return _Writer(connection, run_id, entity, directory, unnamed, comparable=comparable).write(result.outcomes)


def _write_facts(
    connection: sa.Connection, run_id: int, facts: EntityFacts, result: EntityResult, unnamed: Unnamed
) -> None:
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
            owner_history=facts.owner_history,
        )
        .returning(entity_facts.c.id)
    )
    fact = made.scalar_one()
    owners = unnamed.rows(facts.owners)
    known = owner_numbers(connection, owners)
    values = [(fact, known[key or NOBODY], rows) for key, rows in owners.items()]
    insert_many(connection, fact_owners, ("fact_id", "owner_id", "rows"), values)


@dataclass(slots=True)
class _Writer:
    """Writes outcomes; the numbers of people and teams are looked up once for all of them."""

    connection: sa.Connection
    run_id: int
    entity: str
    directory: Directory
    unnamed: Unnamed
    comparable: bool
    people: Mapping[str, int] = field(default_factory=dict)

    def write(self, found: Sequence[Outcome]) -> Mapping[str, failing.Difference | None]:
        known = described_checks(self.connection, [outcome.check for outcome in found])
        newer = _judged_since(self.connection, self.run_id, known)
        lists = {name for name in known if self.comparable and name not in newer}
        kept = {outcome.check.id: self._kept(outcome) if outcome.check.id in lists else None for outcome in found}
        counted = {outcome.check.id: self.unnamed.counts(outcome.owners) for outcome in found}
        self.people = owner_numbers(self.connection, _people(counted.values(), kept.values()))
        differences: dict[str, failing.Difference | None] = {}
        owners: list[tuple[int, OwnerCount]] = []
        parts: list[tuple[int, TeamPart]] = []
        for outcome in found:
            name = outcome.check.id
            difference = None
            if name in lists and outcome.status in VERDICTS:  # without a verdict the list stays as it was
                difference = failing.store(self.connection, self.run_id, known[name], kept[name], self.people)
            number = self._outcome(known[name], outcome, difference, complete=kept[name] is not None)
            differences[name] = difference
            owners += ((number, count) for count in counted[name])
            parts += ((number, part) for part in by_team(outcome.owners, self.directory))
        self._owners(owners)
        self._teams(parts)
        return differences

    def _kept(self, outcome: Outcome) -> FailingRecords | None:
        found = kept_list(outcome)
        if found is None:
            return None
        return replace(found, records=tuple(self.unnamed.record(self.entity, record) for record in found.records))

    def _outcome(self, check: int, outcome: Outcome, difference: failing.Difference | None, *, complete: bool) -> int:
        made = self.connection.execute(
            sa.insert(outcomes)
            .values(
                run_id=self.run_id,
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
                complete=complete,
                new=len(difference.new) if difference else None,
                fixed=len(difference.fixed) if difference else None,
                base_run_id=difference.base_run_id if difference else None,
            )
            .returning(outcomes.c.id)
        )
        return int(made.scalar_one())

    def _owners(self, counts: Sequence[tuple[int, OwnerCount]]) -> None:
        names = ("outcome_id", "owner_id", "rows", "unexpected", "amount")
        rows = [
            (number, self.people[count.owner_key or NOBODY], count.rows, count.unexpected, count.amount)
            for number, count in counts
        ]
        insert_many(self.connection, outcome_owners, names, rows)

    def _teams(self, parts: Sequence[tuple[int, TeamPart]]) -> None:
        nobody = Team(NOBODY, "")
        teams = [part.team or nobody for _, part in parts]
        known = team_numbers(self.connection, {team.key: team for team in teams})
        names = ("outcome_id", "team_id", "rows", "unexpected", "amount", "people")
        rows = [
            (number, known[team.key], part.rows, part.unexpected, part.amount, team.size)
            for (number, part), team in zip(parts, teams, strict=True)
        ]
        insert_many(self.connection, outcome_teams, names, rows)


def _judged_since(connection: sa.Connection, run_id: int, known: Mapping[str, int]) -> set[str]:
    """Checks that a run begun later has judged already: what this one saw is older than their kept lists."""
    rows = (
        sa.select(outcomes.c.check_id)
        .join(runs, runs.c.id == outcomes.c.run_id)
        .where(outcomes.c.run_id > run_id, outcomes.c.check_id.in_(known.values()), COMPARABLE)
    )
    newer = set(connection.execute(rows).scalars())
    return {name for name, number in known.items() if number in newer}


def _people(counted: Iterable[Sequence[OwnerCount]], kept: Iterable[FailingRecords | None]) -> set[str | None]:
    owners = {count.owner_key for counts in counted for count in counts}
    records = [record for records in kept if records for record in records.records]
    return owners | {record.owner_key for record in records} | {record.created_by for record in records}


def _users(entity: str, result: EntityResult) -> set[str]:
    """All users whom a result names, and so might say too much of."""
    records = [record for outcome in result.outcomes for record in outcome.failing.records]
    named = _people([outcome.owners for outcome in result.outcomes], [outcome.failing for outcome in result.outcomes])
    rows = set(result.facts.owners) if result.facts is not None else set()
    keys = {record.key for record in records} if entity == USERS else set()
    return {user for user in named | rows | keys if user}
