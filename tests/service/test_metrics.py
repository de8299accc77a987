"""What Prometheus reads of a service, over HTTP, with a real state."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from datetime import timedelta

import pytest
import sqlalchemy as sa

from monitor.app.passing import pass_once
from monitor.delivery.target import Failure
from monitor.messages.outgoing import Action
from monitor.store.database import Database
from monitor.store.ledger import How
from monitor.store.outbox import Draft
from tests.acceptance.channel import posting
from tests.acceptance.program import crm_monitor
from tests.service.answering import Answering
from tests.service.conftest import Make
from tests.service.promtool import promtool
from tests.store.world import CLOCK

_NAME = re.compile(r"crm_monitor_[a-z]+(_[a-z]+)*")


def test_a_service_that_has_done_nothing_yet_says_so(monitor: Answering) -> None:
    monitor.lead()
    seen = monitor.scrape()
    assert seen.value("state_up") == 1
    assert seen.value("leads") == seen.value("lease_held") == seen.value("lease_term") == 1
    assert 0 < seen.value("lease_remaining_seconds") <= 30
    assert seen.value("heartbeat_age_seconds") < 60
    assert seen.by("job_last_success_timestamp_seconds", "job_name") == {"records": 0, "beat": 0}
    assert not seen.has("job_last_end_timestamp_seconds")
    assert not seen.has("data_timestamp_seconds")
    assert seen.value("outbox_oldest_age_seconds") == 0


def test_jobs_are_told_by_their_last_runs(monitor: Answering) -> None:
    past = monitor.past
    past.all_well()
    failed = past.begin("records", past.now - timedelta(seconds=30), How.BY_HAND)
    past.end(failed, 3, "the CRM cannot be read", took=timedelta(seconds=7))
    past.miss("beat", past.now - timedelta(seconds=20), "the run before it was still going on")
    seen = monitor.scrape()
    records = {"job_name": "records"}
    assert seen.value("job_last_exit_code", **records) == 3
    assert seen.value("job_last_duration_seconds", **records) == 7
    success = past.due("records") + timedelta(seconds=12)
    assert seen.value("job_last_success_timestamp_seconds", **records) == pytest.approx(success.timestamp(), abs=1)
    assert seen.value("job_last_due_timestamp_seconds", **records) == past.due("records").timestamp()
    assert seen.value("job_last_end_timestamp_seconds", **records) > success.timestamp()
    assert seen.value("job_next_run_timestamp_seconds", **records) > past.now.timestamp()
    assert seen.value("job_recent_runs", **records, result="failed") == 1
    assert seen.value("job_recent_runs", job_name="beat", result="missed") == 1
    assert seen.value("job_recent_runs", job_name="beat", result="good") in (23, 24)
    assert seen.by("job_late_seconds", "job_name") == {"records": 0, "beat": 0}
    past.miss("records", past.now - timedelta(seconds=5), "the run before it was still going on")
    after = monitor.scrape()
    assert after.value("job_last_exit_code", **records) == 3, "the last one that was done"
    assert after.value("job_last_duration_seconds", **records) == 7


def test_a_run_that_nobody_began_is_late_by_the_time_since(monitor: Answering) -> None:
    monitor.past.known_for(timedelta(hours=3))
    late = monitor.scrape().value("job_late_seconds", job_name="beat")
    assert timedelta(hours=2) < timedelta(seconds=late) < timedelta(hours=3, minutes=1)


def test_what_the_steward_does_is_counted_since_the_start(monitor: Answering) -> None:
    monitor.past.known_for(timedelta(hours=3))
    monitor.lead()
    monitor.steward.look()
    seen = monitor.scrape()
    assert seen.value("looks_total") == 1
    assert seen.value("job_runs_total", job_name="beat", result="missed") == 3  # it catches up on nothing
    caught_up = monitor.past.due("records") > monitor.past.now - timedelta(hours=3)  # in some hours of the day
    assert seen.value("job_runs_total", job_name="records", result="good") == caught_up
    assert seen.value("job_recent_runs", job_name="beat", result="missed") == 3
    assert seen.by("job_running", "job_name") == {"records": 0, "beat": 0}


def test_outcomes_incidents_and_readings_are_those_of_the_last_run(monitor: Answering) -> None:
    crm = monitor.crm
    assert crm_monitor("check", project=crm.folder).exit_code == 0
    first = monitor.scrape()
    assert first.value("outcomes", severity="warning", status="warn") == 1
    assert first.value("incidents", kind="data", severity="warning", state="open") == 0
    crm.without_account(11, 25)
    assert crm_monitor("check", "--count", "--entity", "opportunities", project=crm.folder).exit_code == 1
    seen = monitor.scrape()
    assert seen.value("outcomes", severity="warning", status="fail") == 1
    total = sum(one.value for one in seen.samples if one.name == "crm_monitor_outcomes")
    assert total == len(monitor.past.scheduled.project.checks)  # those of other entities are there still
    assert seen.value("incidents", kind="data", severity="warning", state="open") == 1
    assert seen.by("entity_rows", "entity") == {"users": 12, "accounts": 20, "opportunities": 100}
    assert min(seen.by("entity_scans", "entity").values()) > 0
    assert min(seen.by("entity_read_seconds", "entity").values()) > 0
    read = seen.by("entity_read_timestamp_seconds", "entity")
    assert read["users"] < read["opportunities"] <= time.time()
    assert seen.value("data_timestamp_seconds") == max(seen.by("entity_newest_timestamp_seconds", "entity").values())


def test_the_outbox_is_told_by_state_and_by_the_age_of_what_should_have_arrived(monitor: Answering) -> None:
    past = monitor.past
    old, now = past.now - timedelta(hours=5), past.now
    with past.state() as state:
        number = incident(state.database)
        for target, at, not_before in (("a", old, None), ("b", old, now + timedelta(hours=1)), ("c", now, None)):
            message = state.outbox.add(f"incident:{number}", Draft(f"slack:{target}", Action.POST, {}, not_before), at)
        assert state.outbox.claim(message, now)
        state.outbox.failed(message, now, "Slack refused it")
    seen = monitor.scrape()
    waiting = seen.by("outbox_messages", "state")
    assert waiting == {"queued": 1, "sending": 0, "scheduled": 1, "failed": 1, "unknown": 0}
    assert seen.value("outbox_oldest_age_seconds") == pytest.approx(5 * 3600, abs=120)


def test_deliveries_that_fail_are_counted_by_reason(monitor: Answering) -> None:
    with posting(monitor.crm) as channel:
        assert channel.run("check").exit_code == 0
        monitor.crm.without_account(11, 25)
        assert channel.run("check", "--count", "--no-notify").exit_code == 1
        monitor.environ["CRM_MONITOR_SLACK_API"] = channel.server.base_url
        monitor.reload()
        monitor.lead()
        for workspace_channel in channel.server.workspace.channels.values():
            workspace_channel.member = False
        with monitor.opening.project() as opened:
            assert pass_once(opened).failed == 1
    failures = monitor.scrape().by("delivery_failures_total", "reason")
    assert failures == {reason.value: float(reason is Failure.DESTINATION) for reason in Failure}


def test_a_state_that_is_no_database_leaves_the_process_own_metrics(monitor: Answering) -> None:
    assert monitor.scrape().value("state_up") == 0  # there is none yet
    monitor.past.all_well()
    assert monitor.scrape().value("state_up") == 1
    path = monitor.crm.folder / "state" / "monitor.db"
    kept = path.with_name("kept.db")
    shutil.copy(path, kept)
    path.write_bytes(b"no database at all, but long enough to be looked at as one" * 100)
    seen = monitor.scrape()
    assert seen.value("state_up") == 0
    assert seen.has("heartbeat_age_seconds")
    assert not seen.has("job_last_success_timestamp_seconds")
    kept.replace(path)
    assert monitor.scrape().value("state_up") == 1


def test_a_state_that_hangs_holds_up_no_scrape(
    make: Make, postgresql_url: sa.URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.service.metrics.PATIENCE", 1.0)
    monitor = make(postgresql_url)
    monitor.past.all_well()
    assert monitor.scrape().value("state_up") == 1
    engine = sa.create_engine(postgresql_url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql("LOCK TABLE leases IN ACCESS EXCLUSIVE MODE")
        for _ in range(2):
            seen = monitor.scrape()
            assert seen.value("state_up") == 0
            assert seen.has("build_info")
        stuck = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'leases'::regclass"
        assert connection.exec_driver_sql(stuck).scalar() == 1  # the second scrape waited for the first one's reading
    until = time.monotonic() + 20
    while monitor.scrape().value("state_up") == 0:
        assert time.monotonic() < until


def test_nothing_is_written_by_a_scrape(make: Make, postgresql_url: sa.URL) -> None:
    monitor = make(postgresql_url)
    monitor.past.all_well()
    engine = sa.create_engine(postgresql_url, poolclass=sa.NullPool)
    written = "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_user_tables"
    time.sleep(1.5)  # the server counts with a delay
    with engine.connect() as connection:
        before = connection.exec_driver_sql(written).scalar()
    for _ in range(3):
        assert monitor.scrape().value("state_up") == 1
    time.sleep(1.5)
    with engine.connect() as connection:
        assert connection.exec_driver_sql(written).scalar() == before


def test_names_and_labels_keep_to_the_conventions_and_to_a_bounded_number(monitor: Answering) -> None:
    monitor.past.all_well()
    crm_monitor("check", project=monitor.crm.folder)
    seen = monitor.scrape()
    ours = [family for family in seen.families if family.name.startswith("crm_monitor")]
    for family in ours:
        assert _NAME.fullmatch(family.name), family.name
        assert family.documentation.endswith("."), family.name
        assert (family.type == "counter") == all(sample.name.endswith("_total") for sample in family.samples)
    found = {label: {one.labels[label] for one in seen.samples if label in one.labels} for label in LABELS}
    assert set().union(*(one.labels for family in ours for one in family.samples)) == set(LABELS)
    for label, values in found.items():
        assert values <= LABELS[label] or not LABELS[label], label


LABELS: dict[str, set[str]] = {  # empty: one value per process
    "version": set(),
    "python": set(),
    "job_name": {"records", "beat"},
    "result": {"good", "undelivered", "failed", "missed"},
    "reason": {reason.value for reason in Failure},
    "kind": {"data", "system"},
    "severity": {"info", "warning", "critical"},
    "state": {"open", "acknowledged", "queued", "sending", "scheduled", "failed", "unknown"},
    "status": {"pass", "warn", "fail", "error", "no_data", "no_baseline", "skipped"},
    "entity": {"users", "accounts", "contacts", "leads", "opportunities", "activities"},
}


def test_promtool_finds_nothing_to_complain_of(monitor: Answering) -> None:
    monitor.past.all_well()
    crm_monitor("check", project=monitor.crm.folder)
    text = monitor.scrape().text
    done = subprocess.run([promtool(), "check", "metrics"], input=text, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_other_paths_answer_as_before(monitor: Answering) -> None:
    monitor.lead()
    assert monitor.get("/healthz")[0] == 200
    assert monitor.get("/metrics?name[]=x")[0] == 200
    assert monitor.get("/metricsx")[0] == 404


def incident(database: Database) -> int:
    """An incident that is over, for messages to be about."""
    with database.write() as connection:
        made = connection.exec_driver_sql(
            "INSERT INTO incidents (kind, subject, state, created_at) "
            f"VALUES ('data', 'x', 'resolved', '{CLOCK:%Y-%m-%d %H:%M:%S}') RETURNING id"
        )
        return int(made.scalar_one())
