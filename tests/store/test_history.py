"""What a check may be compared with: which runs are read, and when an incident of it stood."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from monitor.incidents.model import Policy
from monitor.quality.outcome import EntityFacts, EntityResult, Outcome, Selection, Status
from monitor.quality.past import Trouble
from monitor.store.history import History
from monitor.store.state import State
from tests.store.world import CHECK, DIRECTORY, day, decisions, outcome, records, run

NAME, ENTITY = CHECK.id, "opportunities"


def load(state: State, before: int, window: int = 30) -> History:
    return state.histories.load(
        outcomes_of=[NAME],
        facts_of={"volume": ENTITY},
        troubles_of=[NAME],
        before=day(before),
        window=timedelta(days=window),
    )


def failing(count: int, **more: Any) -> Outcome:
    return outcome(records(*map(str, range(count))), **more)


def good(**more: Any) -> Outcome:
    return failing(1, status=Status.PASS, **more)


def days_of(found: History) -> list[int]:
    return [(one.at - day(0)).days for one in found.checks[NAME]]


def test_the_runs_that_counted_are_read_for_checks_and_entities_at_once(state: State) -> None:
    run(state, good(), 0)
    run(state, good(), 1, counts=False)
    run(state, good(), 2, selection=Selection(checks=frozenset([NAME])))
    run(state, good(), 3, replay=True)
    run(state, failing(7, status=Status.PASS, rows=50), 4)
    state.runs.start("test", day(5))
    found = load(state, 6)
    assert days_of(found) == [0, 4]
    newest = found.checks[NAME][-1]
    assert (newest.rows, newest.unexpected, newest.newest) == (50, 7, None)
    assert [(one.rows, one.newest) for one in found.entities[ENTITY]] == [(100, day(0)), (100, day(0))]
    assert found.troubles == {}
    assert days_of(load(state, 4)) == [0], "the run itself is not among them"


def test_a_run_as_of_an_earlier_moment_is_of_that_moment(state: State) -> None:
    run(state, good(), 9, as_of=day(4))
    assert days_of(load(state, 10)) == [4]


def test_what_was_not_counted_has_no_figure(state: State) -> None:
    run(state, Outcome(CHECK, Status.ERROR, reason="no such column"), 0)
    run(state, Outcome(CHECK, Status.PASS, observed="12 records"), 1)
    assert load(state, 2).checks == {}


def test_the_times_in_which_an_incident_stood_are_told(state: State) -> None:
    run(state, good(), 0)
    for number, one in enumerate([failing(50), failing(51), good(), good(), failing(50), good(), failing(60)], 1):
        run(state, one, number)
    expected = [Trouble(day(1), day(3)), Trouble(day(5), day(6)), Trouble(day(7))]
    assert load(state, 8).troubles == {NAME: expected}


def test_a_pending_incident_counts_from_its_beginning_and_one_that_came_to_nothing_not_at_all(state: State) -> None:
    patient = Policy(failing_runs=3)
    run(state, good(), 0)
    for number, one in enumerate([failing(50), good(), failing(50), failing(50), failing(50)], 1):
        run(state, one, number, policy=patient)
    assert load(state, 6).troubles == {NAME: [Trouble(day(3))]}


def test_an_incident_that_ended_with_the_check_still_failing_was_accepted(state: State) -> None:
    run(state, good(), 0)
    run(state, failing(50), 1)
    assert state.baselines.accept(NAME, day(1)) is not None
    run(state, failing(50), 2)
    assert load(state, 3).troubles == {NAME: [Trouble(day(1), day(2), accepted=True)]}


def test_while_an_incident_stands_the_window_before_it_is_read_too(state: State) -> None:
    for number in range(6):
        run(state, good(), number)
    for number in range(6, 40):
        run(state, failing(50), number)
    assert days_of(load(state, 40, window=10)) == [*range(6), 6, *range(29, 40)]
    run(state, good(), 40)
    assert days_of(load(state, 41, window=10)) == list(range(30, 41))


def test_everything_is_read_in_a_handful_of_queries(state: State) -> None:
    said: list[str] = []
    run(state, good(), 0)
    with state.database.read() as connection:
        sa.event.listen(connection.engine, "before_cursor_execute", lambda *args: said.append(args[2]))
    load(state, 1)
    assert sum(statement.startswith("SELECT") for statement in said) == 3


def test_an_entity_without_rows_is_read_as_such(state: State) -> None:
    run_id = state.runs.start("test", day(0))
    facts = EntityFacts(ENTITY, 0, None, {})
    state.results.save_entity(run_id, ENTITY, EntityResult(facts, [good()]), DIRECTORY, day(0))
    state.runs.close(run_id, decisions(state, run_id, [good()], day(0)), day(0))
    assert [(one.rows, one.newest) for one in load(state, 1).entities[ENTITY]] == [(0, None)]
