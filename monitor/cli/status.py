"""``crm-monitor status``: what ran last, what is late, what is open, what is undelivered."""

from __future__ import annotations

import typer

from monitor.cli.common import HERE, Project, now, out


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("status")(status)


def status(project: Project = HERE) -> int:
    """Show how the monitor itself is."""
    import os

    from monitor.app.project import OpenProject
    from monitor.app.scheduled import load_scheduled
    from monitor.cli import words
    from monitor.store.ledger import RunState

    scheduled = load_scheduled(project, dict(os.environ))
    opened = OpenProject(scheduled.project, now, dict(os.environ))
    try:
        state = opened.existing_state()
        last = state.ledger.last(*RunState) if state else {}
    finally:
        opened.close()
    for job in scheduled.schedule.jobs:
        run = last.get(job.id)
        said = f"{run.state.value} {run.exit_code} {words.moment(run.due_at, job.zone)}" if run else "never"
        out().print(f"{job.id}: {said}")
    return 0
