"""What the outside may ask over HTTP: does it live, is it ready, and the figures."""

from __future__ import annotations

import errno
import json
import logging
import socket
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from monitor.errors import MonitorError
from monitor.service.leading import Leadership
from monitor.service.metrics import FORMAT, Metrics
from monitor.service.opening import Opening
from monitor.service.steward import Steward
from monitor.service.vitals import Vitals

log = logging.getLogger(__name__)
_HINTS = {
    errno.EADDRINUSE: "a crm-monitor serve may run here already: crm-monitor status says who leads; for another one, ",
    errno.EADDRNOTAVAIL: "this machine has no such address: ",
    errno.EACCES: "ports below 1024 are the administrator's: ",
}


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Who hangs up before the answer misses it; that is no news, and no traceback."""
        log.debug("a client of the health page hung up")


class _Server6(_Server):
    address_family = socket.AF_INET6


class HealthServer:
    """Answers on ``listen`` (host:port, or off) in threads of its own."""

    def __init__(self, listen: str, leadership: Leadership, steward: Steward, vitals: Vitals, opening: Opening) -> None:
        self._listen, self._leadership, self._steward = listen, leadership, steward
        self._vitals, self._opening = vitals, opening
        self._metrics = Metrics(leadership, steward, vitals, opening)
        self._server: ThreadingHTTPServer | None = None

    @property
    def port(self) -> int:
        """Where it listens; 0: nowhere."""
        return int(self._server.server_address[1]) if self._server else 0

    def start(self) -> None:
        """Listen. Raises MonitorError where somebody else does."""
        if self._listen == "off":
            return
        host, _, port = self._listen.rpartition(":")
        health = self

        class Handler(BaseHTTPRequestHandler):
            server_version, sys_version = "crm-monitor", ""
            timeout = 10.0  # seconds that a client may take to ask

            def do_GET(self) -> None:
                status, kind, body = health.answer(self.path)
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Cache-Control", "no-store")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                """Nothing: a line per scrape helps nobody."""

        try:
            self._server = (_Server6 if ":" in host else _Server)((host.strip("[]"), int(port)), Handler)
        except OSError as error:
            hint = _HINTS.get(error.errno or 0, "") + "set service.listen in config/monitor.yaml"
            raise MonitorError(f"{self._listen} cannot be listened on: {error.strerror}", hint=hint) from None
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, name="health", daemon=True).start()
        log.info("answering /healthz, /readyz and /metrics at http://%s:%d", host, self.port)

    def stop(self) -> None:
        """Listen no more."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()

    def answer(self, path: str) -> tuple[int, str, bytes]:
        """Status, content type and body."""
        path = path.partition("?")[0]
        if path == "/metrics":
            return 200, FORMAT, self._metrics.render()
        if path == "/healthz":
            stuck = self._leadership.stuck or self._steward.stuck
            well = self._vitals.well and self._leadership.thread_alive and not stuck
            return _json(well, self._health())
        if path == "/readyz":
            problem = self._leadership.problem or self._steward.problem
            ready = self._vitals.well and not problem and not self._leadership.stuck
            return _json(ready, {**self._health(), "problem": problem})
        return 404, "text/plain; charset=utf-8", b"there are /healthz, /readyz and /metrics\n"

    def _health(self) -> Mapping[str, object]:
        return {
            "leads": self._opening.leads,
            "leader": self._leadership.leader,
            "seconds_since_heartbeat": round(self._vitals.silence, 1),
            "seconds_since_start": round(self._vitals.uptime, 1),
            "running": sorted(self._steward.busy),
            "stuck": self._steward.stuck,
        }


def _json(good: bool, said: Mapping[str, object]) -> tuple[int, str, bytes]:
    body = json.dumps({"ok": good, **said}) + "\n"
    return 200 if good else 503, "application/json", body.encode()
