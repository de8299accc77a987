"""``crm-monitor explain``: the definition of each figure of a person or a team, and the numbers that led to it."""

from __future__ import annotations

import os
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.adoption import AsOf, Read, Week, looker, wanted
from monitor.cli.common import HERE, Project, now, out

if TYPE_CHECKING:
    from monitor.adoption.explain import Line, Value


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("explain")(explain)


def explain(
    whose: Annotated[str, typer.Argument(help="A team, by name or key; or a person, by login, e-mail or key; or all.")],
    project: Project = HERE,
    week: Week = "",
    as_of: AsOf = None,
    read: Read = True,
) -> int:
    """Print how each figure of somebody's week is counted, and the numbers that led to it."""
    from rich.text import Text

    from monitor.app.explain import explained
    from monitor.app.keeping import keep_no_longer
    from monitor.app.project import open_project
    from monitor.digest.notes import note_text
    from monitor.language import language

    with open_project(project, dict(os.environ), clock=now) as opened:
        found = explained(opened, whose, wanted(opened, week, as_of, read=read), looker(opened))
        if read:
            keep_no_longer(opened, opened.state)
    console = out()
    console.print()
    console.print(Text.assemble((found.title, "bold"), f"  ·  week {found.week}"))
    for line in found.explanation.lines:
        console.print()
        console.print(Text.assemble((line.label, "bold"), "  ", _value(line.value, line.unit)))
        if line.definition:
            console.print(Text(line.definition, "dim"))
        for text in _inputs(line):
            console.print(Text(f"  {text}"))
    console.print()
    english = language("en")
    for note in found.explanation.notes:
        console.print(Text(note_text(note, english, found.measures), "cyan"))
    console.print(Text("Not for pay or appraisal.", "dim"))
    return 0


def _inputs(line: Line) -> list[str]:
    """The numbers behind a figure, several short ones in a line."""
    shares = (
        "goal, at least",
        "goal, at most",
        "last week",
        "mean of the four weeks before",
        "best team",
        "worst team",
    )
    return [f"{name}: {_value(value, line.unit if name in shares else '')}" for name, value in line.inputs]


def _value(value: Value, unit: str) -> str:
    if value is None:
        return "not available"
    if isinstance(value, str | date):
        return str(value)
    if unit in ("share", "points"):
        return f"{value * 100:.1f} " + ("%" if unit == "share" else "points")
    text = f"{value:,.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else f"{value:,}"
    return f"{text} days" if unit == "days" else text
