"""How things stand, in a few lines that anybody may read: figures and titles, no names."""

from __future__ import annotations

from monitor.app.project import OpenProject
from monitor.incidents.model import Incident, IncidentState
from monitor.messages import figures
from monitor.messages.tree import Block, Bullets, Footer, Heading, Message, Paragraph, Span, Tone
from monitor.quality.check import Severity

MOST = 10
_SEVERITIES = tuple(reversed(Severity))


def status_message(opened: OpenProject) -> Message:
    """The last run, what is open (worst first), and what did not arrive."""
    state, zone, now = opened.state, opened.project.zone, opened.clock()
    found = state.incidents.list(IncidentState.OPEN, IncidentState.ACKNOWLEDGED)
    last = state.runs.last(comparable=True)
    titles = state.described.titles()
    head = (
        "Nothing is open"
        if not found
        else "1 incident is open"
        if len(found) == 1
        else f"{len(found)} incidents are open"
    )
    ran = f"Last looked at: {figures.moment(last.started_at, zone, now)}." if last else "There was no complete run yet."
    blocks: list[Block] = [Heading(f"{opened.project.settings.name}: {head.lower()}"), Paragraph((Span(ran),))]
    ordered = sorted(found, key=lambda one: (_SEVERITIES.index(one.severity), -(one.unexpected or 0)))
    items: list[tuple[Span, ...]] = [
        (Span(_line(one, titles.get(one.subject, one.observed or one.subject))),) for one in ordered[:MOST]
    ]
    items += [(Span(f"and {len(found) - MOST} more"),)] if len(found) > MOST else []
    undelivered = len(state.outbox.undelivered())
    foot = f"{undelivered} undelivered: crm-monitor notify list" if undelivered else "nothing is undelivered"
    blocks += [Bullets(tuple(items))] if items else []
    return Message(head, (*blocks, Footer((foot,))), Tone.SYSTEM)


def _line(one: Incident, title: str) -> str:
    figure = ""
    if one.unexpected is not None and one.rows is not None:
        figure = f": {figures.count(one.unexpected)} of {figures.count(one.rows)}"
    known = ", acknowledged" if one.state is IncidentState.ACKNOWLEDGED else ""
    return f"{title}{figure} ({one.severity.value}{known}, incident {one.id})"
