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
from monitor.store.processes import has_died, new_holder, release, still_runs, utc_now, was_seen_to_end
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
def container(url: str, own: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A process 1 with a name, and a network's files, that another container has as well; its folder ``own`` is the
    upper layer of its root. And what became of its attempt to lead."""
    if sys.platform != "linux" or shutil.which("unshare") is None or os.geteuid() != 0:
        pytest.skip("NOT TESTED: two containers with one name (needs unshare and its rights)")
    (own / "root").mkdir(parents=True, exist_ok=True)
    (own.parent / "shared").touch()
    script = _CONTAINER.format(own=own, shared=own.parent / "shared", python=sys.executable, code=_HOLDS, url=url)
    command = ["unshare", "--pid", "--mount", "--uts", "--fork", "--kill-child", "sh", "-ec", script]
    found = {**os.environ, "PATH": f"{os.environ['PATH']}:/usr/sbin:/sbin"}  # where chroot is
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=found) as process:
        assert process.stdout is not None
        try:
            yield process, process.stdout.readline().strip()
        finally:
            process.kill()


_CONTAINER = """
mount -t tmpfs tmpfs {own}
mkdir {own}/up {own}/work {own}/root
mount -t overlay overlay -o lowerdir=/,upperdir={own}/up,workdir={own}/work {own}/root
for each in dev tmp; do mount --rbind /$each {own}/root/$each; done
mount -t proc proc {own}/root/proc
mount --bind {shared} {own}/root/etc/hostname
mount --bind {shared} {own}/root/etc/hosts
hostname crm
cd {own}/root
exec chroot . {python} -c '{code}' {url}
"""


def test_a_container_with_the_same_name_and_process_1_takes_nothing_from_a_living_one(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/monitor.db"
    with container(url, tmp_path / "one") as (_, first), container(url, tmp_path / "another") as (_, second):
        assert first == "1 leads runs 0"
        assert second == "1 waits waits 0"


def test_a_container_that_was_started_anew_goes_on_at_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/monitor.db"
    with container(url, tmp_path / "one") as (process, first):
        assert first == "1 leads runs 0"
        process.kill()
        process.wait()
    with container(url, tmp_path / "one") as (_, again):
        assert again == "1 leads waits 1", "what it left behind is found"


def test_a_process_that_hides_where_it_is_is_told_by_its_number_alone(tmp_path: Path) -> None:
    """The systemd unit hides most of /proc from the service, and not from commands by hand."""
    url = f"sqlite:///{tmp_path}/monitor.db"
    script = f"mount -t proc -o subset=pid proc /proc && exec {sys.executable} -c '{_HOLDS}' {url}"
    if sys.platform != "linux" or shutil.which("unshare") is None or os.geteuid() != 0:
        pytest.skip("NOT TESTED: a service from which /proc is hidden (needs unshare and its rights)")
    with subprocess.Popen(
        ["unshare", "--mount", "sh", "-ec", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as service:
        assert service.stdout is not None
        assert service.stdout.readline().split()[1:] == ["leads", "runs", "0"]
        with State.open(url) as state:
            assert state.leases.take(state.database.holder) is None
            assert state.ledger.left_behind() == []
            service.kill()
            service.wait()
            assert len(state.ledger.left_behind()) == 1
            assert state.leases.take(state.database.holder)


def named(
    *,
    host: str | None = None,
    pid: int = 0,
    boot: str | None = None,
    space: str | None = None,
    container: str | None = None,
    machine: str | None = None,
) -> str:
    """A name like this process's, but for what is given."""
    own = here()
    said = [
        mine if given is None else given
        for given, mine in ((boot, own.boot), (space, own.space), (container, own.container), (machine, own.machine))
    ]
    return f"{own.host if host is None else host}/{pid or os.getpid()}/{'.'.join((*said, '12345678'))}"


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


def test_of_machines_that_are_copies_of_one_image_none_takes_another_for_dead() -> None:
    """They have one name and one /etc/machine-id; that one was started anew looks the same."""
    assert not was_seen_to_end(named(boot="another"), NOW)
    assert not was_seen_to_end(named(space="another"), NOW)
    assert not was_seen_to_end(named(boot="", space=""), NOW)
    assert not was_seen_to_end("", NOW)
    holder = new_holder()
    assert not was_seen_to_end(holder, NOW)
    release(holder)
    assert was_seen_to_end(holder, NOW) is bool(here().boot and here().space)


def test_a_process_that_had_this_one_s_number_runs_no_more() -> None:
    """As the first of a container that was started anew: both have 1, and the kernel calls both places alike."""
    assert not still_runs(named())
    mine = new_holder()
    release(mine)
    assert still_runs(mine), "what it held is over, and it is not"


def test_of_another_host_only_time_tells() -> None:
    assert not has_died(named(host="elsewhere"), NOW, NOW)
    assert has_died(named(host="elsewhere"), NOW, LATER)


def test_of_a_host_of_the_same_name_only_time_tells() -> None:
    for other in (
        named(boot="another", machine="another"),
        named(boot="another", machine=""),
        named(space="another"),
    ):
        assert not has_died(other, NOW, NOW)
        assert has_died(other, NOW, LATER)


def test_what_ran_on_a_machine_before_it_was_started_has_died() -> None:
    assert has_died(named(boot="another", machine=""), NOW, NOW, one_machine=True)
    assert not has_died(named(space="another"), NOW, NOW, one_machine=True)
    if here().machine and not here().container:
        assert has_died(named(boot="another"), NOW, NOW)
        assert not has_died(named(boot="another", space="another"), NOW, NOW)


def test_who_hides_its_machine_is_told_by_its_number() -> None:
    with subprocess.Popen(["sleep", "60"]) as process:
        hidden = named(pid=process.pid, boot="", machine="")
        assert not has_died(hidden, NOW, NOW, one_machine=True)
        process.kill()
        process.wait()
        assert has_died(hidden, NOW, NOW, one_machine=True)


def test_a_name_of_an_earlier_version_is_believed_to_be_of_here() -> None:
    with subprocess.Popen(["sleep", "60"]) as process:
        holder = f"{here().host}/{process.pid}/12345678"
        assert not has_died(holder, NOW, NOW)
        process.kill()
        process.wait()
        assert has_died(holder, NOW, NOW)


def test_nobody_has_died() -> None:
    assert has_died("", NOW, NOW)


DOCKER = "712 698 8:1 /var/lib/docker/containers/4f1e/{0} /etc/{0} rw,relatime - ext4 /dev/sda1 rw"
OF_DOCKER = ["/var/lib/docker/containers/4f1e/hostname", "/var/lib/docker/containers/4f1e/hosts"]
OVERLAY = "9 8 0:9 / / rw,relatime - overlay overlay rw,lowerdir=/l/A:/l/B,upperdir=/o/{}/diff,workdir=/o/{}/work"
POD = "/var/lib/kubelet/pods/5c1a"
POD_HOSTS = f"1 2 8:1 {POD}/etc-hosts /etc/hosts rw - ext4 /dev/sda1 rw"


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (["36 25 8:1 / / rw - ext4 /dev/sda1 rw", "37 36 0:5 / /proc rw - proc proc rw", ""], []),
        (
            [OVERLAY.format("7d", "7d"), DOCKER.format("hostname"), DOCKER.format("hosts")],
            [*OF_DOCKER, "upperdir=/o/7d/diff"],
        ),
        (["9 8 8:1 /vfs/7d / rw - ext4 /dev/sda1 rw", DOCKER.format("hosts")], [OF_DOCKER[1], "/vfs/7d"]),
        (["9 8 8:1 / / rw - ext4 /dev/sda1 rw", DOCKER.format("hosts")], []),
        (
            [POD_HOSTS, f"3 2 8:1 {POD}/containers/serve/9e7d /dev/termination-log rw - ext4 /dev/sda1 rw"],
            [f"{POD}/etc-hosts", f"{POD}/containers/serve"],
        ),
        ([OVERLAY.format("7d", "7d"), POD_HOSTS], []),
    ],
    ids=["no container", "Docker", "Docker, vfs", "a container like others", "Kubernetes", "Kubernetes, no log"],
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
