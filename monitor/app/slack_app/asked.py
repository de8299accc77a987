"""What every answer needs: the opened project, who asks, and words for a refusal."""

from __future__ import annotations

import re
from collections.abc import Callable, Set
from dataclasses import dataclass

from monitor.app.project import OpenProject
from monitor.incidents.model import Incident
from monitor.incidents.permissions import Doing
from monitor.messages.interaction import Private, Reaction
from monitor.messages.tree import Message, Paragraph, Span, Tone

Job = Callable[[OpenProject], None]
"""Something that takes longer than an answer may; it is given the project, opened for it."""

WORDS = {
    Doing.ASSIGN: "assign incidents",
    Doing.ACKNOWLEDGE: "acknowledge incidents",
    Doing.SNOOZE: "snooze incidents",
    Doing.ACCEPT: "accept records as they are",
    Doing.WRONG: "say that a rule is wrong",
    Doing.RECHECK: "have a check run again",
    Doing.CHECK: "have checks run",
    Doing.SHOW: "see the records of an incident",
    Doing.FAILING: "see failing records",
    Doing.STATUS: "see how things stand",
    Doing.ME: "see your own records",
    Doing.HELP: "be helped",
}


_NUMBER = re.compile("[0-9]{1,18}")  # what every database takes


@dataclass(frozen=True, slots=True)
class Asked:
    """One doing of one person, on the opened project. ``groups`` gives the members of a user group, by its ID."""

    opened: OpenProject
    who: str
    groups: Callable[[str], Set[str]]
    background: Callable[[Job], None]

    @property
    def by(self) -> str:
        """Who it is, as an incident's history keeps it."""
        return f"slack:{self.who}"

    def refused(self, doing: Doing) -> Reaction | None:
        """A friendly refusal, unless the person may."""
        slack = self.opened.project.settings.slack
        if slack is None:
            return said("This project has no Slack in its configuration any more.")
        allowed = slack.permitted
        members = {group: self.groups(group) for group in allowed.groups()}
        if allowed.allows(doing, self.who, members):
            return None
        return said(
            f"You may not {WORDS[doing]} here. Whoever looks after the monitor can allow it:"
            f" slack, permissions, {doing.value} in config/monitor.yaml."
        )

    def incident(self, number: str) -> Incident | None:
        """The incident that a button belongs to, or None where it is gone."""
        found = number_in(number)
        return None if found is None else self.opened.state.incidents.get(found)


def number_in(text: str) -> int | None:
    """The number of something in the state, as a button carries it; None for what cannot be one."""
    return int(text) if _NUMBER.fullmatch(text) else None


def said(text: str) -> Private:
    """A sentence, to one person."""
    return Private(Message(text, (Paragraph((Span(text),)),), Tone.SYSTEM))


GONE = "This incident is gone: it was kept for as long as it is kept."
