"""The dead are told from the living, also where several containers have one name and process 1 each."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.store.lease import Leases
from monitor.store.ledger import How
from monitor.store.processes import has_died, new_holder, release, utc_now
from monitor.store.state import State
from monitor.store.whereabouts import here, of_a_container

NOW = datetime(2026, 11, 29, 6, tzinfo=UTC)
LATER = NOW + timedelta(hours=7)

_HOLDS = """
import os, sys
from datetime import UTC, datetime
from monitor.store.ledger import How
from monitor.store.state import State
with State.open(sys.argv[1]) as state:
    lease = state.leases.take(state.database.holder)
    run = lease and state.ledger.claim("records", datetime(2026, 11, 29, 6, tzinfo=UTC), How.SCHEDULE)
    left = len(state.ledger.left_behind())
    print(os.getpid(), "leads" if lease else "waits", "runs" if run else "waits", left, flush=True)
    sys.stdin.readline()
"""


@contextmanager
def container(url: str, mounted: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A process 1 with a name that another container has as well; its host's file ``mounted`` is its own. And what
    became of its attempt to lead."""
    if sys.platform != "linux" or shutil.which("unshare") is None or os.geteuid() != 0:
        pytest.skip("NOT TESTED: two containers with one name (needs unshare and its rights)")
    inside = f"mount --bind {mounted} /etc/hostname && hostname crm && exec {sys.executable} -c '{_HOLDS}' {url}"
    command = ["unshare", "--pid", "--mount", "--uts", "--fork", "--kill-child", "--mount-proc", "sh", "-c", inside]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process, process.stdout.readline().strip()
        finally:
            process.kill()


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    made = tmp_path / "one", tmp_path / "another"
    for each in made:
        each.write_text("crm\n", encoding="utf-8")
    return made


def test_a_container_with_the_same_name_and_process_1_takes_nothing_from_a_living_one(
    tmp_path: Path, files: tuple[Path, Path]
) -> None:
    url = f"sqlite:///{tmp_path}/monitor.db"
    with container(url, files[0]) as (_, first), container(url, files[1]) as (_, second):
        assert first == "1 leads runs 0"
        assert second == "1 waits waits 0"


def test_a_container_that_was_started_anew_goes_on_at_once(tmp_path: Path, files: tuple[Path, Path]) -> None:
    url = f"sqlite:///{tmp_path}/monitor.db"
    with container(url, files[0]) as (process, first):
        assert first == "1 leads runs 0"
        process.kill()
        process.wait()
    with container(url, files[0]) as (_, again):
        assert again == "1 leads waits 1", "what it left behind is found"


def named(*, host: str = "", pid: int = 0, boot: str = "", space: str = "", container: str = "") -> str:
    own = here()
    token = ".".join((boot or own.boot, space or own.space, container or own.container, "12345678"))
    return f"{host or own.host}/{pid or os.getpid()}/{token}"


def test_a_process_of_this_host_lives_until_it_ends() -> None:
    holder = new_holder()
    assert not has_died(holder, NOW, NOW)
    release(holder)
    assert has_died(holder, NOW, NOW)
    with subprocess.Popen(["sleep", "60"]) as process:
        assert not has_died(named(pid=process.pid), NOW, NOW)
        process.kill()
        process.wait()
        assert has_died(named(pid=process.pid), NOW, NOW)


def test_of_another_host_only_time_tells() -> None:
    assert not has_died(named(host="elsewhere"), NOW, NOW)
    assert has_died(named(host="elsewhere"), NOW, LATER)


def test_of_a_host_of_the_same_name_only_time_tells() -> None:
    assert not has_died(named(boot="another"), NOW, NOW)
    assert not has_died(named(space="another"), NOW, NOW)
    assert has_died(named(boot="another"), NOW, LATER)


def test_what_held_a_file_of_this_machine_before_it_started_has_died() -> None:
    assert has_died(named(boot="another"), NOW, NOW, one_machine=True)
    assert not has_died(named(space="another"), NOW, NOW, one_machine=True)


def test_a_name_of_an_earlier_version_is_believed_to_be_of_here() -> None:
    with subprocess.Popen(["sleep", "60"]) as process:
        holder = f"{here().host}/{process.pid}/12345678"
        assert not has_died(holder, NOW, NOW)
        process.kill()
        process.wait()
        assert has_died(holder, NOW, NOW)


def test_nobody_has_died() -> None:
    assert has_died("", NOW, NOW)


DOCKER = "712 698 8:1 /var/lib/docker/containers/4f1e/{} /etc/{} rw,relatime - ext4 /dev/sda1 rw"
POD = "/var/lib/kubelet/pods/5c1a"


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (["36 25 8:1 / / rw - ext4 /dev/sda1 rw", "37 36 0:5 / /proc rw - proc proc rw", ""], []),
        (
            [DOCKER.format("hostname", "hostname"), DOCKER.format("hosts", "hosts")],
            ["/var/lib/docker/containers/4f1e/hostname", "/var/lib/docker/containers/4f1e/hosts"],
        ),
        (
            [
                f"1 2 8:1 {POD}/etc-hosts /etc/hosts rw - ext4 /dev/sda1 rw",
                f"3 2 8:1 {POD}/containers/serve/9e7d /dev/termination-log rw - ext4 /dev/sda1 rw",
            ],
            [f"{POD}/etc-hosts", f"{POD}/containers/serve"],
        ),
    ],
    ids=["no container", "Docker", "Kubernetes"],
)
def test_a_container_is_known_by_what_is_mounted_for_it(lines: list[str], found: list[str]) -> None:
    assert of_a_container(lines) == found


def test_a_run_of_another_container_with_this_process_s_number_is_not_taken_over(state: State) -> None:
    leases = Leases(state.database, utc_now)
    assert leases.take(named(space="another"))
    assert leases.take(state.database.holder) is None
    state.database.holder = named(space="another")
    run = state.ledger.claim("records", NOW, How.SCHEDULE)
    assert run is not None
    assert run not in state.ledger.left_behind()
