"""``crm-monitor run`` and ``schedule``: a job by hand, by cron, or by somebody else's scheduler."""

from __future__ import annotations

import csv
import io
import os
import signal
import threading
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from monitor.app.jobs.running import Result as Finished
from monitor.app.jobs.running import Running
from monitor.store.ledger import How, JobRun, RunState
from monitor.store.state import State
from tests.acceptance.channel import SlackChannel
from tests.acceptance.program import Result, crm_monitor
from tests.acceptance.small_crm import SmallCrm
from tests.acceptance.use_crm import MANDATE

SCHEDULE = """\
jobs:
  records: {do: check, cron: "0 * * * *", time_zone: Europe/Copenhagen}
  deals: {do: check, every: 1h, entities: [opportunities]}
  tagged: {do: check, every: 1h, tags: [money]}
  lists: {do: fixlist, every: 1h}
  away: {do: retention, every: 1h}
  use: {do: adoption, every: 1h}
  beat: {do: heartbeat, every: 1h}
  look: {do: self-check, every: 1h}
"""
SUITE = """\
name: opportunities
entity: opportunities
standing: false
expectations:
- type: expect_column_values_to_be_filled
  kwargs: {column: account_key}
  meta: {id: without-account, title: Deals without an account, warn: 5%, fail: 20%}
- type: expect_column_values_to_be_filled
  kwargs: {column: amount}
  meta: {id: without-amount, title: Deals without an amount, warn: 5%, fail: 20%, tags: [money]}
"""


@pytest.fixture
def project(slack: SlackChannel) -> SlackChannel:
    slack.crm.suite("opportunities", SUITE)
    (slack.crm.folder / "config" / "schedule.yaml").write_text(SCHEDULE, encoding="utf-8")
    return slack


def state_of(crm: SmallCrm) -> State:
    return State.open(f"sqlite:///{crm.folder}/state/monitor.db")


def newest(state: State, job: str) -> JobRun:
    run = state.ledger.get(job, max(state.ledger.recorded(job, datetime.min.replace(tzinfo=UTC))))
    assert run is not None
    assert run.state is RunState.DONE
    return run


def count_of_runs(crm: SmallCrm) -> int:
    with state_of(crm) as state:
        return len(state.runs.list(100))


def test_a_job_by_hand_is_done_each_time_and_recorded(project: SlackChannel) -> None:
    first, second = project.run("run", "deals"), project.run("run", "deals")
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "2 warn" in first.stdout or "1 warn" in first.stdout
    with state_of(project.crm) as state:
        assert len(state.runs.list()) == 2
        last = newest(state, "deals")
        assert (last.how, last.exit_code) == (How.BY_HAND, 0)


def test_a_run_for_a_due_time_is_done_once_however_often_it_is_asked_for(project: SlackChannel) -> None:
    first = project.run("run", "records", "--due", "latest")
    again = project.run("run", "records", "--due", "latest")
    hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    named = project.run("run", "records", "--due", hour.isoformat())
    assert [one.exit_code for one in (first, again, named)] == [0, 0, 0]
    assert "was done already" in again.stdout
    assert "was done already" in named.stdout
    assert count_of_runs(project.crm) == 1


def test_what_it_finds_counts_towards_incidents_as_the_service_s_does(project: SlackChannel) -> None:
    project.run("run", "deals")
    project.crm.without_account(1, 60)
    found = project.run("run", "deals")
    assert found.exit_code == 0
    assert "deals: 1 incident opened. See crm-monitor incidents list." in found.stdout
    assert len(project.roots) == 1


def test_whoever_does_a_job_by_hand_is_told_that_nobody_hears_of_what_it_found(crm: SmallCrm) -> None:
    crm.suite("opportunities", SUITE)
    (crm.folder / "config" / "schedule.yaml").write_text(SCHEDULE, encoding="utf-8")
    crm_monitor("run", "deals", project=crm.folder)
    crm.without_account(1, 60)
    said = crm_monitor("run", "deals", project=crm.folder).stdout
    assert "deals: 1 incident opened; nobody is told: there is no slack section in config/monitor.yaml." in said


def test_a_job_by_tag_looks_at_those_checks_alone_and_counts(project: SlackChannel) -> None:
    found = project.run("run", "tagged")
    assert found.exit_code == 0
    with state_of(project.crm) as state:
        assert list(state.baselines.all()) == ["without-amount"]


@pytest.mark.parametrize(
    ("due", "code", "words"),
    [
        ("2026-11-27T06:30:00+00:00", 2, "is not due at"),
        ("2999-01-01T00:00:00+00:00", 2, "is still to come"),
        ("yesterday", 2, "is no time"),
    ],
)
def test_a_time_at_which_it_is_not_due_is_refused(project: SlackChannel, due: str, code: int, words: str) -> None:
    found = project.run("run", "records", "--due", due)
    assert found.exit_code == code
    assert words in found.said


@pytest.mark.parametrize(("kept", "days"), [("", 36), ("retention: {person_days: 7}\n", 8)])
def test_a_time_of_which_the_ledger_can_tell_no_more_is_refused(project: SlackChannel, kept: str, days: int) -> None:
    if kept:
        (project.crm.folder / "config" / "mandate.yaml").write_text(MANDATE + kept, encoding="utf-8")
    for back, refused in ((days, True), (days - 2, False)):
        due = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(days=back)
        said = project.run("run", "beat", "--due", due.isoformat())
        assert ("is too long ago: nobody could tell whether that run was done" in said.said) is refused
        assert said.exit_code == (2 if refused else 0)


def test_an_unknown_job_names_the_nearest(project: SlackChannel) -> None:
    found = project.run("run", "record")
    assert found.exit_code == 2
    assert "did you mean 'records'?" in found.said


def test_what_another_process_does_is_left_to_it(project: SlackChannel) -> None:
    project.run("run", "beat")
    due = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    with state_of(project.crm) as state:
        claim = state.ledger.claim("deals", due, How.SCHEDULE)
        assert claim is not None
        found = project.run("run", "deals", "--due", "latest")
        assert found.exit_code == 3
        assert "another process does it" in found.said
    done = project.run("run", "deals", "--due", "latest")  # its process is gone by now
    assert done.exit_code == 0
    with state_of(project.crm) as state:
        row = state.ledger.get("deals", due)
        assert row is not None
        assert (row.state, row.attempt) == (RunState.DONE, 2)


def test_a_run_that_was_recorded_as_missed_is_not_done_later(project: SlackChannel) -> None:
    project.run("run", "beat")
    due = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    with state_of(project.crm) as state:
        state.ledger.miss("deals", {due: "nothing ran at its time"})
    found = project.run("run", "deals", "--due", "latest")
    assert found.exit_code == 3
    assert "recorded as missed: nothing ran at its time" in found.said


def test_a_run_that_could_not_be_done_is_tried_again_for_the_same_time(project: SlackChannel) -> None:
    project.run("run", "records")
    project.crm.execute("ALTER TABLE staff RENAME TO people")
    assert project.run("run", "deals", "--due", "latest").exit_code == 3
    assert project.run("run", "deals", "--due", "latest").exit_code == 3
    project.crm.execute("ALTER TABLE people RENAME TO staff")
    assert project.run("run", "deals", "--due", "latest").exit_code == 0
    assert "was done already" in project.run("run", "deals", "--due", "latest").stdout
    with state_of(project.crm) as state:
        assert newest(state, "deals").attempt in (1, 3)  # 1: an hour began meanwhile


def test_a_run_that_a_wrong_file_kept_from_being_done_is_done_for_the_same_time_once_it_is_right(
    project: SlackChannel,
) -> None:
    people = project.crm.folder / "config" / "people.yaml"
    people.write_text("people: nobody\n", encoding="utf-8")
    wrong = project.run("run", "use", "--due", "latest")
    assert wrong.exit_code == 2
    assert "use: not done, 1 message.\n" in wrong.stdout
    assert "people.yaml" in wrong.said
    people.unlink()
    assert project.run("run", "use", "--due", "latest").exit_code == 0


def test_a_run_that_is_stopped_says_so(project: SlackChannel, monkeypatch: pytest.MonkeyPatch) -> None:
    """By SIGTERM, as soon as it begins."""
    begin = Running.run

    def stopped(self: Running, claim: JobRun, ended: threading.Event) -> Finished:
        os.kill(os.getpid(), signal.SIGTERM)
        return begin(self, claim, ended)

    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.setattr(Running, "run", stopped)
    found = project.run("run", "records", "--due", "latest")
    signal.signal(signal.SIGTERM, before)
    assert found.exit_code == 3
    assert "was stopped before its end; crm-monitor serve does it again, and so does this command" in found.said
    monkeypatch.setattr(Running, "run", begin)
    assert project.run("run", "records", "--due", "latest").exit_code == 0


@pytest.mark.parametrize("job", ["lists", "away", "beat"])
def test_every_kind_of_job_can_be_run(project: SlackChannel, job: str) -> None:
    assert project.run("run", "records").exit_code == 0
    assert project.run("run", job).exit_code == 0


def test_a_job_that_cannot_be_done_is_an_incident_until_it_is(project: SlackChannel) -> None:
    project.run("run", "records")
    project.crm.execute("ALTER TABLE staff RENAME TO people")
    failed = project.run("run", "look")
    assert failed.exit_code == 3
    told = [one for one in project.roots if "the job look is not done" in one.text]
    assert len(told) == 1
    project.crm.execute("ALTER TABLE people RENAME TO staff")
    assert project.run("run", "look").exit_code == 0
    with state_of(project.crm) as state:
        assert not [one for one in state.incidents.list() if one.live and one.subject == "job:look"]


def test_what_a_job_could_not_check_is_named(project: SlackChannel) -> None:
    project.run("run", "records")
    project.crm.execute("ALTER TABLE customer RENAME TO client")
    failed = project.run("run", "records")
    assert failed.exit_code == 3
    assert "records: accounts could not be checked\n  crm-monitor doctor says why, and so does check\n" in failed.stderr
    project.crm.execute("ALTER TABLE client RENAME TO customer", "ALTER TABLE deal RENAME COLUMN value TO worth")
    assert "could not be checked" in project.run("run", "deals").stderr


def _simulated(result: Result) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(result.stdout)))


def test_the_schedule_shows_the_next_times_and_marks_risky_hours(crm: SmallCrm) -> None:
    text = 'jobs:\n  night: {do: check, cron: "30 2 * * *", time_zone: Europe/Copenhagen}\n'
    (crm.folder / "config" / "schedule.yaml").write_text(text, encoding="utf-8")
    found = crm_monitor("schedule", project=crm.folder)
    assert found.exit_code == 0
    assert found.said.count("02:30:00") == 3
    assert "does not exist: it runs at 03:00 CEST, 01:00 UTC" in found.said
    assert "comes twice: it runs at the first, 02:30 CEST, 00:30 UTC" in found.said


def test_the_schedule_of_two_years_is_simulated(crm: SmallCrm) -> None:
    text = 'time_zone: Australia/Lord_Howe\njobs:\n  night: {do: check, cron: "15 2 * * *", spread: 10m}\n'
    (crm.folder / "config" / "schedule.yaml").write_text(text, encoding="utf-8")
    found = _simulated(crm_monitor("schedule", "--simulate", "2y", project=crm.folder))
    assert 731 <= len(found) <= 733
    due = [datetime.fromisoformat(one["due_utc"]) for one in found]
    steps = {later - earlier for earlier, later in pairwise(due)}
    assert min(steps) < timedelta(hours=24) < max(steps), "the clocks change there"
    assert all(timedelta(hours=23) < step < timedelta(hours=25) for step in steps)


@pytest.mark.parametrize("span", ["2", "0d", "two years", "5h"])
def test_a_span_that_is_none_is_refused(crm: SmallCrm, span: str) -> None:
    found = crm_monitor("schedule", "--simulate", span, project=crm.folder)
    assert found.exit_code == 2
    assert "write 30d, 8w, 6m or 2y" in found.said


def test_a_job_by_hand_that_could_not_be_done_says_what_to_do(project: SlackChannel) -> None:
    (project.crm.folder / ".env").write_text("CRM_URL=sqlite:////nowhere/crm.db\n", encoding="utf-8")
    failed = project.run("run", "deals")
    assert failed.exit_code == 3
    why, hint = failed.stderr.strip().splitlines()[-2:]
    assert why.startswith("deals: The CRM at")
    assert hint.startswith("  ")
    assert "connection.url" in hint
