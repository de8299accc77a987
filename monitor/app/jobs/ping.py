"""A sign to an outside monitor that this one lives: the same that healthchecks and its like take."""

from __future__ import annotations

import http.client
import logging
import urllib.error
import urllib.request
from typing import TYPE_CHECKING

from monitor import __version__

if TYPE_CHECKING:
    from pydantic import SecretStr

log = logging.getLogger(__name__)
TIMEOUT = 10.0
"""Seconds. A monitor that cannot be reached keeps no job from its work."""


def ping(url: SecretStr | None, what: str) -> bool:
    """``what`` is ``start`` or an exit code. Whether it was heard; where not, a line in the log says so."""
    if url is None:
        return True
    address = f"{url.get_secret_value().rstrip('/')}/{what}"
    request = urllib.request.Request(address, headers={"User-Agent": f"crm-monitor/{__version__}"})
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
            return bool(200 <= answer.status < 300)
    except (OSError, urllib.error.URLError, http.client.HTTPException, ValueError) as error:
        log.warning("the outside monitor cannot be reached (%s)", type(error).__name__)  # the URL is a secret
        return False
