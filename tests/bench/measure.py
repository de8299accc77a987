"""Starts the contenders, lets them take turns, and keeps what each run took."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from types import TracebackType
from typing import Any, Self


@dataclass(slots=True)
class Measured:
    """What the runs of one contender took: seconds each, peak memory of its process in MB, and what it found."""

    seconds: list[float] = field(default_factory=list)
    peak_mb: float = 0.0
    figures: Any = None

    @property
    def median(self) -> float:
        return median(self.seconds)

    def add(self, seconds: float, peak_mb: float, figures: Any = None) -> None:
        self.seconds.append(seconds)
        self.peak_mb = max(self.peak_mb, peak_mb)
        self.figures = figures


class Worker:
    """A contender that stays alive between its runs."""

    def __init__(self, contender: str, target: str) -> None:
        self.measured = Measured()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.worker", contender],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._send(target)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.communicate()

    def run(self, *, count: bool = True) -> Any:
        """Runs once; a run that does not count warms up. Returns the figures."""
        self._send("")
        answer = self.process.stdout.readline() if self.process.stdout else ""
        if not answer:
            raise RuntimeError(f"{self.process.args!r} ended with {self.process.wait()}; see its message above")
        told = json.loads(answer)
        if count:
            self.measured.add(told["seconds"], told["peak_mb"], told["figures"])
        return told["figures"]

    def _send(self, line: str) -> None:
        if self.process.stdin:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()


def once(command: list[str], log: Path, allowed: tuple[int, ...] = (0,)) -> tuple[float, float]:
    """Runs a command to its end: its seconds and its peak memory in MB. Raises RuntimeError for another exit code."""
    began = time.perf_counter()
    with log.open("w") as file:
        process = subprocess.Popen(command, stdout=file, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = code = os.waitstatus_to_exitcode(status)
    if code not in allowed:
        raise RuntimeError(f"{' '.join(command)} exited {code}:\n{log.read_text()[-2000:]}")
    return time.perf_counter() - began, usage.ru_maxrss / 1024
