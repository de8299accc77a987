"""What the state says of the monitor itself, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.incidents.model import IncidentKind, IncidentState
from monitor.quality.check import Severity
from monitor.quality.outcome import Status
from monitor.schedule.cron import parse_cron
from monitor.schedule.job import Job, Work
from monitor.store import ledger
from monitor.store.ledger import How, JobRun
from monitor.store.observed import observe
from monitor.store.observed_jobs import Ending, JobSeen
from monitor.store.state import State
from tests.store.world import CHECK, CLOCK, day, outcome, records, run

JOB = Job("records", Work.CHECK, parse_cron("0 6 * * *"), ZoneInfo("UTC"), spread=timedelta(minutes=10))
HOUR = timedelta(hours=1)


def seen(state: State, job: Job = JOB, now: datetime = CLOCK) -> JobSeen:
    return observe(state, [job], now).jobs[job.id]


def done(state: State, due: datetime, exit_code: int, how: How = How.SCHEDULE) -> JobRun:
    claim = state.ledger.claim(JOB.id, due, how, beside=True)
    assert claim is not None
    with state.database.write() as connection:
        assert ledger.finish(connection, claim, CLOCK + timedelta(seconds=5), exit_code)
    return claim


def test_nothing_is_known_of_a_job_that_never_ran(state: State) -> None:
    assert seen(state) == JobSeen()


def test_the_last_run_and_the_last_that_worked_are_told_apart(state: State) -> None:
    good = done(state, CLOCK - 3 * HOUR, 0)
    undelivered = done(state, CLOCK - 2 * HOUR, 4)
    failed = done(state, CLOCK - HOUR, 3)
    assert state.ledger.miss(JOB.id, {CLOCK - timedelta(minutes=1): "late"})
    found = seen(state)
    assert found.last is not None
    assert found.last.why == "late"
    assert found.worked is not None
    assert found.worked.id == undelivered.id
    assert good.id < undelivered.id < failed.id
    assert found.recent == {Ending.GOOD: 1, Ending.UNDELIVERED: 1, Ending.FAILED: 1, Ending.MISSED: 1}
    assert seen(state, now=CLOCK + timedelta(days=2)).recent == {}


def test_a_run_that_gives_no_sign_of_life_is_left_behind(state: State) -> None:
    claim = state.ledger.claim(JOB.id, CLOCK, How.SCHEDULE)
    assert claim is not None
    found = seen(state)
    assert (found.running, found.left) == (claim, None)
    state.ledger.put_back(claim)
    found = seen(state)
    assert found.running is None
    assert found.left is not None
    assert found.left.id == claim.id


def test_what_was_missed_is_reckoned_since_the_job_is_known_with_its_times(state: State) -> None:
    state.ledger.know({JOB.id: JOB.times}, CLOCK - HOUR)
    assert seen(state).floor == CLOCK - HOUR
    other = Job(JOB.id, JOB.work, parse_cron("30 6 * * *"), JOB.zone)
    assert seen(state, other).floor is None  # nobody has taken note of these times yet
    done(state, CLOCK - timedelta(minutes=5), 0, How.BY_HAND)
    assert seen(state).floor == CLOCK - HOUR
    done(state, CLOCK, 0)
    found = seen(state)
    assert found.floor == CLOCK - JOB.spread  # a run that was put off may still come
    assert found.recorded == {CLOCK, CLOCK - timedelta(minutes=5)}


def test_a_schedule_that_only_another_scheduler_runs_is_known_by_its_runs(state: State) -> None:
    done(state, CLOCK, 0)
    assert seen(state).floor == CLOCK - JOB.spread


def test_who_leads_is_known_until_the_term_is_over(state: State) -> None:
    assert observe(state, [], CLOCK).lease is None
    lease = state.leases.take("a/1/x")
    assert lease is not None
    found = observe(state, [], CLOCK).lease
    assert found is not None
    assert found.held
    assert timedelta(seconds=25) < found.left <= timedelta(seconds=30)
    state.leases.give_back(lease)
    found = observe(state, [], CLOCK).lease
    assert found is not None
    assert (found.held, found.left, found.term) == (False, timedelta(), 1)


def test_outcomes_incidents_and_readings_are_the_newest(state: State) -> None:
    run(state, outcome(records("1")), 0)
    run(state, outcome(records(*map(str, range(40)))), 1)
    started = state.runs.start("test", day(2))  # goes on still, and counts for nothing yet
    assert started
    found = observe(state, [], day(2), of_checks={CHECK.id})
    assert found.outcomes == {(Severity.CRITICAL, Status.FAIL): 1}
    assert found.incidents == {(IncidentKind.DATA, Severity.CRITICAL, IncidentState.OPEN): 1}
    entity = found.entities["opportunities"]
    assert (entity.at, entity.rows, entity.newest, entity.scans) == (day(1), 100, CLOCK, 2)
    assert observe(state, [], day(2), of_checks={"another"}).outcomes == {}
