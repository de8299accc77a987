"""``crm-monitor config``: check the configuration, print the JSON schemas of its files."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from monitor.cli.common import HERE, Project, now, out

if TYPE_CHECKING:
    from monitor.settings.inventory import Inventory
    from monitor.settings.project import Project as Loaded
    from monitor.settings.schedule import ScheduleSaid
    from monitor.settings.schema import Which as File
    from monitor.settings.use import Use


class Which(StrEnum):
    MONITOR = "monitor"
    ROUTES = "routes"
    SCHEDULE = "schedule"
    PEOPLE = "people"
    MANDATE = "mandate"
    SUITE = "suite"
    ADOPTION = "adoption"
    STATUSES = "statuses"
    FIGURES = "figures"
    MAP = "map"
    RESULT = "result"
    STATUS = "status"
    HOOK = "hook"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("check")(check)
    app.command("schema")(schema)


def check(
    project: Project = HERE,
    listed: Annotated[bool, typer.Option("--list", "-l", help="Name every check.")] = False,
) -> int:
    """Read every file, say everything that is wrong with it, or what was found.

    Nothing is connected to. Exit codes: 0 all is well, 2 something is wrong.
    """
    import os

    from monitor.app.scheduled import load_scheduled
    from monitor.settings.inventory import take_stock
    from monitor.settings.use import load_use
    from monitor.yamlfile import Problems

    problems = Problems()
    scheduled = use = None
    with problems.catching():
        scheduled = load_scheduled(project, dict(os.environ))
    with problems.catching():
        use = load_use(project, scheduled.project.crm_map if scheduled else None)
    problems.raise_if_any()
    assert scheduled is not None  # nothing but a problem makes either of them so
    assert use is not None
    loaded, schedule = scheduled.project, scheduled.said
    more = (*use.files, *([schedule.schedule.file] if schedule.own else []))
    _show(take_stock(loaded, more), [*_about_use(loaded, use), ("schedule", _about_jobs(schedule))])
    if listed:
        console = out()
        for one in loaded.checks:
            console.print(f"  {one.entity:<14} {one.id:<34} {one.title}  [dim]{one.place}[/dim]", soft_wrap=True)
    return 0


def _about_jobs(said: ScheduleSaid) -> str:
    number = len(said.schedule.jobs)
    jobs = "1 job" if number == 1 else f"{number} jobs"
    return f"{jobs}, {'from config/schedule.yaml' if said.own else 'the built-in ones'}: crm-monitor schedule"


def _about_use(loaded: Loaded, use: Use) -> list[tuple[str, str]]:
    """What is said of people's use, from which files that are not built in, and whether persons are named."""
    import os

    from monitor.adoption.mandate import naming
    from monitor.digest.notes import note_text
    from monitor.language import language

    files = [Path(os.path.relpath(name, loaded.folder)) for name in use.files if "@" not in Path(name).name]
    own = ", ".join(path.as_posix() for path in files) or "the built-in definitions"
    facts = [("people's use", f"{len(use.measures)} measures, {len(use.statuses.statuses)} statuses, from {own}")]
    found = naming(use.mandate, now().astimezone(loaded.zone).date())
    said = note_text(found.reason, language("en")) if found.reason else "Persons are named as the mandate says."
    return [*facts, ("names", said)]


def _show(found: Inventory, about_use: list[tuple[str, str]]) -> None:
    from rich.table import Table
    from rich.text import Text

    console = out()
    console.print(f"[bold]{found.name}[/bold]: the configuration is right; {len(found.files)} files were read")
    facts = Table(box=None, pad_edge=False, show_header=False)
    facts.add_row("CRM", f"{found.crm_target}  as {found.map_title} ({found.map_reference})")
    facts.add_row("state", found.state_target)
    facts.add_row("alerts", found.slack_target or "nobody is told: there is no slack section")
    if found.ops_target and found.ops_target != found.slack_target:
        facts.add_row("own troubles", found.ops_target)
    country = f", country {found.country}" if found.country else ", no country: telephone numbers need +NN, no holidays"
    facts.add_row("time zone", found.time_zone + country)
    for title, said in about_use:
        facts.add_row(title, Text(said))
    console.print(facts)
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("entity")
    table.add_column("checks", justify="right")
    table.add_column("of which")
    for suite in found.suites:
        parts = ", ".join(f"{number} {dimension.value}" for dimension, number in suite.dimensions)
        table.add_row(
            suite.entity, str(suite.checks), parts if suite.mapped else f"{parts} (the map lacks this entity)"
        )
    console.print(table)
    if found.off:
        console.print(f"switched off: {', '.join(found.off)}", style="dim")
    for problem in found.warnings:
        console.print(f"warning: {problem}", style="yellow", markup=False, soft_wrap=True)


def schema(
    which: Annotated[
        Which,
        typer.Argument(
            help="Of which kind of file, of what `check` (result) and `status` print as JSON, or of what a hook gets."
        ),
    ] = Which.MONITOR,
) -> int:
    """Print a JSON schema (draft 2020-12), for editors and for checking before a commit."""
    if which is Which.RESULT:
        from monitor.cli.result_schema import SCHEMA

        document = SCHEMA
    elif which is Which.STATUS:
        from monitor.cli.status_json import SCHEMA as STATUS_SCHEMA

        document = STATUS_SCHEMA
    elif which is Which.HOOK:
        from monitor.delivery.hook_document import SCHEMA as HOOK_SCHEMA

        document = HOOK_SCHEMA
    else:
        from monitor.settings.schema import schema as schema_of

        document = schema_of(cast("File", which.value))
    typer.echo(json.dumps(document, indent=2, ensure_ascii=False))
    return 0
