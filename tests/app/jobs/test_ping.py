"""A sign to an outside monitor keeps no job from its work, however the other side answers."""

from __future__ import annotations

import itertools
import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from pydantic import SecretStr

from monitor.app.jobs.ping import ping

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
OFTEN = 0.05  # seconds between two bytes
AT_LAST = 30  # seconds within which whatever is to happen will have


@dataclass
class Outside:
    """An outside monitor that says ``answers`` to whom asks for it, and trickles where it is to say nothing whole."""

    url: str
    answers: dict[str, bytes | None]
    asked: list[str] = field(default_factory=list)
    cut_off: threading.Event = field(default_factory=threading.Event)

    @property
    def secret(self) -> SecretStr:
        return SecretStr(f"{self.url}/a-secret/")


@contextmanager
def outside(answers: dict[str, bytes | None], begins: bytes = b"HTTP/1.1 200 OK\r\nX: ") -> Iterator[Outside]:
    over = threading.Event()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            path = self.rfile.readline().decode().split()[1]
            made.asked.append(path)
            while self.rfile.readline().strip():
                pass
            answer = answers[path.rpartition("/")[2]]
            if answer is not None:
                self.wfile.write(answer)
                return
            try:
                self.wfile.write(begins)
                while not over.wait(OFTEN):
                    self.wfile.write(b"a")
            except OSError:
                made.cut_off.set()

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        made = Outside(f"http://127.0.0.1:{server.server_address[1]}", answers)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield made
        finally:
            over.set()
            server.shutdown()
            thread.join()


def nobody_asks_any_more() -> bool:
    """Whether every thread that asked an outside monitor ends."""
    asking = [thread for thread in threading.enumerate() if thread.name == "ping"]
    for thread in asking:
        thread.join(AT_LAST)
    return not any(thread.is_alive() for thread in asking)


@pytest.mark.parametrize(("status", "heard"), [("200 OK", True), ("404 Not Found", False), ("nonsense", False)])
def test_whether_it_was_heard_is_what_it_answers(status: str, heard: bool, caplog: pytest.LogCaptureFixture) -> None:
    with outside({"start": f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode()}) as monitor:
        assert ping(monitor.secret, "start") is heard
        assert monitor.asked == ["/a-secret/start"]
    assert ("cannot be reached" in caplog.text) is not heard
    assert "a-secret" not in caplog.text


@pytest.mark.parametrize(
    "begins", [b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 9999\r\n\r\n"]
)
def test_who_answers_bit_by_bit_is_cut_off_and_hears_how_it_ended(
    begins: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    with outside({"start": None, "0": OK}, begins) as monitor:
        for _ in range(2):
            assert not ping(monitor.secret, "start", timeout=0.5)
            assert ping(monitor.secret, "0")
        assert monitor.cut_off.wait(AT_LAST)
        assert nobody_asks_any_more()
        assert monitor.asked == ["/a-secret/start", "/a-secret/0"] * 2
    assert caplog.text.count("no whole answer within 0.5 s") == 2
    assert "cannot be reached" not in caplog.text, "one ping has one line"
    assert "a-secret" not in caplog.text


def test_who_says_nothing_is_cut_off_also_before_it_is_known_to_be_who_it_is(caplog: pytest.LogCaptureFixture) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert not ping(SecretStr(f"https://127.0.0.1:{server.getsockname()[1]}/a-secret"), "start", timeout=0.5)
        assert nobody_asks_any_more()
        server.settimeout(AT_LAST)
        connection, _ = server.accept()
        with connection:
            connection.settimeout(AT_LAST)
            hello = b"".join(itertools.takewhile(bool, iter(lambda: connection.recv(4096), None)))
    assert hello.startswith(b"\x16\x03"), "it began with TLS, and hung up"
    assert "a-secret" not in caplog.text


def test_an_address_that_is_silent_hides_no_other_of_the_same_host(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where a host has an address of IPv6, and the way there leads nowhere."""
    with outside({"0": OK}) as monitor, socket.create_server(("127.0.0.1", 0), backlog=0) as silent:
        address = silent.getsockname()
        full = [socket.socket() for _ in range(4)]  # one more than it lets in knocks in vain
        for knocking in full:
            knocking.setblocking(False)
            knocking.connect_ex(address)
        found = socket.getaddrinfo("127.0.0.1", int(monitor.url.rpartition(":")[2]), 0, socket.SOCK_STREAM)
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_: [(*found[0][:4], address), *found])
        assert ping(monitor.secret, "0", timeout=4)
        assert monitor.asked == ["/a-secret/0"]
        for knocking in full:
            knocking.close()


@pytest.mark.parametrize("url", ["http://[a-secret", "gopher://a-secret", "http://127.0.0.1:a-secret/", "a-secret"])
def test_what_is_no_address_is_asked_nothing_and_shown_to_nobody(
    url: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    assert not ping(SecretStr(url), "start")
    assert "cannot be reached" in caplog.text
    assert "a-secret" not in caplog.text + "".join(capfd.readouterr())


def test_without_a_url_there_is_nobody_to_tell() -> None:
    assert ping(None, "start")
