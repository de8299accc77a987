"""What systemd hears of the service."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from monitor.service.watchdog import Watchdog


@pytest.mark.parametrize("abstract", [False, True])
def test_it_is_ready_lives_and_stops(tmp_path: Path, abstract: bool) -> None:
    address = f"@{tmp_path}/notify" if abstract else f"{tmp_path}/notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(f"\0{address[1:]}" if abstract else address)
        systemd.settimeout(5)
        watchdog = Watchdog({"NOTIFY_SOCKET": address})
        watchdog.ready()
        watchdog.alive()
        watchdog.stopping()
        assert [systemd.recv(100) for _ in range(3)] == [b"READY=1", b"WATCHDOG=1", b"STOPPING=1"]


def test_without_systemd_nothing_is_said_and_nothing_goes_wrong(tmp_path: Path) -> None:
    Watchdog({}).alive()
    Watchdog({"NOTIFY_SOCKET": f"{tmp_path}/nobody"}).alive()
