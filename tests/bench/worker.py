"""One contender in a process of its own: for every line on its input it runs once and answers with a line of JSON.

``python -m tests.bench.worker CONTENDER``; the first line is its target, a database URL or this program's project.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa


def main(contender: str) -> None:
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever a library prints must not be taken for an answer
    target = sys.stdin.readline().strip()
    run = _CONTENDERS[contender](target)
    for _ in sys.stdin:
        began = time.perf_counter()
        figures = run()
        seconds = time.perf_counter() - began
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # Linux counts in KiB
        answers.write(json.dumps({"seconds": seconds, "peak_mb": peak, "figures": figures}) + "\n")
        answers.flush()


def _handwritten(owners: bool) -> Callable[[str], Callable[[], Any]]:
    def prepare(url: str) -> Callable[[], Any]:
        from tests.bench import handwritten

        engine = sa.create_engine(url)

        def run() -> Any:
            with engine.connect() as connection:
                return handwritten.run(connection, owners=owners)

        return run

    return prepare


def _gx(url: str) -> Callable[[], Any]:
    from tests.bench.plain_gx import Checkpoint

    return Checkpoint(url).run


def _program(folder: str) -> Callable[[], Any]:
    from tests.bench.program import Warm

    return Warm(Path(folder)).run


_CONTENDERS: dict[str, Callable[[str], Callable[[], Any]]] = {
    "total": _handwritten(owners=False),
    "owners": _handwritten(owners=True),
    "gx": _gx,
    "program": _program,
}

if __name__ == "__main__":
    main(sys.argv[1])
