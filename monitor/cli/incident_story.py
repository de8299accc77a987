"""``crm-monitor incidents explain``: an incident's whole story, and why somebody was told or not."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from monitor.cli import words
from monitor.cli.common import HERE, Project, in_state, now, out
from monitor.errors import UsageError

if TYPE_CHECKING:
    from monitor.incidents.model import Incident, IncidentEvent
    from monitor.messages.outgoing import Outgoing
    from monitor.store.notices import StoredNotice
    from monitor.store.state import State


_SENT_AS = {
    "post": "message",
    "update": "edit",
    "reply": "reply",
    "file": "image",
    "delete": "taking away of image",
}
"""By what a message does on its platform: how a person calls it; the number is that of ``notify list``."""


@dataclass(frozen=True, slots=True)
class _Line:
    at: datetime
    order: int  # within one moment: what happened, then who is told, then what became of the message
    who: str
    what: str


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("explain")(explain)


def explain(
    number: Annotated[int, typer.Argument(help="The incident's number.", callback=in_state)], project: Project = HERE
) -> int:
    """Tell one incident's whole story: what happened when, who was told of it or not, and why."""
    from rich.table import Table

    from monitor.app.stored import open_stored

    with open_stored(project, dict(os.environ), clock=now) as stored:
        one = stored.state.incidents.get(number)
        if one is None:
            raise UsageError(f"there is no incident {number}", hint="crm-monitor incidents list --all shows them")
        lines = sorted(_lines(stored.state, one, stored.zone), key=lambda line: (line.at, line.order))
        check, zone = stored.state.described.get(one.subject), stored.zone
    console = out()
    title = (check and check.title) or one.observed or one.subject
    console.print(f"#{one.id}  {title}", style="bold", end="", markup=False)
    console.print(f"  {one.state.value}, {one.severity.value}{', comes and goes' if one.flapping else ''}")
    table = Table(box=None, pad_edge=False, show_header=False)
    for style in ("dim", "cyan", ""):
        table.add_column(style=style, overflow="fold", no_wrap=style == "dim")
    for line in lines:
        table.add_row(words.moment(line.at, zone), line.who, line.what)
    console.print(table)
    return 0


def _lines(state: State, one: Incident, zone: ZoneInfo) -> Iterator[_Line]:
    from monitor.messages.outgoing import in_words

    for event in state.incidents.events(one.id):
        yield _Line(event.at, 0, event.by, _event(event))
    for made in state.notices.of(one.id):
        yield _Line(made.at, 1, in_words(made.target), _notice(made, zone))
    for message in state.outbox.of_incident(one.id):
        if (said := _delivered(message)) is not None:
            yield _Line(message.changed_at or message.created_at, 2, in_words(message.target), said)


def _event(event: IncidentEvent) -> str:
    figure = ""
    if event.unexpected is not None and event.rows is not None:
        figure = f", {words.count(event.unexpected)} of {words.count(event.rows)} records"
    note = f": {event.note}" if event.note else ""
    status = "" if event.by else f" ({event.status.value}{figure})"
    return f"{event.kind.value.replace('_', ' ')}{note}{status}"


def _notice(made: StoredNotice, zone: ZoneInfo) -> str:
    from monitor.incidents.story import notice_in_words

    return notice_in_words(made.tell, made.reason, made.note, words.until(made.until, zone) if made.until else "")


def _delivered(message: Outgoing) -> str | None:
    """What became of a message, where that is worth a line: a thing that arrived, or one that did not."""
    from monitor.messages.outgoing import SHOWN, DeliveryState

    what = f"{_SENT_AS[message.action.value]} {message.id}"
    if message.state is DeliveryState.SENT:
        return f"{what} was shown; nothing was sent" if message.target.startswith(SHOWN) else f"{what} arrived"
    if message.state is DeliveryState.SUPERSEDED:
        return None
    return f"{what} is {message.state.value}{': ' + message.error if message.error else ''}"
