"""Every kind of message that a channel sees, of one made-up company, for ``docs/pictures``."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from monitor.messages.alert import AlertState, AlertView
from monitor.messages.alerts import alert_message, changed_reply, overdue_reply, resolved_message, resolved_reply
from monitor.messages.deeds import deed_reply
from monitor.messages.rollups import rollup_message
from monitor.messages.slack import to_slack
from monitor.messages.tree import Message
from tests.docs.slack_page import page
from tests.messages import offers
from tests.messages.offers import NOW

OFFERS = replace(offers.OFFERS, opened_at=NOW - timedelta(days=3), trend=(9, 9, 10, 22, 22, 34), buttons=True)
AWAY = AlertView(
    incident_id=15,
    check_id="entity:leads",
    entity="leads",
    title="leads cannot be read",
    state=AlertState.OPEN,
    status="error",
    severity="critical",
    reason="the table crm_lead is gone, or hidden from the monitor's role",
    why="until it can be read, nothing is known of its records",
    command="crm-monitor doctor",
    zone="Europe/Copenhagen",
    opened_at=NOW,
    buttons=True,
)


def life() -> list[tuple[Message, str]]:
    """One incident from the first message to the last, and how each of its messages stands."""
    ann, bo = "slack:U0ANN0001", "slack:U0BO00001"
    taken = replace(OFFERS, acknowledged_by=ann, acknowledged_at=NOW, assignee=bo, due=date(2026, 11, 23))
    mended = replace(
        OFFERS, state=AlertState.RESOLVED, status="pass", unexpected=3, limit=0.05, resolved_at=NOW + timedelta(days=4)
    )
    return [
        (alert_message(taken), ""),
        (changed_reply(OFFERS), "reply"),
        (deed_reply("acknowledged", ann), "reply"),
        (deed_reply("assigned", ann, to=bo, due=date(2026, 11, 23)), "reply"),
        (changed_reply(OFFERS, word="Still there after its snooze"), "reply"),
        (overdue_reply(replace(taken, overdue=True)), "reply"),
        (resolved_reply(mended), "reply"),
    ]


def kinds() -> list[tuple[Message, str]]:
    """The other kinds of message."""
    mended = replace(
        OFFERS, state=AlertState.RESOLVED, status="pass", unexpected=3, limit=0.05, resolved_at=NOW + timedelta(days=4)
    )
    titles = ("Deals past their close date", "Contacts without an account", "Owners who have left", "Leads untouched")
    severities = ("critical", "warning", "critical", "info")
    more = [
        replace(OFFERS, incident_id=20 + number, title=title, severity=severity, unexpected=90 - 11 * number)
        for number, (title, severity) in enumerate(zip(titles, severities, strict=True))
    ]
    return [
        (alert_message(AWAY), ""),
        (resolved_message(mended), ""),
        (rollup_message([*more, replace(mended, incident_id=31, title="Companies entered twice")]), ""),
    ]


def gallery(messages: list[tuple[Message, str]]) -> str:
    """The page of a channel with these messages."""
    return page(
        [to_slack(message) for message, _ in messages],
        channel="crm-data-quality",
        topic="what got worse in the CRM, where it came from, and how to mend it",
        day=f"{NOW:%A, %B} {NOW.day}",
        time="06:10",
        how=[how for _, how in messages],
    )
