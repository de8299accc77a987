"""``crm-monitor incidents acknowledge`` and its neighbours: what a person does with an incident."""

from __future__ import annotations

import getpass
import os
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from monitor.cli import words
from monitor.cli.common import HERE, Day, Project, day, in_state, now, out
from monitor.errors import UsageError

if TYPE_CHECKING:
    from monitor.incidents.deeds import Deed

Number = Annotated[int, typer.Argument(help="The incident's number.", callback=in_state)]
Note = Annotated[str, typer.Option("--note", help="Why, in your words; it is shown in the channel.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("acknowledge")(acknowledge)
    app.command("assign")(assign)
    app.command("snooze")(snooze)
    app.command("note")(note)


def acknowledge(number: Number, project: Project = HERE, note: Note = "") -> int:
    """Say that it is known: silent until it is resolved, or worse than now."""
    from monitor.incidents.deeds import Deed
    from monitor.incidents.model import EventKind

    return _do(project, number, Deed(EventKind.ACKNOWLEDGED, _who(), note=note), "is acknowledged")


def assign(
    number: Number,
    to: Annotated[str, typer.Argument(help="Who takes it: a name, or slack:U0123ABC. Without it, nobody.")] = "",
    project: Project = HERE,
    due: Annotated[Day | None, typer.Option("--due", parser=day, metavar="DAY", help="By when (YYYY-MM-DD).")] = None,
    note: Note = "",
) -> int:
    """Give it to somebody."""
    from monitor.incidents.deeds import Deed
    from monitor.incidents.model import EventKind

    deed = Deed(EventKind.ASSIGNED, _who(), note=note, to=to, due=due)
    return _do(project, number, deed, f"is assigned to {to}" if to else "is assigned to nobody")


def snooze(
    number: Number,
    project: Project = HERE,
    span: Annotated[str, typer.Option("--for", metavar="TIME", help="For how long: 1d, 1w, 4h.")] = "",
    until: Annotated[
        Day | None, typer.Option("--until", parser=day, metavar="DAY", help="The last day of silence (YYYY-MM-DD).")
    ] = None,
    mended: Annotated[bool, typer.Option("--until-mended", help="For as long as it lasts.")] = False,
    off: Annotated[bool, typer.Option("--off", help="End the snooze now.")] = False,
    note: Note = "",
) -> int:
    """Hear nothing of it for a while, whatever happens but its end."""
    from monitor.incidents.deeds import Deed
    from monitor.incidents.model import UNTIL_MENDED, EventKind
    from monitor.settings.configured import load_settings

    if sum(map(bool, (span, until, mended, off))) != 1:
        raise UsageError("snooze takes one of --for, --until, --until-mended and --off", hint="e.g. --for 1d")
    if off:
        return _do(project, number, Deed(EventKind.WOKEN, _who(), note=note), "is not snoozed any more")
    zone = ZoneInfo(load_settings(project, dict(os.environ)).settings.time_zone)
    end = UNTIL_MENDED if mended else _end(span, until, zone)
    said = f"is snoozed until {words.until(end, zone)}"
    return _do(project, number, Deed(EventKind.SNOOZED, _who(), note=note, until=end), said)


def note(
    number: Number, text: Annotated[str, typer.Argument(help="No customer's data.")], project: Project = HERE
) -> int:
    """Add a note to its history and its thread."""
    from monitor.incidents.deeds import Deed
    from monitor.incidents.model import EventKind

    if not text.strip():
        raise UsageError("the note is empty", hint="write what others should know")
    return _do(project, number, Deed(EventKind.NOTE, _who(), note=text.strip()), "has a note more")


def _who() -> str:
    try:
        return getpass.getuser()
    except OSError:
        return "somebody on the command line"


def _end(span: str, until: Day | None, zone: ZoneInfo) -> datetime:
    from monitor.settings.values import parse_duration

    if until is None:
        try:
            return now() + parse_duration(span)
        except ValueError as error:
            raise UsageError(f"--for {span}: {error}", hint="write e.g. 4h, 1d or 1w") from None
    return datetime.combine(until + timedelta(days=1), time(), zone)


def _do(project: Path, number: int, deed: Deed, said: str) -> int:
    from monitor.app.acting import do
    from monitor.app.deliver import deliver
    from monitor.app.project import open_project
    from monitor.app.report import ExitCode

    with open_project(project, dict(os.environ), clock=now) as opened:
        do(opened, opened.state, number, deed)
        sent = deliver(opened, opened.state)
    console = out()
    console.print(f"Incident {number} {said}.", markup=False)
    if sent.undelivered:
        console.print("\n".join(("A message is undelivered:", *sent.errors)), markup=False)
        return int(ExitCode.UNDELIVERED)
    return int(ExitCode.OK)
