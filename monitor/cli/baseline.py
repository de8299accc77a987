"""``crm-monitor baseline``: the debt that was there on the first day."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from monitor.cli import words
from monitor.cli.common import HERE, WIDE, Project, now, out

Checks = Annotated[list[str] | None, typer.Argument(help="Check ids.")]
All = Annotated[bool, typer.Option("--all", help="All checks.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("show")(show)
    app.command("accept")(accept)
    app.command("reset")(reset)


def show(project: Project = HERE) -> int:
    """Show each check's debt: what it was, is by now, and has to come back from before anybody is told."""
    from rich.table import Table

    from monitor.app.stored import open_stored

    with open_stored(project, dict(os.environ), clock=now) as stored:
        baselines = stored.state.baselines.all()
        seen = stored.state.results.previous()
        titles, zone = stored.state.described.titles(), stored.zone
    console = out()
    if not baselines:
        console.print("Nothing was learned yet: the first complete `crm-monitor check` sets the baseline.")
        return 0
    table = Table(box=None, pad_edge=False, header_style="dim")
    owing = [one for one in baselines.values() if one.unexpected]
    wide = console.width >= WIDE
    table.add_column("check", **words.whole([one.check_id for one in owing], console.width))
    if wide:
        table.add_column("what fails", overflow="fold")
    for heading in ("baseline", "share", "last run"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("learned")
    for one in sorted(owing, key=lambda one: -(one.unexpected or 0)):
        last = seen.get(one.check_id)
        table.add_row(
            one.check_id,
            *((titles.get(one.check_id, ""),) if wide else ()),
            words.count(one.unexpected or 0),
            words.percent(one.share) if one.share is not None else "",
            words.count(last.unexpected) if last and last.unexpected is not None else "",
            words.moment(one.set_at, zone),
        )
    console.print(table)
    rest = len(baselines) - len(owing)
    more = "1 more check" if rest == 1 else f"{rest} more checks"
    console.print(f"{more} had nothing failing, or nothing to count.", style="dim")
    return 0


def accept(project: Project = HERE, checks: Checks = None, everything: All = False) -> int:
    """Take what the last complete run saw as the baseline, higher or lower than before."""
    from monitor.app.project import open_project
    from monitor.app.selecting import known_checks

    with open_project(project, dict(os.environ), clock=now) as opened:
        console = out()
        for check_id in known_checks(opened.project.checks, checks or (), everything=everything):
            made = opened.state.baselines.accept(check_id, now())
            if made is None:
                console.print(f"{check_id}: the last run gave no verdict; its baseline is as it was", markup=False)
            else:
                figure = "" if made.unexpected is None else f"{words.count(made.unexpected)} failing records"
                console.print(f"{check_id}: baseline is now {figure or made.status.value}", markup=False)
    return 0


def reset(project: Project = HERE, checks: Checks = None, everything: All = False) -> int:
    """Forget a baseline, so that the next run learns it anew."""
    from monitor.app.project import open_project
    from monitor.app.selecting import known_checks

    with open_project(project, dict(os.environ), clock=now) as opened:
        chosen = known_checks(opened.project.checks, checks or (), everything=everything)
        baselines = opened.state.baselines
        gone = baselines.reset() if everything else sum(baselines.reset(check_id) for check_id in chosen)
    out().print(f"{gone} {'baseline' if gone == 1 else 'baselines'} forgotten; the next complete run learns anew.")
    return 0
