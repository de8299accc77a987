"""``/crm``: how things stand, a check now, the records behind one, one's own, and help."""

from __future__ import annotations

from collections.abc import Callable

from monitor.app.slack_app.asked import Asked, said
from monitor.app.slack_app.mine import mine
from monitor.app.slack_app.recheck import recheck
from monitor.app.slack_app.records import records_message
from monitor.app.slack_app.status import status_message
from monitor.crm.entity_words import nearest_entity
from monitor.crm.vocabulary import RECORDS
from monitor.incidents.permissions import Doing
from monitor.messages.interaction import Commanded, Private, Reaction
from monitor.messages.tree import Bullets, Heading, Message, Span, Tone
from monitor.yamlfile import nearest

_HELP = (
    ("/crm status", "how things stand: what is open, and how old the data is"),
    ("/crm check ENTITY", "look again now: leads, opportunities, ..."),
    ("/crm failing CHECK", "the records behind a check, for your eyes only"),
    ("/crm me", "your own records that need work"),
    ("/crm help", "this"),
)


def commanded(asked: Asked, command: Commanded) -> Reaction:
    """What is answered, to whoever typed it alone. Raises MonitorError for what cannot be done, in words."""
    word, _, rest = command.text.strip().partition(" ")
    known = _COMMANDS.get(word.lower() or "help")
    if known is None:
        near = nearest(word.lower(), _COMMANDS)
        return said(
            f"There is no /crm {word}." + (f" Did you mean /crm {near}?" if near else " /crm help says what is.")
        )
    doing, answer = known
    refusal = asked.refused(doing)
    return refusal if refusal is not None else answer(asked, rest.strip())


def _status(asked: Asked, _rest: str) -> Reaction:
    return Private(status_message(asked.opened))


def _check(asked: Asked, entity: str) -> Reaction:
    there = [name for name in RECORDS if any(check.entity == name for check in asked.opened.project.checks)]
    if entity not in there:
        near = nearest_entity(entity, there) if entity else ""
        return said(f"Did you mean /crm check {near}?" if near else f"Say what to check: {', '.join(there)}.")
    recheck(asked, entity)
    return said(f"{entity.capitalize()} are being checked. What is new is told where it always is.")


def _failing(asked: Asked, check: str) -> Reaction:
    known = [each.id for each in asked.opened.project.checks]
    if check not in known:
        near = nearest(check, known) if check else ""
        return said(f"Did you mean /crm failing {near}?" if near else "Say which check: its id is in the message.")
    return Private(records_message(asked, check))


def _me(asked: Asked, _rest: str) -> Reaction:
    return Private(mine(asked))


def _help(_asked: Asked, _rest: str) -> Reaction:
    lines = tuple((Span(what, code=True), Span(f"  {why}")) for what, why in _HELP)
    return Private(Message("What /crm can do", (Heading("What /crm can do"), Bullets(lines)), Tone.SYSTEM))


_COMMANDS: dict[str, tuple[Doing, Callable[[Asked, str], Reaction]]] = {
    "status": (Doing.STATUS, _status),
    "check": (Doing.CHECK, _check),
    "failing": (Doing.FAILING, _failing),
    "me": (Doing.ME, _me),
    "help": (Doing.HELP, _help),
}
