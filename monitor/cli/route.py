"""``crm-monitor route``: where an incident would go, and why."""

from __future__ import annotations

import os
from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from monitor.cli import words
from monitor.cli.common import HERE, Project, now, out
from monitor.cli.moments import moment, span
from monitor.quality.check import Severity
from monitor.quality.outcome import Status

if TYPE_CHECKING:
    from monitor.app.tracing import Trace, Way
    from monitor.incidents.labels import Labels

_NAMES = {"channel": "teams only", "admin": "teams, and owners of records"}


Terms = tuple[tuple[str, str], ...]
"""What holds for a target, each with its label."""


class Told(StrEnum):
    WARN = "warn"
    FAIL = "fail"
    ERROR = "error"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.callback()(_group)  # or the one command would be the group itself
    app.command("test")(try_route)


def _group() -> None:
    """Where incidents go."""


def try_route(
    check: Annotated[str, typer.Argument(help="A check's id; or crm, or entity:leads, for what cannot be read.")],
    project: Project = HERE,
    team: Annotated[
        list[str] | None,
        typer.Option("--team", help="As if its failing records were this team's; by default as in the last run."),
    ] = None,
    severity: Annotated[
        Severity | None, typer.Option("--severity", help="As if it mattered so much; by default as the check says.")
    ] = None,
    status: Annotated[
        Told | None, typer.Option("--status", help="As if this were the outcome; by default as in the last run.")
    ] = None,
    at: Annotated[
        str, typer.Option("--at", metavar="MOMENT", help="As if it were then: 'YYYY-MM-DD HH:MM'; by default now.")
    ] = "",
) -> int:
    """Show who would be told of a check's incident and why: the routes it passes, quiet hours, silences, the budget.

    Nothing is sent or stored, and config/routes.yaml is read as it is now.
    """
    from monitor.app.project import open_project
    from monitor.app.tracing import Wanted, trace

    with open_project(project, dict(os.environ), clock=now) as opened:
        zone = opened.project.zone
        when = moment(at, zone) if at else now()
        found = trace(opened, Wanted(check, team or (), severity, Status(status) if status else None), when)
    console = out()
    console.print(f"[bold]{found.title or check}[/bold]" + (f"  [dim]{check}[/dim]" if found.title else ""))
    console.print(_about(found.labels, found.notes), style="dim", markup=False)
    for silence in found.silences:
        until = words.moment(silence.over_at, zone)
        said = f"Nobody is told until {until}: silence {silence.id} of {silence.by} ({silence.why})"
        console.print(said, style="yellow", markup=False)
    if not found.ways:
        why = "the route it comes to names no target" if found.routed else "there is no slack section in the settings"
        console.print(f"Nobody is told: {why}.", style="yellow")
    for ways, terms in _alike(found, zone):
        console.print()
        _told(ways, terms)
    return 0


def _alike(found: Trace, zone: ZoneInfo) -> Iterator[tuple[list[Way], Terms]]:
    """Targets that are told on the same terms, together."""
    alike: dict[Terms, list[Way]] = {}
    for way in found.ways:
        alike.setdefault(tuple(_terms(found, way, zone)), []).append(way)
    for terms, ways in alike.items():
        yield ways, terms


def _about(labels: Labels, notes: tuple[str, ...]) -> str:
    parts = [f"kind {labels.kind}", f"entity {labels.entity}" if labels.entity else ""]
    parts += [f"dimension {labels.dimension}" if labels.dimension else "", f"severity {labels.severity}"]
    parts += [f"status {labels.status}"]
    teams = sorted(team or "(none)" for team in labels.teams)
    for name, values in (("tags", sorted(labels.tags)), ("teams", teams)):
        parts += [f"{name} {', '.join(values)}"] if values else []
    said = "; ".join(part for part in parts if part)
    return f"{said} ({'; '.join(notes)})" if notes else said


def _told(ways: list[Way], terms: Terms) -> None:
    from rich.table import Table
    from rich.text import Text

    console = out()
    for way in ways:
        name = f" ({way.name})" if way.name else ""
        console.print(Text.assemble(("→ ", "green"), (way.where, "bold"), name))
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for label, said in terms:
        table.add_row(f"  {label}", Text(said))
    console.print(table)


def _terms(found: Trace, way: Way, zone: ZoneInfo) -> Iterator[tuple[str, str]]:
    delivery = way.delivery
    for number, step in enumerate(delivery.path):
        yield ("because" if number == 0 else ""), step
    yield "names", _NAMES[delivery.audience.value]
    if delivery.mention:
        yield "calls", delivery.mention
    yield "quiet", _quiet(found, way, zone)
    yield "repeat", f"every {span(delivery.repeat)} while it is open" if delivery.repeat else "never"
    day, week = delivery.budget.day, delivery.budget.week
    messages = "1 new message" if day == 1 else f"{day} new messages"
    used = f"{way.today} today and {way.week} this week so far"
    yield "budget", f"{messages} a day, {week} a week; the rest in one roll-up ({used})"


def _quiet(found: Trace, way: Way, zone: ZoneInfo) -> str:
    quiet = way.delivery.quiet
    if quiet is None:
        return "never"
    if way.quiet_until is None:
        return f"not now ({quiet.words()})"
    if found.critical:
        return f"now ({quiet.words()}), but it is critical: told at once"
    return f"now: it waits until {words.moment(way.quiet_until, zone)} ({quiet.words()})"
