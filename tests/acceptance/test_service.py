"""One service as it is used: it reads its configuration again, ends in time, catches up, and says that it lives."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from monitor.app.scheduled import load_scheduled
from monitor.store.ledger import How, RunState
from monitor.store.state import State
from monitor.store.tables_service import job_runs, jobs
from tests.acceptance.serving import Served, free_port, until
from tests.acceptance.small_crm import SmallCrm
from tests.delivery.receiver import Receiver

pytestmark = pytest.mark.journeys
BEAT = "jobs:\n  beat: {do: heartbeat, every: 1s, catch_up: none}\n"


@pytest.fixture
def served(crm: SmallCrm) -> Iterator[Served]:
    crm.settings(f"service: {{listen: 127.0.0.1:{free_port()}, lease: 3s, drain: 2s}}\n")
    schedule(crm.folder, BEAT)
    with Served(crm.folder, "service") as service:
        until(lambda: service.ask("/readyz")[0] == 200, 60, "readiness")
        until(lambda: done(crm.folder, "beat"), 60, "the first run")
        yield service


def schedule(folder: Path, text: str) -> None:
    (folder / "config" / "schedule.yaml").write_text(text, encoding="utf-8")


def times(folder: Path) -> dict[str, str]:
    return {job.id: job.times for job in load_scheduled(folder, {}).schedule.jobs}


def state(folder: Path) -> State:
    return State.open(f"sqlite:///{folder}/state/monitor.db")


def done(folder: Path, job: str) -> list[sa.Row[object]]:
    with state(folder) as opened, opened.database.read() as connection:
        rows = sa.select(job_runs).where(job_runs.c.job == job).order_by(job_runs.c.due_at)
        return list(connection.execute(rows).all())


def test_it_reads_its_configuration_again_when_it_is_told_to(served: Served) -> None:
    schedule(served.folder, BEAT.replace("beat:", "pulse:"))
    served.signal(signal.SIGHUP)
    until(lambda: done(served.folder, "pulse"), 30, "a run of the new job")
    assert "the configuration was read again: 1 job\n" in served.said


def test_a_configuration_that_is_wrong_is_told_of_and_the_old_one_stays(served: Served) -> None:
    schedule(served.folder, BEAT.replace("every: 1s", "every: often"))
    before = len(done(served.folder, "beat"))
    served.signal(signal.SIGHUP)
    until(lambda: "the one that was read before stays in force" in served.said, 30, "a line in the log")
    assert "config/schedule.yaml:2:" in served.said
    until(lambda: len(done(served.folder, "beat")) > before + 1, 30, "runs by the old one")
    assert served.metric("crm_monitor_config_last_reload_successful") == 0
    schedule(served.folder, BEAT)
    served.signal(signal.SIGHUP)
    until(lambda: served.metric("crm_monitor_config_last_reload_successful") == 1, 30, "what was mended is read")
    assert served.end() == 0


def test_another_state_takes_a_new_start(served: Served) -> None:
    settings = served.folder / "config" / "monitor.yaml"
    before = settings.read_text(encoding="utf-8")
    settings.write_text(f"{before}state: {{url: 'sqlite:///state/another.db'}}\n", encoding="utf-8")
    served.signal(signal.SIGHUP)
    until(lambda: "state.url is another one, which takes a new start" in served.said, 30, "a line in the log")
    assert served.metric("crm_monitor_config_last_reload_successful") == 0
    number = len(done(served.folder, "beat"))
    until(lambda: len(done(served.folder, "beat")) > number + 1, 30, "runs in the old state")
    assert not (served.folder / "state" / "another.db").exists()
    assert served.end() == 0


@pytest.mark.postgresql
def test_it_ends_in_time_although_the_look_for_what_is_due_waits_for_the_state(
    crm: SmallCrm, postgresql_url: sa.URL
) -> None:
    url = postgresql_url.render_as_string(hide_password=False)
    crm.settings(f"service: {{listen: 'off', lease: 3s, drain: 1s}}\nstate: {{url: '{url}'}}\n")
    schedule(crm.folder, BEAT)
    engine = sa.create_engine(postgresql_url, poolclass=sa.NullPool)
    with Served(crm.folder, "service") as service:
        until(lambda: "this process leads now" in service.said, 60, "it leads")
        with engine.begin() as connection:
            connection.exec_driver_sql("LOCK TABLE job_runs IN ACCESS EXCLUSIVE MODE")
            time.sleep(6)
            begun = time.monotonic()
            assert service.end() == 0
            assert time.monotonic() - begun < 25, "a lock may be held for hours"
    assert "did not stop, and is left to the next start" in service.said
    assert "Traceback" not in service.said


def test_a_backup_that_is_restored_under_it_is_kept_and_gone_on_with(served: Served) -> None:
    folder = served.folder / "state"
    with state(served.folder) as opened:
        for _ in range(50):
            opened.runs.start("before the backup", datetime.now(UTC))
        with opened.database.engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql(f"VACUUM INTO '{folder}/backup.db'")
    for name in ("monitor.db", "monitor.db-wal", "monitor.db-shm"):
        (folder / name).unlink(missing_ok=True)
    until(lambda: "does not lead any more" in served.said, 30, "it notices")
    time.sleep(8)  # a look, and a few attempts to lead
    assert not (folder / "monitor.db").exists(), "what is made in between takes the place of the backup"
    (folder / "backup.db").rename(folder / "monitor.db")
    until(lambda: served.said.count("this process leads now") == 2, 30, "it leads again")
    number = len(done(served.folder, "beat"))
    until(lambda: len(done(served.folder, "beat")) > number + 1, 30, "runs in what was restored")
    with state(served.folder) as opened:
        assert sum(run.trigger == "before the backup" for run in opened.runs.list(100)) == 50
    assert served.end() == 0


def test_it_ends_in_time_and_gives_the_lead_back(served: Served) -> None:
    begun = time.monotonic()
    assert served.end() == 0
    assert time.monotonic() - begun < 20
    with state(served.folder) as opened:
        assert opened.leases.standing()[0] is None


@pytest.mark.postgresql
def test_a_job_that_hangs_holds_nobody_up_and_is_done_by_the_next_service(postgresql_crm: SmallCrm) -> None:
    folder = postgresql_crm.folder
    postgresql_crm.settings("service: {listen: 'off', lease: 3s, drain: 1s}\n")
    schedule(folder, "jobs:\n  slow: {do: check, every: 1d, catch_up: latest}\n")
    with state(folder) as opened:
        opened.ledger.know(times(folder), datetime.now(UTC) - timedelta(days=1))
    engine = sa.create_engine(postgresql_crm.url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql("LOCK TABLE deal IN ACCESS EXCLUSIVE MODE")
        with Served(folder, "service") as service:
            until(lambda: done(folder, "slow"), 60, "a run that is begun")
            time.sleep(3)
            begun = time.monotonic()
            assert service.end() == 0
            assert time.monotonic() - begun < 25, "a statement may take a minute"
    with Served(folder, "again") as service:
        until(lambda: done(folder, "slow")[0].state == RunState.DONE, 60, "its end")
        assert service.end() == 0
    found = done(folder, "slow")
    assert [(row.attempt, row.exit_code) for row in found] == [(2, 0)]


def test_of_what_was_missed_the_latest_is_done_and_the_others_are_recorded(crm: SmallCrm) -> None:
    crm.settings(f"service: {{listen: 127.0.0.1:{free_port()}, lease: 3s}}\n")
    schedule(crm.folder, "jobs:\n  hourly: {do: heartbeat, every: 1h, catch_up: latest, catch_up_within: 2h}\n")
    hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    with state(crm.folder) as opened:
        opened.ledger.know(times(crm.folder), hour - timedelta(hours=5, minutes=30))
        for hours in (5, 1):
            claim = opened.ledger.claim("hourly", hour - timedelta(hours=hours), How.SCHEDULE)
            assert claim is not None
            opened.ledger.put_back(claim)  # as if its process had died
    with Served(crm.folder, "service") as service:
        until(lambda: len(done(crm.folder, "hourly")) == 6, 60, "all that was missed")
        until(lambda: all(row.state != RunState.RUNNING for row in done(crm.folder, "hourly")), 60, "the end of all")
        assert service.end() == 0
    found = done(crm.folder, "hourly")
    assert [row.state for row in found] == [*["missed"] * 4, "done", "done"]
    assert found[4].attempt == 2, "what was begun by a process that died is done again"
    assert found[0].why.startswith("it was begun and not ended"), "but not when it is too late"
    assert found[-1].how == How.CAUGHT_UP
    with state(crm.folder) as opened, opened.database.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(jobs)).scalar() == 1


def test_an_outside_monitor_hears_of_the_beginning_and_the_end_of_each_run(crm: SmallCrm) -> None:
    with Receiver() as receiver:
        crm.settings("service: {listen: 'off', lease: 3s}\n")
        schedule(
            crm.folder,
            f"jobs:\n  beat: {{do: heartbeat, every: 1s, ping: '{receiver.url.partition('/hooks')[0]}/abc'}}\n",
        )
        with Served(crm.folder, "service") as service:
            until(lambda: len(receiver.got) >= 4, 60, "pings")
            assert service.end() == 0
        assert [one.path for one in receiver.got[:4]] == ["/abc/start", "/abc/0", "/abc/start", "/abc/0"]
        assert "/abc" not in service.said, "the URL is a secret"
