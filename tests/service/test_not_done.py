"""What is not done is recorded and told in one transaction, however much of it there is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from monitor.app.jobs.due_now import due_now
from monitor.app.jobs.trouble import Trouble
from monitor.app.project import OpenProject
from monitor.app.scheduled import Scheduled, load_scheduled
from monitor.incidents.model import Incident, IncidentKind
from monitor.schedule.job import CatchUp, Job
from monitor.schedule.missed import MOST_DEATHS, STOOD_FOR
from monitor.service.not_done import NotDone
from monitor.service.tally import Tally
from monitor.store.ledger import COULD_NOT_RUN, How, JobRun, RunState
from monitor.store.observed_jobs import Ending
from monitor.store.tables_service import job_runs
from tests.acceptance.small_crm import SmallCrm

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
ELSEWHERE = "another/1/x"
SCHEDULE = "jobs:\n  records: {do: check, every: 1h, catch_up: latest, catch_up_within: 3h}\n"


@pytest.fixture
def scheduled(crm: SmallCrm) -> Scheduled:
    (crm.folder / "config" / "schedule.yaml").write_text(SCHEDULE, encoding="utf-8")
    return load_scheduled(crm.folder, {})


@pytest.fixture
def opened(scheduled: Scheduled) -> Iterator[OpenProject]:
    found = OpenProject(scheduled.project, lambda: NOW, {})
    found.state.ledger.know({"records": "every 1h UTC"}, NOW)
    yield found
    found.close()


@pytest.fixture
def job(scheduled: Scheduled) -> Job:
    return scheduled.schedule.jobs[0]


def incident(opened: OpenProject) -> Incident | None:
    return opened.state.incidents.current().get((IncidentKind.SYSTEM, "job:records"))


def die(opened: OpenProject, run: JobRun) -> JobRun:
    """Its process gives no sign of life any more."""
    with opened.state.database.write() as connection:
        connection.execute(sa.update(job_runs).values(holder=ELSEWHERE, alive_until=NOW - 20 * HOUR))
    return replace(run, holder=ELSEWHERE)


def left_behind(opened: OpenProject, hours: int, attempts: int = 1) -> None:
    """So many processes began the run that was due so long ago, and died."""
    ledger = opened.state.ledger
    run = ledger.claim("records", NOW - hours * HOUR, How.SCHEDULE, beside=True)
    for _ in range(attempts - 1):
        assert run is not None
        run = ledger.take_over(die(opened, run))
    assert run is not None
    die(opened, run)


def row(opened: OpenProject, hours: int) -> JobRun:
    found = opened.state.ledger.get("records", NOW - hours * HOUR)
    assert found is not None
    return found


def give_up(opened: OpenProject, scheduled: Scheduled, tally: Tally) -> None:
    found = due_now(opened.state, scheduled.schedule, NOW)
    not_done = NotDone(opened, tally)
    for left in found.gone:
        not_done.forgotten(left)
    for due in found.dues:
        if due.left is not None and (due.missed or due.failed):
            not_done.given_up(due, due.left)


def test_many_missed_runs_are_one_incident_that_says_how_many(opened: OpenProject, job: Job) -> None:
    tally, whys = Tally(), {NOW - hours * HOUR: "nothing ran at its time" for hours in range(1, 31)}
    NotDone(opened, tally).missed(job, {**whys, NOW: STOOD_FOR})
    assert len(opened.state.ledger.recorded("records", NOW - 40 * HOUR)) == 31
    assert tally.runs == {("records", Ending.MISSED): 31}
    found = incident(opened)
    assert found is not None
    assert found.observed == "30 runs were missed, the last one due on 2026-11-29 11:00: nothing ran at its time"


def test_what_a_later_run_stands_for_is_recorded_and_not_told(opened: OpenProject, job: Job) -> None:
    NotDone(opened, Tally()).missed(job, {NOW: STOOD_FOR})
    assert row(opened, 0).state is RunState.MISSED
    assert incident(opened) is None


def test_what_a_job_that_catches_up_on_nothing_missed_is_recorded_and_not_told(opened: OpenProject, job: Job) -> None:
    NotDone(opened, Tally()).missed(replace(job, catch_up=CatchUp.NONE), {NOW: "nothing ran"})
    assert row(opened, 0).state is RunState.MISSED
    assert incident(opened) is None


def test_a_run_is_not_recorded_as_missed_without_its_incident(
    opened: OpenProject, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Trouble, "of", die)
    with pytest.raises(KeyboardInterrupt):
        NotDone(opened, Tally()).missed(job, {NOW: "nothing ran"})
    assert opened.state.ledger.recorded("records", NOW - HOUR) == frozenset()


def test_what_was_begun_and_not_ended_is_not_done_when_it_is_too_late(
    opened: OpenProject, scheduled: Scheduled
) -> None:
    left_behind(opened, 4)
    tally = Tally()
    give_up(opened, scheduled, tally)
    assert row(opened, 4).state is RunState.MISSED
    assert row(opened, 4).why == ("it was begun and not ended, and nothing went on with it within the time to catch up")
    assert tally.runs == {("records", Ending.MISSED): 1}
    assert incident(opened) is not None
    assert opened.state.ledger.left_behind() == []


def test_what_was_begun_and_not_ended_is_done_in_time(opened: OpenProject, scheduled: Scheduled) -> None:
    left_behind(opened, 2, MOST_DEATHS - 1)
    give_up(opened, scheduled, Tally())
    [due] = due_now(opened.state, scheduled.schedule, NOW).dues
    assert (due.missed, due.failed) == ("", "")
    assert row(opened, 2).state is RunState.RUNNING
    assert incident(opened) is None


def test_what_kills_every_process_is_tried_so_often_and_told(opened: OpenProject, scheduled: Scheduled) -> None:
    left_behind(opened, 2, MOST_DEATHS)
    tally = Tally()
    give_up(opened, scheduled, tally)
    assert (row(opened, 2).state, row(opened, 2).exit_code) == (RunState.DONE, COULD_NOT_RUN)
    assert row(opened, 2).deaths == MOST_DEATHS, "the last one counts, too"
    assert tally.runs == {("records", Ending.FAILED): 1}
    found = incident(opened)
    assert found is not None
    assert found.observed.startswith("5 processes died at it")
    assert opened.state.ledger.take_again(row(opened, 2)), "by hand it may be tried again"


def test_what_was_begun_of_a_job_that_is_no_more_is_ended(opened: OpenProject, scheduled: Scheduled) -> None:
    run = opened.state.ledger.claim("removed", NOW - HOUR, How.SCHEDULE)
    assert run is not None
    opened.state.ledger.put_back(run)
    give_up(opened, scheduled, Tally())
    ended = opened.state.ledger.get("removed", NOW - HOUR)
    assert ended is not None
    assert ended.state is RunState.MISSED
    assert "in the schedule no more" in ended.why


def test_what_another_took_over_meanwhile_is_not_given_up(opened: OpenProject, scheduled: Scheduled) -> None:
    left_behind(opened, 4)
    [due] = [one for one in due_now(opened.state, scheduled.schedule, NOW).dues if one.left is not None]
    assert due.left is not None
    assert opened.state.ledger.take_over(due.left)
    NotDone(opened, Tally()).given_up(due, due.left)
    assert row(opened, 4).state is RunState.RUNNING
    assert incident(opened) is None
