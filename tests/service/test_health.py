"""Who asks over HTTP: on IPv6 as well, and whoever hangs up is no news."""

from __future__ import annotations

import io
import socket
import sys
import urllib.request
from contextlib import redirect_stderr
from datetime import timedelta

import pytest

from monitor.errors import MonitorError
from monitor.service import leading
from monitor.service.health import HealthServer
from tests.acceptance.serving import until
from tests.service.answering import Answering
from tests.service.conftest import Make


@pytest.fixture
def monitor(make: Make) -> Answering:
    return make(None)


def also(monitor: Answering, listen: str) -> HealthServer:
    """The same, listened for elsewhere."""
    return HealthServer(listen, monitor.leadership, monitor.steward, monitor.vitals, monitor.opening)


def test_it_listens_on_ipv6(monitor: Answering) -> None:
    if not socket.has_ipv6:
        pytest.skip("NOT TESTED: listening on IPv6 (this machine has none)")
    server = also(monitor, "[::1]:0")
    server.start()
    with urllib.request.urlopen(f"http://[::1]:{server.port}/metrics", timeout=10) as answer:
        assert b"crm_monitor_" in answer.read()
    server.stop()


def test_a_port_that_is_taken_is_said_in_words(monitor: Answering) -> None:
    with pytest.raises(MonitorError, match="cannot be listened on") as caught:
        also(monitor, f"127.0.0.1:{monitor.server.port}").start()
    assert "a crm-monitor serve may run here already" in caught.value.hint
    assert "service.listen" in caught.value.hint


def test_an_address_that_this_machine_has_not_is_said_to_be_none(monitor: Answering) -> None:
    with pytest.raises(MonitorError, match="cannot be listened on") as caught:
        also(monitor, "192.0.2.1:0").start()
    assert caught.value.hint == "this machine has no such address: set service.listen in config/monitor.yaml"


def test_where_it_answers_is_in_the_log(monitor: Answering, caplog: pytest.LogCaptureFixture) -> None:
    server = also(monitor, "127.0.0.1:0")
    with caplog.at_level("INFO"):
        server.start()
    assert f"answering /healthz, /readyz and /metrics at http://127.0.0.1:{server.port}" in caplog.text
    server.stop()


def test_a_client_that_hangs_up_is_no_news_and_the_next_is_answered(
    monitor: Answering, caplog: pytest.LogCaptureFixture
) -> None:
    monitor.lead()
    said = io.StringIO()
    caplog.clear()
    with redirect_stderr(said), caplog.at_level("INFO"):
        for _ in range(5):
            with socket.create_connection(("127.0.0.1", monitor.server.port)) as client:
                client.sendall(b"GET /metrics HTTP/1.0\r\n\r\n")
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # reset, not closed
        with socket.create_connection(("127.0.0.1", monitor.server.port)) as client:
            client.sendall(b"\x16\x03\x01 this is TLS\r\n\r\n")
            client.recv(100)
        assert monitor.get("/metrics")[0] == 200
        sys.stderr.flush()
    assert said.getvalue() == ""
    assert caplog.text == ""


def test_a_state_that_gives_no_answer_makes_it_unwell(monitor: Answering, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leading, "PATIENCE", 0.1)
    monitor.lead()
    assert monitor.get("/healthz")[0] == 200
    monkeypatch.setattr(monitor.leadership, "_term", timedelta(seconds=0.1))
    monkeypatch.setattr(monitor.leadership, "_begun", 0.0)  # as if it had asked long ago, and waited since
    assert monitor.leadership.stuck
    assert [monitor.get(path)[0] for path in ("/healthz", "/readyz")] == [503, 503]
    monkeypatch.setattr(monitor.leadership, "_begun", None)
    until(lambda: monitor.get("/healthz")[0] == 200)
