"""What every command shares: the project folder, the consoles, the clock."""

from __future__ import annotations

import os
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

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


def day(text: str) -> date:
    """A day as it is written on the command line. Raises typer.BadParameter saying how to write it."""
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no day: write it as YYYY-MM-DD, e.g. 2026-11-21") from None


def now() -> datetime:
    """The present moment: the one place where the clock is read."""
    return datetime.now(UTC)


def out() -> Console:
    """Results: stdout. ``NO_COLOR`` is honoured; a pipe gets a steady width."""
    from monitor.cli.console import Terminal

    width = None if sys.stdout.isatty() or os.environ.get("COLUMNS") else _WIDTH_IN_A_PIPE
    return Terminal(width=width, highlight=False)


def err() -> Console:
    """Progress and errors: stderr."""
    from monitor.cli.console import Terminal

    return Terminal(stderr=True, highlight=False)
