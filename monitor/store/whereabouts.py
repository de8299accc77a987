"""Where a process runs, as far as its number says something there: this start of a machine, this container.

Two containers may have one host name, and process 1 each.
"""

from __future__ import annotations

import functools
import hashlib
import os
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_BOOT, _MACHINE = "/proc/sys/kernel/random/boot_id", "/etc/machine-id"
_SPACE, _MOUNTS = "/proc/self/ns/pid", "/proc/self/mountinfo"
_OF_THE_CONTAINER = ("/etc/hostname", "/etc/hosts")
"""Docker, Podman and Kubernetes mount a file of the container's, or of the pod's, in the place of these."""
_OF_ONE_IN_THE_POD = "/dev/termination-log"
"""Kubernetes mounts .../pods/POD/containers/NAME/START there: one container of a pod, and one start of it."""
_POD = "/pods/"


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """``boot`` tells starts of machines apart, ``space`` the processes that see each other by number, ``container``
    containers, whatever their names are, ``machine`` machines. Each is empty where the system does not tell."""

    host: str
    boot: str = ""
    space: str = ""
    container: str = ""
    machine: str = ""

    def is_here(self, own: Whereabouts) -> bool:
        """Whether a process number from there means the same to a process at ``own``, a place of the same name."""
        return not _differ(self.space, own.space) and not _differ(self.boot, own.boot)

    def is_gone(self, own: Whereabouts, *, one_machine: bool) -> bool:
        """Whether nothing can run there any more: the container was started anew, or the machine was."""
        if self.container or own.container:
            return self.container == own.container
        the_same = one_machine or (self.machine == own.machine != "" and self.space == own.space)
        return the_same and _differ(self.boot, own.boot)


def _differ(one: str, other: str) -> bool:
    """Whether they surely do: what is hidden from a process may be anything."""
    return bool(one and other) and one != other


@functools.cache
def here() -> Whereabouts:
    """Of this process."""
    said = _read(_BOOT), _link(_SPACE), _container(), _read(_MACHINE)
    return Whereabouts(socket.gethostname(), *map(_short, said))


def _container() -> str:
    return "".join(of_a_container(_read(_MOUNTS).splitlines()))


def of_a_container(mountinfo: Iterable[str]) -> list[str]:
    """What is mounted for one container alone, and again when it is started anew, by proc_pid_mountinfo(5); nothing
    where that cannot be told from what another container may have as well."""
    lines = {fields[4]: fields for line in mountinfo if len(fields := line.split()) > 4}
    mounts = {place: fields[3] for place, fields in lines.items()}
    found = [mounts[place] for place in _OF_THE_CONTAINER if mounts.get(place, "/") != "/"]
    if not found:
        return []
    # Containers of one pod, or of one network, share these files: each has something of its own beside them.
    in_a_pod = any(_POD in each for each in found)
    own = mounts.get(_OF_ONE_IN_THE_POD, "").rpartition("/")[0] if in_a_pod else _layer(lines.get("/", []))
    return [*found, own] if own else []


def _layer(root: list[str]) -> str:
    """Where the container's own files are: the upper layer of an overlay, or the folder that is its root."""
    upper = [option for option in root[-1].split(",") if option.startswith("upperdir=")] if root else []
    if upper:
        return upper[0]
    return root[3] if root and root[3] != "/" else ""


def _read(name: str) -> str:
    try:
        return Path(name).read_text(encoding="utf-8", errors="replace")
    except OSError:  # not Linux, or hidden
        return ""


def _link(name: str) -> str:
    try:
        return os.readlink(name)
    except OSError:
        return ""


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8] if text.strip() else ""
