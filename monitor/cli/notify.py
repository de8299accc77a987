"""``crm-monitor notify``: see messages before they are sent; send what waits."""

from __future__ import annotations

import os
from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import words
from monitor.cli.common import HERE, WIDE, Project, err, in_state, now, out
from monitor.errors import UsageError

if TYPE_CHECKING:
    from monitor.app.preview import Preview
    from monitor.delivery.slack_validate import Verdict


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("preview")(preview)
    app.command("send")(send)
    app.command("list")(list_undelivered)
    app.command("settle")(settle)


def preview(
    project: Project = HERE,
    check: Annotated[list[str] | None, typer.Option("--check", "-c", help="Only this check; can be repeated.")] = None,
    everything: Annotated[bool, typer.Option("--all", "-a", help="Those that would not be sent, too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As Slack's blocks, one JSON document per message.")] = False,
    validate: Annotated[bool, typer.Option("--validate", help="Ask Slack whether it would take them.")] = False,
) -> int:
    """Show the messages that the last run's findings make: those that are told, or would be.

    Says of each what becomes of it. A check named with --check is shown whatever that is. Nothing is sent or stored.
    With --validate, Slack looks at each without showing it to anybody; the exit code is 3 where it would refuse one.
    """
    import json

    from monitor.app.preview import previews
    from monitor.app.project import open_project
    from monitor.app.validating import validated
    from monitor.delivery.terminal import as_in_slack
    from monitor.messages.slack import to_slack

    with open_project(project, dict(os.environ), clock=now) as opened:
        made = previews(opened, tuple(check or ()))
        zone = opened.project.zone
        shown = [one for one in made if one.told or everything or check]
        verdicts = validated(opened, [one.message for one in shown]) if validate else []
    console = out()
    for one in shown:
        if as_json:
            typer.echo(json.dumps(to_slack(one.message), ensure_ascii=False))
            continue
        console.print(f"({one.fate})", style="dim", markup=False)
        console.print(as_in_slack(one.message, channel=_channel(one), at=now().astimezone(zone)))
        console.print()
    if not as_json and (left := _left_out([one for one in made if one not in shown])):
        console.print(left, style="dim", markup=False)
    if not as_json and not made:
        console.print("The last run found nothing to tell.")
    return _judged(verdicts)


def _judged(verdicts: Sequence[Verdict]) -> int:
    """Say what Slack thinks of the messages, in their order."""
    refused = [(number, verdict) for number, verdict in enumerate(verdicts, start=1) if not verdict.good]
    for number, verdict in refused:
        err().print(f"message {number}: {verdict.text}", style="bold red", markup=False, highlight=False)
    if verdicts and not refused:
        err().print(f"Slack would take {'the message' if len(verdicts) == 1 else f'all {len(verdicts)} messages'}.")
    return 3 if refused else 0


def _channel(one: Preview) -> str:
    """The first channel that it goes to."""
    channels = (target.removeprefix("slack:") for target in one.targets if target.startswith("slack:"))
    return next(channels, "")


_NOT_SENT = "would not be sent"


def _left_out(left: Sequence[Preview]) -> str:
    """How many findings are not shown, and how many of those are debt."""
    if not left:
        return ""
    debt = sum(one.debt for one in left)
    fates = [one.fate for one in left if not one.debt]
    why = fates[0] if len(set(fates)) == 1 and fates[0].startswith(_NOT_SENT) else f"{_NOT_SENT} for another reason"
    said = [f"{debt} {'is' if debt == 1 else 'are'} within the baseline"] if debt else []
    said += [f"{len(fates)} {why}"] if fates else []
    number = "1 finding is" if len(left) == 1 else f"{len(left)} findings are"
    return f"{number} not shown, as nobody would be told: {', '.join(said)} (--all shows them)"


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

    from monitor.app.stored import open_stored
    from monitor.messages.outgoing import in_words

    with open_stored(project, dict(os.environ), clock=now) as stored:
        left, zone = stored.state.outbox.undelivered(), stored.zone
    console = out()
    if not left:
        console.print("Nothing is undelivered.")
        return 0
    table = Table(box=None, pad_edge=False, header_style="dim")
    wide = console.width >= WIDE
    for heading in ("number", "about", "message", "to", "state", *(("since",) if wide else ()), "why"):
        table.add_column(heading, overflow="fold", no_wrap=heading in ("number", "about", "message", "state"))
    for one in left:
        cells = (one.id, one.about, one.action.value, in_words(one.target), one.state.value)
        since = (words.moment(one.created_at, zone),) if wide else ()
        table.add_row(*map(str, cells), *since, one.error)
    console.print(table)
    return 0


class Fate(StrEnum):
    ARRIVED = "arrived"
    AGAIN = "again"
    DROP = "drop"


def settle(
    number: Annotated[int, typer.Argument(help="The message's number, as `notify list` shows it.", callback=in_state)],
    fate: Annotated[
        Fate,
        typer.Argument(help="arrived: it stands there; again: it does not, send it again; drop: give it up."),
    ],
    project: Project = HERE,
) -> int:
    """Say what became of a message that nobody can look for, or that shall not go out any more. Sends nothing."""
    from monitor.app.keeping import keep_what_is_allowed
    from monitor.app.stored import open_stored

    with open_stored(project, dict(os.environ), clock=now) as stored:
        keep_what_is_allowed(stored.state, project, now(), stored.zone)
        outbox = stored.state.outbox
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
