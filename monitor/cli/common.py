"""What every command shares: the project folder, the consoles, the clock."""

from __future__ import annotations

import os
import re
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.reach import within_reach

if TYPE_CHECKING:
    from rich.console import Console

Project = Annotated[
    Path,
    typer.Option(
        "--project", "-C", envvar="CRM_MONITOR_PROJECT", help="The folder that holds config/ and expectations/."
    ),
]
HERE = Path()
Day = date  # by a name that typer does not take for a type of its own
_WIDTH_IN_A_PIPE = 160
WIDE = 100
"""From this width on a table shows its lesser columns, too."""
_SIZE = re.compile("[1-9][0-9]{0,3}")
_MOST = 10**18  # what every database takes


def day(text: str) -> date:
    """A day as it is written on the command line. Raises typer.BadParameter saying how to write it."""
    try:
        found = datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
        if within_reach(found):
            return found
    except ValueError:
        pass
    raise typer.BadParameter(f"{text!r} is no day: write it as YYYY-MM-DD, e.g. 2026-11-21")


def in_state(value: int) -> int:
    """A number of something in the state. Raises typer.BadParameter for one that nothing can have."""
    if abs(value) >= _MOST:
        raise typer.BadParameter("nothing has a number as large as this")
    return value


def now() -> datetime:
    """The present moment: the one place where the clock is read."""
    return datetime.now(UTC)


def out() -> Console:
    """Results: stdout. ``NO_COLOR`` is honoured; a pipe gets a steady width."""
    from monitor.cli.console import Terminal

    environ = _environ()
    width = None if sys.stdout.isatty() or environ.get("COLUMNS") else _WIDTH_IN_A_PIPE
    return Terminal(width=width, highlight=False, _environ=environ)


def err() -> Console:
    """Progress and errors: stderr."""
    from monitor.cli.console import Terminal

    return Terminal(stderr=True, highlight=False, _environ=_environ())


def _environ() -> dict[str, str]:
    """The environment, less a size of the terminal that is no number: rich would stumble over it."""
    sizes = ("COLUMNS", "LINES")
    return {name: value for name, value in os.environ.items() if name not in sizes or _SIZE.fullmatch(value)}
