"""``crm-monitor fixlist``: the records to mend, per owner, and who gets the own list as a message."""

from __future__ import annotations

import io
import json
import os
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.adoption import looker
from monitor.cli.common import HERE, Project, now, out
from monitor.errors import UsageError

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from monitor.app.fixlist import Shown
    from monitor.app.project import OpenProject


class Form(StrEnum):
    TEXT = "text"
    JSON = "json"
    CSV = "csv"


_WIDTH_IN_A_FILE = 160
Person = Annotated[str, typer.Argument(help="The person, by login, e-mail, key or full name.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.info.no_args_is_help = False
    app.callback(invoke_without_command=True)(fixlist)
    app.command("subscribe")(subscribe)
    app.command("unsubscribe")(unsubscribe)


def fixlist(
    context: typer.Context,
    project: Project = HERE,
    owner: Annotated[str, typer.Option("--owner", help="One owner's, by login, e-mail, key or full name.")] = "",
    team: Annotated[str, typer.Option("--team", help="A team's, by name or key.")] = "",
    handover: Annotated[
        bool, typer.Option("--handover", help="The records of people who left: whoever takes over mends them.")
    ] = False,
    send: Annotated[
        bool, typer.Option("--send", help="Send the own list to everybody who asked for it: once per week.")
    ] = False,
    limit: Annotated[int, typer.Option("--limit", "-n", min=0, help="Records on the terminal; 0 for all.")] = 30,
    output_format: Annotated[Form, typer.Option("--format", "-f", help="How to print it.")] = Form.TEXT,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write it into a file that only you can read.")
    ] = None,
) -> int:
    """Show the records to mend, worst first, one line each: of one owner, of a team, or of people who left.

    Without options: who has how much to mend, and who asked for the own list. JSON holds keys and links, CSV the
    records' names, too. With --send and --owner: only to that person. Exit codes of --send: 0, or 4 when a message is
    undelivered or nobody at all can be reached.
    """
    if context.invoked_subcommand is not None:
        return 0
    if sum(map(bool, (owner, team, handover))) > 1 or (send and (team or handover)):
        raise UsageError("--owner, --team and --handover exclude each other, and --send goes with --owner alone")
    from monitor.app.project import open_project
    from monitor.cli.fixlist_send import send_lists
    from monitor.cli.fixlist_text import render

    with open_project(project, dict(os.environ), clock=now) as opened:
        if send:
            return send_lists(opened, owner)
        if not (owner or team or handover):
            return _overview(opened, output_format, output)
        wanted = (limit or None) if output_format is Form.TEXT else None
        shown, zone = _shown(opened, owner, team, wanted), opened.project.zone
    if output is None and output_format is Form.TEXT:
        render(out(), shown, wanted, zone)
    elif output is None:
        typer.echo(_text(shown, wanted, zone, output_format), nl=False)
    else:
        _write(output, _text(shown, wanted, zone, output_format))
    return 0


def subscribe(person: Person, project: Project = HERE) -> int:
    """Send somebody the own fix list, at most once a week, by Slack or e-mail. It is that person's choice."""
    from monitor.app.fixlist_asking import subscribe as ask
    from monitor.app.project import open_project
    from monitor.app.reaching import way

    with open_project(project, dict(os.environ), clock=now) as opened:
        made = ask(opened, person, looker(opened))
    by = f"by {way(made.target)}" if made.target else "once there is a Slack ID or an e-mail address"
    said = f"gets the list, at most once a week, {by}" if made.changed else "got the list already"
    out().print(f"{made.name} {said}.", markup=False, soft_wrap=True)
    return 0


def unsubscribe(person: Person, project: Project = HERE) -> int:
    """Send somebody the own fix list no more."""
    from monitor.app.fixlist_asking import unsubscribe as end
    from monitor.app.project import open_project

    with open_project(project, dict(os.environ), clock=now) as opened:
        made = end(opened, person, looker(opened))
    said = "gets the list no more" if made.changed else "did not get the list"
    out().print(f"{made.name} {said}.", markup=False)
    return 0


def _shown(opened: OpenProject, owner: str, team: str, limit: int | None) -> Shown:
    from monitor.app.fixlist import of_leavers, of_owner, of_team

    who = looker(opened)
    if owner:
        return of_owner(opened, owner, who, limit)
    return of_team(opened, team, who, limit) if team else of_leavers(opened, who, limit)


def _text(shown: Shown, limit: int | None, zone: ZoneInfo, form: Form) -> str:
    """The list as it is written into a file, or printed for a program."""
    from monitor.cli.console import Terminal
    from monitor.cli.fixlist_files import to_csv, to_json
    from monitor.cli.fixlist_text import render

    if form is Form.JSON:
        return json.dumps(to_json(shown), indent=2, ensure_ascii=False) + "\n"
    if form is Form.CSV:
        return to_csv(shown)
    written = io.StringIO()
    render(Terminal(file=written, width=_WIDTH_IN_A_FILE, highlight=False), shown, limit, zone)
    return written.getvalue()


def _write(path: Path, text: str) -> None:
    """Into a file that only its owner can read: customers' names may be in it."""
    try:
        with open(
            os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8", newline=""
        ) as file:
            os.fchmod(file.fileno(), 0o600)
            file.write(text)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}", hint="name another file") from None
    out().print(f"Written to {path}.", markup=False, soft_wrap=True)


def _overview(opened: OpenProject, form: Form, output: Path | None) -> int:
    from monitor.app.fixlist_overview import overview
    from monitor.cli.fixlist_text import render_overview

    if form is not Form.TEXT or output is not None:
        raise UsageError("--format and --output go with --owner, --team or --handover")
    render_overview(out(), overview(opened, looker(opened)), opened.project.zone)
    return 0
