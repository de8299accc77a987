"""``crm-monitor demo``: the whole program on a made-up company, in one command."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.common import err, now, out

if TYPE_CHECKING:
    from monitor.app.demo import Demo

_FIGURES, _PEOPLE = 4, 8


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo")(demo)


def demo(
    folder: Annotated[Path, typer.Argument(help="Where to put the demo's project.")] = Path("demo-project"),
    seed: Annotated[int | None, typer.Option("--seed", help="Another number makes up another company.")] = None,
) -> int:
    """Make up a company with half a year of CRM history, check it, and show what Slack and managers would get.

    Sends nothing.
    """
    from monitor.app.demo import run_demo
    from monitor.cli import report_text
    from monitor.cli.progress import progress

    with progress(err()) as step:
        done = run_demo(folder, seed=seed, clock=now, step=step)
    _introduce(done)
    report_text.render(out(), done.report, None)
    _messages(done)
    _use(done)
    _next(done)
    return 0


def _introduce(done: Demo) -> None:
    console, story = out(), done.story
    rows = sum(entity.facts.rows for entity in done.report.entities if entity.facts)
    people = len([one for one in done.report.directory.people.values() if one.kind.value == "person"])
    teams = len(done.report.directory.teams)
    console.print()
    console.rule("[bold]CRM Monitor: a demo[/bold]", align="left")
    console.print(
        f"{story.company} is made up: {people} people in {teams} teams, 26 weeks of history, {rows:,} records. "
        f"A first run saw the CRM as it was on {story.learned_at:%d %b}: what was wrong then is the baseline, of which "
        "nobody is told. This is a run of today. Only what is new or worse since then becomes a message."
    )


def _messages(done: Demo) -> None:
    from monitor.app.demo import CHANNEL
    from monitor.delivery.terminal import as_in_slack

    console = out()
    console.print()
    console.rule(
        "[bold]What Slack would get[/bold]: what is new or worse, one message each (nothing was sent)",
        align="left",
        style="dim",
    )
    at = done.report.started_at.astimezone(done.report.zone)
    for place, message in enumerate(done.messages):
        console.print(as_in_slack(message, channel=CHANNEL if place == 0 else "", at=at))
        console.print()
    if not done.messages:
        console.print("Nothing: nothing is new or worse.")


def _use(done: Demo) -> None:
    """Who uses the CRM, shortly: the figures short of their goals, the teams, and the people who need somebody."""
    from monitor.cli import adoption_text

    console, view = out(), done.use
    console.rule(
        "[bold]Who uses it[/bold]: what you see; each manager gets the own people only", align="left", style="dim"
    )
    short = [
        figure
        for figure in view.figures
        if figure.goal is not None and figure.value is not None and not figure.goal.reached(figure.value)
    ]
    figures = tuple(replace(figure, notes=()) for figure in short[:_FIGURES])  # the whole table has the notes
    shortly = replace(view, figures=figures, people=view.people[:_PEOPLE], notes=())
    adoption_text.render(console, shortly)
    people = f"{len(shortly.people)} of {done.people_shown} people: those who need somebody first"
    console.print(
        f"{len(shortly.figures)} of {len(view.figures)} figures: short of their goals. {people}.", style="dim"
    )
    if done.away:
        console.print(f"Away, and so neither fading nor dormant: {', '.join(done.away)}.", style="dim")
    console.print()
    for page in done.pages:
        console.print(f"  {os.path.relpath(page.path):<50} {page.whose}, as a page", markup=False, soft_wrap=True)
    console.print()


def _next(done: Demo) -> None:
    console = out()
    console.rule("[bold]Go on[/bold]", align="left", style="dim")
    me = "crm-monitor" if shutil.which("crm-monitor") else os.path.relpath(sys.argv[0])
    here = f"-C {done.folder}"
    worst = next((item.outcome.check.id for item in done.report.checks() if item.outcome.status.value == "fail"), "")
    for command, what in (
        (f"{me} failing {worst} {here}", "the records behind a finding, with links"),
        (f"{me} incidents list {here}", "what is open"),
        (f"{me} adoption {here}", "all of who uses it; without config/mandate.yaml: teams only"),
        (f"{me} explain {done.story.manager_key} {here}", "how one person's figures were counted"),
        (f"{me} plan {here}", "the SQL that was sent"),
        (f"{me} init --url URL my-crm", "the same for your own CRM; it is only read"),
    ):
        console.print(f"  {command:<74} {what}", markup=False, soft_wrap=True)
