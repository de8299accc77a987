"""Whose records fail, by name, for readers who may see it: made when a message goes out, and stored nowhere."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from monitor.app.project import OpenProject
from monitor.delivery.target import Answer, Fate, Target
from monitor.errors import MonitorError
from monitor.messages import figures
from monitor.messages.outgoing import Outgoing, Remote
from monitor.messages.tree import Buttons, Field, Fields, Footer, Mention, Message, Span
from monitor.messages.treejson import from_json, to_json
from monitor.store.state import State

OWNERS_OF = "owners_of"
"""In a payload beside the message: the check whose records' owners are to be named."""
MOST = 8
_LAST = (Footer, Buttons, Mention)


class NamingOwners:
    """A target whose readers may see owners, where a message says so."""

    def __init__(self, target: Target, opened: OpenProject, state: State) -> None:
        self._target, self._opened, self._state = target, opened, state

    def send(self, message: Outgoing, root: Remote | None) -> Answer:
        """See Target."""
        return self._target.send(self._named(message), root)

    def settle(self, message: Outgoing, root: Remote | None) -> Fate:
        """See Target."""
        return self._target.settle(self._named(message), root)

    def _named(self, message: Outgoing) -> Outgoing:
        check = message.payload.get(OWNERS_OF)
        if not isinstance(check, str):
            return message
        payload = {name: value for name, value in message.payload.items() if name != OWNERS_OF}
        return replace(message, payload=self._with_owners(payload, check))

    def _with_owners(self, payload: dict[str, Any], check: str) -> dict[str, Any]:
        try:
            spans = self._owners(check)
        except MonitorError:
            spans = (Span("not available: the CRM cannot be asked for their names"),)
        if not spans:
            return payload
        message = from_json(payload)
        end = next((at for at, block in enumerate(message.blocks) if isinstance(block, _LAST)), len(message.blocks))
        blocks = (*message.blocks[:end], Fields((Field("Owners", spans),)), *message.blocks[end:])
        return {**payload, **to_json(Message(message.summary, blocks, message.tone))}

    def _owners(self, check: str) -> tuple[Span, ...]:
        last = self._state.results.previous().get(check)
        parts = self._state.results.owner_parts(last.run_id, check) if last else ()
        failing = [part for part in parts if part.unexpected and part.owner_key is not None]
        people = self._opened.directory.people if failing else {}
        spans: list[Span] = []
        for part in failing[:MOST]:
            person = people.get(part.owner_key or "")
            name = (person.name if person else "") or "somebody who is gone"
            spans += [Span(f"{' · ' if spans else ''}{name} "), Span(figures.count(part.unexpected), bold=True)]
        rest = failing[MOST:]
        if rest:
            left = sum(part.unexpected for part in rest)
            spans.append(Span(f" · {figures.count(len(rest))} more {figures.count(left)}"))
        return tuple(spans)
