"""The HTTP side of the fake: routes, tokens, and faults on command."""

from __future__ import annotations

import json
import threading
from collections import defaultdict
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl

from tests.delivery.fake_slack import doors, methods, methods_people, methods_views, people
from tests.delivery.fake_slack.faults import BadGateway, Dropped, Fault, Html, Late, NotOk, RateLimited, Slow
from tests.delivery.fake_slack.people import Doing
from tests.delivery.fake_slack.rates import Rates
from tests.delivery.fake_slack.registry import OF_THE_APP, authorize, call
from tests.delivery.fake_slack.workspace import Posted, SlackError, View, Whisper, Workspace

KNOWN = (methods, methods_people, methods_views)  # each registers its methods when it is imported
WEBHOOK = "webhook"
RESPONSE = "response_url"
UPLOAD = "upload"


class FakeSlack:
    """``with FakeSlack() as slack``: a server on a free port, for ``WebClient(base_url=slack.base_url)``."""

    def __init__(self) -> None:
        self.workspace = Workspace()
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.late: list[tuple[str, dict[str, Any]]] = []
        self.down: dict[str, Fault] = {}
        """What every call of a method meets, until it is taken out again; ``""`` is every method."""
        self.rates: Rates | None = None
        """Slack's own, where a test sets them; by the clock of the workspace."""
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
        return queue.pop(0) if queue else self.down.get(method) or self.down.get("")

    def keep_to_its_rates(self) -> Rates:
        """From now on it answers 429 to what is called more often than Slack allows."""
        self.rates = Rates()
        return self.rates

    def too_fast(self, method: str, channel: str) -> Fault | None:
        wait = self.rates.wait(method, channel, self.workspace.now()) if self.rates else 0
        return RateLimited(wait) if wait else None

    def land(self) -> None:
        """Does the work of the calls that met ``Late``."""
        while self.late:
            with self.workspace.lock:
                call(self.workspace, *self.late.pop(0))

    def count(self, method: str) -> int:
        return sum(1 for name, _ in self.calls if name == method)

    def press(self, message: Posted | Whisper, action: str, user: str, value: str | None = None) -> Doing:
        """Somebody presses a button, or picks the option ``value``; the app has acknowledged it in time."""
        return people.press(self.workspace, message, action, user, value)

    def submit(self, view: View, user: str, values: Mapping[str, str]) -> Doing:
        """Somebody sends a modal with ``values`` by the names of its inputs; see ``Doing.errors``."""
        return people.submit(self.workspace, view, user, values)

    def command(self, text: str, user: str, channel: str = "C0CRM0001") -> Doing:
        """Somebody types ``/crm text``."""
        return people.command(self.workspace, text, user, channel)

    def again(self, doing: Doing) -> None:
        """Slack delivers the same envelope once more."""
        self.workspace.links.again(doing.envelope)

    def until(self, ready: Callable[[], object], seconds: float = 10) -> None:
        """Waits until the app has done something. Raises AssertionError when it does not."""
        self.workspace.links.wait(ready, seconds)

    def connected(self, opened: int = 1) -> None:
        """Waits until the app has a connection open, and asked for one at least so many times."""
        links = self.workspace.links
        self.until(lambda: links.open and links.opened >= opened)

    def __enter__(self) -> FakeSlack:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closing.set()
        self.workspace.links.close()
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

    def do_GET(self) -> None:
        if self.path.startswith("/link/"):
            self.server.fake.workspace.links.serve(self)
        else:
            self._write(404, "no such page", "text/plain")

    def do_POST(self) -> None:
        try:
            self._post()
        finally:
            links = self.server.fake.workspace.links
            with links.changed:
                links.changed.notify_all()

    def _post(self) -> None:
        fake = self.server.fake
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path.startswith("/api/"):
            self._api(self.path.removeprefix("/api/"), body)
        elif self.path.startswith("/services/"):
            self._door(WEBHOOK, doors.webhook, self.path.removeprefix("/services/"), body)
        elif self.path.startswith("/actions/"):
            self._door(RESPONSE, doors.answer, self.path.removeprefix("/actions/"), body)
        elif (file := fake.workspace.files.get(self.path.removeprefix("/upload/"))) is not None:
            with fake.workspace.lock:
                fault = fake.next_fault(UPLOAD)
                fake.calls.append((UPLOAD, {"file": file.id}))
                if _works(fault):
                    file.data = body
            self._answer(fault, 200, "OK", "text/plain")
        else:
            self._write(404, "no such page", "text/plain")

    def _api(self, method: str, body: bytes) -> None:
        fake = self.server.fake
        with fake.workspace.lock:
            fields = _fields(self.headers.get("Content-Type", ""), body)
            fault = fake.next_fault(method) or fake.too_fast(method, str(fields.get("channel")))
            fake.calls.append((method, fields))
            answer = self._called(method, fields) if _works(fault) else {"ok": False, "error": "not_reached"}
            if isinstance(fault, Late):
                fake.late.append((method, fields))
            scopes = fake.workspace.app_scopes if method == OF_THE_APP else fake.workspace.scopes
        headers = {"X-OAuth-Scopes": ",".join(sorted(scopes))} if answer["ok"] else {}
        self._answer(fault, 200, json.dumps(answer), "application/json; charset=utf-8", headers)

    def _called(self, method: str, fields: dict[str, Any]) -> dict[str, Any]:
        workspace = self.server.fake.workspace
        try:
            authorize(workspace, method, self.headers.get("Authorization") or "")
            return {"ok": True, **call(workspace, method, fields)}
        except SlackError as error:
            return {"ok": False, "error": error.name, "detail": error.detail, **error.more}

    def _door(
        self, name: str, handle: Callable[[Workspace, str, dict[str, Any]], tuple[int, str]], which: str, body: bytes
    ) -> None:
        fake = self.server.fake
        with fake.workspace.lock:
            fault = fake.next_fault(name)
            fields = dict(json.loads(body))
            fake.calls.append((name, fields))
            status, text = handle(fake.workspace, which, fields) if _works(fault) else (500, "not_reached")
        self._answer(fault, status, text, "text/plain")

    def _answer(
        self, fault: Fault | None, status: int, text: str, kind: str, headers: dict[str, str] | None = None
    ) -> None:
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
                self._write(status, text, kind, headers)
            case None:
                self._write(status, text, kind, headers)

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
