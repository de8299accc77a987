"""``crm-monitor people``: whose use is measured, and what is missing to do it fairly."""

from __future__ import annotations

import os

import typer

from monitor.cli.common import HERE, Project, now, out


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.callback()(_group)
    app.command("check")(check)


def _group() -> None:
    """The people whose use is measured."""


def check(project: Project = HERE) -> int:
    """Say who has no manager, no team, no start date, or cannot be sent a digest; and who is no person."""
    from rich.text import Text

    from monitor.app.people_check import check_people
    from monitor.app.project import open_project

    with open_project(project, dict(os.environ), clock=now) as opened:
        found = check_people(opened)
    console = out()
    console.print(f"{found.persons} people in {found.teams} teams, {found.managers} managers.")
    nobody = f"the CRM has no user {found.sponsor_said!r}" if found.sponsor_said else "nobody"
    console.print(Text(f"Sponsor: {found.sponsor or f'{nobody}; name one in config/people.yaml'}"))
    if found.heirs:
        console.print(Text(f"Records of people who left go to: {', '.join(found.heirs)}"))
    for title, names in (("Automation", found.automation), ("Administrators", found.admins)):
        if names:
            console.print(Text(f"{title}, not people: {', '.join(names)}"))
    if found.suspects:
        console.print(
            Text(
                f"Perhaps programs, by their names: {', '.join(found.suspects)}. "
                "If so, list their logins under people.service_accounts in config/monitor.yaml.",
                "yellow",
            )
        )
    if found.slack_trouble:
        console.print(Text(f"Slack: {found.slack_trouble}", "yellow"))
    for finding in found.findings:
        console.print()
        console.print(Text.assemble((finding.title, "bold yellow"), f"  {finding.count}"))
        console.print(Text(f"  {', '.join(finding.who)}"))
        console.print(Text(f"  {finding.advice}", "dim"))
    if not found.findings:
        console.print("Everybody has a manager, a team and a start date.")
    return 0
