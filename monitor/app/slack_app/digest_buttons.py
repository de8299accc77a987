"""The buttons beneath a digest: read, done, not right? Its reader may press them, and nobody else."""

from __future__ import annotations

from monitor.app.slack_app.asked import Asked, number_in, said
from monitor.app.slack_app.person import user_of
from monitor.digest.buttons import DONE, READ, WRONG
from monitor.digest.snapshot import Outcome
from monitor.messages.interaction import (
    Ask,
    ChoiceField,
    Form,
    Mistakes,
    Nothing,
    Pressed,
    Reaction,
    Submitted,
    TextField,
)
from monitor.store.digests import Digest

_NOT_YOURS = "This digest was made for somebody else, so it is not yours to answer."


def pressed(asked: Asked, press: Pressed) -> Reaction:
    """What becomes of a button's press."""
    number, _, action = press.value.partition(":")
    found = _mine(asked, number)
    if found is None:
        return said(_NOT_YOURS)
    digests, now, by = asked.opened.state.digests, asked.opened.clock(), found.recipient
    if press.action == READ:
        digests.acknowledge(found.id, by, now)
        return said("Noted: you read it, and take it up.")
    if press.action == DONE and (done := number_in(action)) is not None:
        marked = digests.mark(found.id, done, Outcome.DONE, by, now)
        digests.acknowledge(found.id, by, now)
        return said(f"Action {action} is done; the next digest says so." if marked else f"There is no action {action}.")
    return _ask(asked, found)


def _ask(asked: Asked, found: Digest) -> Reaction:
    actions = asked.opened.state.digests.actions(found.id)
    if not actions:
        return said("It asks for nothing that could be wrong. Tell whoever looks after the monitor what is.")
    options = tuple((f"Action {one.number}", str(one.number)) for one in actions)
    fields = (
        ChoiceField("action", "What is not right", options, initial=options[0][1]),
        TextField("why", "Why it does not matter", lines=True, hint="Whoever looks after the monitor reads it."),
    )
    return Ask(Form(WRONG, "Not right?", fields, submit="Tell", value=str(found.id)))


def submitted(asked: Asked, form: Submitted) -> Reaction:
    """An action is irrelevant, and why."""
    found = _mine(asked, form.value)
    if found is None:
        return said(_NOT_YOURS)
    why, action = form.fields.get("why", "").strip(), form.fields.get("action", "")
    if not why:
        return Mistakes({"why": "Say why it does not matter."})
    if (wrong := number_in(action)) is not None:
        now = asked.opened.clock()
        asked.opened.state.digests.mark(found.id, wrong, Outcome.IRRELEVANT, found.recipient, now, why)
        asked.opened.state.digests.acknowledge(found.id, found.recipient, now)
    return Nothing()


def _mine(asked: Asked, number: str) -> Digest | None:
    known = number_in(number)
    found = None if known is None else asked.opened.state.digests.get(known)
    return found if found is not None and found.recipient == user_of(asked.opened, asked.who) else None
