"""Progress on a terminal; silence in a pipe."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

Step = Callable[[str, int, int], None]
"""Called with what is being done, how many parts are done, and of how many."""


@contextmanager
def progress(console: Console) -> Iterator[Step]:
    """A bar while the work goes on; nothing at all when stderr is not a terminal."""
    if not console.is_terminal:
        yield lambda _what, _done, _total: None
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description:<32}"),
        BarColumn(bar_width=28),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("starting", total=None)
        yield lambda what, done, total: bar.update(task, description=what, completed=done, total=total)
