"""The same 29 checks on the same CRM, by hand-written SQL, this program and Great Expectations.

The contenders take turns within each round, so that a busy moment of the machine hits them all.
"""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tests.bench import report
from tests.bench.handwritten import totals
from tests.bench.measure import Measured, Worker, once
from tests.bench.program import write_project

FINDINGS = (0, 1)  # exit codes of a check that ran: nothing failed, something failed


def measure(whole: str, tenth: str, folder: Path, repeat: int) -> dict[str, Measured]:
    """Runs every contender once to warm up, then ``repeat`` rounds of all of them in turn."""
    warm, cold, small = (write_project(folder / name, url) for name, url in _projects(whole, tenth))
    command = str(Path(sys.executable).parent / "crm-monitor")
    check = [command, "check", "--no-notify", "--format", "json", "--project"]
    log = folder / "log.txt"
    fresh, fresh_small, imported = Measured(), Measured(), Measured()
    with ExitStack() as stack:
        workers = {
            name: stack.enter_context(Worker(name, target))
            for name, target in (("total", whole), ("owners", whole), ("program", str(warm)), ("gx", whole))
        }
        for worker in workers.values():
            worker.run(count=False)
        once([*check, str(cold)], log, FINDINGS)  # the learning run
        once([*check, str(small)], log, FINDINGS)
        for number in range(1, repeat + 1):
            workers["total"].run()
            workers["owners"].run()
            workers["program"].run()
            fresh.add(*once([*check, str(cold)], log, FINDINGS))
            workers["gx"].run()
            imported.add(*once([sys.executable, "-c", "import great_expectations"], log))
            fresh_small.add(*once([*check, str(small)], log, FINDINGS))
            took = {name: worker.measured for name, worker in workers.items()} | {"fresh": fresh, "import": imported}
            report.say(f"round {number} of {repeat}: " + ", ".join(f"{n} {m.seconds[-1]:.2f}" for n, m in took.items()))
        found = {name: worker.measured for name, worker in workers.items()}
    return {**found, "fresh": fresh, "import": imported, "tenth": fresh_small}


def differences(measured: dict[str, Measured]) -> list[str]:
    """Where a contender found other figures than the hand-written SQL, per owner where it names owners."""
    by_owner = measured["owners"].figures
    in_total = totals(by_owner)
    wrong = _differing("hand-written, in total", totals(measured["total"].figures), in_total)
    wrong += _differing("plain Great Expectations", measured["gx"].figures, in_total)
    program: dict[str, Any] = measured["program"].figures
    for check, owners in by_owner.items():
        counted = {owner: found for owner, found in program.get(check, {}).items() if any(found)}
        expected = {owner: found for owner, found in owners.items() if any(found)}
        wrong += _differing(f"this program, {check}", counted, expected)
    return wrong


def _differing(who: str, found: dict[str, Any], expected: dict[str, Any]) -> list[str]:
    keys = sorted(found.keys() | expected.keys())
    return [f"{who}, {k}: {found.get(k)} is not {expected.get(k)}" for k in keys if found.get(k) != expected.get(k)]


def _projects(whole: str, tenth: str) -> list[tuple[str, str]]:
    return [("warm", whole), ("fresh", whole), ("tenth", tenth)]
