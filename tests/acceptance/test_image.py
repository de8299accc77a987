"""What the Dockerfile does, done without Docker: built from what it copies, run where only the state can be written."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.acceptance.small_crm import SmallCrm
from tests.docs.dockerfile import parse, said
from tests.docs.pages import REPOSITORY

pytestmark = pytest.mark.faults
BUILD, FINAL = parse(REPOSITORY / "Dockerfile")
_NO_RIGHTS = ["setpriv", "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs"]
"""Even root is held by the permissions of files then."""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The environment that the image's first stage builds, from a folder with only what it copies."""
    folder = tmp_path_factory.mktemp("image")
    source, made = folder / "src", folder / "crm-monitor"
    source.mkdir()
    for step in said(BUILD, "COPY"):
        *files, target = step.words
        for name in files:
            if (REPOSITORY / name).is_dir():
                shutil.copytree(REPOSITORY / name, source / target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(REPOSITORY / name, source / target)
    run = said(BUILD, "RUN")[0].text.replace("/opt/crm-monitor", str(made)).replace("python -m", f"{sys.executable} -m")
    done = subprocess.run(["sh", "-c", run], cwd=source, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    shutil.rmtree(source)
    return made


@dataclass(frozen=True)
class Container:
    """The program where it can write to nothing but ``/project/state`` and ``/tmp``."""

    installed: Path
    project: Path
    scratch: Path

    def command(self, *arguments: str) -> list[str]:
        """How it is started."""
        environment = {
            "PATH": f"{self.installed / 'bin'}:/usr/bin:/bin",
            "CRM_MONITOR_PROJECT": str(self.project),
            "HOME": str(self.scratch),
            "TMPDIR": str(self.scratch),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        return [*_NO_RIGHTS, "env", "-i", *(f"{name}={value}" for name, value in environment.items()), *arguments]

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run something to its end."""
        return subprocess.run(self.command(*arguments), capture_output=True, text=True, check=False)


@pytest.fixture
def port() -> int:
    """A port that is free just now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture
def container(installed: Path, crm: SmallCrm, tmp_path: Path, port: int) -> Iterator[Container]:
    """Everything read-only but the state and a place for temporary files."""
    if not shutil.which("setpriv"):
        pytest.skip("NOT TESTED: the image (there is no setpriv command)")
    crm.settings(f"service: {{listen: '127.0.0.1:{port}', drain: 2s}}\n")
    (crm.folder / "config" / "schedule.yaml").write_text(
        "jobs: {beat: {do: heartbeat, every: 1s}, records: {do: check, cron: 0 6 * * *}}\n", encoding="utf-8"
    )
    state, scratch = crm.folder / "state", tmp_path / "scratch"
    state.mkdir()
    scratch.mkdir()
    writable = {state, scratch}
    closed = [path for top in (installed, tmp_path) for path in (top, *top.rglob("*")) if not path.is_symlink()]
    for path in closed:
        if path not in writable:
            path.chmod(path.stat().st_mode & ~0o222)
    try:
        yield Container(installed, crm.folder, scratch)
    finally:
        for path in closed:
            path.chmod(path.stat().st_mode | 0o200)


def test_checks_run_and_nothing_but_the_state_is_written(container: Container) -> None:
    for folder in (container.project, container.installed / "bin", container.project / "config"):
        assert container.run("touch", str(folder / "probe")).returncode != 0, "this test could not see a write"
    done = container.run("crm-monitor", "check", "--count")
    assert done.returncode == 0, done.stderr
    assert "Deals without an account" in done.stdout
    assert done.stderr == ""
    assert container.run("crm-monitor", "run", "records").returncode == 0
    assert [path.name for path in container.project.iterdir() if path.stat().st_mode & 0o200] == ["state"]
    assert (container.project / "state" / "monitor.db").stat().st_size > 0


def test_it_serves_answers_its_health_check_and_stops_when_told(container: Container, port: int) -> None:
    health = [word.replace("9464", str(port)) for word in _health_command()]
    assert container.run(*health).returncode != 0, "nobody answers yet"
    serve = container.command(*said(FINAL, "ENTRYPOINT")[0].words, *said(FINAL, "CMD")[0].words)
    with subprocess.Popen(serve, stderr=subprocess.PIPE, text=True) as process:
        try:
            until = time.monotonic() + 60
            while container.run(*health).returncode and process.poll() is None and time.monotonic() < until:
                time.sleep(0.5)
            assert container.run(*health).returncode == 0
        finally:
            os.kill(process.pid, signal.SIGTERM)
            _, log = process.communicate(timeout=60)
    assert process.returncode == 0, log
    assert "Traceback" not in log


def _health_command() -> list[str]:
    text = said(FINAL, "HEALTHCHECK")[0].text
    step = type(said(FINAL, "CMD")[0])("CMD", text.partition("CMD ")[2])
    return step.words
