"""What becomes of a form that was sent: an assignment, accepted records, a word about a rule."""

from __future__ import annotations

import re
from datetime import date

from monitor.app.acting import do
from monitor.app.check import end_of_day
from monitor.app.slack_app.asked import GONE, Asked, said
from monitor.app.slack_app.incident_buttons import ACCEPT, ASSIGN, BY_FORM, WRONG
from monitor.app.slack_app.records import kept_records
from monitor.incidents.deeds import Deed
from monitor.incidents.model import EventKind, Incident
from monitor.messages.interaction import Mistakes, Nothing, Reaction, Submitted
from monitor.reach import within_reach
from monitor.store.accepted import AcceptedRecord

_USER = re.compile(r"[UW][A-Z0-9]{6,}")


def submitted(asked: Asked, form: Submitted) -> Reaction:
    """What becomes of it. Raises MonitorError for what cannot be done, in words."""
    doing = BY_FORM.get(form.form)
    if doing is None:
        return said("This form is of another version of the monitor; press the button again.")
    if (refusal := asked.refused(doing)) is not None:
        return refusal
    incident = asked.incident(form.value)
    return said(GONE) if incident is None else _FORMS[form.form](asked, form, incident)


def _assign(asked: Asked, form: Submitted, incident: Incident) -> Reaction:
    who, due = form.fields.get("to", ""), _day(form.fields.get("due", ""))
    if who and not _USER.fullmatch(who):
        return Mistakes({"to": "Choose a person of this workspace."})
    today = asked.opened.clock().astimezone(asked.opened.project.zone).date()
    if due is not None and due < today:
        return Mistakes({"due": "This day is past."})
    deed = Deed(EventKind.ASSIGNED, asked.by, form.key, to=f"slack:{who}" if who else "", due=due)
    do(asked.opened, asked.opened.state, incident.id, deed)
    return Nothing()


def _accept(asked: Asked, form: Submitted, incident: Incident) -> Reaction:
    reason, until = form.fields.get("reason", "").strip(), _day(form.fields.get("until", ""))
    if not reason:
        return Mistakes({"reason": "Say why they are right as they are."})
    opened = asked.opened
    end = end_of_day(until, opened) if until else None
    if end is not None and end <= opened.clock():
        return Mistakes({"until": "This day is past."})
    kept = kept_records(opened, incident.subject)
    keys = frozenset[str]() if kept is None else kept.new if form.fields.get("which") == "new" else kept.failing
    if not keys:
        return said("No record fails this check any more, or there are too many to know which: nothing was accepted.")
    for key in sorted(keys):
        record = AcceptedRecord(incident.subject, key, reason, asked.by, opened.clock(), end)
        opened.state.accepted.add(record, incident.entity)
    deed = Deed(EventKind.ACCEPTED, asked.by, form.key, note=reason, count=len(keys))
    do(opened, opened.state, incident.id, deed)
    return said("They no longer count from the next run on.")


def _wrong(asked: Asked, form: Submitted, incident: Incident) -> Reaction:
    why = form.fields.get("why", "").strip()
    if not why:
        return Mistakes({"why": "Say what is wrong with it."})
    do(asked.opened, asked.opened.state, incident.id, Deed(EventKind.RULE_WRONG, asked.by, form.key, note=why))
    return Nothing()


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text) if text else None
        return found if found is not None and within_reach(found) else None
    except ValueError:
        return None  # the platform's own calendar writes no such day


_FORMS = {ASSIGN: _assign, ACCEPT: _accept, WRONG: _wrong}
