"""``crm-monitor silence``: nobody needs to be told of some incidents for a while, and somebody says why."""

from __future__ import annotations

import getpass
import os
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from monitor.cli import words
from monitor.cli.common import HERE, WIDE, Project, in_state, now, out
from monitor.cli.moments import moment, span
from monitor.errors import UsageError
from monitor.incidents.model import IncidentKind
from monitor.quality.check import Dimension, Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.app.silencing import Effect
    from monitor.incidents.model import Incident
    from monitor.incidents.silence import Silence

_LONGEST = timedelta(days=366)
Several = list[str] | None


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("add")(add)
    app.command("list")(list_silences)
    app.command("expire")(expire)


def add(
    project: Project = HERE,
    check: Annotated[Several, typer.Option("--check", "-c", help="Checks by id; * stands for any letters.")] = None,
    entity: Annotated[Several, typer.Option("--entity", "-e", help="Checks of this entity.")] = None,
    severity: Annotated[list[Severity] | None, typer.Option("--severity", help="Checks that matter so much.")] = None,
    team: Annotated[
        Several, typer.Option("--team", help="Incidents whose failing records are this team's, and nobody else's.")
    ] = None,
    dimension: Annotated[list[Dimension] | None, typer.Option("--dimension", help="Checks of this dimension.")] = None,
    tag: Annotated[Several, typer.Option("--tag", help="Checks with this tag.")] = None,
    kind: Annotated[
        list[IncidentKind] | None, typer.Option("--kind", help="Trouble with records, or the monitor's own.")
    ] = None,
    lasting: Annotated[str, typer.Option("--for", metavar="TIME", help="For how long: 2h, 3d.")] = "",
    until: Annotated[
        str, typer.Option("--until", metavar="MOMENT", help="Or until when: a day to its end, or 'YYYY-MM-DD HH:MM'.")
    ] = "",
    start: Annotated[
        str, typer.Option("--from", metavar="MOMENT", help="From when, likewise; by default from now on.")
    ] = "",
    why: Annotated[str, typer.Option("--why", help="Why; not a customer's data. Needed.")] = "",
) -> int:
    """Keep incidents silent for a while: they go on, and nobody is told.

    Each option can be repeated: any of its values will do. Of different options, all have to be so. When the silence is
    over, what is still wrong is told.
    """
    from dataclasses import replace

    from monitor.app.project import open_project
    from monitor.app.silencing import Wanted, effect, matcher_of
    from monitor.incidents.silence import Silence

    wanted = Wanted(check or (), entity or (), dimension or (), severity or (), team or (), tag or (), kind or ())
    _sensible(wanted == Wanted(), why, lasting, until)
    with open_project(project, dict(os.environ), clock=now) as opened:
        at, zone = now(), opened.project.zone
        starts, ends = _times(start, lasting, until, at, zone)
        silence = Silence(0, matcher_of(opened, wanted), starts, ends, getpass.getuser(), why.strip())
        found = effect(opened.state, silence)
        silence = replace(silence, id=opened.state.silences.add(silence).id)
    _added(silence, found, at, zone)
    return 0


def _sensible(nothing: bool, why: str, lasting: str, until: str) -> None:
    if nothing:
        raise UsageError("say what is to be silent", hint="for example --check 'deal-*'; --check '*' is everything")
    if not why.strip():
        raise UsageError("--why is missing or empty", hint="whoever misses a message will want to know")
    if bool(lasting) == bool(until):
        raise UsageError("say either --for or --until: every silence ends", hint="for example --for 2h")


def _times(start: str, lasting: str, until: str, at: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    from monitor.settings.values import parse_duration

    starts = moment(start, zone) if start else at
    try:
        ends = starts + parse_duration(lasting) if lasting else moment(until, zone, end=True)
    except ValueError as error:
        raise typer.BadParameter(f"--for {': '.join(str(error).splitlines())}") from None
    if ends <= max(starts, at):
        raise UsageError("the silence would be over before it begins", hint="name a later --until")
    if ends - starts > _LONGEST:
        raise UsageError(
            "a silence lasts a year at the most", hint="switch the check off, or give it a route to nobody"
        )
    return starts, ends


def _added(silence: Silence, found: Effect, at: datetime, zone: ZoneInfo) -> None:
    console = out()
    begins = "now" if silence.starts_at <= at else words.moment(silence.starts_at, zone)
    length = span(silence.ends_at - max(silence.starts_at, at))
    console.print(f"Silence {silence.id}: {silence.matcher.words()}", style="bold", markup=False)
    console.print(f"from {begins} until {words.moment(silence.ends_at, zone)} ({length})", markup=False)
    if found.silent:
        console.print(f"Of what is open now, it is about {_numbers(found.silent)}.")
    else:
        console.print("Nothing that is open now falls under it.")
    if found.loud:
        said = "touches" if len(found.loud) == 1 else "touch"
        console.print(f"{_numbers(found.loud).capitalize()} {said} other teams, too, and will still be told.")


def _numbers(incidents: Sequence[Incident]) -> str:
    said = ", ".join(f"#{one.id}" for one in incidents)
    return f"incident {said}" if len(incidents) == 1 else f"incidents {said}"


def list_silences(
    project: Project = HERE,
    everything: Annotated[bool, typer.Option("--all", "-a", help="Those that are over, too.")] = False,
) -> int:
    """List the silences that hold or will, the first to end first."""
    from rich.table import Table

    from monitor.app.stored import open_stored

    with open_stored(project, dict(os.environ), clock=now) as stored:
        at, zone = now(), stored.zone
        found = stored.state.silences.list(None if everything else at)
    console = out()
    if not found:
        console.print(
            "There was no silence." if everything else "There is no silence. (--all shows those that are over.)"
        )
        return 0
    table = Table(box=None, pad_edge=False, header_style="dim")
    wide = console.width >= WIDE
    table.add_column("#", no_wrap=True)
    for heading in ("silent", "why", *(("by",) if wide else ()), "until", "state"):
        table.add_column(heading, overflow="fold", no_wrap=wide and heading in ("until", "state"))
    for one in found:
        who = (one.by,) if wide else ()
        until, style = words.moment(one.over_at, zone), "" if one.over_at > at else "dim"
        table.add_row(str(one.id), one.matcher.words(), one.why, *who, until, _state(one, at, zone), style=style)
    console.print(table)
    return 0


def _state(silence: Silence, at: datetime, zone: ZoneInfo) -> str:
    if silence.over_at <= at:
        return f"ended by {silence.ended_by}" if silence.ended_at is not None else "over"
    if silence.starts_at > at:
        return f"from {words.moment(silence.starts_at, zone)}"
    return "holds"


def expire(
    number: Annotated[int, typer.Argument(help="The silence's number, as `silence list` shows it.", callback=in_state)],
    project: Project = HERE,
) -> int:
    """End a silence now. It stays listed with --all."""
    from monitor.app.stored import open_stored

    with open_stored(project, dict(os.environ), clock=now) as stored:
        at = now()
        known = stored.state.silences.get(number)
        if known is None or not stored.state.silences.expire(number, at, getpass.getuser()):
            said = "over already" if known else "not there"
            raise UsageError(f"silence {number} is {said}", hint="crm-monitor silence list shows those that hold")
    before = span(known.ends_at - at)
    out().print(f"Silence {number} has ended, {before} before its time: {known.matcher.words()}", markup=False)
    return 0
