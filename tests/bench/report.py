"""The benchmark's table, on the terminal and in Markdown."""

from __future__ import annotations

import os
import platform
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.bench.measure import Measured

CONSOLE = Console(highlight=False, width=None if sys.stdout.isatty() else 150)
TITLE = "Checks of records"
TITLES = {
    "total": "hand-written SQL, one query per table",
    "owners": "hand-written SQL, grouped by owner, duplicates per owner",
    "program": "crm-monitor, warm (owners, failing keys, state written)",
    "fresh": "crm-monitor, as a fresh process",
    "gx": "Great Expectations checkpoint, default format, warm",
    "import": "importing Great Expectations",
    "tenth": "crm-monitor, fresh process, a tenth of the rows",
}
WHOSE = {"owners", "program", "fresh", "tenth"}


@dataclass(frozen=True, slots=True)
class Result:
    """What was measured, and every figure that differs from the hand-written SQL's."""

    rows: int
    server: str
    repeat: int
    measured: dict[str, Measured]
    wrong: list[str]


def say(text: str) -> None:
    """One line for the person who waits."""
    CONSOLE.print(text)


def show(result: Result) -> None:
    """The table and the goals, on the terminal."""
    table = Table(title=f"29 checks on {result.rows:,} rows", title_justify="left")
    table.add_column("")
    for name in ("median", "fastest", "slowest", "times grouped SQL", "peak memory", "says whose"):
        table.add_column(name, justify="right")
    for row in _rows(result):
        table.add_row(*row)
    CONSOLE.print(table)
    for line in [*_goals(result), *result.wrong[:20]]:
        CONSOLE.print(line)
    CONSOLE.print(surroundings(result.repeat, result.server))


def markdown(result: Result) -> str:
    """The same as a part of a page of the documentation, without its heading."""
    head = "| | median | fastest | slowest | times grouped SQL | peak memory | says whose |\n"
    head += "|---|--:|--:|--:|--:|--:|:-:|\n"
    body = "".join(f"| {' | '.join(row)} |\n" for row in _rows(result))
    goals = "".join(f"* {line}\n" for line in [*_goals(result), *result.wrong[:20]])
    return (
        f"29 checks on {result.rows:,} rows: every contender runs the same checks in turn. Peak memory is that of the\n"
        f"contender's own process, without the database server's.\n\n{head}{body}\n{goals}\n"
        f"{surroundings(result.repeat, result.server)}\n"
    )


def write_part(page: Path, titles: Mapping[str, str], name: str, part: str) -> None:
    """Write one part of a page of several; the others stay as they are. ``titles`` are theirs, in their order."""
    there = dict(
        re.findall(r"^## (.+)\n\n((?:(?!## ).*\n?)*)", page.read_text(), re.MULTILINE) if page.exists() else ()
    )
    there[titles[name]] = part
    parts = [f"## {title}\n\n{there[title].strip()}\n" for title in titles.values() if title in there]
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text("\n".join([_HEAD, *parts]))


_HEAD = """# Benchmarks

Written by `make bench`, which generates its CRMs in PostgreSQL. Contenders take turns within each round, so that a busy
moment of the machine hits them all: ratios tell more than seconds.
"""


def _rows(result: Result) -> list[list[str]]:
    grouped = result.measured["owners"].median
    return [
        [
            title,
            f"{measured.median:.2f} s",
            f"{min(measured.seconds):.2f} s",
            f"{max(measured.seconds):.2f} s",
            "" if name in ("import", "tenth") else f"{measured.median / grouped:.2f}",
            f"{measured.peak_mb:.0f} MB",
            "yes" if name in WHOSE else "no",
        ]
        for name, title in TITLES.items()
        if (measured := result.measured[name])
    ]


def _goals(result: Result) -> list[str]:
    found = result.measured
    warm, fresh, grouped = (found[name].median for name in ("program", "fresh", "owners"))
    allowed = warm + found["import"].median + 1
    peak, small = found["fresh"].peak_mb, found["tenth"].peak_mb
    reached: list[tuple[bool, Callable[[], str]]] = [
        (not result.wrong, lambda: "the figures of all contenders are equal, owner by owner"),
        (warm <= 1.3 * grouped, lambda: f"warm at most 1.3 times the grouped SQL: {warm / grouped:.2f}"),
        (fresh <= allowed, lambda: f"fresh at most warm + import + 1 s = {allowed:.2f} s: {fresh:.2f} s"),
        (peak < 400, lambda: f"peak memory under 400 MB: {peak:.0f} MB"),
        (peak <= 1.15 * small, lambda: f"memory flat when rows grow tenfold: {small:.0f} MB, then {peak:.0f} MB"),
    ]
    return [f"{'reached' if good else 'MISSED'}: {words()}" for good, words in reached]


def surroundings(rounds: int, server: str) -> str:
    """What it was measured on. A machine with other work makes everything slower, and ratios uncertain."""
    libraries = ", ".join(f"{name} {version(name)}" for name in ("great-expectations", "sqlalchemy"))
    return (
        f"{rounds} rounds on {os.cpu_count()} cores, PostgreSQL {server}, "
        f"Python {platform.python_version()}, {libraries}, crm-monitor {version('crm-monitor')}"
    )
