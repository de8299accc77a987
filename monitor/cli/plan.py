"""``crm-monitor plan``: the SQL that a run would send."""

from __future__ import annotations

from typing import Annotated

import typer

from monitor.cli.common import HERE, Project, now, out


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("plan")(plan)


def plan(
    project: Project = HERE,
    entity: Annotated[
        list[str] | None, typer.Option("--entity", "-e", help="Only this entity; can be repeated.")
    ] = None,
    check: Annotated[
        list[str] | None, typer.Option("--check", "-c", help="Only this check id; can be repeated.")
    ] = None,
    sql: Annotated[
        bool, typer.Option("--sql/--no-sql", help="Show the statements, not only what they are for.")
    ] = True,
) -> int:
    """Show the SQL that a run would send to the CRM, and how many scans it takes, without running it."""
    import os

    from monitor.app.past import compared_with_history
    from monitor.app.project import open_project
    from monitor.app.selecting import select_checks
    from monitor.quality.engine import explain_entity
    from monitor.quality.outcome import Selection

    console = out()
    scans = 0
    with open_project(project, dict(os.environ), clock=now) as opened:
        selection = Selection(frozenset(entity or ()), frozenset(check or ()))
        checks = select_checks(opened.project.checks, selection)
        history = compared_with_history(checks)
        reader = opened.reader(now())
        options = opened.options(selection, opened.known(opened.existing_state()))
        for name in dict.fromkeys(one.entity for one in checks):
            queries = explain_entity(reader, name, [one for one in checks if one.entity == name], options)
            scans += len(queries)
            console.print(f"[bold]{name}[/bold]: {len(queries)} {'query' if len(queries) == 1 else 'queries'}")
            for query in queries:
                console.print(
                    f"  {query.purpose}: {', '.join(query.checks)}", style="cyan", markup=False, soft_wrap=True
                )
                if sql:
                    console.print(query.sql, markup=False, soft_wrap=True)
                    console.print()
            if compared := ", ".join(one.id for one in checks if one.entity == name and one.id in history):
                console.print(f"  what is usual, from the state alone: {compared}", style="cyan", markup=False)
    console.print(f"{scans} scans in all, at most {opened.project.settings.connection.max_scans} at once")
    return 0
