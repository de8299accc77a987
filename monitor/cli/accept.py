"""``crm-monitor accept``: a single record is as it should be, whatever the check says."""

from __future__ import annotations

import getpass
import os
from typing import Annotated

import typer

from monitor.cli.common import HERE, Day, Project, day, now, out
from monitor.errors import UsageError


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("accept")(accept)


def accept(
    key: Annotated[str, typer.Argument(help="The record's key, as `failing` shows it.")],
    check: Annotated[str, typer.Option("--check", "-c", help="The check that it may fail.")],
    project: Project = HERE,
    reason: Annotated[
        str, typer.Option("--reason", help="Why it is right as it is; not a customer's data. Needed, unless --remove.")
    ] = "",
    until: Annotated[
        Day | None,
        typer.Option("--until", parser=day, metavar="DAY", help="The last day (YYYY-MM-DD); without it, for good."),
    ] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Take the acceptance back.")] = False,
) -> int:
    """Accept one record: it no longer counts as failing this check, until the day given."""
    from monitor.app.check import end_of_day
    from monitor.app.failing import has_record
    from monitor.app.project import open_project
    from monitor.app.selecting import one_check
    from monitor.quality.engine import stored_key
    from monitor.store.accepted import AcceptedRecord

    if not (remove or reason.strip()):
        raise UsageError("--reason is missing or empty", hint="say why the record is right as it is")
    with open_project(project, dict(os.environ), clock=now) as opened:
        chosen = one_check(opened.project.checks, check)
        source = opened.sources(None).get(chosen.entity)
        options = opened.options(known=opened.known(opened.state))
        stored = stored_key(source, key, options) if source else key
        console = out()
        if remove:
            gone = opened.state.accepted.remove(chosen.id, stored)
            console.print(
                f"{key} counts again for {chosen.id}" if gone else f"{key} was not accepted for {chosen.id}",
                markup=False,
            )
            return 0
        if source and not has_record(opened, source, key):
            raise UsageError(
                f"{chosen.entity} has no record with the key {key!r}",
                hint=f"crm-monitor failing {chosen.id} shows keys",
            )
        end = end_of_day(until, opened) if until else None
        if end is not None and end <= now():
            raise UsageError(f"--until {until:%Y-%m-%d} is past", hint="name a day from today on")
        record = AcceptedRecord(chosen.id, stored, reason.strip(), getpass.getuser(), now(), end)
        opened.state.accepted.add(record, chosen.entity)
        console.print(
            f"{key} is accepted for {chosen.id}" + (f" until {until:%Y-%m-%d}" if until else ""), markup=False
        )
    return 0
