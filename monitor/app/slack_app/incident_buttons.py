"""The buttons beneath an incident: who has it, that it is known, silence for a while, and what asks first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from monitor.app.acting import do
from monitor.app.slack_app.asked import GONE, Asked, said
from monitor.app.slack_app.records import kept_records, records_message
from monitor.errors import UsageError
from monitor.incidents.deeds import Deed
from monitor.incidents.model import UNTIL_MENDED, EventKind, Incident
from monitor.incidents.permissions import Doing
from monitor.messages.interaction import (
    Ask,
    ChoiceField,
    DateField,
    Form,
    Nothing,
    PersonField,
    Pressed,
    Private,
    Reaction,
    TextField,
)

ASSIGN, ACCEPT, WRONG = "incident:assign", "incident:accept", "incident:wrong"
_SNOOZES = {"1d": timedelta(days=1), "1w": timedelta(weeks=1), "mended": None}


def pressed(asked: Asked, press: Pressed) -> Reaction:
    """What becomes of a button's press. Raises MonitorError for what cannot be done, in words."""
    known = _ACTIONS.get(press.action)
    if known is None:
        return said("This button is of another version of the monitor; the next message has its new ones.")
    doing, answer = known
    if (refusal := asked.refused(doing)) is not None:
        return refusal
    incident = asked.incident(press.value.partition(":")[0])
    return said(GONE) if incident is None else answer(asked, press, incident)


def _acknowledge(asked: Asked, press: Pressed, incident: Incident) -> Reaction:
    return _do(asked, incident, Deed(EventKind.ACKNOWLEDGED, asked.by, press.key))


def _snooze(asked: Asked, press: Pressed, incident: Incident) -> Reaction:
    how = press.value.partition(":")[2]
    if how not in _SNOOZES:
        raise UsageError(f"a snooze of {how!r} is not known", hint="press Snooze again")
    span = _SNOOZES[how]
    until: datetime = UNTIL_MENDED if span is None else asked.opened.clock() + span
    return _do(asked, incident, Deed(EventKind.SNOOZED, asked.by, press.key, until=until))


def _do(asked: Asked, incident: Incident, deed: Deed) -> Reaction:
    do(asked.opened, asked.opened.state, incident.id, deed)
    return Nothing()  # the message itself shows it, and its thread says it


def _assign(asked: Asked, _press: Pressed, incident: Incident) -> Reaction:
    who = PersonField("to", "Who takes it", optional=True, initial=asked.who, hint="Empty: nobody has it.")
    due = DateField("due", "By when", optional=True)
    return Ask(Form(ASSIGN, f"Assign incident {incident.id}", (who, due), value=str(incident.id)))


def _accept(asked: Asked, _press: Pressed, incident: Incident) -> Reaction:
    kept = kept_records(asked.opened, incident.subject)
    if kept is None:
        return said(
            "There are too many records to accept them here. One at a time:"
            f" crm-monitor accept KEY --check {incident.subject} --reason TEXT"
        )
    if not kept.failing:
        return said("No record fails this check any more.")
    options = [(f"all {len(kept.failing)} that fail", "all")]
    if kept.new and len(kept.new) < len(kept.failing):
        options.append((f"the {len(kept.new)} that are new since the run before", "new"))
    fields = (
        ChoiceField("which", "Which records", tuple(options), initial=options[-1][1]),
        TextField("reason", "Why they are right as they are", hint="No customer's data: others read it."),
        DateField("until", "Until", optional=True, hint="Empty: for good."),
    )
    return Ask(Form(ACCEPT, "Accept records", fields, submit="Accept", value=str(incident.id)))


def _wrong(_asked: Asked, _press: Pressed, incident: Incident) -> Reaction:
    why = TextField("why", "What is wrong with the rule", lines=True, hint="It is kept, and told in the thread.")
    return Ask(Form(WRONG, "Rule is wrong", (why,), submit="Tell", value=str(incident.id)))


def _show(asked: Asked, _press: Pressed, incident: Incident) -> Reaction:
    return Private(records_message(asked, incident.subject))


def _recheck(asked: Asked, press: Pressed, incident: Incident) -> Reaction:
    from monitor.app.slack_app.recheck import recheck

    acted = do(asked.opened, asked.opened.state, incident.id, Deed(EventKind.RECHECK, asked.by, press.key))
    if not acted.again:
        recheck(asked, incident.entity)
    return Nothing()


_Answer = Callable[[Asked, Pressed, Incident], Reaction]
_ACTIONS: dict[str, tuple[Doing, _Answer]] = {
    ASSIGN: (Doing.ASSIGN, _assign),
    "incident:acknowledge": (Doing.ACKNOWLEDGE, _acknowledge),
    "incident:snooze": (Doing.SNOOZE, _snooze),
    ACCEPT: (Doing.ACCEPT, _accept),
    WRONG: (Doing.WRONG, _wrong),
    "incident:show": (Doing.SHOW, _show),
    "incident:recheck": (Doing.RECHECK, _recheck),
}
BY_FORM = {ASSIGN: Doing.ASSIGN, ACCEPT: Doing.ACCEPT, WRONG: Doing.WRONG}
"""Which permission a submitted form needs; it is asked again, as it may have been taken away meanwhile."""
