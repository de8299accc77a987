"""Tries odd inputs on every surface for as long as wished: ``python -m tests.fuzz --minutes 60``.

What leads to what may not happen is written to ``tests/fuzz/cases/SURFACE/``, to be named and mended; the exit code
is 1 then. ``--seed`` tries the same inputs in the same order again, ``--only`` one surface, ``--again FILE`` one input.
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
import tempfile
import time
import traceback
from collections import Counter, defaultdict
from contextlib import ExitStack
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.fuzz.judge import TooSlow, alone
from tests.fuzz.surface import CASES, Surface, Try, case_name
from tests.fuzz.surfaces import SURFACES

_MEMORY = 8 * 2**30
_SETTINGS = settings(
    database=None,
    deadline=None,
    derandomize=False,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
    report_multiple_bugs=False,
    print_blob=False,
)


class Run:
    """One run over all surfaces: what was tried, and what was found."""

    def __init__(self, minutes: float, seed_: int, surfaces: list[Surface]) -> None:
        self._ends = time.monotonic() + minutes * 60
        self._seed, self._surfaces = seed_, surfaces
        self.tried: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.seconds: dict[str, float] = defaultdict(float)
        self.found: dict[str, str] = {}

    @property
    def over(self) -> bool:
        """Whether the time is up."""
        return time.monotonic() >= self._ends

    def go(self, rounds: int = 0) -> None:
        """Rounds over the surfaces, until the time is up, or exactly so many."""
        with ExitStack() as stack:
            stack.enter_context(alone())
            tries: dict[str, Try] = {}
            for surface in self._surfaces:
                folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix=f"fuzz-{surface.name}-")))
                tries[surface.name] = stack.enter_context(surface.opened(folder))
            number = 0
            while number < rounds if rounds else not self.over:
                for surface in self._surfaces:
                    if rounds or not self.over:
                        self._round(surface, tries[surface.name], self._seed + number)
                number += 1

    def _round(self, surface: Surface, tried: Try, seed_: int) -> None:
        last = [b""]

        def one(data: bytes) -> None:
            last[0] = data
            self.tried[surface.name] += 1
            try:
                self.refused[surface.name] += bool(tried(data))
            except TooSlow as slow:  # no Exception: hypothesis would stop for it
                raise AssertionError(str(slow)) from slow

        begun = time.monotonic()
        try:
            seed(seed_)(settings(_SETTINGS, max_examples=surface.examples)(given(surface.inputs)(one)))()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is a finding
            self._note(surface, last[0], error)
        self.seconds[surface.name] += time.monotonic() - begun

    def _note(self, surface: Surface, data: bytes, error: Exception) -> None:
        frames = traceback.extract_tb(_innermost(error).__traceback__)
        ours = [frame for frame in frames if "/monitor/" in frame.filename] or list(frames)
        where = f"{ours[-1].filename}:{ours[-1].lineno}" if ours else "?"
        said = str(error)
        shown = said if len(said) < 900 else f"{said[:300]} ... {said[-600:]}"
        kind = f"{surface.name}: {type(error).__name__} at {where}: {shown}"
        key = f"{surface.name}{type(error).__name__}{where}{said[:25]}{said[-160:-60]}"
        if key in self.found:
            return
        path = CASES / surface.name / case_name(data)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        self.found[key] = f"{kind}\n    {path}"
        print(f"FOUND {self.found[key]}", flush=True)  # noqa: T201


def _innermost(error: BaseException) -> BaseException:
    while error.__cause__ is not None:
        error = error.__cause__
    return error


def main() -> int:
    """The command line; see the module."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--rounds", type=int, default=0)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--only", action="append", choices=[surface.name for surface in SURFACES])
    parser.add_argument("--again", type=Path)
    asked = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, resource.RLIM_INFINITY))  # what eats memory is found, too
    if asked.again:
        return _again(asked.again)
    seed_ = random.SystemRandom().randrange(10**8) if asked.seed is None else asked.seed
    print(f"seed {seed_}: python -m tests.fuzz --seed {seed_}", flush=True)  # noqa: T201
    run = Run(asked.minutes, seed_, [one for one in SURFACES if not asked.only or one.name in asked.only])
    run.go(asked.rounds)
    for surface in run.tried:
        counts = f"{run.tried[surface]:>8,} tried {run.refused[surface]:>8,} refused"
        print(f"{surface:<22} {counts} {run.seconds[surface]:>7.0f} s")  # noqa: T201
    print(f"{sum(run.tried.values()):,} inputs, {len(run.found)} found")  # noqa: T201
    for text in run.found.values():
        print(f"FOUND {text}")  # noqa: T201
    return 1 if run.found else 0


def _again(path: Path) -> int:
    surface = next(one for one in SURFACES if one.name == path.parent.name)
    with tempfile.TemporaryDirectory() as folder, alone(), surface.opened(Path(folder)) as tried:
        print(tried(path.read_bytes()) or "(nothing is said)")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
