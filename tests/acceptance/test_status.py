"""``crm-monitor status``: what a person and a monitoring system learn of the monitor itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copytree
from typing import Any

import jsonschema
import pytest
import sqlalchemy as sa

from monitor.cli.status_json import SCHEMA
from monitor.messages.outgoing import Action
from monitor.store.ledger import How
from monitor.store.outbox import Draft
from tests.acceptance import small_crm
from tests.acceptance.program import Result, crm_monitor
from tests.acceptance.small_crm import SmallCrm
from tests.service.past import Past


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project of a small CRM whose records were checked: to be copied, as a check takes longer than these tests."""
    folder = tmp_path_factory.mktemp("checked")
    crm = small_crm.make(sa.URL.create("sqlite", database=str(folder / "crm.db")), folder / "project")
    assert crm_monitor("check", project=crm.folder).exit_code == 0
    return crm.folder


@pytest.fixture
def past(checked: Path, tmp_path: Path) -> Past:
    """A monitor that checked its CRM's records, and has a schedule."""
    return Past(Path(copytree(checked, tmp_path / "watching")), datetime.now(UTC))


def status(past: Past, *more: str) -> Result:
    return crm_monitor("status", *more, project=past.folder)


def document(past: Past) -> Any:
    """The status as JSON, which keeps to its schema and says how the command exits."""
    said = status(past, "--format", "json")
    jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker()).validate(said.json)
    assert said.json["exit_code"] == said.exit_code
    return said.json


def standing(past: Past, job: str) -> str:
    found: str = next(one["standing"] for one in document(past)["jobs"] if one["job"] == job)
    return found


def test_all_is_well_where_every_job_was_done_in_time(past: Past) -> None:
    past.all_well()
    said = status(past)
    assert said.exit_code == 0
    assert "Small: all is well" in said.said
    assert "undelivered nothing" in said.said
    found = document(past)
    assert [one["standing"] for one in found["jobs"]] == ["good", "good"]
    assert found["jobs"][0]["last"]["seconds"] == 12
    assert found["data"]["as_of"] < found["data"]["read_at"]


def test_a_schedule_that_nobody_runs_is_not_well(past: Past) -> None:
    said = status(past)
    assert said.exit_code == 1
    assert "no job has run yet: crm-monitor serve runs them" in said.said
    assert {one["standing"] for one in document(past)["jobs"]} == {"new"}


def test_a_run_that_nobody_begins_is_late(past: Past) -> None:
    past.known_for(timedelta(days=2))
    said = status(past)
    assert said.exit_code == 1
    assert "records and beat late" in said.said
    assert "and nobody did; no run of it that did its work is known" in said.said
    late = datetime.fromisoformat(document(past)["jobs"][1]["late_since"])
    assert late == min(late, past.now - timedelta(days=1, hours=22))  # the oldest of all that nobody began


def test_a_run_is_not_late_while_it_goes_on_nor_while_it_is_put_off(past: Past) -> None:
    past.all_well()
    with past.state(datetime.now(UTC)) as state:
        claim = state.ledger.claim("records", past.now - timedelta(seconds=1), How.SCHEDULE)
    assert claim is not None
    found = document(past)
    assert found["exit_code"] == 0
    assert found["jobs"][0]["running_since"] is not None
    assert "good, running" in status(past).said


@pytest.mark.parametrize(("exit_code", "stands", "code"), [(3, "failed", 1), (2, "failed", 1), (1, "good", 0)])
def test_how_the_last_run_ended_is_what_counts(past: Past, exit_code: int, stands: str, code: int) -> None:
    past.all_well()
    due = past.now - timedelta(minutes=1)
    past.end(past.begin("records", due, How.BY_HAND), exit_code, "the CRM cannot be read")
    assert standing(past, "records") == stands
    said = status(past)
    assert said.exit_code == code
    assert (f"records ended with {exit_code}: the CRM cannot be read" in said.said) == (code == 1)


def test_a_message_that_arrived_later_leaves_no_trace(past: Past) -> None:
    past.all_well()
    past.end(past.begin("records", past.now - timedelta(minutes=1)), 4, "1 message is undelivered")
    found = document(past)
    assert (found["exit_code"], found["jobs"][0]["standing"]) == (0, "undelivered")


def test_a_run_that_was_missed_last_is_told_with_its_reason(past: Past) -> None:
    past.all_well()
    past.miss("beat", past.now - timedelta(minutes=2), "nothing ran at its time, and the job catches up on nothing")
    said = status(past)
    assert said.exit_code == 1
    assert "Small: beat missed" in said.said
    assert "beat nothing ran at its time" in said.said


def test_a_run_whose_process_died_is_left_behind(past: Past) -> None:
    past.all_well()
    past.begin("records", past.now - timedelta(minutes=2))
    assert standing(past, "records") == "left behind"
    assert "Small: records left behind" in status(past).said


def test_a_run_that_was_left_behind_does_not_count_once_a_later_one_ended(past: Past) -> None:
    """Where another scheduler runs the jobs, nobody goes back to it."""
    past.all_well()
    past.begin("records", past.now - timedelta(minutes=4))
    past.end(past.begin("records", past.now - timedelta(minutes=2)))
    assert standing(past, "records") == "good"
    assert status(past).exit_code == 0


@pytest.mark.parametrize(
    ("age", "fate", "code"),
    [(timedelta(), "", 0), (timedelta(hours=2), "", 1), (timedelta(), "failed", 1), (timedelta(), "unknown", 1)],
)
def test_a_message_that_should_have_arrived_is_told(past: Past, age: timedelta, fate: str, code: int) -> None:
    past.all_well()
    with past.state() as state:
        queue(state, past.now - age, fate)
    found = document(past)
    assert found["exit_code"] == code
    assert found["undelivered"]["overdue"] == (code == 1)
    assert found["undelivered"][fate or "queued"] == 1
    said = status(past).said
    assert ("messages undelivered" in said) == (code == 1)
    assert "crm-monitor notify list" in said


def test_a_message_that_waits_for_its_own_time_is_not_undelivered(past: Past) -> None:
    past.all_well()
    with past.state() as state:
        queue(state, past.now - timedelta(days=1), "", past.now + timedelta(hours=9))
    found = document(past)
    assert (found["exit_code"], found["undelivered"]["scheduled"], found["undelivered"]["queued"]) == (0, 1, 0)
    assert "nothing; 1 message to go out later" in status(past).said


def test_incidents_are_counted_and_change_no_exit_code(crm: SmallCrm) -> None:
    crm_monitor("check", project=crm.folder)
    past = Past(crm.folder, datetime.now(UTC))
    past.all_well()
    crm.without_account(11, 25)
    crm_monitor("check", "--count", project=crm.folder)
    found = document(past)
    assert found["exit_code"] == 0
    assert found["incidents"] == [{"kind": "data", "severity": "warning", "state": "open", "number": 1}]
    assert "1 incident about records: 1 warning" in status(past).said


def test_who_leads_is_told_until_the_term_is_over(past: Past) -> None:
    past.all_well()
    with past.state() as state:
        assert state.leases.take("host-a/4711/x")
    assert document(past)["leader"]["process"] == "4711"
    assert "host-a, process 4711" in status(past).said
    _lapse(past, datetime(2026, 1, 1, 9, 15, tzinfo=UTC))
    assert document(past)["leader"] is None
    assert "nobody (host-a did, and gave no sign of life after Thu 1 Jan 10:15)" in status(past).said


def _lapse(past: Past, at: datetime) -> None:
    """The lease was not renewed any more."""
    with past.state() as state, state.database.write() as connection:
        connection.exec_driver_sql(f"UPDATE leases SET expires_at = '{at:%Y-%m-%d %H:%M:%S}'")


def test_a_service_that_died_is_told_at_once(past: Past) -> None:
    past.all_well()
    with past.state() as state:
        assert state.leases.take("host-a/4711/x")
    died = datetime.now(UTC).replace(microsecond=0)
    _lapse(past, died)
    found = document(past)
    assert found["exit_code"] == 1
    assert datetime.fromisoformat(found["service_died_at"]) == died
    assert "Small: crm-monitor serve died" in status(past).said


def test_a_run_by_hand_does_not_hide_that_the_service_died(past: Past) -> None:
    past.all_well()
    with past.state() as state:
        assert state.leases.take("host-a/4711/x")
    died = past.now - timedelta(minutes=2)  # later than any run on schedule, whatever the minute of the hour
    _lapse(past, died)
    past.end(past.begin("records", past.now - timedelta(minutes=1), How.BY_HAND), 0, "")
    assert datetime.fromisoformat(document(past)["service_died_at"]) == died.replace(microsecond=0)


def test_a_service_that_ended_as_it_was_told_to_did_not_die(past: Past) -> None:
    past.all_well()
    with past.state() as state:
        lease = state.leases.take("host-a/4711/x")
        assert lease is not None
        state.leases.give_back(lease)
    found = document(past)
    assert (found["exit_code"], found["service_died_at"]) == (0, None)
    assert "nobody (the last one ended)" in status(past).said


def test_where_another_scheduler_took_over_from_a_service_that_died_all_is_well(past: Past) -> None:
    past.all_well()
    with past.state() as state:
        assert state.leases.take("host-a/4711/x")
    _lapse(past, past.due("records") - timedelta(days=1))
    found = document(past)
    assert (found["exit_code"], found["service_died_at"]) == (0, None)


def test_a_state_that_cannot_be_read_is_a_code_of_its_own(past: Past) -> None:
    past.all_well()
    path = past.folder / "state" / "monitor.db"
    for name in ("monitor.db-wal", "monitor.db-shm"):
        path.with_name(name).unlink(missing_ok=True)
    path.write_bytes(b"no database at all, but long enough to be looked at as one" * 100)
    said = status(past)
    assert said.exit_code == 3
    assert "is not a SQLite database" in said.stderr
    found = document(past)
    assert "is not a SQLite database" in found["problem"]
    assert found["jobs"] is None


def test_without_any_state_it_cannot_be_told_and_none_is_made(crm: SmallCrm) -> None:
    past = Past(crm.folder, datetime.now(UTC))
    assert status(past).exit_code == 3
    assert not (crm.folder / "state").exists()


def test_a_wrong_configuration_is_told_with_every_problem_of_the_schedule(past: Past) -> None:
    (past.folder / "config" / "schedule.yaml").write_text("jobs: {records: {do: chek, every: 1h}}\n", encoding="utf-8")
    said = status(past)
    assert said.exit_code == 2
    assert "schedule.yaml:1" in said.stderr


def test_nothing_is_written_and_nothing_heavy_imported(past: Past) -> None:
    past.all_well()
    script = (
        "import atexit, json, sys\n"
        "atexit.register(lambda: print(json.dumps(sorted({n.split('.')[0] for n in sys.modules})), file=sys.stderr))\n"
        "from monitor.cli.main import run\nrun(['status'])\n"
    )
    path = past.folder / "state" / "monitor.db"
    before = path.read_bytes()
    environment = {**os.environ, "CRM_MONITOR_PROJECT": str(past.folder)}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    heavy = {"great_expectations", "pandas", "numpy", "scipy", "slack_sdk", "alembic", "prometheus_client"}
    assert not set(json.loads(done.stderr.splitlines()[-1])) & heavy
    assert path.read_bytes() == before


def test_a_narrow_terminal_loses_no_job(past: Past) -> None:
    past.all_well()
    said = crm_monitor("status", project=past.folder, env={"COLUMNS": "60"})
    assert all(len(line) <= 60 for line in said.stdout.splitlines() if line.startswith(("records", "beat")))
    assert "records" in said.stdout


def queue(state: Any, at: datetime, fate: str, not_before: datetime | None = None) -> None:
    """A message about an incident of its own."""
    with state.database.write() as connection:
        number = connection.execute(
            sa.text(
                "INSERT INTO incidents (kind, subject, state, created_at) VALUES ('data', 'x', 'resolved', :at)"
                " RETURNING id"
            ),
            {"at": at.replace(tzinfo=None)},
        ).scalar_one()
    draft = Draft("slack:C1", Action.POST, {}, not_before)
    message = state.outbox.add(f"incident:{number}", draft, at)
    if fate:
        assert state.outbox.claim(message, at)
        getattr(state.outbox, fate)(message, at, "Slack refused it")
