"""``crm-monitor accept``: a single record, or an empty entity, is as it should be, whatever the monitor says."""

from __future__ import annotations

import getpass
import os
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.common import HERE, Day, Project, day, now, out
from monitor.errors import UsageError

if TYPE_CHECKING:
    from monitor.app.project import OpenProject


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("accept")(accept)


def accept(
    key: Annotated[str, typer.Argument(help="The record's key, as `failing` shows it.", show_default=False)] = "",
    check: Annotated[str, typer.Option("--check", "-c", help="The check that it may fail.")] = "",
    empty: Annotated[
        str,
        typer.Option("--empty", metavar="ENTITY", help="Instead of a record: an entity that was emptied on purpose."),
    ] = "",
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
    """Accept one record: it no longer counts as failing this check, until the day given.

    With --empty: accept that an entity has no rows any more. That ends by itself when rows come back.
    """
    from monitor.app.check import end_of_day
    from monitor.app.project import open_project

    if bool(empty) == bool(key) or bool(key) != bool(check):
        raise UsageError(
            "accept takes either a record's KEY with --check, or --empty with an entity",
            hint="crm-monitor accept 4711 --check deal-without-account --reason TEXT",
        )
    if not (remove or reason.strip()):
        raise UsageError("--reason is missing or empty", hint="say why it is right as it is")
    with open_project(project, dict(os.environ), clock=now) as opened:
        end = end_of_day(until, opened) if until else None
        if end is not None and end <= now() and not remove:
            raise UsageError(f"--until {until:%Y-%m-%d} is past", hint="name a day from today on")
        said = (
            _empty(opened, empty, reason, end, remove=remove)
            if empty
            else _record(opened, key, check, reason, end, remove=remove)
        )
    out().print(said + (f" until {until:%Y-%m-%d}" if until and not remove else ""), markup=False)
    return 0


def _record(opened: OpenProject, key: str, check: str, reason: str, end: datetime | None, *, remove: bool) -> str:
    from monitor.app.failing import has_record
    from monitor.app.selecting import one_check
    from monitor.quality.engine import stored_key
    from monitor.store.accepted import AcceptedRecord

    chosen = one_check(opened.project.checks, check)
    source = opened.sources(None).get(chosen.entity)
    options = opened.options(known=opened.known(opened.state))
    stored = stored_key(source, key, options) if source else key
    if remove:
        gone = opened.state.accepted.remove(chosen.id, stored)
        return f"{key} counts again for {chosen.id}" if gone else f"{key} was not accepted for {chosen.id}"
    if source and not has_record(opened, source, key):
        raise UsageError(
            f"{chosen.entity} has no record with the key {key!r}", hint=f"crm-monitor failing {chosen.id} shows keys"
        )
    record = AcceptedRecord(chosen.id, stored, reason.strip(), getpass.getuser(), now(), end)
    opened.state.accepted.add(record, chosen.entity)
    return f"{key} is accepted for {chosen.id}"


def _empty(opened: OpenProject, entity: str, reason: str, end: datetime | None, *, remove: bool) -> str:
    from monitor.app.failing import has_rows
    from monitor.app.selecting import one_entity
    from monitor.store.emptied import AcceptedEmpty

    one_entity(opened.project.checks, entity)
    if remove:
        gone = opened.state.emptied.remove(entity)
        return f"{entity} may not be empty any more" if gone else f"{entity} was not accepted as empty"
    source = opened.sources(None).get(entity)
    if source and has_rows(opened, source):
        raise UsageError(f"{entity} is not empty: there is nothing to accept")
    opened.state.emptied.add(AcceptedEmpty(entity, reason.strip(), getpass.getuser(), now(), end))
    return f"{entity} is accepted as empty"
