"""The HTTP side of the fake: routes, tokens, and faults on command."""

from __future__ import annotations

import json
import threading
from collections import defaultdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl

from tests.delivery.fake_slack.faults import BadGateway, Dropped, Fault, Html, Late, NotOk, RateLimited, Slow
from tests.delivery.fake_slack.limits import check_content
from tests.delivery.fake_slack.methods import call
from tests.delivery.fake_slack.workspace import SlackError, Workspace

WEBHOOK = "webhook"
UPLOAD = "upload"


class FakeSlack:
    """``with FakeSlack() as slack``: a server on a free port, for ``WebClient(base_url=slack.base_url)``."""

    def __init__(self) -> None:
        self.workspace = Workspace()
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.late: list[tuple[str, dict[str, Any]]] = []
        self.closing = threading.Event()
        self._faults: defaultdict[str, list[Fault]] = defaultdict(list)
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.fake = self
        self.workspace.address = self.address
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def base_url(self) -> str:
        return f"{self.address}/api/"

    @property
    def webhook_url(self) -> str:
        return f"{self.address}/services/{next(iter(self.workspace.webhooks))}"

    def fail(self, method: str, *faults: Fault) -> None:
        """The next calls of the method meet these faults, one each, in this order; ``"webhook"`` is a method too."""
        self._faults[method].extend(faults)

    def next_fault(self, method: str) -> Fault | None:
        queue = self._faults[method]
        return queue.pop(0) if queue else None

    def land(self) -> None:
        """Does the work of the calls that met ``Late``."""
        while self.late:
            with self.workspace.lock:
                call(self.workspace, *self.late.pop(0))

    def count(self, method: str) -> int:
        return sum(1 for name, _ in self.calls if name == method)

    def __enter__(self) -> FakeSlack:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    fake: FakeSlack


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def log_message(self, format: str, *args: Any) -> None:  # the name is http.server's
        """Quiet."""

    def do_POST(self) -> None:
        fake = self.server.fake
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path.startswith("/api/"):
            method = self.path.removeprefix("/api/")
            with fake.workspace.lock:
                fault = fake.next_fault(method)
                fields = _fields(self.headers.get("Content-Type", ""), body)
                fake.calls.append((method, fields))
                answer = self._api(method, fields) if _works(fault) else {"ok": False, "error": "not_reached"}
                if isinstance(fault, Late):
                    fake.late.append((method, fields))
            self._answer(fault, 200, json.dumps(answer), "application/json; charset=utf-8")
        elif self.path.startswith("/services/"):
            with fake.workspace.lock:
                fault = fake.next_fault(WEBHOOK)
                fields = dict(json.loads(body))
                fake.calls.append((WEBHOOK, fields))
                status, text = self._webhook(fields) if _works(fault) else (500, "not_reached")
            self._answer(fault, status, text, "text/plain")
        elif (file := fake.workspace.files.get(self.path.removeprefix("/upload/"))) is not None:
            with fake.workspace.lock:
                fault = fake.next_fault(UPLOAD)
                fake.calls.append((UPLOAD, {"file": file.id}))
                if _works(fault):
                    file.data = body
            self._answer(fault, 200, "OK", "text/plain")
        else:
            self._write(404, "no such page", "text/plain")

    def _api(self, method: str, fields: dict[str, Any]) -> dict[str, Any]:
        workspace = self.server.fake.workspace
        try:
            if self.headers.get("Authorization") != f"Bearer {workspace.token}":
                raise SlackError("invalid_auth" if self.headers.get("Authorization") else "not_authed")
            return {"ok": True, **call(workspace, method, fields)}
        except SlackError as error:
            return {"ok": False, "error": error.name, "detail": error.detail}

    def _webhook(self, fields: dict[str, Any]) -> tuple[int, str]:
        fake = self.server.fake
        channel = fake.workspace.webhooks.get(self.path.removeprefix("/services/"))
        if channel is None:
            return 404, "no_service"
        if set(fields) - {"text", "blocks", "unfurl_links", "unfurl_media"}:
            return 400, "invalid_payload"
        try:
            check_content(fields.get("text"), fields.get("blocks"))
            fake.workspace.post(fake.workspace.channels[channel], {k: fields[k] for k in fields if k[:6] != "unfurl"})
        except SlackError as error:
            return (410, "channel_is_archived") if error.name == "is_archived" else (400, error.name)
        return 200, "ok"

    def _answer(self, fault: Fault | None, status: int, text: str, kind: str) -> None:
        match fault:
            case RateLimited(retry_after):
                limited = json.dumps({"ok": False, "error": "ratelimited"})
                self._write(429, limited, "application/json", {"Retry-After": str(retry_after)})
            case NotOk(error):
                self._write(200, json.dumps({"ok": False, "error": error}), "application/json")
            case Html(code):
                self._write(code, "<html><body>Something is not right</body></html>", "text/html")
            case BadGateway():
                self._write(502, json.dumps({"ok": False, "error": "bad_gateway"}), "application/json")
            case Dropped() | Late():
                self.close_connection = True
            case Slow(seconds):
                self.server.fake.closing.wait(seconds)
                self._write(status, text, kind)
            case None:
                self._write(status, text, kind)

    def _write(self, status: int, text: str, kind: str, headers: dict[str, str] | None = None) -> None:
        data = text.encode()
        try:
            self.send_response(status)
            for name, value in {"Content-Type": kind, "Content-Length": str(len(data)), **(headers or {})}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)
        except ConnectionError:
            self.close_connection = True  # the client gave up waiting


def _works(fault: Fault | None) -> bool:
    return fault is None or fault.accepts


def _fields(content_type: str, body: bytes) -> dict[str, Any]:
    if content_type.startswith("application/json") and body:
        return dict(json.loads(body))
    return dict(parse_qsl(body.decode()))
