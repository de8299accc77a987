"""Commands that only look leave nothing behind; what cannot be written is said before anything is done."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.acceptance.channel import SlackChannel
from tests.acceptance.program import crm_monitor
from tests.acceptance.small_crm import SmallCrm
from tests.acceptance.test_life import CHECK
from tests.delivery.fake_slack import Dropped


def test_doctor_plan_failing_and_a_dry_run_make_no_state(crm: SmallCrm) -> None:
    looked = crm_monitor("doctor", project=crm.folder)
    assert "there is none yet" in looked.said
    assert crm_monitor("plan", project=crm.folder).exit_code == 0
    assert crm_monitor("failing", CHECK, project=crm.folder).exit_code == 0
    assert crm_monitor("check", "--dry-run", "--fail-on", "never", project=crm.folder).exit_code == 0
    assert not (crm.folder / "state").exists()


def test_doctor_finds_a_mistake_in_a_file_about_peoples_use(crm: SmallCrm) -> None:
    checks = crm.folder / "checks"
    checks.mkdir(exist_ok=True)
    (checks / "adoption.yaml").write_text("extendz: builtin/adoption@1\n", encoding="utf-8")
    wrong = crm_monitor("doctor", project=crm.folder)
    assert (wrong.exit_code, wrong.stdout) == (2, "")
    assert "checks/adoption.yaml:1:1: unknown key 'extendz' (did you mean 'extends'?)" in wrong.stderr
    (checks / "adoption.yaml").unlink()
    right = crm_monitor("doctor", project=crm.folder)
    count = next(word for word in right.stdout.splitlines() if "nothing wrong" in word).split()[2]
    assert f"{count} files were read" in crm_monitor("config", "check", project=crm.folder).stdout


def test_doctor_reads_the_schedule_and_warns_where_nothing_is_ever_deleted(crm: SmallCrm) -> None:
    built_in = crm_monitor("doctor", project=crm.folder).stdout
    assert "as built in: there is no config/schedule.yaml" in built_in
    assert "retention" not in built_in
    schedule = crm.folder / "config" / "schedule.yaml"
    schedule.write_text("jobs: {records: {do: chekc, every: 1h}}\n", encoding="utf-8")
    wrong = crm_monitor("doctor", project=crm.folder)
    assert (wrong.exit_code, wrong.stdout) == (2, "")
    assert "config/schedule.yaml:1:22:" in wrong.stderr
    schedule.write_text("jobs: {records: {do: check, every: 1h}}\n", encoding="utf-8")
    right = crm_monitor("doctor", project=crm.folder)
    assert right.exit_code == 0
    assert "schedule: 1 job\n" in right.stdout
    assert "warn  schedule: no job does retention" in right.stdout
    count = next(word for word in right.stdout.splitlines() if "nothing wrong" in word).split()[2]
    assert f"{count} files were read" in crm_monitor("config", "check", project=crm.folder).stdout


def test_doctor_finds_that_the_database_is_another_one(crm: SmallCrm, tmp_path: Path) -> None:
    crm.execute("ALTER TABLE staff RENAME TO people")
    one = crm_monitor("doctor", project=crm.folder)
    assert one.exit_code == 3
    assert "may name another database" not in one.said
    with closing(sqlite3.connect(tmp_path / "other.db")) as other:
        other.execute("CREATE TABLE invoice (id INTEGER)")
    crm.watched_as(crm.url.set(database=str(tmp_path / "other.db")))
    all_of_it = crm_monitor("doctor", project=crm.folder)
    assert all_of_it.exit_code == 3
    assert "BAD CRM: nothing that the map reads is there: connection.url may name another database" in all_of_it.said
    assert "run `crm-monitor doctor`" not in all_of_it.said


def test_doctor_finds_that_the_sponsor_is_nobody(crm: SmallCrm) -> None:
    people = crm.folder / "config" / "people.yaml"
    for sponsor, known in (("nobody", False), ("1", True)):
        people.write_text(f"sponsor: '{sponsor}'\n", encoding="utf-8")
        looked = crm_monitor("doctor", project=crm.folder)
        assert looked.exit_code == 0
        assert ("the CRM has no user 'nobody', whom config/people.yaml names as sponsor" in looked.said) is not known


def test_doctor_finds_that_no_state_can_be_made(crm: SmallCrm, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    crm.settings(f"state: {{url: 'sqlite:///{tmp_path}/file/monitor.db'}}\n")
    looked = crm_monitor("doctor", project=crm.folder)
    assert looked.exit_code == 3
    assert f"BAD   state: nothing can be written to {tmp_path}/file" in looked.stdout


def test_a_state_that_is_damaged_is_said_even_by_a_dry_run(crm: SmallCrm) -> None:
    (crm.folder / "state").mkdir()
    (crm.folder / "state" / "monitor.db").write_text("not a database, but long enough to be taken for one" * 9)
    seen = crm_monitor("check", "--dry-run", "--format", "json", project=crm.folder)
    assert seen.exit_code == 3
    assert "is not a SQLite database" in seen.json["state_problem"]
    assert len(seen.json["entities"]) == 3
    assert crm_monitor("failing", CHECK, project=crm.folder).exit_code == 3


def test_a_file_that_cannot_be_written_is_said_before_the_run(slack: SlackChannel, tmp_path: Path) -> None:
    refused = slack.check("--output", tmp_path / "nowhere" / "result.json", "--format", "json")
    assert refused.exit_code == 2
    assert "cannot write" in refused.stderr
    assert not (slack.crm.folder / "state").exists()


def test_a_message_that_a_webhook_may_have_lost_is_settled_by_a_person(slack: SlackChannel) -> None:
    slack.crm.settings(f"slack: {{webhook: {slack.server.webhook_url}}}\n")
    slack.check()
    slack.crm.without_account(11, 25)
    slack.server.fail("webhook", Dropped(accepts=True))
    lost = slack.check()
    assert lost.exit_code == 4
    assert "notify settle NUMBER" in lost.said
    assert slack.check().exit_code == 4
    assert "counts as sent" in slack.run("notify", "settle", 1, "arrived").said
    slack.crm.mend()
    mended = slack.check()
    assert mended.exit_code == 0
    assert "1 sent, 0 undelivered" in mended.said


def test_a_reader_that_goes_away_is_no_finding(crm: SmallCrm) -> None:
    program = "from monitor.cli.main import run; run()"
    command = [sys.executable, "-c", program, "config", "check", "--list", "-C", str(crm.folder)]
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, text=True, check=False)
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (141, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_results_that_find_no_room_are_said_to() -> None:
    program = "from monitor.cli.main import run; run()"
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-c", program, "config", "schema"]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 3
    assert "the results could not be written: No space left on device" in done.stderr
    assert "mistake" not in done.stderr
