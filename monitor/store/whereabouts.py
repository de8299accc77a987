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

_BOOT, _SPACE, _MOUNTS = "/proc/sys/kernel/random/boot_id", "/proc/self/ns/pid", "/proc/self/mountinfo"
_OF_THE_CONTAINER = ("/etc/hostname", "/etc/hosts")
"""Docker, Podman and Kubernetes mount a file of the container's, or of the pod's, in the place of these."""
_OF_ONE_IN_THE_POD = "/dev/termination-log"
"""Kubernetes mounts .../pods/POD/containers/NAME/START there: one container of a pod, and one start of it."""


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """``boot`` tells starts of machines apart, ``space`` the processes that see each other by number, ``container``
    containers, or pods, whatever their names are. Each is empty where the system does not tell."""

    host: str
    boot: str = ""
    space: str = ""
    container: str = ""

    def is_here(self, own: Whereabouts) -> bool:
        """Whether a process number from there means the same to a process at ``own``, a place of the same name."""
        return not self.space or not own.space or (self.boot, self.space) == (own.boot, own.space)

    def is_gone(self, own: Whereabouts, *, one_machine: bool) -> bool:
        """Whether nothing can run there any more: the container was started anew, or the one machine was."""
        if self.container and self.container == own.container:
            return True
        return one_machine and self.boot != own.boot


@functools.cache
def here() -> Whereabouts:
    """Of this process."""
    return Whereabouts(socket.gethostname(), _short(_read(_BOOT)), _short(_link(_SPACE)), _short(_container()))


def _container() -> str:
    return "".join(of_a_container(_read(_MOUNTS).splitlines()))


def of_a_container(mountinfo: Iterable[str]) -> list[str]:
    """From where the files that are a container's own are mounted, by the lines of proc_pid_mountinfo(5)."""
    mounts = {fields[4]: fields[3] for line in mountinfo if len(fields := line.split()) > 4}
    found = [mounts[place] for place in _OF_THE_CONTAINER if mounts.get(place, "/") != "/"]
    if found and _OF_ONE_IN_THE_POD in mounts:
        found.append(mounts[_OF_ONE_IN_THE_POD].rpartition("/")[0])
    return found


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
