"""``crm-monitor failing``: the records behind a finding, for a private view."""

from __future__ import annotations

import csv
import os
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import words
from monitor.cli.common import HERE, Project, now, out

if TYPE_CHECKING:
    from monitor.app.failing import FailingList
    from monitor.crm.source import Directory


class Form(StrEnum):
    TEXT = "text"
    CSV = "csv"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("failing")(failing)


def failing(
    check: Annotated[str, typer.Argument(help="The check's id.")],
    project: Project = HERE,
    owner: Annotated[
        str, typer.Option("--owner", help="Only records of this owner: key, full name or e-mail address.")
    ] = "",
    manager: Annotated[
        str,
        typer.Option("--manager", help="Only records of the people below: key, login, e-mail or full name."),
    ] = "",
    new: Annotated[
        bool, typer.Option("--new", help="Only records that did not fail in the run before the last.")
    ] = False,
    fixed: Annotated[bool, typer.Option("--fixed", help="Records that failed then and do so no more.")] = False,
    limit: Annotated[int, typer.Option("--limit", "-n", min=0, help="At most this many; 0 for all.")] = 50,
    output_format: Annotated[Form, typer.Option("--format", "-f", help="How to print them.")] = Form.TEXT,
) -> int:
    """List the records that fail a check now: key, name (read live, never stored), owner, link.

    --new and --fixed compare the last two complete runs; they are not available for a check that
    more records fail than the monitor keeps keys of (alerts.keep_keys).
    """
    from monitor.app.failing import Wanted, list_failing
    from monitor.app.project import open_project

    with open_project(project, dict(os.environ), clock=now) as opened:
        found = list_failing(opened, Wanted(check, owner, manager, new=new, fixed=fixed, limit=limit or None))
        if output_format is Form.CSV:
            _csv(found, opened.directory)
        else:
            _text(found, opened.directory)
    return 0


def _csv(found: FailingList, directory: Directory) -> None:
    writer = csv.writer(sys.stdout)
    writer.writerow(["key", "name", "owner", "owner_name", "amount", "created_at", "link"])
    for record in found.records:
        created = record.created_at.isoformat() if record.created_at else ""
        amount = "" if record.amount is None else str(record.amount)
        name, owner = found.names.get(record.key, ""), record.owner_key or ""
        owner_name = words.owner(record.owner_key, directory) if record.owner_key else ""
        texts = [harmless(text) for text in (record.key, name, owner, owner_name)]
        writer.writerow([*texts, amount, created, found.link(record.key)])


_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def harmless(cell: str) -> str:
    """A spreadsheet must not take a customer's text for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _text(found: FailingList, directory: Directory) -> None:
    from rich.table import Table

    console = out()
    console.print(f"[bold]{found.check.title or found.check.id}[/bold]")
    for label, said in (
        ("Why it matters", found.check.why),
        ("How to fix", found.check.fix),
        ("Mind", found.check.mind),
    ):
        if said:
            console.print(f"{label}: {said}", markup=False, style="dim")
    if not found.records:
        console.print("No record.")
        return
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("key", no_wrap=True)
    table.add_column("name")
    table.add_column("owner")
    table.add_column("amount", justify="right")
    table.add_column("link", overflow="fold")
    for record in found.records:
        amount = "" if record.amount is None else words.money(record.amount)
        table.add_row(
            record.key,
            found.names.get(record.key, ""),
            words.owner(record.owner_key, directory),
            amount,
            found.link(record.key),
        )
    console.print(table)
    if found.more:
        console.print(
            "There are more; --limit 0 shows all, --format csv prints them as CSV, for `> FILE`.", style="dim"
        )
