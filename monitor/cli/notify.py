"""``crm-monitor notify``: see messages before they are sent; send what waits."""

from __future__ import annotations

import os
from enum import StrEnum
from typing import Annotated

import typer

from monitor.cli import words
from monitor.cli.common import HERE, Project, now, out
from monitor.errors import UsageError


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("preview")(preview)
    app.command("send")(send)
    app.command("list")(list_undelivered)
    app.command("settle")(settle)


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


def list_undelivered(project: Project = HERE) -> int:
    """List what is undelivered: waiting, refused, or of unknown fate. Sends nothing."""
    from rich.table import Table

    from monitor.app.project import open_project

    with open_project(project, dict(os.environ), clock=now) as opened:
        left = opened.state.outbox.undelivered()
        zone = opened.project.zone
    console = out()
    if not left:
        console.print("Nothing is undelivered.")
        return 0
    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("number", "incident", "message", "to", "state", "since", "why"):
        table.add_column(heading, overflow="fold")
    for one in left:
        cells = (one.id, one.incident_id, one.action.value, one.target, one.state.value)
        table.add_row(*map(str, cells), words.moment(one.created_at, zone), one.error)
    console.print(table)
    return 0


class Fate(StrEnum):
    ARRIVED = "arrived"
    AGAIN = "again"
    DROP = "drop"


def settle(
    number: Annotated[int, typer.Argument(help="The message's number, as `notify list` shows it.")],
    fate: Annotated[
        Fate,
        typer.Argument(help="arrived: it stands there; again: it does not, send it again; drop: give it up."),
    ],
    project: Project = HERE,
) -> int:
    """Say what became of a message that nobody can look for, or that shall not go out any more. Sends nothing."""
    from monitor.app.project import open_project

    with open_project(project, dict(os.environ), clock=now) as opened:
        outbox = opened.state.outbox
        moves = {Fate.ARRIVED: outbox.arrived, Fate.AGAIN: outbox.requeue, Fate.DROP: outbox.drop}
        message = next((one for one in outbox.undelivered() if one.id == number), None)
        if message is None:
            raise UsageError(f"there is no undelivered message {number}", hint="crm-monitor notify list shows them")
        if not moves[fate](number, now()):
            raise UsageError(f"message {number} is {message.state}: it cannot be settled as {fate.value!r}")
    said = {
        Fate.ARRIVED: "counts as sent",
        Fate.AGAIN: "goes out with the next `crm-monitor notify send`",
        Fate.DROP: "is given up",
    }
    out().print(f"Message {number} {said[fate]}.", markup=False)
    return 0
