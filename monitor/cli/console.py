"""A console whose reader may go away."""

from __future__ import annotations

from rich.console import Console


class Terminal(Console):
    """Leaves a broken pipe to ``monitor.cli.main``; rich itself would exit 1, which here means that a check failed."""

    def on_broken_pipe(self) -> None:
        """Called by rich while it handles the error."""
        raise BrokenPipeError
