"""What other schedulers are told to run can be run: the jobs exist, are due at those times, and stop in time."""

from __future__ import annotations

import ast
import re
import shlex
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from monitor.app.scheduled import load_scheduled
from monitor.schedule.cron import Cron, parse_cron
from monitor.schedule.job import Job
from tests.docs.dockerfile import parse, said
from tests.docs.pages import DOCS, REPOSITORY, Command, blocks, commands
from tests.docs.test_unit import setting

PAGE = DOCS / "elsewhere.md"
_NOW = datetime(2026, 11, 28, tzinfo=UTC).replace(tzinfo=None)


@pytest.fixture
def jobs(tmp_path: Path) -> dict[str, Job]:
    """The jobs of the built-in schedule, which ``init`` writes."""
    for folder in ("config", "expectations"):
        (tmp_path / folder).mkdir()
    (tmp_path / "expectations" / "users.yaml").write_text("extends: builtin/users@1\n", encoding="utf-8")
    text = "connection: {url: 'postgresql://db.example.com/crm', crm: builtin/odoo-17@1}\n"
    (tmp_path / "config" / "monitor.yaml").write_text(text, encoding="utf-8")
    return {job.id: job for job in load_scheduled(tmp_path, {}).schedule.jobs}


def is_due(job: Job, line: str) -> bool:
    """Whether a cron line of somebody else's means the same times as the job's."""
    if not isinstance(job.timing, Cron):
        return job.timing.text == "every 5m" and line == "*/5 * * * *"
    mine, theirs = job.timing, parse_cron(line)
    moment = other = _NOW
    for _ in range(50):
        moment, other = mine.next_local(moment) or _NOW, theirs.next_local(other) or _NOW
        if moment != other:
            return False
    return True


def python() -> ast.Module:
    (block,) = blocks(PAGE, "python")
    return ast.parse(block.text)


def keyword(name: str) -> str:
    """What the DAG says under a keyword, as a constant."""
    found = [one.value.value for one in ast.walk(python()) if isinstance(one, ast.keyword) and one.arg == name
             and isinstance(one.value, ast.Constant)]  # fmt: skip
    return str(found[0])


def cronjob() -> Any:
    (block,) = blocks(PAGE, "yaml")
    return YAML(typ="safe").load(block.text)


def test_the_crontab_runs_every_job_when_it_is_due(jobs: dict[str, Job]) -> None:
    (block,) = blocks(PAGE, "crontab")
    found = re.findall(r"^((?:\S+ ){4}\S+)\s+/\S+/crm-monitor run (\S+) --due latest$", block.text, re.MULTILINE)
    assert {name for _, name in found} == set(jobs)
    assert [name for line, name in found if not is_due(jobs[name], line)] == []


def test_airflow_runs_a_job_when_it_is_due_and_waits_for_its_timeout(jobs: dict[str, Job]) -> None:
    shown = keyword("bash_command").replace("{{ data_interval_end.isoformat() }}", "2026-11-27T06:00:00+01:00")
    _, run, name, *_, due, moment = shlex.split(shown)
    assert (run, due) == ("run", "--due")
    assert is_due(jobs[name], keyword("schedule"))
    assert datetime.fromisoformat(moment).tzinfo is not None
    hours = next(one for one in ast.walk(python()) if isinstance(one, ast.keyword) and one.arg == "hours")
    assert ast.unparse(hours.value) == f"{jobs[name].timeout.total_seconds() / 3600:g}"


def test_what_is_shown_in_other_files_is_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    from monitor.cli.main import run

    container = cronjob()["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0]
    shown = Command(PAGE, keyword("bash_command").replace("{{ data_interval_end.isoformat() }}", "latest"))
    assert len(list(commands(PAGE))) >= 7
    for arguments in (shown.arguments, container["args"]):
        with pytest.raises(SystemExit) as left:
            run([*arguments, "--help"])
        assert left.value.code == 0
    assert "Do one job" in capsys.readouterr().out


def test_the_kubernetes_job_fits_the_image_and_the_schedule(jobs: dict[str, Job]) -> None:
    spec = cronjob()["spec"]
    pod = spec["jobTemplate"]["spec"]["template"]["spec"]
    container = pod["containers"][0]
    name = container["args"][1]
    assert container["args"] == ["run", name, "--due", "latest"]
    assert is_due(jobs[name], spec["schedule"])
    assert spec["startingDeadlineSeconds"] == jobs[name].catch_up_within.total_seconds()
    assert spec["concurrencyPolicy"] == "Forbid"
    assert pod["terminationGracePeriodSeconds"] == float(setting("TimeoutStopSec"))
    final = parse(REPOSITORY / "Dockerfile")[-1]
    assert f"--uid {pod['securityContext']['runAsUser']}" in said(final, "RUN")[0].text
    assert container["securityContext"]["readOnlyRootFilesystem"]
    assert {one["mountPath"] for one in container["volumeMounts"]} == {
        *("/project/config", "/project/expectations", "/tmp")
    }
    assert {one["name"] for one in container["volumeMounts"]} == {one["name"] for one in pod["volumes"]}
