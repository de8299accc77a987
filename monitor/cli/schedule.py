"""``crm-monitor schedule``: what runs when."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.common import HERE, Project, now, out

if TYPE_CHECKING:
    from rich.console import Console

    from monitor.schedule.job import Job, Schedule

_SPAN = re.compile(r"(?P<count>[0-9]{1,4})(?P<unit>d|w|m|y)")
_DAYS = {"d": 1, "w": 7, "m": 31, "y": 366}
_LONGEST = 100 * 366
_AHEAD = timedelta(days=370)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("schedule")(schedule)


def schedule(
    project: Project = HERE,
    simulate: Annotated[
        str, typer.Option("--simulate", metavar="SPAN", help="Print every run of the coming 30d, 8w, 6m or 2y as CSV.")
    ] = "",
    job: Annotated[list[str] | None, typer.Option("--job", "-j", help="Only this job; can be repeated.")] = None,
) -> int:
    """Show each job's next three times, in local time and UTC, and the times that a change of the clocks moves."""
    import os

    from monitor.app.scheduled import find_job, load_scheduled
    from monitor.schedule.job import Schedule

    found = load_scheduled(project, dict(os.environ)).schedule
    if job:
        found = Schedule(tuple(find_job(found, name) for name in job), found.file)
    if simulate:
        _simulate(found, _span(simulate))
    else:
        _show(out(), found)
    return 0


def _span(text: str) -> timedelta:
    match = _SPAN.fullmatch(text.strip().lower())
    days = int(match["count"]) * _DAYS[match["unit"]] if match else 0
    if not 0 < days <= _LONGEST:
        raise typer.BadParameter(f"{text!r} is no span; write 30d, 8w, 6m or 2y, and 100y at most")
    return timedelta(days=days)


def _simulate(schedule: Schedule, span: timedelta) -> None:
    from monitor.schedule.due import simulate

    begin = now()
    zones = {job.id: job.zone for job in schedule.jobs}
    typer.echo("begins_utc,begins_local,due_utc,job")
    for one in simulate(schedule.jobs, begin, begin + span):
        local = one.fires.astimezone(zones[one.job_id]).isoformat()
        typer.echo(f"{_utc(one.fires)},{local},{_utc(one.due)},{one.job_id}")


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _show(console: Console, schedule: Schedule) -> None:
    from rich.table import Table

    from monitor.schedule.due import next_fires

    moment = now()
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="dim")
    for heading in ("job", "does", "when", "next, in its zone", "in UTC"):
        table.add_column(heading, no_wrap=heading != "when", overflow="fold")
    for job in schedule.jobs:
        for number, fire in enumerate(next_fires(job, moment, 3)):
            about = (job.id, _does(job), _when(job)) if number == 0 else ("", "", "")
            table.add_row(*about, f"{fire.astimezone(job.zone):%a %Y-%m-%d %H:%M:%S}", f"{fire:%a %H:%M:%S}")
    console.print(table)
    _risks(console, schedule, moment)


def _does(job: Job) -> str:
    return " ".join((job.work.value, *job.entities, *(f"#{tag}" for tag in job.tags)))


def _when(job: Job) -> str:
    from monitor.schedule.cron import Cron

    words = [job.timing.text]
    if isinstance(job.timing, Cron):
        words.append(job.zone.key)
    if seconds := int(job.spread.total_seconds()):
        words.append(f"spread over {seconds // 60} min" if seconds >= 60 else f"spread over {seconds} s")
    return ", ".join(words)


def _risks(console: Console, schedule: Schedule, moment: datetime) -> None:
    from monitor.schedule.due import risks

    found = [(job, risk) for job in schedule.jobs for risk in risks(job, moment, _AHEAD)]
    if not found:
        console.print("\nNo change of the clocks moves any of them within a year.", style="dim")
        return
    console.print("\nTimes that a change of the clocks moves or doubles:", style="yellow")
    for job, risk in found:
        day = f"{risk.local:%a %Y-%m-%d %H:%M}"
        at = f"{risk.due.astimezone(job.zone):%H:%M %Z}, {risk.due:%H:%M} UTC"
        said = f"does not exist: it runs at {at}" if risk.change.leaps else f"comes twice: it runs at the first, {at}"
        console.print(f"  {job.id}: {day} {said}", markup=False, highlight=False, soft_wrap=True)
    console.print("  An hour at which no clock changes, such as 04:00, spares you these.", style="dim")
