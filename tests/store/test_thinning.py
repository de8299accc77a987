"""The state's size stays bounded: what is over gets sparser with age, and ends; what is not over stays."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from monitor.quality.outcome import Status
from monitor.store import ledger
from monitor.store.ledger import How
from monitor.store.state import State
from monitor.store.tables import incidents, outbox, outcomes, runs
from monitor.store.tables_service import job_runs
from tests.store.test_retention import NOBODYS_RETENTION, REDACTING
from tests.store.world import CHECK, CLOCK, day, outcome, records, run

HOUR = timedelta(hours=1)


def rows(state: State, table: sa.Table) -> int:
    with state.database.read() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())


def prune(state: State, at: int) -> None:
    state.keeping.prune(day(at), NOBODYS_RETENTION, REDACTING)


def test_after_a_while_one_result_a_day_is_kept_and_runs_of_which_nothing_is_left_go(state: State) -> None:
    for _ in range(5):
        run(state, outcome(records("a")), 0)
    last = run(state, outcome(records("a", "b")), 1)
    prune(state, 34)
    assert rows(state, outcomes) == 6
    prune(state, 60)
    assert rows(state, outcomes) == 2
    assert state.results.previous()[CHECK.id].run_id == last
    assert rows(state, runs) == 3  # the first still says since when a record fails
    prune(state, 60)
    assert rows(state, outcomes) == 2


def test_of_the_oldest_results_only_the_newest_stays(state: State) -> None:
    for number in range(3):
        run(state, outcome(records("a")), number)
    prune(state, 800)
    assert rows(state, outcomes) == 1
    assert CHECK.id in state.results.previous()


def test_an_incident_that_is_long_over_goes_with_all_that_was_said_and_an_open_one_stays(state: State) -> None:
    run(state, outcome(records(), status=Status.PASS), 0)
    run(state, outcome(records("a", "b", "c")), 1)
    run(state, outcome(records(), status=Status.PASS), 2)
    assert rows(state, incidents) == 1
    prune(state, 700)
    assert rows(state, incidents) == 1
    prune(state, 800)
    assert (rows(state, incidents), rows(state, outbox)) == (0, 0)
    run(state, outcome(records("a", "b", "c")), 801)
    prune(state, 2000)
    assert rows(state, incidents) == 1


def test_of_a_job_s_old_runs_the_newest_and_those_that_go_on_stay(state: State) -> None:
    for number in range(4):
        claim = state.ledger.claim("records", CLOCK + number * HOUR, How.SCHEDULE)
        assert claim is not None
        with state.database.write() as connection:
            assert ledger.finish(connection, claim, CLOCK + number * HOUR, 0, "")
    going_on = state.ledger.claim("other", CLOCK, How.SCHEDULE)
    assert going_on is not None
    prune(state, 34)
    assert rows(state, job_runs) == 5
    prune(state, 60)
    assert rows(state, job_runs) == 2
    assert state.ledger.recorded("records", CLOCK - HOUR) == {CLOCK + 3 * HOUR}
    assert state.ledger.recorded("other", CLOCK - HOUR) == {CLOCK}


def test_an_old_run_that_was_begun_and_never_ended_goes_once_there_is_a_newer_one(state: State) -> None:
    assert state.ledger.claim("records", CLOCK, How.SCHEDULE) is not None
    with state.database.write() as connection:
        connection.execute(sa.update(job_runs).values(alive_until=CLOCK))
    prune(state, 60)
    assert state.ledger.recorded("records", CLOCK - HOUR) == {CLOCK}
    assert state.ledger.miss("records", {CLOCK + HOUR: "nothing ran"})
    prune(state, 60)
    assert state.ledger.recorded("records", CLOCK - HOUR) == {CLOCK + HOUR}


def test_a_job_s_old_runs_stay_as_long_as_an_earlier_one_is_not_settled(state: State) -> None:
    state.ledger.know({"records": "every 1h"}, CLOCK + HOUR)
    for number in range(4):
        assert state.ledger.miss("records", {CLOCK + number * HOUR: "nothing ran"})
    with state.database.write() as connection:
        connection.execute(sa.update(job_runs).values(finished_at=CLOCK))
    prune(state, 60)
    assert state.ledger.recorded("records", CLOCK - HOUR) == {CLOCK + number * HOUR for number in (2, 3)}
    state.ledger.settle({"records": CLOCK + 2 * HOUR})
    prune(state, 60)
    assert state.ledger.recorded("records", CLOCK - HOUR) == {CLOCK + 3 * HOUR}
