"""``crm-monitor init``: a small project for one's own CRM."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.common import out


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("init")(init)


def init(
    folder: Annotated[Path, typer.Argument(help="The folder to write; it may exist.")],
    url: Annotated[str, typer.Option("--url", envvar="CRM_URL", help="The CRM's database.")],
    crm: Annotated[str, typer.Option("--crm", help="The CRM map, where it cannot be told: builtin/odoo-17@1.")] = "",
    slack: Annotated[
        str,
        typer.Option("--slack", help="What the Slack app shall do; see crm-monitor slack manifest."),
    ] = "alerts,buttons,commands",
) -> int:
    """Recognise the CRM from its tables and write a small project that watches it.

    Files that are already there stay as they are. The CRM itself is only read.
    """
    import os

    from monitor.app.init import init_project
    from monitor.app.slack_features import named

    report = init_project(url, folder, crm=crm or None, slack=named(slack), environ=dict(os.environ))
    console = out()
    console.print(
        f"This is [bold]{report.title}[/bold]: {report.why}." if report.why else f"[bold]{report.title}[/bold]"
    )
    console.print("It holds " + ", ".join(f"{rows:,} {entity}" for entity, rows in report.rows.items()) + ".")
    if report.suspects:
        said = "These users look like programs; if they are, name them under people.service_accounts: "
        console.print(said + ", ".join(report.suspects), markup=False)
    for note in report.notes:
        console.print(f"Note: {note}.", markup=False)
    for path in report.written:
        console.print(f"  wrote  {path}", markup=False)
    for path in report.kept:
        console.print(f"  kept   {path} (it was there)", markup=False)
    console.print()
    console.print("Next:", style="bold")
    console.print(f"  cd {folder}", markup=False)
    console.print("  crm-monitor doctor    is everything in order?")
    console.print("  crm-monitor check     whose records need work; what is there today becomes the baseline")
    console.print("  slack-app.yaml        what Slack makes the app of that tells people: docs/slack-app.md")
    return 0
