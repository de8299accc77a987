"""``crm-monitor fixlist --send``: who is sent what, by what, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.app.deliver import deliver
from monitor.app.fixlist_sending import Fate, SentList, send
from monitor.app.keeping import keep_no_longer
from monitor.cli import words
from monitor.cli.common import err, out
from monitor.messages.outgoing import DeliveryState

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from monitor.app.project import OpenProject
    from monitor.fixlist.told import Told

_SAID = {
    Fate.NOTHING: "nothing to mend",
    Fate.NOT_CHECKED: "nothing was checked since the last list: crm-monitor check",
    Fate.UNREACHABLE: "cannot be reached: no Slack ID and no e-mail address, or neither slack nor smtp is set up",
    Fate.GONE: "has no seat in the CRM any more; crm-monitor fixlist unsubscribe ends it",
    Fate.ENDED: "asks for it no more",
}


def send_lists(opened: OpenProject, owner: str) -> int:
    """Queue what is due, deliver it, and say what became of it. Exit codes: 0, or 4 when a message is
    undelivered or nobody at all can be reached."""
    from monitor.app.adoption import find_user

    made = send(opened, find_user(opened, owner) if owner else "")
    summary = deliver(opened, opened.state)
    console, zone = out(), opened.project.zone
    for one in made.lists:
        console.print(f"{one.name}: {_said(opened, one, zone)}", markup=False, soft_wrap=True)
    if not made.lists:
        console.print("Nobody asked for the own list: crm-monitor fixlist subscribe PERSON")
    for error in filter(None, (*summary.errors, made.why_nobody)):
        err().print(error, style="yellow", markup=False, soft_wrap=True)
    console.print(f"{words.count(summary.sent)} messages sent, {words.count(summary.waiting)} waiting.")
    keep_no_longer(opened, opened.state)
    return 4 if summary.undelivered or made.why_nobody else 0


def _said(opened: OpenProject, one: SentList, zone: ZoneInfo) -> str:
    if one.told is None or one.delivered is None:
        return _SAID[one.fate]
    stored = opened.state.fixlists.of_week(one.delivered.fixlist.person, one.delivered.fixlist.week)
    if stored is None:  # forgotten meanwhile
        return _SAID[Fate.ENDED]
    from monitor.app.reaching import way

    by = way(one.target)
    if stored.sent_at is not None:
        return f"{_what(one.told)}, sent by {by} on {words.moment(stored.sent_at, zone)}"
    states = {message.state for message in stored.messages}
    if DeliveryState.UNKNOWN in states:
        doubt = "may have arrived or not, and is not sent again by itself"
        return f"{_what(one.told)}, by {by}: {doubt}; crm-monitor notify list shows it"
    refused = DeliveryState.FAILED in states
    return (
        f"{_what(one.told)}, by {by}: {'was refused' if refused else 'is on its way'}; crm-monitor notify list shows it"
    )


def _what(told: Told) -> str:
    """``23 records to mend``, and what else the message says."""
    said = ["thanks: all is mended"] if told.thanks else []
    if not told.own.is_empty:
        said.append(f"{words.count(told.own.total)} to mend")
    if not told.handed.is_empty:
        said.append(f"{words.count(told.handed.total)} of people who left")
    return ", ".join(said)
