"""``crm-monitor doctor``: is everything in order?"""

from __future__ import annotations

import os

import typer

from monitor.cli.common import HERE, Project, now, out


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("doctor")(doctor)


def doctor(project: Project = HERE) -> int:
    """Look at the configuration, the CRM, its people, the state and Slack, and say what to do. Changes nothing.

    Exit codes: 0 all is well or only warnings, 2 the configuration is wrong, 3 something is broken.
    """
    from monitor.app.doctor import Level, diagnose
    from monitor.app.project import open_project

    marks = {Level.GOOD: ("ok  ", "green"), Level.WARNING: ("warn", "yellow"), Level.BAD: ("BAD ", "bold red")}
    console = out()
    worst = 0
    with open_project(project, dict(os.environ), clock=now) as opened:
        for finding in diagnose(opened):
            mark, style = marks[finding.level]
            console.print(f"[{style}]{mark}[/]  {finding.about}: ", end="")
            console.print(finding.text, markup=False, soft_wrap=True)
            worst = max(worst, 3 if finding.level is Level.BAD else 0)
    return worst
