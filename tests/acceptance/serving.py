"""The service as its users run it: a process of its own, its log, its health, signals."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def until(what: Callable[[], Any], seconds: float = 30.0, about: str = "") -> Any:
    """Waits until it is true; the first true value. Fails where it does not come."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := what():
            return found
        time.sleep(0.05)
    raise AssertionError(f"not within {seconds} s: {about or what}")


class Served:
    """``crm-monitor serve`` on a project. ``name`` is what PostgreSQL knows its connections by."""

    def __init__(self, folder: Path, name: str, environ: Mapping[str, str] | None = None) -> None:
        self.folder, self.name = folder, name
        self.log = folder.parent / f"{name}.log"
        own = {key: value for key, value in os.environ.items() if not key.startswith("CRM_MONITOR_PROJECT")}
        self._environ = {**own, "PGAPPNAME": name, **(environ or {})}
        self._process: subprocess.Popen[bytes] | None = None
        text = (folder / "config" / "monitor.yaml").read_text(encoding="utf-8")
        found = re.search(r"listen: 127\.0\.0\.1:(\d+)", text)
        self.port = int(found.group(1)) if found else 0

    def start(self) -> Served:
        """Begin; what it says goes to ``log``."""
        command = [sys.executable, "-c", "from monitor.cli.main import run; run()", "serve", "-C", str(self.folder)]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(command, stderr=log, stdout=log, env=self._environ)
        return self

    @property
    def process(self) -> subprocess.Popen[bytes]:
        assert self._process is not None
        return self._process

    @property
    def said(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def ask(self, path: str) -> tuple[int, Any]:
        """The status and the JSON that it answers; 0 where nobody does."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=3) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)
        except OSError:
            return 0, {}

    def metric(self, name: str) -> float:
        """What /metrics says of it; it has no labels."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=10) as answer:
            lines = answer.read().decode().splitlines()
        return next(float(line.split()[1]) for line in lines if line.startswith(f"{name} "))

    @property
    def leads(self) -> bool:
        return bool(self.ask("/healthz")[1].get("leads"))

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def end(self, seconds: float = 60.0) -> int:
        """SIGTERM, and the exit code."""
        self.signal(signal.SIGTERM)
        return self.process.wait(seconds)

    def __enter__(self) -> Served:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.signal(signal.SIGCONT)
            self.process.kill()
            self.process.wait()
