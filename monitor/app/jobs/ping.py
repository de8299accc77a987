"""A sign to an outside monitor that this one lives: the same that healthchecks and its like take."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from monitor.app.jobs.asking import Asking

if TYPE_CHECKING:
    from pydantic import SecretStr

log = logging.getLogger(__name__)
TIMEOUT = 10.0
"""Seconds for the whole answer. A monitor that cannot be reached, or answers bit by bit, keeps no job from its work."""


def ping(url: SecretStr | None, what: str, timeout: float = TIMEOUT) -> bool:
    """``what`` is ``start`` or an exit code. Whether it was heard; where not, a line in the log says so.

    What came of one ping is nothing to the next: a monitor that was slow at a start still hears how that ended.
    """
    if url is None:
        return True
    asking = Asking(f"{url.get_secret_value().rstrip('/')}/{what}", timeout)
    thread = threading.Thread(target=asking.run, name="ping", daemon=True)
    thread.start()
    thread.join(timeout)
    if asking.give_up():
        log.warning("the outside monitor gives no whole answer within %g s", timeout)
        return False
    if asking.trouble:
        log.warning("the outside monitor cannot be reached (%s)", asking.trouble)
    return asking.heard
