"""``crm-monitor incidents``: problems that were told, and what became of them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import incident_deeds, incident_story, words
from monitor.cli.common import HERE, WIDE, Project, in_state, now, out
from monitor.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from zoneinfo import ZoneInfo

    from monitor.incidents.model import Incident, IncidentEvent


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("list")(list_incidents)
    app.command("show")(show)
    incident_story.register(app)
    incident_deeds.register(app)


def list_incidents(
    project: Project = HERE,
    everything: Annotated[bool, typer.Option("--all", "-a", help="Resolved ones, too.")] = False,
) -> int:
    """List what is open, newest first."""
    from rich.table import Table

    from monitor.app.stored import open_stored
    from monitor.incidents.model import IncidentState

    with open_stored(project, dict(os.environ), clock=now) as stored:
        live = [state for state in IncidentState if everything or state is not IncidentState.RESOLVED]
        found = stored.state.incidents.list(*live)
        titles, zone = stored.state.described.titles(), stored.zone
    console = out()
    if not found:
        console.print("No incident." if everything else "No incident is open. (--all shows those that were resolved.)")
        return 0
    table = Table(box=None, pad_edge=False, header_style="dim")
    wide = console.width >= WIDE
    for heading in ("#", "state", *(("kind", "what") if wide else ())):
        table.add_column(heading, overflow="fold", no_wrap=heading == "#")
    table.add_column("check", **words.whole([one.subject for one in found], console.width))
    table.add_column("records", justify="right")
    table.add_column("since")
    for one in found:
        records = (
            ""
            if one.unexpected is None or one.rows is None
            else f"{words.count(one.unexpected)} of {words.count(one.rows)}"
        )
        table.add_row(
            str(one.id),
            _state(one, zone),
            *((one.kind.value, _what(one, titles)) if wide else ()),
            one.subject,
            records,
            words.moment(one.opened_at or one.created_at, zone),
        )
    console.print(table)
    return 0


def _what(one: Incident, titles: Mapping[str, str]) -> str:
    """A check's title says what is wrong with records, also where it had no result."""
    from monitor.incidents.model import IncidentKind

    title = titles.get(one.subject, "")
    unknown = title and one.unexpected is None and one.kind is IncidentKind.SYSTEM
    return f"could not be checked: {title}" if unknown else title or one.observed


def show(
    number: Annotated[int, typer.Argument(help="The incident's number.", callback=in_state)],
    project: Project = HERE,
) -> int:
    """Show one incident's whole story: what happened when, and why somebody was told or not."""
    from monitor.app.stored import open_stored

    with open_stored(project, dict(os.environ), clock=now) as stored:
        one = stored.state.incidents.get(number)
        if one is None:
            raise UsageError(f"there is no incident {number}", hint="crm-monitor incidents list --all shows them")
        events = stored.state.incidents.events(number)
        check, zone = stored.state.described.get(one.subject), stored.zone
    console = out()
    title = (check and check.title) or one.subject
    console.print(f"#{one.id}  {title}", style="bold", end="", markup=False)
    console.print(f"  {_state(one, zone)}, {one.severity.value}", markup=False)
    for event in events:
        figure = (
            ""
            if event.unexpected is None or event.rows is None
            else f"  {words.count(event.unexpected)} of {words.count(event.rows)}"
        )
        said = f"  {event.note}" if event.note else ""
        console.print(
            f"  {words.moment(event.at, zone)}  {event.kind.value:<12}{event.status.value}{figure}{said}{_why(event)}",
            markup=False,
        )
    if check:
        if check.why:
            console.print(f"Why it matters: {check.why}", markup=False)
        if check.fix:
            console.print(f"How to fix: {check.fix}", markup=False)
        if one.unexpected is not None:  # a table as a whole has none to list
            console.print(f"Records: crm-monitor failing {check.id}", markup=False)
    return 0


def _state(one: Incident, zone: ZoneInfo) -> str:
    """``open, snoozed until Sat 21 Nov 2026 22:32, for Anne Holm``."""
    said = [one.state.value]
    if one.flapping:
        said.append("flapping")
    if one.live and one.snoozed_until is not None and one.snoozed(now()):
        said.append(f"snoozed until {words.until(one.snoozed_until, zone)}")
    if one.live and one.assignee:
        said.append(f"for {one.assignee}")
    return ", ".join(said)


def _why(event: IncidentEvent) -> str:
    """Who did it, or why somebody was told or not, where what happened does not say it."""
    if event.by:
        return f"  ({event.by})"
    said = event.reason.value in ("first", event.kind.value)
    return "" if said else f"  ({event.reason.value.replace('_', ' ')})"
