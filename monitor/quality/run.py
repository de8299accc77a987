"""One entity's run, step by step: count, judge, then find the failing records of the checks with few enough of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, TypeVar

import sqlalchemy as sa

from monitor.crm.drift import physical_columns
from monitor.crm.source import EntitySource
from monitor.errors import MonitorError
from monitor.quality.accepting import take_out_accepted
from monitor.quality.ahead import Ahead
from monitor.quality.arguments import named_columns
from monitor.quality.check import Check
from monitor.quality.collecting import Target, collect
from monitor.quality.comparing import on_rows
from monitor.quality.counting import NEWEST, instant, owner_tallies, row_tallies, scan_items
from monitor.quality.evaluate import Tally, by_plain, judge
from monitor.quality.faults import raise_if_gone, safe_reason
from monitor.quality.handovers import known_handovers, owner_history
from monitor.quality.outcome import EntityFacts, EntityResult, FailingRecords, Outcome, Status
from monitor.quality.past import Past
from monitor.quality.prepare import (
    CountCheck,
    DuplicateCheck,
    FactsCheck,
    OwnerCheck,
    PlainCheck,
    Prepared,
    Reader,
    RowCheck,
    Unready,
    UseCheck,
    ValueCheck,
    prepare,
)
from monitor.quality.rows import Rows, names_in
from monitor.quality.scan import Figures, Scanned, scan
from monitor.quality.selection import Options, owner_condition, owner_keys, stored_key
from monitor.quality.uniqueness import counting_query, tallies
from monitor.quality.values import Judged, by_stream, judge_stream, stream, stream_query
from monitor.quality.whole import WholeCheck, on_count, on_facts, on_use

T = TypeVar("T")


class EntityRun:
    """Runs the checks on one entity once; ``run`` gives the result."""

    def __init__(
        self,
        reader: Reader,
        source: EntitySource,
        checks: Sequence[Check],
        earlier: Sequence[EntityFacts],
        options: Options,
        ahead: Ahead,
    ) -> None:
        self.reader = reader
        self.source = source
        self.checks = checks
        self.earlier = earlier
        self.options = options
        self.ahead = ahead
        self.where = owner_condition(source, options.selection, reader.directory)
        nothing = Past(reader.moments.zone, reader.moments.is_working_day)
        self.past = (options.past or nothing) if self.where is None else None
        self.outcomes: dict[str, Outcome] = {}
        self.targets: list[Target] = []
        self.scans = 0
        self.facts: EntityFacts | None = None

    def run(self) -> EntityResult:
        """Raises CrmUnavailable when the database is gone; any other failure is one check's ERROR."""
        started = time.perf_counter()
        prepared = prepare(self.reader, self.source.entity, self.checks)
        for each in prepared:
            if isinstance(each, Unready):
                status = Status.SKIPPED if each.skipped else Status.ERROR
                self._settle(Outcome(each.check, status, reason=each.reason))
        for each in prepared:
            if isinstance(each, DuplicateCheck):
                with suppress(Exception):  # what is wrong with it is said when its records are asked for
                    self.ahead.begin(self._counting(each))
        self._judge(prepared)
        self._collect()
        outcomes = [self.outcomes[check.id] for check in self.checks]
        return EntityResult(self.facts, outcomes, time.perf_counter() - started, self.scans)

    def _judge(self, prepared: Sequence[Prepared]) -> None:
        """Scan, then settle every check that is not settled yet."""
        items = scan_items(self.reader, self.source, prepared, self.options)
        scanned = scan(self.reader, self.source, items, self.where)
        self.scans += scanned.scans
        self.facts = facts = self._facts(scanned)
        for each in prepared:
            if not isinstance(each, Unready | ValueCheck):
                self._one(each, scanned, facts)
        self._values([each for each in prepared if isinstance(each, ValueCheck)], scanned)

    def _settle(self, outcome: Outcome) -> None:
        self.outcomes[outcome.check.id] = outcome
        if self.options.on_progress:
            self.options.on_progress(self.source.entity, len(self.outcomes), len(self.checks))

    def _facts(self, scanned: Scanned) -> EntityFacts | None:
        if scanned.base_error:
            return None
        newest = [instant(each["newest"], self.source) for each in scanned.figures.get(NEWEST, {}).values()]
        return EntityFacts(
            entity=self.source.entity,
            rows=sum(scanned.rows.values()),
            newest=max((each for each in newest if each is not None), default=None),
            columns=self._guarded(self._columns, {}),
            owners=dict(scanned.rows) if self.source.has("owner_key") else {},
        )

    def _columns(self) -> dict[str, str]:
        with self.reader.connect() as connection:
            return physical_columns(connection, self.source)

    def _guarded(self, ask: Callable[[], T], otherwise: T) -> T:
        """What ``ask`` gives, or ``otherwise`` where the database refuses; raises CrmUnavailable when it is gone."""
        try:
            return ask()
        except (sa.exc.SQLAlchemyError, MonitorError) as error:
            raise_if_gone(error)
            return otherwise

    def _one(self, each: Prepared, scanned: Scanned, facts: EntityFacts | None) -> None:
        """Judges one check; whatever goes wrong with it is its own ERROR."""
        check = each.check
        if (reason := scanned.base_error or scanned.errors.get(check.id)) is not None and reason:
            self._settle(Outcome(check, Status.ERROR, reason=reason))
            return
        try:
            outcome = self._outcome(each, scanned, facts)
        except Exception as error:  # noqa: BLE001 - one check that breaks must not take its neighbours along
            raise_if_gone(error)
            outcome = Outcome(check, Status.ERROR, reason=safe_reason(error))
        self._settle(outcome)

    def _outcome(self, each: Prepared, scanned: Scanned, facts: EntityFacts | None) -> Outcome:
        if isinstance(each, FactsCheck | CountCheck | UseCheck):
            return self._on_whole(each, scanned, facts)
        if not scanned.rows and not (isinstance(each, PlainCheck) and not each.expectation.about_values):
            return self._nothing(each.check)
        if isinstance(each, PlainCheck):
            return self._plain(each)
        figures = scanned.figures.get(each.check.id, {})
        if isinstance(each, RowCheck):
            return self._counted(each, row_tallies(each, figures))
        if isinstance(each, OwnerCheck):
            context = self.reader.context(self.source.entity)
            failing = frozenset(owner for owner in figures if each.rule.fails(owner, each.kwargs, context))
            return self._counted(each, owner_tallies(each, failing, figures), owners=failing)
        if isinstance(each, DuplicateCheck):
            return self._counted(each, self._duplicates(each, figures))
        raise TypeError(f"{type(each).__name__} is judged elsewhere")

    def _nothing(self, check: Check) -> Outcome:
        limited = " of the selected owners" if self.where is not None else ""
        return Outcome(check, Status.NO_DATA, rows=0, unexpected=0, reason=f"no rows in {self.source.entity}{limited}")

    def _on_whole(self, each: WholeCheck, scanned: Scanned, facts: EntityFacts | None) -> Outcome:
        if self.past is None:
            reason = "it is about the entity as a whole, and this run looks at some owners only"
            return Outcome(each.check, Status.SKIPPED, reason=reason, attributed=False)
        if facts is None:
            return Outcome(each.check, Status.ERROR, reason="the entity could not be read", attributed=False)
        context = self.reader.context(self.source.entity)
        if isinstance(each, FactsCheck):
            return on_facts(each, facts, self.earlier, context, self.past)
        if isinstance(each, CountCheck):
            counted = scanned.figures.get(each.check.id, {}).values()
            return on_count(each, sum(int(one["rows"]) for one in counted), context, self.past)
        return on_use(each, self.past)

    def _plain(self, each: PlainCheck) -> Outcome:
        condition = (
            each.domain if self.where is None else sa.and_(self.where, *([] if each.domain is None else [each.domain]))
        )
        named = named_columns(each.check.type, each.check.kwargs)
        rows = Rows(self.source, named | names_in([condition]) if named else self.source.columns)
        query = sa.select(*(rows[name].label(name) for name in rows.names)).select_from(rows.table)
        with self.reader.connect() as connection:
            self.scans += 1
            result = each.expectation.run(connection, query if condition is None else query.where(rows.bind(condition)))
        return on_rows(by_plain(each.check, result), self.past, self.reader.now)

    def _duplicates(self, each: DuplicateCheck, figures: Mapping[str | None, Figures]) -> list[Tally]:
        self.scans += 1
        records = self.ahead.records(self._counting(each))
        return tallies(each, figures, records, money=self.source.has("amount"))

    def _counting(self, each: DuplicateCheck) -> sa.Select[Any]:
        return counting_query(self.reader, self.source, each, self.where, self.options)

    def _counted(
        self,
        each: RowCheck | OwnerCheck | DuplicateCheck | ValueCheck,
        counts: list[Tally],
        *,
        owners: frozenset[str | None] = frozenset(),
        bad: Judged | None = None,
    ) -> Outcome:
        target = Target(each, owners, bad.bad if bad else None)
        counts = take_out_accepted(self.reader, self.source, target, counts, self.where, self.options)
        expectation = each.expectation if isinstance(each, RowCheck | DuplicateCheck) else None
        judged = judge(each.check, counts, expectation, attributed=self.source.has("owner_key"))
        outcome = on_rows(judged, self.past, self.reader.now)
        self.targets.append(target)
        return outcome

    def _values(self, checks: Sequence[ValueCheck], scanned: Scanned) -> None:
        if scanned.base_error:
            for check in checks:
                self._settle(Outcome(check.check, Status.ERROR, reason=scanned.base_error))
            return
        if not scanned.rows:
            for check in checks:
                self._settle(self._nothing(check.check))
            return
        for group in by_stream(checks, self.reader.engine.dialect):
            self._stream(group)

    def _stream(self, group: Sequence[ValueCheck]) -> None:
        """Judges the checks of one stream; when it breaks, each is tried alone."""
        try:
            judged = self._judged(group)
            outcomes = [self._counted(each.check, self._tallies(each), bad=each) for each in judged]
        except Exception as error:  # noqa: BLE001 - one rule that breaks must not take its neighbours along
            raise_if_gone(error)
            if len(group) > 1:
                for check in group:
                    self._stream([check])
                return
            outcomes = [Outcome(group[0].check, Status.ERROR, reason=safe_reason(error))]
        for outcome in outcomes:
            self._settle(outcome)

    def _judged(self, group: Sequence[ValueCheck]) -> list[Judged]:
        # Values of other owners decide too whether one is a near-duplicate: these streams are never narrowed.
        where = None if group[0].compares else self.where
        query = stream_query(self.source, group, where)
        with self.reader.connect() as connection:
            self.scans += 1
            return judge_stream(self.reader, self.source, group, stream(connection, query), self.options.cap)

    def _tallies(self, judged: Judged) -> list[Tally]:
        counts = judged.tallies(money=self.source.has("amount"))
        wanted = owner_keys(self.options.selection, self.reader.directory)
        if wanted is None or not judged.check.compares:
            return counts
        return [each for each in counts if each.owner_key in wanted]

    def _collect(self) -> None:
        """Finds the failing records of every check that has some, and no more than the cap."""
        few: list[Target] = []
        for target in self.targets:
            outcome = self.outcomes[target.prepared.check.id]
            if outcome.unexpected and outcome.unexpected <= self.options.cap and self.source.has("key"):
                few.append(target)
            elif outcome.unexpected:
                self.outcomes[outcome.check.id] = replace(outcome, failing=FailingRecords(complete=False))
        records, sent = collect(self.reader, self.source, few, self.where, self.options)
        self.scans += sent
        for check, failing in self._with_handovers(records).items():
            self.outcomes[check] = replace(self.outcomes[check], failing=failing)
        for check, outcome in self.outcomes.items():
            if outcome.rows is None or outcome.status in (Status.ERROR, Status.SKIPPED):
                self.outcomes[check] = replace(outcome, failing=FailingRecords(complete=False))

    def _with_handovers(self, found: Mapping[str, FailingRecords]) -> Mapping[str, FailingRecords]:
        """The lists with when a record was taken over from another owner, where the CRM tells that."""
        if (
            self.facts is None
            or owner_history(self.reader.sources) is None
            or not any(one.records for one in found.values())
        ):
            return found
        handed = known_handovers(self.reader, self.source.entity)
        self.scans += 1
        if handed is None:
            return found
        self.facts = replace(self.facts, owner_history=True)
        stored = {stored_key(self.source, key, self.options): at for key, at in handed.items()}
        return {
            check: replace(
                failing,
                records=tuple(
                    replace(one, handed_at=stored[one.key]) if one.key in stored else one for one in failing.records
                ),
            )
            for check, failing in found.items()
        }


def failing_owners(reader: Reader, source: EntitySource, check: OwnerCheck) -> frozenset[str | None]:
    """The owners in the entity whose records fail; raises what the database raises."""
    found = scan(reader, source, [], None)
    context = reader.context(source.entity)
    return frozenset(owner for owner in found.rows if check.rule.fails(owner, check.kwargs, context))
