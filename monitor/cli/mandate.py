"""``crm-monitor mandate``: what must be written down before anybody's use of the CRM is shown by name."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from monitor.cli.common import HERE, Project, now, out


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("init")(init)
    app.command("check")(check)


def init(
    project: Project = HERE,
    country: Annotated[
        str, typer.Option("--country", help="Whose rules to ask about: DK, NO, SE, FI, DE; by default the project's.")
    ] = "",
) -> int:
    """Write config/mandate.yaml to fill in, with what to ask counsel about. It names nobody yet."""
    from monitor.errors import UsageError
    from monitor.privacy.template import template
    from monitor.settings.configured import load_settings
    from monitor.settings.mandate import MANDATE
    from monitor.settings.values import known_country

    settings = load_settings(project, dict(os.environ)).settings
    try:
        code = known_country(country) if country else settings.country or ""
    except ValueError as error:
        raise typer.BadParameter(": ".join(str(error).splitlines())) from None
    path = project / MANDATE
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(template(code))
    except FileExistsError:
        raise UsageError(f"{path} is there already", hint="crm-monitor mandate check says what it lacks") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from None
    out().print(f"{path} is written. Fill it in; `crm-monitor mandate check` says what is missing.", soft_wrap=True)
    return 0


def check(project: Project = HERE) -> int:
    """Say whether persons may be named, what is missing, and until when it holds.

    Exit codes: 0 the mandate is in force, 1 nobody may be named, 2 the file is wrong.
    """
    from rich.text import Text

    from monitor.app.project import open_project
    from monitor.digest.notes import note_text
    from monitor.language import language
    from monitor.privacy.check import check_mandate

    with open_project(project, dict(os.environ), clock=now) as opened:
        today = opened.clock().astimezone(opened.project.zone).date()
        found = check_mandate(opened.use.mandate, today)
    console = out()
    reason = found.naming.reason
    said = note_text(reason, language("en")) if reason else "Persons may be named to those whom the mandate names."
    console.print(Text(said, "bold" if found.in_force else "bold yellow"), soft_wrap=True)
    if not found.exists:
        console.print("`crm-monitor mandate init` writes a file to fill in.")
    for title, keys in (("still empty", found.missing), ("lies ahead", found.ahead)):
        if keys:
            console.print(Text(f"  {title}: {', '.join(keys)}"), soft_wrap=True)
    if found.days_left is not None:
        console.print(Text(f"  {_left(found.days_left)}"))
    for hint in found.hints:
        console.print(Text(f"  {hint}", "yellow"), soft_wrap=True)
    return 0 if found.in_force else 1


def _left(days: int) -> str:
    if days < 0:
        return f"to be reviewed: {-days} days ago" if days < -1 else "to be reviewed: yesterday"
    return f"to be reviewed: in {days} days" if days > 1 else f"to be reviewed: {'tomorrow' if days else 'today'}"
