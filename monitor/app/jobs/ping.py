"""A sign to an outside monitor that this one lives: the same that healthchecks and its like take."""

from __future__ import annotations

import http.client
import logging
import threading
import urllib.error
import urllib.request
from typing import TYPE_CHECKING

from monitor import __version__

if TYPE_CHECKING:
    from pydantic import SecretStr

log = logging.getLogger(__name__)
TIMEOUT = 10.0
"""Seconds for the whole answer. A monitor that cannot be reached, or answers bit by bit, keeps no job from its work."""
_given_up: dict[str, threading.Thread] = {}  # by URL: who waits for its answer still, be it for ever


def ping(url: SecretStr | None, what: str, timeout: float = TIMEOUT) -> bool:
    """``what`` is ``start`` or an exit code. Whether it was heard; where not, a line in the log says so."""
    if url is None:
        return True
    address = url.get_secret_value().rstrip("/")
    if (before := _given_up.get(address)) is not None and before.is_alive():
        log.warning("the outside monitor gives no answer: it is not asked again before it does")
        return False
    heard: list[bool] = []
    asking = threading.Thread(target=lambda: heard.append(_heard(f"{address}/{what}", timeout)), daemon=True)
    asking.start()
    asking.join(timeout)
    if asking.is_alive():
        _given_up[address] = asking
        log.warning("the outside monitor gives no whole answer within %g s", timeout)
        return False
    return heard == [True]


def _heard(address: str, timeout: float) -> bool:
    request = urllib.request.Request(address, headers={"User-Agent": f"crm-monitor/{__version__}"})
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            return bool(200 <= answer.status < 300)
    except (OSError, urllib.error.URLError, http.client.HTTPException, ValueError) as error:
        log.warning("the outside monitor cannot be reached (%s)", type(error).__name__)  # the URL is a secret
        return False
