"""Who holds a run or a message: host, process and one token per opened state, so that the dead can be told."""

from __future__ import annotations

import os
import socket
import sys
import uuid
from datetime import UTC, datetime, timedelta

SILENT_AFTER = timedelta(hours=6)
"""A run on another host that gave no sign of life for so long counts as died."""

_LIVE: set[str] = set()


def utc_now() -> datetime:
    """The wall clock; the store asks it only whether a sender on another host has been silent for too long."""
    return datetime.now(UTC)


def new_holder() -> str:
    """A name for this process, alive until ``release`` or the end of the process."""
    holder = f"{socket.gethostname()}/{os.getpid()}/{uuid.uuid4().hex[:8]}"
    _LIVE.add(holder)
    return holder


def release(holder: str) -> None:
    """Declares that nothing is done under this name any more."""
    _LIVE.discard(holder)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # it runs, as somebody else
        return True
    return True


def has_died(holder: str, last_seen: datetime, now: datetime, silent_after: timedelta = SILENT_AFTER) -> bool:
    """Whether the process behind the name surely ended, or was silent for too long to be waited for."""
    if now - last_seen > silent_after:
        return True
    host, _, rest = holder.rpartition("/")[0].rpartition("/")
    if host != socket.gethostname() or not rest.isdigit():
        return not holder
    if int(rest) == os.getpid():
        return holder not in _LIVE
    # Windows has no harmless signal; there only time tells
    return sys.platform != "win32" and not _runs(int(rest))
