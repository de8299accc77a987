"""A request to a webhook of one's own, as the documentation shows it."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from monitor.app.presenting import facts_of
from monitor.delivery.hook import IDEMPOTENCY, SIGNATURE, signature
from monitor.delivery.hook_document import document
from monitor.incidents.model import Incident, IncidentKind, IncidentState
from monitor.messages.outgoing import ABOUT, Action, DeliveryState, Outgoing
from monitor.messages.tree import Heading, Message, Paragraph, Span
from monitor.messages.treejson import to_json

_AT = datetime(2026, 11, 21, 5, 10, tzinfo=UTC)
_TITLE, _FIGURES = "Failing: Offers without amount", "34 of 212 (16%, limit 15%), +12 since Friday"


def webhook() -> str:
    """A block of the request's lines. The body is spread over lines here, and on one when it is sent."""
    message = Message(
        f"{_TITLE}: {_FIGURES}",
        (Heading(f"\N{LARGE RED CIRCLE} {_TITLE}"), Paragraph((Span(_FIGURES, bold=True),))),
    )
    event = "0d9f3a6c51f14c0f9a4f4e8f2b7c6d5e"
    about, state = ("incident:12", "hook:tickets", Action.POST), DeliveryState.SENDING
    incident = Incident(
        IncidentKind.DATA,
        "offer-without-amount",
        IncidentState.OPEN,
        _AT,
        entity="opportunities",
        opened_at=_AT,
        rows=212,
        unexpected=34,
    )
    payload = {**to_json(message), ABOUT: facts_of(incident)}
    outgoing = Outgoing(7, event, *about, payload, state, _AT, incident_id=12)
    sent = document(outgoing, message, _AT)
    signed = signature("an-example", int(_AT.timestamp()), json.dumps(sent).encode())
    lines = [
        "POST /hooks/crm HTTP/1.1",
        "Content-Type: application/json; charset=utf-8",
        f"{IDEMPOTENCY}: {event}",
        f"{SIGNATURE}: {signed}",
        "",
        json.dumps(sent, indent=2, ensure_ascii=False),
    ]
    return "\n".join(["```http", *lines, "```", ""])
