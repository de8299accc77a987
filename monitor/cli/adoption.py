"""``crm-monitor adoption``: who uses the CRM, by team, and by name where a mandate allows it."""

from __future__ import annotations

import getpass
import json
import os
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.common import HERE, Day, Project, day, now, out

if TYPE_CHECKING:
    from monitor.adoption.week import IsoWeek
    from monitor.app.adoption import Wanted
    from monitor.app.project import OpenProject


class Shape(StrEnum):
    """How results are printed."""

    TEXT = "text"
    JSON = "json"


Week = Annotated[
    str, typer.Option("--week", help="An ISO week, as 2026-W47; by default the last one that is over.", metavar="WEEK")
]
AsOf = Annotated[
    Day | None, typer.Option("--as-of", parser=day, metavar="DAY", help="As seen at the end of that day (YYYY-MM-DD).")
]
Read = Annotated[bool, typer.Option("--read/--no-read", help="Read what is new in the CRM first, or not.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("adoption")(adoption)


def adoption(
    project: Project = HERE,
    team: Annotated[str, typer.Option("--team", help="One team, by name or key.")] = "",
    user: Annotated[str, typer.Option("--user", help="One person, by login, e-mail or key.")] = "",
    week: Week = "",
    as_of: AsOf = None,
    read: Read = True,
    full: Annotated[
        bool, typer.Option("--full", help="Read all of the history again, for what was entered or changed very late.")
    ] = False,
    shape: Annotated[Shape, typer.Option("--format", help="How to print it.")] = Shape.TEXT,
) -> int:
    """Show who uses the CRM: by team, and by name where config/mandate.yaml allows it."""
    from monitor.app.adoption import view
    from monitor.app.keeping import keep_no_longer
    from monitor.app.project import open_project
    from monitor.cli import adoption_text
    from monitor.cli.adoption_json import to_json

    if full and not read:
        raise typer.BadParameter("--full reads the CRM, and --no-read does not")
    with open_project(project, dict(os.environ), clock=now) as opened:
        asked = wanted(opened, week, as_of, team=team, user=user, read=read, full=full)
        found = view(opened, asked, looker(opened))
        if shape is Shape.JSON:
            out().print_json(json.dumps(to_json(found)))
        else:
            adoption_text.render(out(), found)
        if read:
            keep_no_longer(opened, opened.state)
    return 0


def wanted(
    opened: OpenProject,
    week: str,
    as_of: Day | None,
    *,
    team: str = "",
    user: str = "",
    read: bool = True,
    full: bool = False,
) -> Wanted:
    """What the options ask for. Raises typer.BadParameter for a week that is none."""
    from monitor.app.adoption import Wanted
    from monitor.app.check import end_of_day

    return Wanted(parse_week(week), end_of_day(as_of, opened) if as_of else None, team, user, read, full)


def parse_week(text: str) -> IsoWeek | None:
    """An ISO week, or None for none given."""
    from monitor.adoption.week import IsoWeek

    try:
        return IsoWeek.parse(text) if text else None
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


def looker(opened: OpenProject) -> str:
    """Who looks: the CRM user whose login is that of the operating system's user, else that login itself."""
    from monitor.adoption.people import Users

    try:
        login = getpass.getuser()
    except OSError:
        login = "?"
    return Users(opened.directory.people.values()).find(login) or login
