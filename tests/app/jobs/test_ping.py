"""A sign to an outside monitor keeps no job from its work, however the other side answers."""

from __future__ import annotations

import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from pydantic import SecretStr

from monitor.app.jobs.ping import ping


@contextmanager
def monitor(answer: list[bytes], pause: float = 0.0) -> Iterator[tuple[SecretStr, list[str]]]:
    """An outside monitor that answers piece by piece; its URL, and what it was asked for."""
    asked: list[str] = []
    over = threading.Event()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            asked.append(self.rfile.readline().decode().split()[1])
            while self.rfile.readline().strip():
                pass
            for piece in answer:
                self.wfile.write(piece)
                if pause and over.wait(pause):
                    return

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield SecretStr(f"http://127.0.0.1:{server.server_address[1]}/a-secret/"), asked
        finally:
            over.set()
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(("status", "heard"), [("200 OK", True), ("404 Not Found", False), ("nonsense", False)])
def test_whether_it_was_heard_is_what_it_answers(status: str, heard: bool, caplog: pytest.LogCaptureFixture) -> None:
    with monitor([f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode()]) as (url, asked):
        assert ping(url, "start") is heard
        assert asked == ["/a-secret/start"]
    assert ("cannot be reached" in caplog.text) is not heard
    assert "a-secret" not in caplog.text


def test_who_answers_bit_by_bit_is_not_waited_for_nor_asked_again_meanwhile(caplog: pytest.LogCaptureFixture) -> None:
    drip = [b"HTTP/1.1 200 OK\r\n", *(b"X-%d: a\r\n" % number for number in range(90))]
    with monitor(drip, pause=0.2) as (url, asked):
        begun = time.monotonic()
        assert not ping(url, "start", timeout=0.5)
        assert not ping(url, "0", timeout=0.5)
        assert time.monotonic() - begun < 10, "ninety pieces take 18 s"
        assert asked == ["/a-secret/start"]
    assert "no whole answer within 0.5 s" in caplog.text
    assert "a-secret" not in caplog.text


def test_without_a_url_there_is_nobody_to_tell() -> None:
    assert ping(None, "start")
