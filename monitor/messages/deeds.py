"""What a person did with an incident, as it is told in the thread of its message."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from monitor.messages import figures
from monitor.messages.alert_care import FOR_EVER, person
from monitor.messages.tree import Message, Paragraph, Span, Tone

_SAID = {
    "acknowledged": "acknowledged it: silent until it is mended or worse",
    "woken": "ended its snooze",
    "rule_wrong": "says that the rule is wrong",
    "recheck": "had it checked again",
    "note": "noted",
}


def deed_reply(
    kind: str,
    by: str,
    *,
    note: str = "",
    to: str = "",
    due: date | None = None,
    until: datetime | None = None,
    count: int = 0,
    zone: str = "UTC",
) -> Message:
    """``kind`` is an event's; ``by`` and ``to`` are as a deed's; ``note`` is the person's own words."""
    said = (person(by), Span(f" {_said(kind, to, until, count, zone)}"), *_whom(kind, to, due))
    spans = (*said, Span(f": {note}")) if note else said
    return Message("".join(span.text for span in spans), (Paragraph(spans),), Tone.WARNING)


def _said(kind: str, to: str, until: datetime | None, count: int, zone: str) -> str:
    if kind == "assigned":
        return "assigned it to" if to else "took it from whoever had it"
    if kind == "snoozed" and until is not None:
        for_good = until.year >= FOR_EVER
        return (
            "snoozed it until it is mended" if for_good else f"snoozed it until {figures.moment(until, ZoneInfo(zone))}"
        )
    if kind == "accepted":
        return "accepted 1 record as it is" if count == 1 else f"accepted {figures.count(count)} records as they are"
    return _SAID.get(kind, kind.replace("_", " "))


def _whom(kind: str, to: str, due: date | None) -> tuple[Span, ...]:
    if kind != "assigned" or not to:
        return ()
    return Span(" "), person(to), *((Span(f", due {figures.day(due)}"),) if due else ())
