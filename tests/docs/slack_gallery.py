"""Every kind of message that a channel sees, of one made-up company, for ``docs/pictures``."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from monitor.messages.alert import AlertState, AlertView
from monitor.messages.alerts import alert_message, changed_reply, overdue_reply, resolved_message, resolved_reply
from monitor.messages.deeds import deed_reply
from monitor.messages.rollups import rollup_message
from monitor.messages.slack import to_slack
from monitor.messages.tree import Message
from tests.docs.slack_page import page
from tests.messages import offers
from tests.messages.offers import NOW

_ZONE = ZoneInfo(offers.OFFERS.zone)
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


class Shown(NamedTuple):
    """A message, how it stands (``reply`` in the thread), and when it was posted."""

    message: Message
    how: str = ""
    at: datetime = NOW


def life() -> list[Shown]:
    """One incident from the first message to the last, each with the data of its own day."""
    ann, bo = "slack:U0ANN0001", "slack:U0BO00001"
    acknowledged, due = NOW + timedelta(hours=3), date(2026, 11, 24)
    snoozed, overdue, mended = NOW + timedelta(days=2), NOW + timedelta(days=4), NOW + timedelta(days=5)
    taken = replace(OFFERS, acknowledged_by=ann, acknowledged_at=acknowledged, assignee=bo, due=due)

    def later(at: datetime) -> AlertView:
        return replace(taken, change=0, new=0, origin=None, since=at - timedelta(days=1), data_as_of=at)

    resolved = replace(later(mended), state=AlertState.RESOLVED, status="pass", unexpected=3, resolved_at=mended)
    return [
        Shown(alert_message(taken), at=NOW - timedelta(days=3)),
        Shown(changed_reply(OFFERS), "reply"),
        Shown(deed_reply("acknowledged", ann), "reply", acknowledged),
        Shown(deed_reply("assigned", ann, to=bo, due=due), "reply", acknowledged + timedelta(minutes=1)),
        Shown(deed_reply("snoozed", bo, until=snoozed, zone=OFFERS.zone), "reply", acknowledged + timedelta(hours=1)),
        Shown(changed_reply(later(snoozed), word="Still there after its snooze"), "reply", snoozed),
        Shown(overdue_reply(replace(later(overdue), overdue=True)), "reply", overdue),
        Shown(resolved_reply(resolved), "reply", mended),
    ]


def kinds() -> list[Shown]:
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
        Shown(alert_message(AWAY)),
        Shown(resolved_message(mended)),
        Shown(rollup_message([*more, replace(mended, incident_id=31, title="Companies entered twice")])),
    ]


def gallery(shown: list[Shown]) -> str:
    """The page of a channel with these messages."""
    first = min(one.at for one in shown).astimezone(_ZONE)
    return page(
        [to_slack(one.message) for one in shown],
        channel="crm-data-quality",
        topic="what got worse in the CRM, where it came from, and how to mend it",
        day=f"{first:%A, %B} {first.day}",
        time=[_posted(one.at.astimezone(_ZONE), first) for one in shown],
        how=[one.how for one in shown],
    )


def _posted(at: datetime, first: datetime) -> str:
    return f"{at:%H:%M}" if at.date() == first.date() else f"{at:%b} {at.day} at {at:%H:%M}"
