"""The command ``crm-monitor``: every command, and the one place where an error becomes an exit code."""

from __future__ import annotations

import errno
import gc
import os
import sys
import traceback
from importlib import import_module
from typing import Annotated

import typer

from monitor import __version__
from monitor.cli.common import err
from monitor.errors import MonitorError, UsageError, readable, unexpected

# The command line's own complaints: typer brings its own click, and does not name their common class.
_Complaint: type[Exception] = next(kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException")

_COMMANDS = (
    "init",
    "demo",
    "check",
    "failing",
    "accept",
    "adoption",
    "explain",
    "plan",
    "doctor",
    "serve",
    "run",
    "schedule",
    "status",
)
_GROUPS = {
    "config": "Look at the configuration.",
    "baseline": "The debt that was there on the first day.",
    "incidents": "Problems that were told, and what became of them.",
    "silence": "What nobody needs to be told of for a while.",
    "route": "Who is told of what.",
    "notify": "The messages.",
    "slack": "The program in Slack: buttons, and /crm.",
    "people": "The people whose use is measured.",
    "mandate": "What must be written down before anybody is shown by name.",
    "privacy": "What to tell people, and what is stored about one of them.",
    "digest": "What managers and the sponsor read.",
    "fixlist": "The records to mend, per owner.",
}


# What a command imports stays: to look for garbage in it as often as by default is a tenth of a short command's time.
_GARBAGE = 50_000
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EIO)


def _version(show: bool) -> None:
    if show:
        typer.echo(f"crm-monitor {__version__}")
        raise typer.Exit


def main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Watches a CRM database: whose records are incomplete, what got worse, and where it came from."""


def program(first: str = "") -> typer.Typer:
    """The command line. Where its ``first`` word names a command or a group, no other is imported and set up."""
    app = typer.Typer(
        name="crm-monitor",
        help="Watches a CRM database: whose records are incomplete, what got worse, and where it came from.",
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(main)
    known = first in _COMMANDS or first in _GROUPS
    for name in _COMMANDS:
        if name == first or not known:
            import_module(f"monitor.cli.{name}").register(app)
    for name, text in _GROUPS.items():
        if name == first or not known:
            group = typer.Typer(no_args_is_help=True, help=text, rich_markup_mode=None)
            import_module(f"monitor.cli.{name}").register(group)
            app.add_typer(group, name=name)
    return app


def run(arguments: list[str] | None = None) -> None:
    """Run the command and exit with a documented code; never with a traceback unless CRM_MONITOR_DEBUG is set."""
    gc.set_threshold(_GARBAGE, *gc.get_threshold()[1:])
    sys.exit(_run(arguments))


def _run(arguments: list[str] | None) -> int:
    try:
        words = sys.argv[1:] if arguments is None else arguments
        _are_text(words)
        result = program(*words[:1])(arguments, standalone_mode=False, prog_name="crm-monitor")
        return result if isinstance(result, int) else 0
    except MonitorError as error:
        err().print(f"error: {error}", style="bold red", markup=False, highlight=False, soft_wrap=True)
        return error.exit_code
    except typer.Exit as leave:
        return leave.exit_code
    except _Complaint as error:
        # What it complains of it repeats, and somebody may have written a database's address there.
        error.message = readable(error.message)  # type: ignore[attr-defined]  # see above
        error.show()  # type: ignore[attr-defined]
        return 2
    except (KeyboardInterrupt, typer.Abort):
        err().print("interrupted", style="bold red")
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141  # as of any program whose reader went away: never a good result that nobody saw
    except OSError as error:
        if error.errno not in _NO_ROOM:
            return _unexpected(error)
        text = (
            f"error: the results could not be written: {error.strerror}\n  free some space, and run the command again"
        )
        err().print(text, style="bold red", markup=False, highlight=False, soft_wrap=True)
        return 3
    except Exception as error:  # noqa: BLE001 - the last resort; the error's own text may hold a customer's value
        return _unexpected(error)


def _are_text(words: list[str]) -> None:
    """What is typed ends in the state and in messages: no database takes bytes that are no text. Raises UsageError."""
    for number, word in enumerate(words, 1):
        try:
            word.encode()
        except UnicodeEncodeError:
            raise UsageError(
                f"argument {number} is not UTF-8 text", hint="type it anew, in a terminal set to UTF-8"
            ) from None


def _unexpected(error: Exception) -> int:
    if os.environ.get("CRM_MONITOR_DEBUG"):
        traceback.print_exc()
    err().print(
        f"error: {unexpected(error)}\n"
        "  This is a mistake in crm-monitor. Set CRM_MONITOR_DEBUG=1 to see more (it may show values from your CRM).",
        style="bold red",
        markup=False,
        highlight=False,
        soft_wrap=True,
    )
    return 3
