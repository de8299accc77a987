"""One run of the checks: scan, store, decide, tell, report."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from monitor.app.closing import Closing, close_failed
from monitor.app.deliver import deliver
from monitor.app.keeping import keep_no_longer
from monitor.app.past import past_of
from monitor.app.pipeline import ENTITY as PIPELINE
from monitor.app.pipeline import Pipeline, pipeline_or_why
from monitor.app.project import Known, OpenProject
from monitor.app.reading import Beside, read_entity
from monitor.app.report import CheckReport, DeliverySummary, EntityReport, IncidentChange, RunReport
from monitor.app.selecting import check_people, select_checks
from monitor.crm.vocabulary import RECORDS
from monitor.errors import CrmUnavailable, MonitorError, StateUnavailable, UsageError
from monitor.incidents.model import RunContext
from monitor.quality.adapter import preload
from monitor.quality.ahead import Ahead
from monitor.quality.check import Check
from monitor.quality.outcome import EntityFacts, EntityResult, Selection
from monitor.quality.past import Past
from monitor.quality.rules import REGISTRY
from monitor.store.runs import Then, nothing_else
from monitor.store.state import State

if TYPE_CHECKING:
    from monitor.quality.engine import Reader

Step = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class CheckRequest:
    """What is asked for. ``count`` lets a run by hand count towards incidents; a scheduled one always does."""

    entities: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    as_of: date | None = None
    count: bool = False
    dry_run: bool = False
    notify: bool = True
    trigger: str = "manual"
    also: Then = nothing_else  # what else belongs into the transaction that closes the run

    @property
    def selection(self) -> Selection:
        """The same as the rest of the program knows it."""
        return Selection(
            *(frozenset(names) for names in (self.entities, self.checks, self.owners, self.teams, self.tags))
        )


def end_of_day(day: date, opened: OpenProject) -> datetime:
    """A date means its end in the project's zone: the last microsecond before the next midnight there."""
    midnight = datetime.combine(day + timedelta(days=1), time(), opened.project.zone)
    return midnight - timedelta(microseconds=1)


def run_check(opened: OpenProject, request: CheckRequest, step: Step) -> RunReport:
    """Run the checks and everything that follows from them.

    Results are reported even when the state cannot be written; then nothing is decided or told.
    Raises NothingSelected, UsageError (a day to come), CrmUnavailable (after opening a system incident) and
    ConfigurationError.
    """
    checks = select_checks(opened.project.checks, request.selection)
    today = opened.clock().astimezone(opened.project.zone).date()
    if request.as_of is not None and request.as_of > today:
        hint = f"name a day until today ({today}), or leave --as-of out"
        raise UsageError(f"--as-of {request.as_of} has not begun: there is nothing to leave out", hint=hint)
    if any(check.type not in REGISTRY for check in checks):
        preload()  # its import takes seconds, in which the CRM and the state can be opened
    return _CheckRun(opened, request, checks, step).run()


class _CheckRun:
    def __init__(self, opened: OpenProject, request: CheckRequest, checks: list[Check], step: Step) -> None:
        self.opened, self.request, self.checks, self.step = opened, request, checks, step
        self.started = opened.clock()
        self.as_of = end_of_day(request.as_of, opened) if request.as_of else None
        self.now = self.as_of or self.started
        self.state: State | None = None
        self.state_problem = ""
        self.run_id: int | None = None
        self.replay = False
        self.learning = False  # whether all of it is the baseline by now
        self.notes: list[str] = []
        self.closing: Closing | None = None

    def run(self) -> RunReport:
        self._open_state()
        try:
            reader = self.opened.reader(self.now, self.as_of)
            check_people(reader.directory, self.request.selection)
            self._begin()
            entities = self._entities(reader)
        except CrmUnavailable as error:
            self._crm_failed(error)
            raise
        incidents = self._close(reader)
        delivery = self._deliver()
        self._keep_no_longer()
        return replace(self._report(reader, self._numbered(entities), incidents), delivery=delivery)

    def _open_state(self) -> None:
        try:
            self.state = self.opened.existing_state() if self.request.dry_run else self.opened.state
        except StateUnavailable as error:
            self.state_problem = str(error)

    def _begin(self) -> None:
        """Start the run in the state, and learn what kind of run it is."""
        if self.state is None or self.state_problem:
            return
        try:
            self.replay = self.as_of is not None and self.state.runs.is_replay(self.as_of)
            if not self.request.dry_run:
                self.run_id = self.state.runs.start(
                    self.request.trigger,
                    self.started,
                    selection=self.request.selection,
                    as_of=self.as_of,
                    replay=self.replay,
                    counts=self._counts,
                )
        except StateUnavailable as error:
            self.state_problem = str(error)

    @property
    def _context(self) -> RunContext:
        filtered = self.request.selection.filtered
        return RunContext(self.run_id or 0, replay=self.replay, filtered=filtered, counts=self._counts)

    @property
    def _counts(self) -> bool:
        return self.request.count or self.request.trigger != "manual"

    def _entities(self, reader: Reader) -> tuple[EntityReport, ...]:
        known = self._known()
        past = self._past()
        self._compare(reader)
        by_entity = {
            entity: checks
            for entity in (*RECORDS, *dict.fromkeys(check.entity for check in self.checks))
            if (checks := [check for check in self.checks if check.entity == entity])
        }
        # What is begun here needs no Great Expectations, which may still be loading.
        with ThreadPoolExecutor(max_workers=1) as pool, Ahead(reader.connect, reader.engine.dialect) as ahead:
            pipeline: Future[Pipeline] = Future()
            if PIPELINE in by_entity:
                pipeline = pool.submit(pipeline_or_why, reader, self.request.selection)
            waiting = self._begin_duplicates(ahead, reader, known, by_entity)
            found = {
                entity: self._entity(reader, (known, past), entity, by_entity[entity], Beside(ahead, pipeline))
                for entity in sorted(by_entity, key=waiting.__contains__)  # last, those that wait for a long query
            }
        return tuple(found[entity] for entity in by_entity)

    def _begin_duplicates(
        self, ahead: Ahead, reader: Reader, known: Known, by_entity: Mapping[str, Sequence[Check]]
    ) -> set[str]:
        """Begins what can be begun, and says for which entities."""
        from monitor.quality.foreseen import begin_duplicates

        options = self.opened.options(self.request.selection, known)
        return {entity for entity, checks in by_entity.items() if begin_duplicates(ahead, reader, checks, options)}

    def _compare(self, reader: Reader) -> None:
        """Get ready to compare with what is stored."""
        if self.state is None or self.state_problem:
            return
        try:
            narrowed = bool(self.request.selection.owners or self.request.selection.teams)
            self.closing = Closing(self.opened, self.state, reader, self._context, narrowed=narrowed)
        except StateUnavailable as error:
            self.state_problem = str(error)

    def _known(self) -> Known:
        try:
            return self.opened.known(None if self.state_problem else self.state)
        except StateUnavailable as error:
            self.state_problem = str(error)
            return Known()

    def _past(self) -> Past | None:
        """What the figures of this run are compared with."""
        try:
            return past_of(self.opened, None if self.state_problem else self.state, self.checks, self.now)
        except StateUnavailable as error:
            self.state_problem = str(error)
            return past_of(self.opened, None, self.checks, self.now)

    def _entity(
        self,
        reader: Reader,
        stored: tuple[Known, Past | None],
        entity: str,
        checks: Sequence[Check],
        beside: Beside,
    ) -> EntityReport:
        self.step(f"Checking {entity}", 0, len(checks))
        known, past = stored
        options = self.opened.options(
            self.request.selection,
            known,
            lambda _name, done, total: self.step(f"Checking {entity}", done, total),
            past,
        )
        emptied, earlier = known.emptied.get(entity), self._earlier(entity)
        found = read_entity(self.opened.crm, reader, entity, checks, earlier, options, beside, emptied)
        if found.warning:
            self.notes.append(f"warning: {found.warning}")
        if found.note:
            self.notes.append(found.note)
        result = found.result
        reports = self._save(entity, result, found.problem)
        return EntityReport(
            entity, result.facts, tuple(reports), result.seconds, result.scans, found.problem, found.pipeline
        )

    def _earlier(self, entity: str) -> tuple[EntityFacts, ...]:
        if self.state is None or self.state_problem or self.replay:
            return ()
        try:
            return tuple(self.state.results.earlier_facts(entity))
        except StateUnavailable as error:
            self.state_problem = str(error)
            return ()

    def _save(self, entity: str, result: EntityResult, problem: str) -> list[CheckReport]:
        if self.closing is None or self.state_problem:
            return [CheckReport(outcome) for outcome in result.outcomes]
        try:
            now, store = self.opened.clock(), self.run_id is not None
            return self.closing.add(entity, result, store=store, now=now, problem=problem)
        except StateUnavailable as error:
            self.state_problem = str(error)
            return [CheckReport(outcome) for outcome in result.outcomes]

    def _close(self, reader: Reader) -> tuple[IncidentChange, ...]:
        if self.closing is None or self.run_id is None or self.state_problem:
            return ()
        try:
            changes = self.closing.close(self.opened.clock(), self.request.also)
        except StateUnavailable as error:
            self.state_problem = str(error)
            return ()
        learned = self.closing.learned
        self.learning = self.closing.first
        if learned and not self.learning:
            checks, whose = ("1 check", "its") if learned == 1 else (f"{learned} checks", "their")
            self.notes.insert(0, f"{checks} learned: what fails there now is {whose} baseline.")
        return changes

    def _numbered(self, entities: tuple[EntityReport, ...]) -> tuple[EntityReport, ...]:
        """The reports with the incidents that are open now that the run is closed."""
        if self.closing is None or not self.closing.live:
            return entities
        live = self.closing.live
        return tuple(
            replace(
                entity,
                checks=tuple(replace(one, incident_id=live.get(one.outcome.check.id)) for one in entity.checks),
            )
            for entity in entities
        )

    def _deliver(self) -> DeliverySummary | None:
        """Send what waits, this run's messages among it."""
        if self.state is None or self.run_id is None or self.state_problem or not self.request.notify:
            return None
        self.step("Sending messages", 0, 1)
        try:
            return deliver(self.opened, self.state)
        except StateUnavailable as error:
            self.state_problem = str(error)
            return None

    def _keep_no_longer(self) -> None:
        if self.state is None or self.run_id is None or self.state_problem:
            return
        try:
            keep_no_longer(self.opened, self.state)
        except StateUnavailable as error:  # the results are stored; tomorrow's run deletes it
            self.notes.append(f"warning: what is past its time was not deleted: {error.message}")

    def _crm_failed(self, error: MonitorError) -> None:
        """The connection itself is the incident; the run is closed as failed."""
        if self.state is None or self.request.dry_run or self.state_problem:
            return
        try:
            if self.run_id is None:
                self._begin()
            if self.run_id is not None:
                close_failed(self.opened, self.state, self._context, error.message)
                if self.request.notify:
                    deliver(self.opened, self.state)
        except StateUnavailable as second:
            self.state_problem = str(second)

    def _report(
        self, reader: Reader, entities: tuple[EntityReport, ...], incidents: tuple[IncidentChange, ...]
    ) -> RunReport:
        newest = [entity.facts.newest for entity in entities if entity.facts and entity.facts.newest]
        return RunReport(
            project=self.opened.project.settings.name,
            crm=self.opened.project.crm_map.title,
            started_at=self.started,
            zone=self.opened.project.zone,
            directory=reader.directory,
            entities=entities,
            selection=self.request.selection,
            run_id=None if self.state_problem else self.run_id,
            as_of=self.as_of,
            data_as_of=max(newest, default=None),
            learning=self.learning,
            replay=self.replay,
            dry_run=self.request.dry_run,
            incidents=incidents,
            notes=(*self._kind_of_run(), *self.notes),
            state_problem=self.state_problem,
            currency=self.opened.project.settings.currency,
        )

    def _kind_of_run(self) -> list[str]:
        if self.state_problem:
            return []
        if self.request.dry_run:
            return ["Dry run: nothing was stored or sent."]
        if self.replay:
            return ["Replay of an earlier day: baselines, incidents and messages are unchanged."]
        if self.request.selection.filtered:
            return ["Filtered run: baselines and incidents are unchanged."]
        if self.learning:
            return ["First run: what fails now is the baseline. From now on, alerts are about what is new or worse."]
        if not self._counts:
            return ["Run by hand: incidents are unchanged. With --count it counts, as a scheduled run does."]
        return []
