"""The program as its users run it: a command line goes in, an exit code and two streams come out."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from monitor.cli import main

_OURS = ("CRM_", "COLUMNS", "NO_COLOR", "FORCE_COLOR", "TERM", "CI", "HTTP", "http")


@dataclass(frozen=True)
class Result:
    """What a command left behind."""

    exit_code: int
    stdout: str
    stderr: str

    @property
    def json(self) -> Any:
        """Standard output as the one JSON document that it must be."""
        return json.loads(self.stdout)

    @property
    def said(self) -> str:
        """Both streams, with line breaks and runs of blanks made one."""
        return " ".join(f"{self.stdout} {self.stderr}".split())


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def crm_monitor(
    *arguments: object, project: Path | None = None, env: Mapping[str, str] | None = None, terminal: bool = False
) -> Result:
    """Run ``crm-monitor`` in this process, whose imports are costly; ``terminal`` makes both streams one."""
    make = _Terminal if terminal else io.StringIO
    out, err = make(), make()
    given = {"CRM_MONITOR_PROJECT": str(project)} if project else {}
    with _environment({**given, **(env or {})}), _streams(out, err):
        try:
            main.run([str(argument) for argument in arguments])
        except SystemExit as leave:
            code = leave.code
    assert isinstance(code, int)
    return Result(code, out.getvalue(), err.getvalue())


@contextmanager
def _environment(changes: Mapping[str, str]) -> Iterator[None]:
    """Only what the test says of what the program listens to."""
    before = dict(os.environ)
    for name in [name for name in before if name.startswith(_OURS) and not name.startswith("CRM_MONITOR_TEST")]:
        del os.environ[name]
    os.environ.update(changes)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextmanager
def _streams(out: io.StringIO, err: io.StringIO) -> Iterator[None]:
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = out, err
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before
