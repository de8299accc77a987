"""``crm-monitor notify``: see messages before they are sent; send what waits."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from monitor.cli.common import HERE, Project, now, out


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("preview")(preview)
    app.command("send")(send)


def preview(
    project: Project = HERE,
    check: Annotated[list[str] | None, typer.Option("--check", "-c", help="Only this check; can be repeated.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As Slack's blocks, one JSON document per message.")] = False,
) -> int:
    """Show the messages that the last run's findings would make. Nothing is sent or stored."""
    import json

    from monitor.app.preview import previews
    from monitor.app.project import open_project
    from monitor.delivery.terminal import as_in_slack
    from monitor.messages.slack import to_slack

    with open_project(project, dict(os.environ), clock=now) as opened:
        made = previews(opened, tuple(check or ()))
        zone, slack = opened.project.zone, opened.project.settings.slack
    console = out()
    for message in made:
        if as_json:
            typer.echo(json.dumps(to_slack(message), ensure_ascii=False))
            continue
        console.print(as_in_slack(message, channel=slack.channel if slack else "", at=now().astimezone(zone)))
        console.print()
    if not made and not as_json:
        console.print("The last run found nothing to tell.")
    return 0


def send(
    project: Project = HERE,
    retry_failed: Annotated[bool, typer.Option("--retry-failed", help="Try again what was refused before.")] = False,
) -> int:
    """Send what waits in the queue. Exit codes: 0 nothing is left, 4 something is undelivered."""
    from monitor.app.deliver import deliver
    from monitor.app.project import open_project
    from monitor.app.report import ExitCode
    from monitor.messages.outgoing import DeliveryState

    with open_project(project, dict(os.environ), clock=now) as opened:
        if retry_failed:
            for message in opened.state.outbox.undelivered():
                if message.state is DeliveryState.FAILED:
                    opened.state.outbox.requeue(message.id, now())
        done = deliver(opened, opened.state)
    console = out()
    console.print(f"{done.sent} sent, {done.waiting} waiting, {done.failed} refused, {done.unknown} of unknown fate")
    for error in done.errors:
        console.print(f"  {error}", markup=False)
    return int(ExitCode.UNDELIVERED if done.undelivered else ExitCode.OK)
