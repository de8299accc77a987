"""Who holds a run or a message: host, process and one token per opened state, so that the dead can be told."""

from __future__ import annotations

import os
import sys
import uuid
from datetime import UTC, datetime, timedelta
from functools import cache

from monitor.store.whereabouts import Whereabouts, here

SILENT_AFTER = timedelta(hours=6)
"""A run on another host that gave no sign of life for so long counts as died."""

_LIVE: set[str] = set()


def utc_now() -> datetime:
    """The wall clock; the store asks it only whether a sender on another host has been silent for too long."""
    return datetime.now(UTC)


def new_holder() -> str:
    """A name for this process (host/process/token, which also says where), alive until ``release`` or its end."""
    where = here()
    token = ".".join(
        (where.boot, where.space, where.container, where.machine, _mark(os.getpid()) + uuid.uuid4().hex[:8])
    )
    holder = f"{where.host}/{os.getpid()}/{token}"
    _LIVE.add(holder)
    return holder


def release(holder: str) -> None:
    """Declares that nothing is done under this name any more."""
    _LIVE.discard(holder)


@cache
def _mark(_pid: int) -> str:
    """This process's among all that ever have its number, as each that is first in a container has 1; a fork's own."""
    return uuid.uuid4().hex[:8]


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # it runs, as somebody else
        return True
    return True


def has_died(
    holder: str,
    last_seen: datetime,
    now: datetime,
    silent_after: timedelta = SILENT_AFTER,
    *,
    one_machine: bool = False,
) -> bool:
    """Whether the process behind the name surely ended, or was silent for too long to be waited for.

    ``one_machine``: what it holds is in a SQLite file, which processes of one machine alone can share.
    """
    if not holder or now - last_seen > silent_after:
        return True
    host, pid, token = _parts(holder)
    where, own = _where(host, token), here()
    if host != own.host or not pid:
        return False
    if not where.is_here(own):
        return where.is_gone(own, one_machine=one_machine)
    if pid == os.getpid():
        return holder not in _LIVE
    # Windows has no harmless signal; there only time tells
    return sys.platform != "win32" and not _runs(pid)


def was_seen_to_end(holder: str, now: datetime) -> bool:
    """Whether the process behind the name ended in this very place and start of this machine, where its number would
    be seen. Machines of one name, such as copies of one image, do not take each other for dead."""
    host, _, token = _parts(holder)
    own = here()
    return bool(own.boot and own.space) and _where(host, token) == own and has_died(holder, now, now)


def still_runs(holder: str) -> bool:
    """Whether the process behind the name runs on this machine, whatever became of what it held; False where that
    cannot be seen from here."""
    host, pid, token = _parts(holder)
    own = here()
    if host != own.host or not pid or not _where(host, token).is_here(own):
        return False
    if pid == os.getpid():
        return token.rpartition(".")[2].startswith(_mark(pid))
    return sys.platform != "win32" and _runs(pid)


def process_of(holder: str) -> str:
    """For people: ``host, process 12``."""
    host, pid, _ = _parts(holder)
    return f"{host}, process {pid}"


def _parts(holder: str) -> tuple[str, int, str]:
    rest, _, token = holder.rpartition("/")
    host, _, pid = rest.rpartition("/")
    return host, int(pid) if pid.isdigit() else 0, token


def _where(host: str, token: str) -> Whereabouts:
    """Versions before wrote the host alone: they are believed to be where this process is."""
    *said, _ = token.split(".")
    return Whereabouts(host, *said) if len(said) == 4 else Whereabouts(host)
