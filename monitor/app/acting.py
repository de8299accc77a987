"""What people do with incidents: done once, kept in the incident's history, and told in its thread."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from monitor.app.presenting import facts_of
from monitor.app.project import OpenProject
from monitor.errors import UsageError
from monitor.incidents.deeds import Deed, act
from monitor.incidents.model import Incident
from monitor.messages.deeds import deed_reply
from monitor.messages.outgoing import ABOUT, HOOK, Action, thread_of_incident
from monitor.messages.treejson import to_json
from monitor.store import incidents, notices
from monitor.store.faults import StateConflict
from monitor.store.outbox import Draft, queue
from monitor.store.state import State

_ATTEMPTS = 4


@dataclass(frozen=True, slots=True)
class Acted:
    """The incident as it stands after a deed; ``again`` when the same deed had been done before."""

    incident: Incident
    again: bool = False


def do(opened: OpenProject, state: State, number: int, deed: Deed) -> Acted:
    """Do something with incident ``number``; what it says in Slack is queued with it, in one transaction.

    Raises UsageError where there is no such incident, or it or the day is past the deed, and StateUnavailable.
    """
    for _ in range(_ATTEMPTS - 1):
        try:
            return _do(opened, state, number, deed)
        except StateConflict:
            continue
    return _do(opened, state, number, deed)


def _do(opened: OpenProject, state: State, number: int, deed: Deed) -> Acted:
    now = opened.clock()
    telling = opened.telling(state, now)  # before the transaction: it asks the state, too
    with state.database.write() as connection:
        before = incidents.read(connection, number)
        if before is None:
            raise UsageError(f"there is no incident {number}", hint="crm-monitor incidents list --all shows them")
        if incidents.is_done(connection, deed.key):
            return Acted(before, again=True)
        if deed.due is not None and deed.due < now.astimezone(opened.project.zone).date():
            raise UsageError(f"{deed.due} is past", hint="give a day that is still to come")
        after, event = act(before, deed, now)
        incidents.write(connection, after)
        incidents.write_events(connection, number, [event])
        _reply(opened, connection, replace(after, id=number), deed, now)
        telling.tell(connection, now)
    return Acted(replace(after, version=after.version + 1))


def _reply(opened: OpenProject, connection: sa.Connection, incident: Incident, deed: Deed, now: datetime) -> None:
    """In the thread of every message about it; mail is spared, whose threads ring each time."""
    message = deed_reply(
        deed.kind.value,
        deed.by,
        note=deed.note,
        to=deed.to,
        due=deed.due,
        until=deed.until,
        count=deed.count,
        zone=opened.project.settings.time_zone,
    )
    for target in notices.posted_at(connection, incident.id):
        if not target.startswith("email:") and target in opened.routes.targets:
            about = {ABOUT: facts_of(incident)} if target.startswith(HOOK) else {}
            draft = Draft(target, Action.REPLY, {**to_json(message), **about})
            queue(connection, thread_of_incident(incident.id), draft, now)
