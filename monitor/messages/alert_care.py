"""Who takes care of an incident, how it moved, and what a reader can do about it: the live part of its message."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from monitor.messages import figures
from monitor.messages.alert import AlertView
from monitor.messages.sparkline import sparkline
from monitor.messages.tree import Button, Buttons, Choice, Field, Span

FOR_EVER = 9999
"""A snooze until this year lasts until the incident is mended."""

_SLACK = "slack:"
_SNOOZES = (("1 day", "1d"), ("1 week", "1w"), ("until mended", "mended"))


def care_fields(view: AlertView) -> Iterator[Field]:
    """How it moved, who has it, and for how long it is silent."""
    if line := sparkline(view.trend):
        first, last = figures.count(view.trend[0]), figures.count(view.trend[-1])
        yield Field("Trend", (Span(line), Span(f"  {first} to {last} in {len(view.trend)} runs")))
    if view.assignee:
        yield Field("Who has it", (person(view.assignee), *((Span(_due(view)),) if view.due else ())))
    if view.acknowledged_by:
        until = "mended, worse or overdue" if view.due and not view.overdue else "mended or worse"
        known = Span(f"{_at(view)}: silent until it is {until}")
        yield Field("Acknowledged", (Span("by "), person(view.acknowledged_by), known))
    if view.snoozed_until is not None:
        yield Field("Snoozed", (Span(_until(view, view.snoozed_until)),))


def _due(view: AlertView) -> str:
    """``, due Thu 24 Dec 2026``, ``, was due Thu 24 Dec 2026`` or nothing: to follow who has it."""
    if view.due is None:
        return ""
    return f", {'was due' if view.overdue else 'due'} {figures.day(view.due)}"


def _at(view: AlertView) -> str:
    return f" {_moment(view, view.acknowledged_at)}" if view.acknowledged_at else ""


def _until(view: AlertView, until: datetime) -> str:
    return "until it is mended" if until.year >= FOR_EVER else f"until {_moment(view, until)}"


def _moment(view: AlertView, at: datetime) -> str:
    return figures.moment(at, ZoneInfo(view.zone), view.data_as_of or view.opened_at)


def person(who: str) -> Span:
    """Somebody who did something with an incident: on Slack by Slack's own mention, else by the name on the machine."""
    if who.startswith(_SLACK):
        return Span("a person on Slack", user=who.removeprefix(_SLACK))
    return Span(who)


def buttons(view: AlertView) -> Iterator[Buttons]:
    """What can be done with an open incident, for readers who can press."""
    if not view.buttons or not view.incident_id:
        return
    number = str(view.incident_id)
    first: list[Button | Choice] = [Button("Assign", "incident:assign", number)]
    if not view.acknowledged_by:
        first.append(Button("Acknowledge", "incident:acknowledge", number, "primary"))
    first.append(Choice("Snooze", "incident:snooze", tuple((shown, f"{number}:{how}") for shown, how in _SNOOZES)))
    if view.unexpected is not None:
        first.append(Button("Show records", "incident:show", number))
        first.append(Button("Accept records…", "incident:accept", number))
        first.append(Button("Rule is wrong…", "incident:wrong", number))
    first.append(Button("Recheck", "incident:recheck", number))
    if view.link:
        first.append(Button("Open in CRM", "incident:open", number, link=view.link))
    yield Buttons(tuple(first))
