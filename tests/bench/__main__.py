"""The benchmark: the same 29 checks on the same CRM, by hand-written SQL, this program and Great Expectations.

``python -m tests.bench`` needs a PostgreSQL server (found as the tests find it) and keeps its databases on it
between runs. The contenders take turns within each round, so that a busy moment of the machine hits them all.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from tests.bench import report
from tests.bench.generate import Size, ensure
from tests.bench.handwritten import totals
from tests.bench.measure import Measured, Worker, once
from tests.bench.program import write_project
from tests.servers import DEFAULTS

NAME = "crm_monitor_bench"
FINDINGS = (0, 1)  # exit codes of a check that ran: nothing failed, something failed


def main() -> int:
    """Measures, prints the table, and exits 0; 1 when a contender's figures differ from the hand-written SQL's."""
    options = _options()
    variable, default = DEFAULTS["postgresql"]
    server = sa.make_url(os.environ.get(variable, default))
    version, problem = _server(server)
    if problem:
        report.say(f"skipped: no PostgreSQL at {server.render_as_string()} ({problem}); set {variable} to its URL")
        return 0
    size = Size().scaled(options.rows) if options.rows != 1 else Size()
    label = "" if options.rows == 1 else f"_{size.rows}"
    report.say(f"Preparing {size.rows:,} rows in {NAME}{label}, and a tenth of them (kept for the next time) ...")
    whole = ensure(server, NAME + label, size, fresh=options.fresh)
    tenth = ensure(server, f"{NAME}{label}_tenth", size.scaled(0.1), fresh=options.fresh)
    with tempfile.TemporaryDirectory(prefix="crm-monitor-bench-") as folder:
        measured = measure(_plain(whole), _plain(tenth), Path(folder), options.repeat)
    wrong = differences(measured)
    result = report.Result(size.rows, version, options.repeat, measured, wrong)
    report.show(result)
    if options.markdown:
        options.markdown.parent.mkdir(parents=True, exist_ok=True)
        options.markdown.write_text(report.markdown(result))
    return 1 if wrong else 0


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


def _plain(url: sa.URL) -> str:
    return url.render_as_string(hide_password=False)


def _server(url: sa.URL) -> tuple[str, str]:
    """The server's version, or why it cannot be used."""
    engine = sa.create_engine(url, poolclass=sa.NullPool, connect_args={"connect_timeout": 3})
    try:
        with engine.connect() as connection:
            return str(connection.execute(sa.text("SHOW server_version")).scalar()).split(" ")[0], ""
    except sa.exc.DBAPIError as error:
        return "", str(error.orig).strip().splitlines()[0]
    except ModuleNotFoundError as error:
        return "", str(error)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--rows", type=float, default=1.0, help="share of the full 6.7 million rows, e.g. 0.01")
    parser.add_argument("--repeat", type=int, default=5, help="rounds (default 5)")
    parser.add_argument("--fresh", action="store_true", help="make the databases anew")
    parser.add_argument("--markdown", type=Path, help="write the table to this file as well")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
