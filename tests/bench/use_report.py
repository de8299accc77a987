"""The table of the benchmark of people's use."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table

from tests.bench.report import CONSOLE, surroundings
from tests.bench.use import Times
from tests.bench.use_crm import ROWS, WEEKS

TITLE = "People's use"


def show(times: Times, server: str) -> None:
    """The table and the goals, on the terminal."""
    table = Table(title=f"{TITLE}: {_subject()}", title_justify="left")
    for name in ("", "median", "fastest", "slowest", "times by hand"):
        table.add_column(name, justify="right" if name else "left")
    for row in _rows(times):
        table.add_row(*row)
    CONSOLE.print(table)
    for line in _goals(times):
        CONSOLE.print(line)
    CONSOLE.print(surroundings(len(times.seconds["by hand"]), server))


def markdown(times: Times, server: str) -> str:
    """The same as a part of a page of the documentation, without its heading."""
    head = "| | median | fastest | slowest | times by hand |\n|---|--:|--:|--:|--:|\n"
    body = "".join(f"| {' | '.join(row)} |\n" for row in _rows(times))
    goals = "".join(f"* {line}\n" for line in _goals(times))
    return (
        f"{_subject()}, in PostgreSQL with an index on their time. The hand-written query and the readings take turns; "
        f"what follows from them is done once.\n\n{head}{body}\n{goals}\n"
        f"{surroundings(len(times.seconds['by hand']), server)}\n"
    )


def _subject() -> str:
    return f"{ROWS:,} activities of 500 users in {WEEKS} weeks"


def _rows(times: Times) -> list[list[str]]:
    titles = {
        "by hand": "one hand-written GROUP BY user, day, kind",
        "first": "crm-monitor, first reading: users, days, measures, delay of logging",
        "kept": "keeping it in the state (SQLite)",
        "increment": f"crm-monitor, a daily reading: {times.late_days} days back, for what was entered late",
        "increment kept": "keeping that",
        "scorecards": f"all the rest read, scorecards of {times.people} people in 12 weeks, figures of all teams",
        "digests": f"digests of {times.managers} managers as pages, with {times.charts} charts as images",
        "another": "reading and scoring once more, as the next command does",
    }
    by_hand = times.median("by hand")
    return [
        [
            title,
            f"{times.median(name):.2f} s",
            *(f"{one(seconds):.2f} s" if len(seconds) > 1 else "" for one in (min, max)),
            f"{times.median(name) / by_hand:.2f}" if name in ("by hand", "first", "increment") else "",
        ]
        for name, title in titles.items()
        if (seconds := times.seconds[name])
    ]


def _goals(times: Times) -> Sequence[str]:
    hand, first, increment = (times.median(name) for name in ("by hand", "first", "increment"))
    rest = times.median("scorecards") + times.median("digests")
    goals = [
        (not times.wrong, "the counts equal the hand-written SQL's, by user, day and kind"),
        (first <= 1.5 * hand, f"first reading at most 1.5 times the hand-written query: {first / hand:.2f}"),
        (increment <= 0.05 * first, f"a daily reading at most 5% of the first: {increment / first:.1%}"),
        (rest <= 60, f"scorecards and digests with charts in under 60 s: {rest:.1f} s"),
    ]
    return [f"{'reached' if good else 'MISSED'}: {text}" for good, text in goals]
