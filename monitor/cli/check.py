"""``crm-monitor check``: run the checks now."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from monitor.app.report import FailOn
from monitor.cli.common import HERE, Day, Project, day, err, now, out
from monitor.errors import UsageError

if TYPE_CHECKING:
    from monitor.app.report import RunReport


class Format(StrEnum):
    TEXT = "text"
    JSON = "json"
    JUNIT = "junit"


Entities = Annotated[list[str] | None, typer.Option("--entity", "-e", help="Only this entity; can be repeated.")]
Checks = Annotated[list[str] | None, typer.Option("--check", "-c", help="Only this check id; can be repeated.")]
Owners = Annotated[
    list[str] | None, typer.Option("--owner", help="Only records of this owner: key, full name or e-mail address.")
]
Teams = Annotated[list[str] | None, typer.Option("--team", help="Only records of this team: key or name.")]
AsOf = Annotated[
    Day | None,
    typer.Option(
        "--as-of", parser=day, metavar="DAY", help="Leave out rows created after the end of this day (YYYY-MM-DD)."
    ),
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("check")(check)


def check(
    project: Project = HERE,
    entity: Entities = None,
    check_id: Checks = None,
    owner: Owners = None,
    team: Teams = None,
    as_of: AsOf = None,
    count: Annotated[
        bool, typer.Option("--count", help="Count this run towards incidents, as a scheduled run does.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Store nothing and send nothing.")] = False,
    no_notify: Annotated[bool, typer.Option("--no-notify", help="Leave messages in the queue.")] = False,
    fail_on: Annotated[
        FailOn, typer.Option("--fail-on", help="From which outcome on the exit code is 1.")
    ] = FailOn.FAIL,
    output_format: Annotated[Format, typer.Option("--format", "-f", help="How to print the results.")] = Format.TEXT,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write the results to this file.")] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show checks that passed, too.")] = False,
) -> int:
    """Run the checks on the CRM and show whose records fail.

    Exit codes: 0 nothing at or above --fail-on, 1 a check at or above it, 2 usage or configuration,
    3 could not run, 4 a message undelivered, 5 the selection matched nothing.
    """
    import os

    from monitor.app.check import CheckRequest, run_check
    from monitor.app.project import open_project
    from monitor.cli.progress import progress

    if output is not None:
        _opened(output).close()  # before the run: its messages cannot be taken back
    with open_project(project, dict(os.environ), clock=now) as opened:
        request = CheckRequest(
            entities=tuple(entity or ()),
            checks=tuple(check_id or ()),
            owners=tuple(owner or ()),
            teams=tuple(team or ()),
            as_of=as_of,
            count=count,
            dry_run=dry_run,
            notify=not no_notify,
        )
        with progress(err()) as step:
            report = run_check(opened, request, step)
    _show(report, output_format, fail_on, output, verbose=verbose)
    if output is not None:
        err().print(f"The results are in {output} ({output_format.value}).", markup=False, soft_wrap=True)
    return int(report.exit_code(fail_on))


def _show(report: RunReport, form: Format, fail_on: FailOn, output: Path | None, *, verbose: bool) -> None:
    if form is Format.TEXT:
        from monitor.cli import report_text

        if output is None:
            report_text.render(out(), report, fail_on, verbose=verbose)
            return
        from rich.console import Console

        with _opened(output) as file:
            report_text.render(Console(file=file, width=160, no_color=True), report, fail_on, verbose=verbose)
        return
    if form is Format.JSON:
        from monitor.cli.report_json import render
    else:
        from monitor.cli.report_junit import render
    text = render(report, fail_on)
    if output is None:
        typer.echo(text, nl=False)
        return
    with _opened(output) as file:
        file.write(text)


def _opened(path: Path) -> TextIO:
    try:
        return path.open("w", encoding="utf-8")
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}", hint="Choose another --output.") from error
