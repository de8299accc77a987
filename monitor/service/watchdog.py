"""Tells systemd that the service is ready, lives and stops (sd_notify(3)), so that one that hangs is started anew."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping


class Watchdog:
    """Speaks to the socket that systemd names in ``NOTIFY_SOCKET``; to nobody where there is none."""

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        address = environ.get("NOTIFY_SOCKET", "")
        self._address = f"\0{address[1:]}" if address.startswith("@") else address

    def ready(self) -> None:
        """Everything stands."""
        self._say("READY=1")

    def alive(self) -> None:
        """The main loop came round, and nothing is stuck."""
        self._say("WATCHDOG=1")

    def stopping(self) -> None:
        """It was told to stop."""
        self._say("STOPPING=1")

    def _say(self, state: str) -> None:
        if not self._address:
            return
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as one:
            try:
                one.connect(self._address)
                one.sendall(state.encode())
            except OSError:
                return  # who does not listen, misses it, and acts on that
