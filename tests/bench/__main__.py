"""The benchmarks: checks of records, and people's use.

``python -m tests.bench`` needs a PostgreSQL server (found as the tests find it) and keeps its databases on it
between runs. Contenders take turns, so that a busy moment of the machine hits them all: ratios are what counts.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import sqlalchemy as sa

from tests.bench import checks, report, use, use_report
from tests.bench.generate import Size, ensure
from tests.bench.use_crm import prepare
from tests.servers import DEFAULTS

NAME = "crm_monitor_bench"

Measure = Callable[[sa.URL, str, argparse.Namespace], tuple[str, bool]]
"""From the server, its version and the options to a part of the page, and whether all figures were right."""


def main() -> int:
    """Measures, prints the tables, and exits 0; 1 when figures differ from the hand-written SQL's."""
    options = _options()
    variable, default = DEFAULTS["postgresql"]
    server = sa.make_url(os.environ.get(variable, default))
    version, problem = _server(server)
    if problem:
        report.say(f"skipped: no PostgreSQL at {server.render_as_string()} ({problem}); set {variable} to its URL")
        return 0
    right = True
    for title in [options.only] if options.only else PARTS:
        load = os.getloadavg()[0]
        part, good = PARTS[title](server, version, options)
        right &= good
        if options.markdown:  # at once: the next one may be interrupted
            told = (
                f"{part}Other work was on the machine: a load of {load:.1f} before it began.\n" if load > 0.5 else part
            )
            report.write_part(options.markdown, TITLES, title, told)
    return 0 if right else 1


def _checks(server: sa.URL, version: str, options: argparse.Namespace) -> tuple[str, bool]:
    size = Size().scaled(options.rows) if options.rows != 1 else Size()
    label = "" if options.rows == 1 else f"_{size.rows}"
    report.say(f"Preparing {size.rows:,} rows in {NAME}{label}, and a tenth of them (kept for the next time) ...")
    whole = ensure(server, NAME + label, size, fresh=options.fresh)
    tenth = ensure(server, f"{NAME}{label}_tenth", size.scaled(0.1), fresh=options.fresh)
    with tempfile.TemporaryDirectory(prefix="crm-monitor-bench-") as folder:
        measured = checks.measure(_plain(whole), _plain(tenth), Path(folder), options.repeat)
    wrong = checks.differences(measured)
    result = report.Result(size.rows, version, options.repeat, measured, wrong)
    report.show(result)
    return report.markdown(result), not wrong


def _use(server: sa.URL, version: str, options: argparse.Namespace) -> tuple[str, bool]:
    report.say(f"Preparing the activities of a year in {NAME}_use (kept for the next time) ...")
    url = prepare(server, f"{NAME}_use", fresh=options.fresh)
    with tempfile.TemporaryDirectory(prefix="crm-monitor-bench-") as folder:
        times = use.measure(_plain(url), Path(folder) / "use", options.repeat)
    use_report.show(times, version)
    return use_report.markdown(times, version), not times.wrong


PARTS: Mapping[str, Measure] = {"checks": _checks, "use": _use}
TITLES = {"checks": report.TITLE, "use": use_report.TITLE}


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
    parser.add_argument("--only", choices=list(PARTS), help="one of the benchmarks")
    parser.add_argument(
        "--rows", type=float, default=1.0, help="of checks: share of the full 6.7 million rows, e.g. 0.01"
    )
    parser.add_argument("--repeat", type=int, default=5, help="rounds (default 5)")
    parser.add_argument("--fresh", action="store_true", help="make the databases anew")
    parser.add_argument("--markdown", type=Path, help="write the tables into this page as well")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
